//! Several environments of one compile: what each of them gets is what a compile for it alone would give it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl::expr::{Object, ObjectKey, Operation, TemplateExpr, TraversalOperator};
use hcl::template::{Element, Interpolation};
use hcl::{Body, Expression, Structure, Template};
use inferra::compile::{Compilation, Options, compile, read};
use inferra::config::Target;
use inferra::diag::Code;
use pretty_assertions::assert_eq;

use crate::project::{compiled_for_all, inferra, project, root, tree, write};

/// Settings of a platform team whose values differ and whose graph does not; on no application all of them matter.
const VALUES: &str = r#"
[env.dev]
names.suffix = "-dev"
tags.stage = "dev"
execution_unit.memory_mb = 1024
execution_unit.min_replicas = 1
persist.orm.deletion_protection = "off"
persist.orm.rds_postgres.instance_class = "db.t4g.small"
persist.redis_node.elasticache.node_type = "cache.t4g.small"
persist.kv.dynamodb.deletion_protection = "off"
pubsub.visibility_timeout_s = 400
state.backend = "local"
state.local.path = "../state/dev.tfstate"

[env.staging]
names.prefix = "acme-"
tags.stage = "staging"
execution_unit.log_retention_days = 90
state.backend = "local"
state.local.path = "../state/staging.tfstate"

[env.prod]
tags.stage = "prod = 1"
execution_unit.memory_mb = 2048
execution_unit.timeout_s = 100
execution_unit.log_retention_days = 365
execution_unit.cpu_units = 1024
expose.log_retention_days = 365
network.cidr = "10.7.0.0/16"
persist.orm.backup_retention_days = 30
persist.orm.rds_postgres.storage_gb = 100
persist.orm.rds_postgres.max_storage_gb = 1000
state.backend = "local"
state.local.path = "../state/prod.tfstate"
"#;
/// Applications with every kind of store, gateways, topics, schedules, configuration and sites among them.
const APPLICATIONS: [&str; 9] = [
    "python-fastapi-kv",
    "python-fastapi-redis",
    "python-fastapi-site",
    "python-flask-sqlalchemy",
    "python-pyee-orders",
    "python-schedule-report",
    "typescript-express-pubsub",
    "typescript-jobs-newsletter",
    "typescript-prisma-loans",
];

type Files = BTreeMap<String, Arc<Vec<u8>>>;

#[test]
fn variables_hold_what_each_environment_has_alone() {
    let folder = project(&[("platform.toml", VALUES)]);
    let platform = [folder.path().join("platform.toml")];
    for name in APPLICATIONS {
        let app = root().join("fixtures/apps").join(name);
        for target in Target::ALL {
            let all = compiled_for_all(target, &app, &platform);
            let Some(files) = &all.files else { panic!("{name} on {target}: {:#?}", all.diagnostics) };
            let roots = &all.environments.as_ref().unwrap().roots;
            assert_eq!(roots.len(), 1, "{name} on {target}: {roots:#?}");
            for environment in ["dev", "staging", "prod"] {
                let alone = alone(&app, target, &platform, environment);
                same_module(files, "", environment, &alone.files.unwrap(), &format!("{name}, {environment}, {target}"));
            }
        }
    }
}

#[test]
fn what_several_environments_become_is_what_is_expected() {
    for name in ["values", "graph", "adopted"] {
        let app = root().join("fixtures/environments").join(name);
        let compilation = compiled_for_all(Target::AwsLambda, &app, &[]);
        let Some(files) = &compilation.files else { panic!("{name}: {:#?}", compilation.diagnostics) };
        for root in &compilation.environments.as_ref().unwrap().roots {
            for environment in &root.environments {
                let alone = alone(&app, Target::AwsLambda, &[], environment).files.unwrap();
                let folder = if root.folder.is_empty() { String::new() } else { format!("{}/", root.folder) };
                same_module(files, &folder, environment, &alone, &format!("{name}, {environment}"));
            }
        }
        held(&app.join("expected"), files);
    }
}

/// Terraform, the index and what belongs to an environment; the rest is as of a compile for one.
fn held(expected: &Path, files: &Files) {
    let kept = |path: &&String| !path.contains("units/") && !["zip", "svg"].contains(&extension(path));
    let actual: BTreeMap<_, _> =
        files.iter().filter(|(path, _)| kept(path)).map(|(path, bytes)| (path.clone(), bytes.to_vec())).collect();
    if std::env::var_os("INFERRA_BLESS").is_some() {
        _ = fs::remove_dir_all(expected);
        write(expected, &actual);
        fs::write(expected.join(".inferra"), "Expected output, compared byte for byte by the tests.\n").unwrap();
    }
    let mut wanted = tree(expected, &[]);
    wanted.remove(".inferra");
    let texts = |files: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, String> {
        files.iter().map(|(path, bytes)| (path.clone(), String::from_utf8_lossy(bytes).into_owned())).collect()
    };
    assert_eq!(texts(&actual), texts(&wanted), "{}", expected.display());
}

fn alone(app: &Path, target: Target, platform: &[PathBuf], environment: &str) -> Compilation {
    let options = Options { folder: "app", target, platform, environment: Some(environment), set: &[] };
    compile(&read(app).unwrap(), &options).unwrap()
}

/// Holds the module below `folder`, with the values of `environment` in it, against the module that `alone` has.
fn same_module(all: &Files, folder: &str, environment: &str, alone: &Files, what: &str) {
    let text = |files: &Files, path: &str| String::from_utf8(files[path].to_vec()).unwrap();
    let values = hcl::parse(&text(all, &format!("{folder}terraform/environments/{environment}.tfvars"))).unwrap();
    let values: BTreeMap<String, Expression> =
        values.into_attributes().map(|one| (one.key.as_str().to_owned(), one.expr)).collect();
    for path in alone.keys() {
        if path.starts_with("units/") || path.starts_with("sites/") || path == "wiring.patch" {
            assert!(all[&format!("{folder}{path}")] == alone[path], "{what}: {path}");
        }
        if path == "plan.json" {
            assert!(all[&format!("{folder}environments/{environment}/plan.json")] == alone[path], "{what}: {path}");
        }
        if path == "chart/values.yaml" {
            let own = format!("{folder}chart/environments/{environment}.yaml");
            let file = if all.contains_key(&own) { own } else { format!("{folder}{path}") };
            assert_eq!(said(&text(all, &file)), said(&text(alone, path)), "{what}: {path}");
        }
        if !["tf", "hcl"].contains(&extension(path)) || path.ends_with("versions.tf") {
            continue;
        }
        let mut unified = hcl::parse(&text(all, &format!("{folder}{path}"))).unwrap();
        if path.ends_with("variables.tf") {
            unified = undeclared(unified, &values);
        }
        if path.ends_with("backend.tf") {
            let more = format!("{folder}terraform/environments/{environment}");
            let file = all.keys().find(|path| path.starts_with(&more) && path.ends_with(".tfbackend")).unwrap();
            let both: Vec<_> = arguments(&unified).chain(arguments(&hcl::parse(&text(all, file)).unwrap())).collect();
            let wanted = arguments(&hcl::parse(&text(alone, path)).unwrap()).collect::<BTreeMap<_, _>>();
            assert_eq!(both.len(), wanted.len(), "{what}: nothing is said twice");
            assert_eq!(both.into_iter().collect::<BTreeMap<_, _>>(), wanted, "{what}: {path}");
            continue;
        }
        let mut alone = hcl::parse(&text(alone, path)).unwrap();
        if path.ends_with(".tftest.hcl") {
            let assumed = assumed(&mut unified, &values);
            if assumed.iter().any(|(name, value)| values[name] != *value) {
                // The answers that are made up are another environment's, as are the values that agree with them.
                for body in [&mut unified, &mut alone] {
                    *body = without(std::mem::take(body), "mock_provider");
                }
            }
        }
        assert_eq!(in_body(unified, &values), in_body(alone, &values), "{what}: {path}");
    }
}

/// Takes what a test says of the variables of environments out of it.
fn assumed(test: &mut Body, values: &BTreeMap<String, Expression>) -> BTreeMap<String, Expression> {
    let mut assumed = BTreeMap::new();
    let structures = std::mem::take(test).into_inner().into_iter().filter_map(|structure| match structure {
        Structure::Block(mut block) if block.identifier.as_str() == "variables" => {
            let (of_environments, own): (Vec<_>, Vec<_>) =
                block.body.into_attributes().partition(|one| values.contains_key(one.key.as_str()));
            assumed.extend(of_environments.into_iter().map(|one| (one.key.as_str().to_owned(), one.expr)));
            block.body = own.into_iter().collect();
            (block.body.iter().count() > 0).then_some(Structure::Block(block))
        }
        other @ (Structure::Block(_) | Structure::Attribute(_)) => Some(other),
    });
    *test = structures.collect();
    assumed
}

fn without(body: Body, kind: &str) -> Body {
    let is_of_kind = |structure: &Structure| structure.as_block().is_some_and(|it| it.identifier.as_str() == kind);
    body.into_inner().into_iter().filter(|structure| !is_of_kind(structure)).collect()
}

fn extension(path: &str) -> &str {
    path.rsplit('.').next().unwrap()
}

/// The lines that are no comments.
fn said(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.trim_start().starts_with('#')).collect()
}

/// A file of variables without those of `values`, each of which it declares, without a default.
fn undeclared(body: Body, values: &BTreeMap<String, Expression>) -> Body {
    let mut declared = Vec::new();
    let mut rest = Vec::new();
    for structure in body.into_inner() {
        let name = structure.as_block().unwrap().labels[0].as_str().to_owned();
        if values.contains_key(&name) {
            let arguments: BTreeMap<_, _> = arguments_of(&structure.as_block().unwrap().body).collect();
            assert!(!arguments.contains_key("default") && arguments["nullable"] == "false", "{name}");
            declared.push(name);
        } else {
            rest.push(structure);
        }
    }
    declared.sort();
    assert_eq!(declared, values.keys().cloned().collect::<Vec<_>>());
    rest.into_iter().collect()
}

/// The arguments of the one back end, or of a file for it.
fn arguments(body: &Body) -> impl Iterator<Item = (String, String)> {
    let nested = body.blocks().next().map_or_else(Vec::new, |block| {
        block.body.blocks().next().map_or_else(Vec::new, |backend| arguments_of(&backend.body).collect())
    });
    nested.into_iter().chain(arguments_of(body).collect::<Vec<_>>())
}

fn arguments_of(body: &Body) -> impl Iterator<Item = (String, String)> {
    body.attributes().map(|one| (one.key.as_str().to_owned(), one.expr.to_string()))
}

fn in_body(body: Body, values: &BTreeMap<String, Expression>) -> Body {
    let structures = body.into_inner().into_iter().map(|structure| match structure {
        Structure::Attribute(mut attribute) => {
            attribute.expr = put(attribute.expr, values);
            Structure::Attribute(attribute)
        }
        Structure::Block(mut block) => {
            block.body = in_body(block.body, values);
            Structure::Block(block)
        }
    });
    structures.collect()
}

/// `value` with `values` in the place of variables, and text in one piece.
#[expect(clippy::wildcard_enum_match_arm, reason = "hcl-rs's enum is open to us; the rest are leaves")]
fn put(value: Expression, values: &BTreeMap<String, Expression>) -> Expression {
    match value {
        Expression::Traversal(traversal) => {
            let variable = match (&traversal.expr, traversal.operators.as_slice()) {
                (Expression::Variable(root), [TraversalOperator::GetAttr(name)]) if root.as_str() == "var" => {
                    values.get(name.as_str()).cloned()
                }
                (_, _) => None,
            };
            variable.map_or(Expression::Traversal(traversal), |found| put(found, values))
        }
        Expression::Array(items) => items.into_iter().map(|item| put(item, values)).collect(),
        Expression::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| (key, put(value, values)));
            Expression::Object(entries.collect::<Object<ObjectKey, Expression>>())
        }
        Expression::FuncCall(mut call) => {
            call.args = call.args.into_iter().map(|argument| put(argument, values)).collect();
            Expression::FuncCall(call)
        }
        Expression::Operation(operation) => match *operation {
            Operation::Binary(mut binary) => {
                binary.lhs_expr = put(binary.lhs_expr, values);
                binary.rhs_expr = put(binary.rhs_expr, values);
                Expression::from(Operation::Binary(binary))
            }
            other @ Operation::Unary(_) => Expression::from(other),
        },
        Expression::TemplateExpr(template) => in_template(&Template::from_expr(&template).unwrap(), values),
        other => other,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "as in `put`: whatever is no text stays an interpolation")]
fn in_template(template: &Template, values: &BTreeMap<String, Expression>) -> Expression {
    let mut parts: Vec<Element> = Vec::new();
    for element in template.elements() {
        let part = match element {
            Element::Interpolation(part) => match put(part.expr.clone(), values) {
                Expression::String(text) => Element::Literal(text),
                other => Element::Interpolation(Interpolation::new(other)),
            },
            Element::Literal(_) | Element::Directive(_) => element.clone(),
        };
        match (parts.last_mut(), part) {
            (Some(Element::Literal(before)), Element::Literal(text)) => before.push_str(&text),
            (_, part) => parts.push(part),
        }
    }
    if let [Element::Literal(only)] = parts.as_slice() {
        return Expression::String(only.clone());
    }
    let quoted = parts.into_iter().fold(Template::new(), Template::add_element).to_string();
    Expression::from(TemplateExpr::QuotedString(quoted))
}

/// An application whose environments are `settings`.
fn shop(settings: &str) -> tempfile::TempDir {
    project(&[
        (
            "app/main.py",
            "from fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n",
        ),
        ("app/requirements.txt", "fastapi==0.121.0\n"),
        ("app/inferra.toml", settings),
    ])
}

const DEV_AND_PROD: &str = "[state]\nbackend = \"local\"\n\n[env.dev]\nexecution_unit.memory_mb = 256\nstate.local.path = \"dev.tfstate\"\n\n[env.prod]\nexecution_unit.memory_mb = 1024\nstate.local.path = \"prod.tfstate\"\n";

#[test]
fn environments_are_named_in_three_ways_and_one_alone_is_as_ever() {
    let folder = shop(DEV_AND_PROD);
    let compile = |options: &[&str], out: &str| {
        let arguments: Vec<_> = ["compile", "app", "--target", "aws-lambda", "-o", out].into_iter().collect();
        let run = inferra(&[arguments.as_slice(), options].concat(), folder.path());
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        (tree(&folder.path().join(out), &[]), String::from_utf8(run.stderr).unwrap())
    };
    let (several, said) = compile(&["--env", "prod,dev"], "a");
    assert!(said.contains("app, environments dev and prod, on aws-lambda"), "{said}");
    assert!(said.contains("in a/terraform, with a file of values for each"), "{said}");
    assert_eq!(several, compile(&["--env", "dev", "--env", "prod"], "b").0);
    assert_eq!(several, compile(&["--all-envs"], "c").0);
    let (alone, _) = compile(&["--env", "dev"], "d");
    assert_eq!(alone, compile(&["--env", "dev,dev"], "e").0, "one environment is one, however often it is named");
    assert!(!alone.contains_key("terraform/environments/dev.tfvars") && alone.contains_key("terraform/backend.tf"));
    // From one layout to the other and back: nothing of the other one stays, and what is the user's does.
    let mine = folder.path().join("a/terraform/terraform.tfstate");
    fs::write(&mine, "{}").unwrap();
    let (moved, _) = compile(&["--env", "dev"], "a");
    assert!(moved.keys().all(|path| !path.contains("environments/")) && mine.exists());
    fs::remove_file(&mine).unwrap();
    assert_eq!(compile(&["--all-envs"], "a").0, several);
    let print = inferra(&["check", "app", "--all-envs", "--print", "plan"], folder.path());
    let plans: serde_json::Value = serde_json::from_slice(&print.stdout).unwrap();
    assert_eq!(plans["prod"]["environment"], "prod");
    let said = String::from_utf8(print.stderr).unwrap();
    assert!(said.contains("next: inferra compile app --target aws-lambda --all-envs"), "{said}");
}

#[test]
fn what_is_wrong_with_one_environment_says_which() {
    let folder = shop(DEV_AND_PROD);
    let rule = "[[rule]]\nsetting = \"execution_unit.memory_mb\"\nmax = 512\n";
    fs::write(folder.path().join("rules.toml"), rule).unwrap();
    let platform = [folder.path().join("rules.toml")];
    let compilation = compiled_for_all(Target::AwsLambda, &folder.path().join("app"), &platform);
    let said: Vec<_> = compilation.diagnostics.iter().map(|one| (one.code, one.message.as_str())).collect();
    assert!(compilation.files.is_none());
    assert!(matches!(said[..], [(Code::SettingOutsideRule, message)] if message.ends_with("(in prod)")), "{said:?}");
}

#[test]
fn a_root_of_its_own_says_which_settings_it_follows_from() {
    let why = |dev: &str, prod: &str| {
        let settings = format!("[env.dev]\nnames.suffix = \"-dev\"\n{dev}\n[env.prod]\n{prod}\n");
        let folder = project(&[
            ("app/main.py", include_str!("../../fixtures/environments/values/main.py")),
            ("app/requirements.txt", "fastapi==0.121.0\n"),
            ("app/inferra.toml", &settings),
        ]);
        let compilation = compiled_for_all(Target::AwsLambda, &folder.path().join("app"), &[]);
        let said = compilation.diagnostics.iter().find(|one| one.code == Code::RootsApart);
        said.map(|one| one.help.clone().unwrap()).unwrap_or_default()
    };
    // A table that is adopted, and a gateway of another kind.
    let said = why("", "persist.kv.by_id.carts.existing = \"carts\"\nexpose.backing = \"rest_api\"");
    assert!(
        said.contains("`persist.kv.by_id.carts.existing = \"carts\"`") && said.contains("expose.backing"),
        "{said}"
    );
    // Days of recovery are a value like any other.
    assert_eq!(why("persist.kv.dynamodb.recovery_days = 7", ""), "");
    assert_eq!(why("tags.stage = \"a\"", "tags.stage = \"b\""), "");
}

#[test]
fn no_environment_is_an_error_and_other_commands_look_at_one() {
    let folder = shop("[execution_unit]\nmemory_mb = 256\n");
    let run = |arguments: &[&str]| {
        let output = inferra(arguments, folder.path());
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = run(&["check", "app", "--all-envs"]);
    assert!(code == Some(1) && said.contains("E0611") && said.contains("no file of settings has a table"), "{said}");
    fs::write(folder.path().join("app/inferra.toml"), "[env.dev\n").unwrap();
    let (code, said) = run(&["check", "app", "--all-envs"]);
    assert!(code == Some(1) && said.contains("E0601") && !said.contains("E0611"), "{said}");
    fs::remove_file(folder.path().join("app/inferra.toml")).unwrap();
    let (code, said) = run(&["check", "app", "--env", "dev,prod"]);
    assert!(code == Some(1) && said.contains("there is no environment `dev`"), "{said}");
    for command in [["config", "app"].as_slice(), &["retarget", "app", "--from", "eks", "--to", "ecs"]] {
        let (code, said) = run(&[command, &["--env", "dev,prod"]].concat());
        assert!(code == Some(2) && said.contains("this command looks at one environment"), "{said}");
    }
    let (code, said) = run(&["check", "app", "--all-envs", "--env", "dev"]);
    assert!(code == Some(2) && said.contains("cannot be used with"), "{said}");
}
