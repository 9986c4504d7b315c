//! A package that a unit keeps whole: what the unit holds and may do, in which folder it starts, and how its image is made.

use std::collections::BTreeSet;

use inferra::app::Gateway;
use inferra::compile::Compilation;
use inferra::config::Target;
use inferra::diag::Code;
use inferra::source::ProjectPath;
use pretty_assertions::assert_eq;

use crate::project::{compiled_for, project};

const SERVER: &str = "const express = require(\"express\");\nconst site = require(\"next\")({ dev: process.env.NODE_ENV !== \"production\" });\nconst handle = site.getRequestHandler();\n\n\
    // @klotho::expose { id = \"site\", target = \"public\" }\nconst app = express();\napp.get(\"/api/own/:id\", (request, response) => response.json({}));\n\
    app.all(\"/{*rest}\", (request, response) => handle(request, response));\nmodule.exports.app = app;\n\nsite.prepare().then(() => app.listen(3000));\n";

const STORE: &str = "// @klotho::persist { id = \"votes\" }\nexport const votes = new Map();\n";

/// Next.js in a package of a workspace, beside another unit.
fn workspace(target: Target) -> Compilation {
    let files = [
        ("package.json", "{ \"workspaces\": [\"web\", \"jobs\"] }"),
        (
            "web/package.json",
            "{ \"name\": \"web\", \"dependencies\": { \"next\": \"16.4.6\", \"express\": \"5.1.0\" } }",
        ),
        ("web/server.js", SERVER),
        ("web/next.config.mjs", "export default {};\n"),
        ("web/lib/votes.js", STORE),
        ("web/lib/cookies.js", "// @klotho::persist { id = \"cookies\" }\nexport const cookies = new Map();\n"),
        (
            "web/pages/index.jsx",
            "import { votes } from \"../lib/votes\";\nexport const getServerSideProps = async () => ({ props: { count: await votes.get(\"a\") } });\n",
        ),
        (
            "web/app/api/route.ts",
            "import { cookies } from \"../../lib/cookies\";\nexport const POST = async () => Response.json(await cookies.set(\"a\", 1));\n",
        ),
        ("web/public/robots.txt", "User-agent: *\n"),
        ("web/scripts/seed.py", "print(1)\n"),
        ("jobs/package.json", "{ \"name\": \"jobs\" }"),
        ("jobs/types.ts", "import { type Metadata } from \"next\";\nexport const title: Metadata = {};\n"),
    ];
    compiled_for(target, project(&files).path(), "app", &[])
}

#[test]
fn a_unit_has_the_projects_files_and_the_rights_of_its_pages() {
    let compilation = workspace(Target::AwsLambda);
    let unit = &compilation.application.units[0];
    let files: Vec<_> = unit.files.iter().map(ProjectPath::as_str).collect();
    let wanted = [
        "package.json",
        "web/app/api/route.ts",
        "web/lib/cookies.js",
        "web/lib/votes.js",
        "web/next.config.mjs",
        "web/package.json",
        "web/pages/index.jsx",
        "web/public/robots.txt",
        "web/server.js",
    ];
    let own: Vec<_> = files.iter().filter(|path| !path.starts_with("jobs/")).copied().collect();
    assert_eq!(own, wanted);
    let accesses: Vec<_> = compilation
        .application
        .accesses
        .iter()
        .map(|access| {
            let operations = access.operations.keys().map(|one| format!("{one:?}")).collect::<Vec<_>>();
            (access.construct.to_string(), operations)
        })
        .collect();
    let wanted = |does: &str| vec!["Connect".to_owned(), does.to_owned()];
    assert_eq!(
        accesses,
        [("persist \"cookies\"".to_owned(), wanted("Write")), ("persist \"votes\"".to_owned(), wanted("Read")),]
    );
}

#[test]
fn nothing_of_its_paths_is_dropped() {
    let compilation = workspace(Target::AwsLambda);
    let gateways = compilation.application.gateways.values();
    let paths: BTreeSet<_> = gateways.flat_map(Gateway::routes).map(|(_, route)| route.path.to_string()).collect();
    assert!(paths.contains("/{rest+}") && paths.contains("/api/own/{id}"), "{paths:?}");
}

#[test]
fn it_is_started_in_the_folder_that_was_built_and_asked_when_it_listens() {
    let compilation = workspace(Target::AwsLambda);
    let files = compilation.files.unwrap();
    let entry = String::from_utf8(files["units/main/inferra_entry.mjs"].to_vec()).unwrap();
    assert!(entry.contains("process.chdir(fileURLToPath(new URL(\"./web/\", import.meta.url)));"), "{entry}");
    assert!(entry.contains("export: \"app\", late: true"), "{entry}");
    let plan: serde_json::Value = serde_json::from_slice(&files["plan.json"]).unwrap();
    let kept = &plan["units"]["main"]["packages"]["kept"];
    assert_eq!((&kept["package"], &kept["folder"]), (&"next".into(), &"web".into()));
}

#[test]
fn what_runs_apart_may_say_that_it_does_not() {
    let store = "import { votes } from \"./votes\";\nexport const middleware = () => votes.get(\"a\");\n";
    for (config, expected) in [("", true), ("export const config = { runtime: \"nodejs\" };\n", false)] {
        let middleware = format!("{store}{config}");
        let files = [
            ("package.json", "{ \"dependencies\": { \"next\": \"15.5.9\" } }"),
            ("server.js", SERVER),
            ("votes.js", STORE),
            ("middleware.js", middleware.as_str()),
        ];
        let found = compiled_for(Target::AwsLambda, project(&files).path(), "app", &[]).diagnostics;
        assert_eq!(found.iter().any(|problem| problem.code == Code::UsedApart), expected, "{config}");
    }
}

#[test]
fn an_image_builds_the_project() {
    for target in [Target::Eks, Target::Ecs] {
        let files = workspace(target).files.unwrap();
        let text = |name: &str| String::from_utf8(files[&format!("units/main/{name}")].to_vec()).unwrap();
        let bundling: serde_json::Value = serde_json::from_str(&text("inferra_runtime/bundling.json")).unwrap();
        assert_eq!(bundling["kept"]["build"], serde_json::json!(["next", "build"]));
        assert!(text("inferra_runtime/project.mjs").contains("spawnSync"));
        assert!(text("Dockerfile").contains("NODE_ENV=production"));
    }
}
