//! Terraform is asked before anything is written. The program here is a stand-in that says what Terraform would; the
//! end-to-end tests have the real one.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::project::{project, tree};

const APP: &[(&str, &str)] = &[
    (
        "main.py",
        "from fastapi import FastAPI\n\n# @klotho::persist { id = \"books\" }\nbooks = {}\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index():\n    books[\"a\"] = 1\n    return {}\n",
    ),
    ("requirements.txt", "fastapi==0.115.0\n"),
    (
        "inferra.toml",
        "name = \"shop\"\n\n[extra.\"aws_lambda_function.main\".arguments]\nreserved_concurrent_executions = 5\nklass = 1\n",
    ),
];
const REFUSED: &str = r#"{"valid": false, "diagnostics": [{"severity": "error", "summary": "Unsupported argument",
"detail": "An argument named \"klass\" is not expected\nhere.", "range": {"filename": "unit_main.tf"},
"snippet": {"context": "resource \"aws_lambda_function\" \"main\"", "code": "  klass = 1"}}]}"#;
const ANOTHER_PROVIDER: &str =
    r#"{"diagnostics": [{"severity": "error", "summary": "Missing required provider", "detail": "Run init."}]}"#;
const ACCEPTED: &str = r#"{"valid": true, "diagnostics": []}"#;

/// A project, and a Terraform that answers `validate` with `said` and leaves a file where `init` is run.
struct Bench {
    folder: TempDir,
    tools: TempDir,
    /// `TF_DATA_DIR`.
    data: Option<&'static str>,
}

impl Bench {
    fn new(said: &str) -> Self {
        let tools = tempfile::tempdir().unwrap();
        let program = tools.path().join("terraform");
        fs::write(tools.path().join("said.json"), said).unwrap();
        let here = tools.path().display();
        let script = format!(
            "#!/bin/sh\ncase $1 in\n  init) : >{here}/initialised ;;\n  validate) /bin/cat {here}/said.json ;;\nesac\n"
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder: project(APP), tools, data: None }
    }

    /// As `terraform init` leaves the output.
    fn initialised(self) -> Self {
        fs::create_dir_all(self.folder.path().join("out/terraform/.terraform")).unwrap();
        self
    }

    /// As `terraform init` leaves it where its data is to be elsewhere.
    fn initialised_elsewhere(self) -> Self {
        fs::create_dir_all(self.folder.path().join("out/terraform/data")).unwrap();
        self
    }

    fn compile(&self, path: &Path, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_inferra"))
            .args(["compile", ".", "--target", "aws-lambda", "-o", "out"])
            .args(more)
            .current_dir(self.folder.path())
            .env("PATH", path)
            .env("NO_COLOR", "1")
            .env_remove("TF_DATA_DIR")
            .envs(self.data.map(|data| ("TF_DATA_DIR", data)))
            .output()
            .unwrap()
    }

    #[track_caller]
    fn says(&self, more: &[&str], code: i32, parts: &[&str]) {
        let done = self.compile(self.tools.path(), more);
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(code), "{said}");
        for part in parts {
            assert!(said.contains(part), "`{part}` is not in:\n{said}");
        }
    }
}

#[test]
fn what_terraform_refuses_is_shown_where_it_was_set() {
    let bench = Bench::new(ACCEPTED);
    bench.says(&[], 0, &["not checked by Terraform", "terraform init"]);
    let bench = Bench { folder: bench.folder, ..Bench::new(REFUSED) }.initialised();
    let before = tree(&bench.folder.path().join("out"), &[]);
    let parts = ["error[E0636]", "inferra.toml:5", "Unsupported argument", "is not expected here."];
    bench.says(&[], 1, &parts);
    assert_eq!(tree(&bench.folder.path().join("out"), &[]), before);
    bench.says(&["--validate", "never"], 0, &[]);
}

#[test]
fn terraform_keeps_its_data_where_it_is_told_to() {
    let bench = Bench::new(ACCEPTED);
    bench.says(&[], 0, &["not checked by Terraform"]);
    let bench = Bench { data: Some("data"), ..bench };
    bench.says(&[], 0, &["not checked by Terraform"]);
    bench.initialised_elsewhere().says(&[], 0, &["accepted by `terraform validate`"]);
}

#[test]
fn what_terraform_accepts_is_written() {
    let bench = Bench::new(ACCEPTED);
    bench.says(&["--validate", "always"], 0, &["accepted by `terraform validate`"]);
    assert!(bench.tools.path().join("initialised").exists());
}

#[test]
fn providers_of_another_output_are_said_not_to_fit() {
    let bench = Bench::new(ACCEPTED);
    bench.says(&[], 0, &[]);
    let bench = Bench { folder: bench.folder, ..Bench::new(ANOTHER_PROVIDER) }.initialised();
    bench.says(&[], 0, &["not checked by Terraform", "Missing required provider"]);
}

#[test]
fn a_terraform_that_is_not_there() {
    let bench = Bench::new(ACCEPTED);
    let empty = tempfile::tempdir().unwrap();
    let done = bench.compile(empty.path(), &["--validate", "always"]);
    let said = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(2), "{said}");
    assert!(said.contains("error[E0637]"), "{said}");
    assert!(!bench.folder.path().join("out").exists());
    assert_eq!(bench.compile(empty.path(), &[]).status.code(), Some(0));
}
