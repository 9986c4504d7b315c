//! What is set outside the model, and where the state lives: the layers of settings, and the Terraform that comes of it.

use std::sync::Arc;

use inferra::compile::Compilation;
use pretty_assertions::assert_eq;

use crate::project::{compiled, project};

const MAIN: &str = "from fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n";

fn compile(settings: &str, platform: &str, set: &[&str]) -> Compilation {
    let files = [("main.py", MAIN), ("requirements.txt", ""), ("inferra.toml", settings), ("platform.toml", platform)];
    compiled(project(&files).path(), "shop", set)
}

fn file(compilation: &Compilation, path: &str) -> String {
    let files = compilation.files.as_ref().unwrap_or_else(|| panic!("{:?}", compilation.diagnostics));
    files.get(path).map(|bytes| String::from_utf8(Arc::unwrap_or_clone(bytes.clone())).unwrap()).unwrap_or_default()
}

#[test]
fn layers_are_merged_into_the_resource_and_recorded() {
    let platform = "[extra.\"aws_cloudwatch_log_group.unit_main\".arguments]\nskip_destroy = false\ntags = { owner = \"platform\", \"cost ${centre}\" = 1 }\n";
    let settings = "extends = \"platform.toml\"\n[extra.\"aws_cloudwatch_log_group.unit_main\".arguments]\ntags = { owner = \"a\" }\nkms_key_id = { reference = \"aws_kms_key.logs[0].arn\" }\n[[extra.\"aws_lambda_function.main\".blocks.logging_config]]\nlog_format = \"JSON\"\n";
    let compilation =
        compile(settings, platform, &["extra.\"aws_cloudwatch_log_group.unit_main\".arguments.skip_destroy=true"]);
    let text = file(&compilation, "terraform/unit_main.tf");
    let expected = "  # Set outside the model: inferra.toml:4\n  kms_key_id = aws_kms_key.logs[0].arn\n\n  # Set outside the model: command line\n  skip_destroy = true\n\n  # Set outside the model: inferra.toml:3\n  tags = {\n    \"cost $${centre}\" = 1\n    \"owner\"           = \"a\"\n  }\n}\n";
    assert!(text.contains(expected), "{text}");
    let block = "\n  # Set outside the model: inferra.toml:5\n  logging_config {\n    log_format = \"JSON\"\n  }\n";
    assert!(text.contains(block), "{text}");
    let plan: serde_json::Value = serde_json::from_str(&file(&compilation, "plan.json")).unwrap();
    let outside = &plan["resources"]["aws_lambda_function.main"]["outside_the_model"];
    let one = serde_json::json!([{ "key": "blocks.logging_config", "value": [{ "log_format": "JSON" }], "origin": "inferra.toml:5" }]);
    assert_eq!(*outside, one);
    let role = &plan["resources"]["aws_iam_role.main"];
    assert!(role.is_object() && role.get("outside_the_model").is_none(), "only where there is something");
}

#[test]
fn the_first_block_is_merged_with_a_single_one_and_the_rest_come_after_it() {
    let settings = "[[extra.\"aws_apigatewayv2_stage.api\".blocks.default_route_settings]]\nthrottling_burst_limit = 7\n[[extra.\"aws_apigatewayv2_stage.api\".blocks.default_route_settings]]\n";
    let text = file(&compile(settings, "", &[]), "terraform/gateway_api.tf");
    assert_eq!(text.matches("default_route_settings {").count(), 2, "{text}");
    let one = "[[extra.\"aws_apigatewayv2_stage.api\".blocks.access_log_settings]]\n";
    let text = file(&compile(one, "", &[]), "terraform/gateway_api.tf");
    assert_eq!(text.matches("access_log_settings {").count(), 1, "{text}");
}

#[test]
fn an_application_without_them_is_as_it_was() {
    let compilation = compile("", "", &[]);
    assert_eq!(file(&compilation, "terraform/backend.tf"), "");
    assert!(!file(&compilation, "plan.json").contains("outside_the_model"));
    assert!(file(&compilation, "terraform/versions.tf").contains("There is no backend here"));
}

#[test]
fn a_lock_binds_whoever_is_stronger_and_nobody_else() {
    let platform = "[extra.\"aws_iam_role.main\".arguments]\nmax_session_duration = 7200\n[[rule]]\nsetting = \"extra\"\nlock = true\n";
    assert!(compile("extends = \"platform.toml\"\n", platform, &[]).diagnostics.is_empty());
    let own = "extends = \"platform.toml\"\n[extra.\"aws_iam_role.main\".arguments]\nmax_session_duration = 3600\n";
    let said: Vec<_> = compile(own, platform, &[]).diagnostics.iter().map(|one| one.code.id()).collect();
    assert_eq!(said, ["E0606"]);
    let set = ["extra.\"aws_iam_role.main\".arguments.path=/x/"];
    let said: Vec<_> =
        compile("extends = \"platform.toml\"\n", platform, &set).diagnostics.iter().map(|one| one.code.id()).collect();
    assert_eq!(said, ["E0606"]);
}

#[test]
fn the_state_is_where_settings_say() {
    let settings = "name = \"shop\"\n[state]\nbackend = \"s3\"\n[state.s3]\nbucket = \"acme-state\"\nrole_arn = \"arn:aws:iam::123456789012:role/state\"\n";
    let compilation = compile(settings, "", &[]);
    let text = file(&compilation, "terraform/backend.tf");
    let expected = "terraform {\n  backend \"s3\" {\n    bucket       = \"acme-state\"\n    key          = \"shop/terraform.tfstate\"\n    encrypt      = true\n    use_lockfile = true\n    assume_role = {\n      role_arn = \"arn:aws:iam::123456789012:role/state\"\n    }\n  }\n}\n";
    assert!(text.ends_with(expected) && text.contains("inferra.toml:5: state.s3.bucket = acme-state"), "{text}");
    let versions = file(&compilation, "terraform/versions.tf");
    assert!(versions.contains(">= 1.10.0") && !versions.contains("There is no backend"), "{versions}");
    let compilation = compile("", "", &["state.backend=http", "state.http.address=https://state.example/shop"]);
    let text = file(&compilation, "terraform/backend.tf");
    assert!(text.contains("TF_HTTP_USERNAME") && text.contains("address = \"https://state.example/shop\""), "{text}");
}

#[test]
fn a_password_in_an_address_is_refused_and_not_repeated() {
    let compilation =
        compile("", "", &["state.backend=http", "state.http.address=https://me:hunter2@state.example/?token=t0p"]);
    let said: Vec<_> =
        compilation.diagnostics.iter().map(|one| format!("{}: {}", one.code.id(), one.message)).collect();
    assert!(said.iter().any(|one| one.starts_with("E0604")), "{said:?}");
    assert!(said.iter().all(|one| !one.contains("hunter2") && !one.contains("t0p")), "{said:?}");
}

#[test]
fn a_rule_about_a_back_end_says_nothing_where_another_one_is_chosen() {
    let rule = "[[rule]]\nsetting = \"state.s3.lock\"\nrequire = \"dynamodb\"\n";
    assert!(compile("extends = \"platform.toml\"\n", rule, &[]).diagnostics.is_empty());
    let set = ["state.backend=s3", "state.s3.bucket=acme-state"];
    let said: Vec<_> =
        compile("extends = \"platform.toml\"\n", rule, &set).diagnostics.iter().map(|it| it.code.id()).collect();
    assert_eq!(said, ["E0608"]);
}
