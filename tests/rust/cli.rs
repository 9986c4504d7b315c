//! The command itself: streams, exit codes, and what it leaves on disk.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::project::{inferra, project, root, tree};

const APP: &[(&str, &str)] = &[
    (
        "main.py",
        "from fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index():\n    return {}\n",
    ),
    ("requirements.txt", "fastapi==0.115.0\n"),
];

#[track_caller]
fn assert_run(output: &Output, code: i32, stderr: &[&str]) {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}");
    for part in stderr {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
}

#[test]
fn a_compile_writes_what_it_says_and_names_the_next_command() {
    let folder = project(APP);
    let output = inferra(&["compile", ".", "--target", "aws-lambda", "-o", "out"], folder.path());
    assert_run(&output, 0, &["FastAPI", "HTTP API, 5 routes", "next: inferra build out"]);
    assert!(output.stdout.is_empty());
    let out = folder.path().join("out");
    for path in
        ["plan.json", "wiring.patch", "topology.mmd", "topology.svg", "terraform/versions.tf", "units/main/main.py"]
    {
        assert!(out.join(path).is_file(), "{path}");
    }
    // The output inside the project is not read as part of it.
    let first = tree(&out, &[]);
    assert_run(&inferra(&["compile", ".", "--target", "aws-lambda", "-o", "out"], folder.path()), 0, &[]);
    assert_eq!(tree(&out, &[]), first);
}

#[test]
fn the_sources_are_never_written() {
    let folder = project(APP);
    let before = tree(folder.path(), &["out"]);
    assert_run(&inferra(&["compile", ".", "--target", "aws-lambda"], folder.path()), 0, &[]);
    assert_eq!(tree(folder.path(), &["out"]), before);
}

#[test]
fn a_check_writes_nothing() {
    let folder = project(APP);
    let before = tree(folder.path(), &[]);
    assert_run(&inferra(&["check", "."], folder.path()), 0, &["nothing was written"]);
    assert_eq!(tree(folder.path(), &[]), before);
}

#[test]
fn an_error_leaves_the_previous_output_whole() {
    let folder = project(APP);
    assert_run(&inferra(&["compile", ".", "--target", "aws-lambda"], folder.path()), 0, &[]);
    let before = tree(&folder.path().join("out"), &[]);
    let broken = APP[0].1.replace("id = \"api\"", "id = 5");
    fs::write(folder.path().join("main.py"), broken).unwrap();
    assert_run(
        &inferra(&["compile", ".", "--target", "aws-lambda"], folder.path()),
        1,
        &["error[E0303]", "main.py:3:26", "1 error"],
    );
    assert_eq!(tree(&folder.path().join("out"), &[]), before);
}

#[test]
fn a_killed_compile_leaves_the_previous_output_whole() {
    let folder = project(APP);
    assert_run(&inferra(&["compile", ".", "--target", "aws-lambda"], folder.path()), 0, &[]);
    let before = tree(&folder.path().join("out"), &[]);
    fs::write(folder.path().join("main.py"), APP[0].1.replace("\"/\"", "\"/other\"")).unwrap();
    for wait in 0..30 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_inferra"));
        command.args(["compile", ".", "--target", "aws-lambda"]).current_dir(folder.path());
        let mut child = command.stderr(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_micros(wait * 400));
        _ = child.kill();
        let finished = child.wait().unwrap().success();
        let after = tree(&folder.path().join("out"), &[]);
        let whole = after["plan.json"] == before["plan.json"] && after == before;
        let replaced = after["plan.json"] != before["plan.json"] && after.len() == before.len();
        assert!(whole || replaced, "killed after {wait} steps: neither the old output nor the new one");
        assert!(!finished || replaced);
    }
    assert_run(&inferra(&["compile", ".", "--target", "aws-lambda"], folder.path()), 0, &[]);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "nothing is left beside the output: {left:?}");
}

#[test]
fn a_folder_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    assert_run(&inferra(&["check", "nowhere"], folder.path()), 2, &["error[E0101]", "nowhere"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    let folder = project(APP);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let secret = folder.path().join("secret.py");
    fs::write(&secret, "x = 1\n").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read everything, so the check runs as nobody, from a copy that nobody may run.
    let binary = folder.path().join("inferra-copy");
    fs::copy(env!("CARGO_BIN_EXE_inferra"), &binary).unwrap();
    let mut command = Command::new(&binary);
    if fs::read(&secret).is_ok() {
        command.uid(65_534).gid(65_534);
    }
    command.args(["check", "."]).current_dir(folder.path());
    // A process that another test starts at this moment may still hold the copy open for writing.
    let busy = |error: &std::io::Error| error.kind() == std::io::ErrorKind::ExecutableFileBusy;
    let output = loop {
        match command.output() {
            Err(error) if busy(&error) => std::thread::sleep(std::time::Duration::from_millis(10)),
            output => break output.unwrap(),
        }
    };
    assert_run(&output, 1, &["error[E0103]", "secret.py"]);
}

#[test]
fn a_file_that_is_not_utf8() {
    let folder = project(APP);
    let mut bytes = APP[0].1.as_bytes().to_vec();
    bytes.extend(b"# caf\xe9\n");
    fs::write(folder.path().join("main.py"), bytes).unwrap();
    assert_run(&inferra(&["check", "."], folder.path()), 1, &["error[E0104]", "line 10"]);
    // One that is no part of the application is nobody's business.
    let folder = project(APP);
    fs::write(folder.path().join("stray.py"), b"# caf\xe9\n").unwrap();
    assert_run(&inferra(&["check", "."], folder.path()), 0, &[]);
}

#[test]
fn an_output_folder_of_somebody_else() {
    let folder = project(APP);
    fs::create_dir(folder.path().join("out")).unwrap();
    fs::write(folder.path().join("out/thesis.txt"), "mine").unwrap();
    let output = inferra(&["compile", ".", "--target", "aws-lambda"], folder.path());
    assert_run(&output, 2, &["error[E0901]", "--out"]);
    assert_eq!(tree(&folder.path().join("out"), &[]).len(), 1);
}

#[test]
fn an_output_that_holds_the_project_or_the_shell() {
    let folder = project(APP);
    let compile = |out: &str, folder: &Path| inferra(&["compile", ".", "--target", "aws-lambda", "-o", out], folder);
    for out in [".", "..", "./", "../."] {
        assert_run(&compile(out, folder.path()), 2, &["error[E0901]", "holds the project"]);
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let app = folder.path().to_str().unwrap();
    let output = inferra(&["compile", app, "--target", "aws-lambda", "-o", "."], elsewhere.path());
    assert_run(&output, 2, &["error[E0902]", "holds the current folder"]);
    assert_run(&compile("out/", folder.path()), 0, &[]);
    assert_run(&compile("out/../out", folder.path()), 0, &[]);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!((left.len(), fs::read_dir(elsewhere.path()).unwrap().count()), (3, 0));
}

#[test]
fn an_output_that_cannot_be_written() {
    let folder = project(APP);
    fs::write(folder.path().join("file"), "").unwrap();
    let output = inferra(&["compile", ".", "--target", "aws-lambda", "-o", "file/out"], folder.path());
    assert_run(&output, 2, &["error[E0902]"]);
}

#[test]
fn problems_as_json_and_sarif_go_to_standard_output() {
    let folder = project(&[("main.py", "# @klotho::presist { id = \"a\" }\nx = 1\n")]);
    let output = inferra(&["check", ".", "--format", "json"], folder.path());
    assert_eq!(output.status.code(), Some(1));
    let first = String::from_utf8(output.stdout).unwrap();
    let value: serde_json::Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
    assert_eq!(value["code"], "E0301");
    let output = inferra(&["check", ".", "--format", "sarif"], folder.path());
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "E0301");
}

#[test]
fn every_value_between_two_stages_can_be_printed() {
    let folder = project(APP);
    for (stage, key) in [("annotations", "0"), ("application", "gateways"), ("plan", "resources")] {
        let output = inferra(&["check", ".", "--print", stage], folder.path());
        assert_run(&output, 0, &[]);
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(!value.pointer(&format!("/{key}")).unwrap().is_null(), "{stage}");
    }
}

#[test]
fn timings_name_the_stages() {
    let folder = project(APP);
    let output = inferra(&["check", ".", "--timings"], folder.path());
    assert_run(&output, 0, &["read", "parse", "analyse", "plan", "emit", "total"]);
}

#[test]
fn a_code_is_explained() {
    let output = inferra(&["explain", "e0203"], root());
    assert_run(&output, 0, &[]);
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("# E0203: "));
    assert_run(&inferra(&["explain", "E02O3"], root()), 2, &["no code `E02O3`", "did you mean E0203?"]);
}

#[test]
fn a_wrong_command_line_is_answered_with_the_right_one() {
    assert_run(&inferra(&["compile", ".", "--target", "aws-lamda"], root()), 2, &["aws-lambda"]);
    assert_run(&inferra(&["build", "."], root()), 2, &["not made by inferra"]);
    let check = |more: &[&str]| inferra(&[&["check", "."], more].concat(), root());
    assert_run(&check(&["--set", "memory"]), 2, &["--set <KEY=VALUE>"]);
    assert_run(&check(&["--print", "plan", "--format", "json"]), 2, &["standard output"]);
}

#[test]
fn the_next_command_can_be_typed_as_shown() {
    let folder = project(APP);
    let output = inferra(&["check", ".", "--set", "tags.owner=a b"], folder.path());
    assert_run(&output, 0, &["next: inferra compile . --target aws-lambda --set 'tags.owner=a b'"]);
    let output = inferra(&["compile", ".", "--target", "aws-lambda", "-o", "my out"], folder.path());
    assert_run(&output, 0, &["next: inferra build 'my out'"]);
}

/// An application with a platform team's file beside it.
fn under_a_platform() -> tempfile::TempDir {
    project(&[
        (
            "app/main.py",
            "from fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
        ),
        (
            "app/inferra.toml",
            "extends = \"../platform/standards.toml\"\n\n[execution_unit]\nmemory_mb = 1024\n\n[env.prod.execution_unit]\nmemory_mb = 2048\n",
        ),
        (
            "platform/standards.toml",
            "[execution_unit]\nmemory_mb = 256\narchitecture = \"x86_64\"\n\n[env.prod.names]\nsuffix = \"-prod\"\n",
        ),
        ("app/requirements.txt", "fastapi==0.121.0\n"),
        ("strict.toml", "[[rule]]\nsetting = \"execution_unit.memory_mb\"\nmax = 1024\nreason = \"Cost.\"\n"),
    ])
}

#[test]
fn an_environment_that_nobody_wrote() {
    let folder = under_a_platform();
    let output = inferra(&["check", "app", "--env", "prd"], folder.path());
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("E0611") && text.contains("did you mean `prod`?"), "{text}");
}

#[test]
fn settings_say_who_decided_them() {
    let folder = under_a_platform();
    let output = inferra(&["config", "app", "--diff", "--env", "prod"], folder.path());
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(
        text,
        "name = \"app\"  # name of the folder\n\n\
         [names]\nsuffix = \"-prod\"  # ../platform/standards.toml:6; over \"\", built-in default\n\n\
         [execution_unit]\n\
         memory_mb = 2048         # inferra.toml:7; over 1024, inferra.toml:4; over 256, ../platform/standards.toml:2; over 512, built-in default\n\
         architecture = \"x86_64\"  # ../platform/standards.toml:3; over \"arm64\", built-in default\n"
    );
    let whole = inferra(&["config", "app"], folder.path());
    let whole = String::from_utf8(whole.stdout).unwrap();
    assert!(whole.contains("[network]\ncidr = \"10.0.0.0/16\""), "{whole}");
    assert!(whole.parse::<toml::Table>().is_ok(), "{whole}");
}

#[test]
fn an_environment_is_named_in_what_is_written() {
    let folder = under_a_platform();
    let output = inferra(&["compile", "app", "--target", "aws-lambda", "--env", "prod"], folder.path());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("app-prod, environment prod, on aws-lambda"), "{said}");
    let plan = fs::read_to_string(folder.path().join("out/plan.json")).unwrap();
    assert!(plan.contains("\"environment\": \"prod\"") && plan.contains("inferra.toml:7"), "{plan}");
    let unit = fs::read_to_string(folder.path().join("out/terraform/unit_main.tf")).unwrap();
    assert!(
        unit.contains("for app-prod, environment prod, on aws-lambda.") && unit.contains("\"app-prod-main\""),
        "{unit}"
    );
}

#[test]
fn a_library_of_the_house_is_taught_by_a_file() {
    let folder = project(&[
        (
            "app/main.py",
            "from acme.cache import Cache\nfrom fastapi import FastAPI\n\n# @klotho::persist { id = \"carts\" }\ncarts = Cache(server=\"localhost\")\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index():\n    return carts.get(\"a\")\n",
        ),
        ("app/requirements.txt", "fastapi==0.121.0\nacme-cache==1.0\n"),
        ("app/inferra.toml", "extends = \"../platform/standards.toml\"\n"),
        ("platform/standards.toml", "clients = \"ours.toml\"\n"),
        (
            "platform/ours.toml",
            "language = \"python\"\n\n[[client]]\nlibrary = \"acme-cache\"\nsymbols = [\"acme.cache.Cache\"]\ncapability = \"persist\"\nkind = \"redis_node\"\nmethods = \"redis\"\nwiring = { style = \"callee\", function = \"keywords\", arguments = { host = \"server\", port = \"port\", tls = \"ssl\" } }\n",
        ),
    ]);
    let output = inferra(&["compile", "app", "--target", "aws-lambda"], folder.path());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let wired = fs::read_to_string(folder.path().join("out/units/main/main.py")).unwrap();
    assert!(
        wired.contains("\"INFERRA_PERSIST_CARTS\", host=\"server\", port=\"port\", tls=\"ssl\")(server=\"localhost\")"),
        "{wired}"
    );
}

#[test]
fn a_platform_of_the_command_line_binds_the_application() {
    let folder = under_a_platform();
    let run = |arguments: &[&str]| {
        let output = inferra(&[&["check", "app", "--platform", "strict.toml"], arguments].concat(), folder.path());
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(run(&[]).0, Some(0));
    let (code, text) = run(&["--env", "prod"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("E0607") && text.contains("inferra.toml:7") && text.contains("Cost."), "{text}");
    assert!(text.contains("../strict.toml:2"), "{text}");
    let (code, text) = run(&["--set", "execution_unit.memory_mb=4096"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("in `--set execution_unit.memory_mb=…`"), "{text}");
    // What the application builds on is no way around a lock.
    fs::write(folder.path().join("strict.toml"), "[[rule]]\nsetting = \"execution_unit\"\nlock = true\n").unwrap();
    let (code, text) = run(&["--set", "execution_unit.memory_mb=512"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("E0606") && text.contains("../platform/standards.toml:3"), "{text}");
    let (code, text) = run(&["--platform", "not-there.toml"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("E0613") && text.contains("there is no such file"), "{text}");
}
