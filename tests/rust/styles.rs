//! Ways in which people write applications, and what is inferred from them.

use std::collections::BTreeSet;

use inferra::compile::Compilation;
use pretty_assertions::assert_eq;

use crate::project::{compiled, project};

const EXPOSE: &str = "@klotho::expose { id = \"web\", target = \"public\" }";
const PUBSUB: &str = "@klotho::pubsub { id = \"bus\" }";

fn output(compilation: &Compilation, path: &str) -> String {
    let problems: Vec<_> = compilation.diagnostics.iter().map(|problem| &problem.message).collect();
    let Some(files) = &compilation.files else { panic!("{problems:?}") };
    String::from_utf8(files[path].to_vec()).unwrap()
}

fn plan(compilation: &Compilation) -> serde_json::Value {
    serde_json::from_str(&output(compilation, "plan.json")).unwrap()
}

fn route_keys(compilation: &Compilation) -> BTreeSet<String> {
    plan(compilation)["gateways"]["web"]["routes"].as_object().unwrap().keys().cloned().collect()
}

#[track_caller]
fn routes(file: &str, lines: &str, expected: &[&str]) {
    let text = lines.replace("EXPOSE", EXPOSE);
    let folder = project(&[(file, &text), ("package.json", "{}"), ("requirements.txt", "")]);
    let expected: BTreeSet<_> = expected.iter().map(|&key| key.to_owned()).collect();
    assert_eq!(route_keys(&compiled(folder.path(), "app", &[])), expected);
}

#[test]
fn a_path_with_a_last_slash() {
    let text = "from fastapi import FastAPI\n# EXPOSE\napp = FastAPI(openapi_url=None)\n@app.get(\"/items/\")\ndef items(): ...\n";
    routes("main.py", text, &["GET /items", "GET /items/{proxy+}"]);
}

#[test]
fn a_router_below_a_prefix_with_a_last_slash() {
    let text = "import express from \"express\";\n// EXPOSE\nexport const app = express();\napp.use(\"/api/\", express.Router().put(\"/x\", (q, r) => r.end()));\n";
    routes("main.ts", text, &["OPTIONS /api/x", "PUT /api/x", "PUT /api/x/{proxy+}"]);
}

#[test]
fn chained_calls() {
    let text = "import express from \"express\";\n// EXPOSE\nexport const app = express();\napp.get(\"/a\", (q, r) => r.end())\n  .use(express.json()).post(\"/b\", (q, r) => r.end());\n(app as any).put(\"/c\", (q, r) => r.end());\napp!.delete(\"/d\", (q, r) => r.end());\napp.route(\"/e\").get((q, r) => r.end());\n";
    let declared = ["GET /a", "POST /b", "PUT /c", "DELETE /d", "GET /e"];
    let slashes = declared.map(|route| format!("{route}/{{proxy+}}"));
    let by_itself = ["HEAD /a", "HEAD /e", "OPTIONS /a", "OPTIONS /b", "OPTIONS /c", "OPTIONS /d", "OPTIONS /e"];
    let slashes: Vec<_> = slashes.iter().map(String::as_str).collect();
    routes("main.ts", text, &[&declared[..], &slashes, &by_itself].concat());
}

#[test]
fn preflights_of_cross_origin_requests() {
    let express = "import cors from \"cors\";\nimport express from \"express\";\n// EXPOSE\nexport const app = express();\napp.use(cors());\napp.get(\"/a\", (q, r) => r.end());\n";
    let fastapi = "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\n# EXPOSE\napp = FastAPI(openapi_url=None, redirect_slashes=False)\napp.add_middleware(CORSMiddleware, allow_origins=[\"*\"])\n@app.get(\"/a\")\ndef a(): ...\n";
    let expected = ["GET /a", "OPTIONS /", "OPTIONS /{proxy+}"];
    let own = ["GET /a", "GET /a/{proxy+}", "HEAD /a", "OPTIONS /a"];
    routes("main.ts", express, &[&own[..], &expected[1..]].concat());
    routes("main.py", fastapi, &expected);
    let below = express.replace("cors());", "\"/b\", cors());");
    routes("main.ts", &below, &[&own[..], &["OPTIONS /b", "OPTIONS /b/{proxy+}"]].concat());
}

#[test]
fn an_application_that_only_its_own_server_has() {
    let makers = [
        "const http = require(\"node:http\");\nhttp.createServer(app).listen(3000);",
        "const { createServer } = require(\"https\");\nconst server = createServer({}, app);\nserver.listen(3000);",
    ];
    for maker in makers {
        let text =
            format!("// {EXPOSE}\nconst app = require(\"express\")();\napp.get(\"/a\", (q, r) => r.end());\n{maker}\n");
        let folder = project(&[("main.js", &text), ("package.json", "{}")]);
        let compilation = compiled(folder.path(), "app", &[]);
        let entry = output(&compilation, "units/main/inferra_entry.mjs");
        assert!(entry.contains("export: null"), "{entry}");
    }
}

#[test]
fn events_of_chained_and_cast_emitters() {
    let text = format!(
        "import express from \"express\";\nimport EventEmitter from \"events\";\n// {PUBSUB}\nexport const bus = new EventEmitter();\nbus.setMaxListeners(5).on(\"a\", () => {{}}).on(\"b\", () => {{}}).on(\"c\", () => {{}});\n// {EXPOSE}\nexport const app = express();\napp.get(\"/\", (q, r) => {{ bus.emit(\"a\"); bus!.emit(\"b\"); (bus as any).emit(\"c\"); r.end(); }});\n"
    );
    let folder = project(&[("main.ts", &text), ("package.json", "{}")]);
    let compilation = compiled(folder.path(), "app", &[]);
    assert_eq!(compilation.diagnostics.iter().map(|problem| &problem.message).collect::<Vec<_>>(), [""; 0]);
    let events: Vec<_> = plan(&compilation)["topics"]["bus"]["events"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(events, ["a", "b", "c"]);
}
