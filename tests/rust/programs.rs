//! What makes a unit that nobody calls a program, and units that answer behind one gateway.

use inferra::app::{Id, Method};
use inferra::config::Target;
use pretty_assertions::assert_eq;

use crate::project::{compiled, compiled_for, project};

/// Whether loading this file does anything.
#[track_caller]
fn runs(name: &str, text: &str) -> bool {
    let mark = if name == "worker.py" { "#" } else { "//" };
    let text = format!("{mark} @klotho::execution_unit {{ id = \"worker\" }}\n{text}\n");
    let folder = project(&[("requirements.txt", ""), ("package.json", "{}"), (name, &text)]);
    let compilation = compiled_for(Target::Ecs, folder.path(), "app", &[]);
    let refused = compilation.diagnostics.iter().any(|diagnostic| diagnostic.code.id() == "E0520");
    let runs = compilation.application.units[&Id::new("worker").unwrap()].runs;
    assert_eq!(runs, !refused, "{text}");
    runs
}

#[test]
fn a_python_file_that_runs() {
    for text in [
        "if __name__ == \"__main__\":\n    main()",
        "main()",
        "while True:\n    pass",
        "for job in range(3):\n    print(job)",
        "server = start()",
        "with open(\"a\") as file:\n    pass",
        "try:\n    import asyncio\nfinally:\n    asyncio.run(main())",
    ] {
        assert!(runs("worker.py", text), "{text}");
    }
    for text in [
        "import os\nfrom os import path",
        "LIMIT = 5\nNAMES: list[str] = []",
        "def main():\n    work()",
        "@task\ndef main():\n    work()",
        "class Worker:\n    def run(self):\n        work()",
        "run = lambda: work()",
    ] {
        assert!(!runs("worker.py", text), "{text}");
    }
}

#[test]
fn a_typescript_file_that_runs() {
    for text in [
        "main();",
        "await main();",
        "const timer = setInterval(tick, 1000);",
        "new Worker().run();",
        "for (;;) {}",
        "if (LIMIT > 3) { main(); }",
    ] {
        assert!(runs("worker.ts", text), "{text}");
    }
    for text in [
        "import { a } from \"node:fs\";",
        "export const LIMIT = 5;",
        "export function main() { work(); }",
        "export const main = async () => { await work(); };",
        "export class Worker { run() { work(); } }",
        "export interface Job { id: string }",
        "if (require.main === module) main();",
        "if (import.meta.main) { main(); }",
    ] {
        assert!(!runs("worker.ts", text), "{text}");
    }
}

#[test]
fn two_units_answer_behind_one_gateway() {
    let unit = |id: &str, route: &str| {
        format!(
            "# @klotho::execution_unit {{ id = \"{id}\" }}\nfrom fastapi import FastAPI\n\n# @klotho::expose {{ id = \"api\", target = \"public\" }}\napp = FastAPI(openapi_url=None)\n\n\n@app.get(\"{route}\")\ndef index(): ...\n"
        )
    };
    let (orders, users) = (unit("orders", "/orders"), unit("users", "/users/{name}"));
    let folder = project(&[("requirements.txt", "fastapi\n"), ("orders.py", &orders), ("users.py", &users)]);
    let compilation = compiled(folder.path(), "shop", &["execution_unit.by_id.users.compute=ecs"]);
    assert_eq!(compilation.diagnostics, []);
    let gateway = &compilation.application.gateways[&Id::new("api").unwrap()];
    let routes: Vec<_> = gateway.routes().map(|(unit, route)| (unit.as_str(), route.method)).collect();
    assert_eq!(routes, [("orders", Method::Get), ("users", Method::Get)]);
    let files = compilation.files.unwrap();
    let terraform = String::from_utf8(files["terraform/gateway_api.tf"].to_vec()).unwrap();
    assert_eq!(terraform.matches("resource \"aws_apigatewayv2_api\"").count(), 1);
    for integration in ["AWS_PROXY", "HTTP_PROXY"] {
        assert_eq!(terraform.matches(integration).count(), 1, "{integration}:\n{terraform}");
    }
}
