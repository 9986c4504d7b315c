//! Files that have nothing to do with an application break nothing.

use crate::project::{compiled, project};

const PYTHON: (&str, &str) = (
    "main.py",
    "from fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
);

const TYPESCRIPT: (&str, &str) = (
    "server.ts",
    "import express from \"express\";\n\n// @klotho::expose { id = \"api\", target = \"public\" }\nexport const app = express();\n\napp.get(\"/\", () => {});\n",
);

/// The names of the unit's own files.
fn files(files: &[(&str, &str)]) -> Vec<String> {
    let folder = project(files);
    std::fs::write(folder.path().join("latin1.py"), b"# caf\xe9\nx = 1\n").unwrap();
    std::fs::write(folder.path().join("latin1.js"), b"// caf\xe9\n").unwrap();
    let compilation = compiled(folder.path(), "app", &[]);
    let problems: Vec<_> = compilation.diagnostics.iter().map(|problem| &problem.message).collect();
    assert!(compilation.files.is_some() && problems.is_empty(), "{problems:?}");
    compilation.application.units[0].files.iter().map(ToString::to_string).collect()
}

#[test]
fn files_of_the_other_language_in_a_python_project() {
    let strays = [
        PYTHON,
        ("requirements.txt", "fastapi\n"),
        ("broken.js", "export default function ( {{{ `${"),
        ("static/app.tsx", "<div>don't</div>"),
        ("package.json", "{ not json"),
        ("tsconfig.json", "}"),
        ("scripts/broken.py", "def f(:\n"),
    ];
    assert_eq!(files(&strays), ["main.py", "requirements.txt"]);
}

#[test]
fn files_of_the_other_language_in_a_typescript_project() {
    let strays = [
        TYPESCRIPT,
        ("package.json", "{}"),
        ("tools/migrate.py", "import nothing.at.all\ndef f(:\n    '''"),
        ("requirements.txt", ">>>\n"),
        ("pyproject.toml", "[[["),
        ("poetry.lock", "="),
    ];
    assert_eq!(files(&strays), ["package.json", "server.ts"]);
}
