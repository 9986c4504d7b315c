//! What `inferra retarget` says of a move, held against the two compiles that it speaks of.

use std::collections::BTreeSet;

use inferra::config::Target;
use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::project::{fixture_apps, inferra, project, root, targets};

fn compared(app: &str, from: &str, to: &str) -> Value {
    let run = inferra(&["retarget", app, "--from", from, "--to", to, "--format", "json"], root());
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

/// The addresses of the blocks of a compile's Terraform.
fn resources(app: &str, target: &str) -> BTreeSet<String> {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("out");
    let run = inferra(&["compile", app, "--target", target, "-o", folder.to_str().unwrap()], root());
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let files = crate::project::tree(&folder.join("terraform"), &["tests"]);
    let text: String = files.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    let blocks = text.lines().filter_map(|line| line.strip_prefix("resource \"")?.strip_suffix("\" {"));
    blocks.map(|names| names.replace("\" \"", ".")).collect()
}

fn texts(value: &Value) -> BTreeSet<String> {
    if let Some(entries) = value.as_object() {
        return entries.keys().cloned().collect();
    }
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_resource_of_both_sides_is_accounted_for_once() {
    for app in fixture_apps() {
        let names: Vec<_> = targets(&app).into_iter().map(Target::name).collect();
        let app = app.to_str().unwrap();
        let moves = [("aws-lambda", "eks"), ("eks", "ecs"), ("ecs", "aws-lambda")];
        for (from, to) in moves.into_iter().filter(|(from, to)| names.contains(from) && names.contains(to)) {
            let comparison = compared(app, from, to);
            let part = |name: &str| texts(&comparison[name]);
            let stays: BTreeSet<_> = part("kept").union(&part("changed")).cloned().collect();
            assert!(part("kept").is_disjoint(&part("changed")));
            assert_eq!(stays.union(&part("removed")).cloned().collect::<BTreeSet<_>>(), resources(app, from));
            assert_eq!(stays.union(&part("added")).cloned().collect::<BTreeSet<_>>(), resources(app, to));
        }
    }
}

#[test]
fn a_move_to_the_same_place_changes_nothing() {
    for app in fixture_apps() {
        let comparison = compared(app.to_str().unwrap(), "eks", "eks");
        for part in ["changed", "added", "removed"] {
            assert_eq!(texts(&comparison[part]), BTreeSet::new());
        }
    }
}

#[test]
fn addresses_and_data_stay_and_what_is_needed_is_said() {
    let app = root().join("fixtures/apps/python-fastapi-redis");
    let run = inferra(&["retarget", app.to_str().unwrap(), "--from", "aws-lambda", "--to", "eks"], root());
    let text = String::from_utf8(run.stdout).unwrap();
    for expected in [
        "python-fastapi-redis: aws-lambda -> eks\n  unit main: Lambda -> EKS\n",
        "  aws_iam_role.main: assume_role_policy\n",
        "  gateway redis-gw keeps its address: aws_apigatewayv2_api.redis_gw stays\n",
        "  store redis keeps its data: aws_elasticache_replication_group.redis stays\n",
        "  an image of main, built from its Dockerfile",
        "  the AWS Load Balancer Controller in the cluster",
    ] {
        assert!(text.contains(expected), "{expected}\nis not in\n{text}");
    }
    let app = root().join("fixtures/apps/typescript-express-pubsub");
    let back = compared(app.to_str().unwrap(), "ecs", "aws-lambda");
    let needed = texts(&back["requirements"]);
    let empty = needed.iter().any(|line| line.starts_with("an empty aws_sqs_queue.receiver_events ("));
    assert!(empty, "events that wait would be lost in silence: {needed:?}");
}

#[test]
fn a_place_where_the_application_cannot_run_is_reported() {
    let text = "from fastapi import FastAPI\n\n# @klotho::expose { id = \"api\", target = \"public\" }\napp = FastAPI()\n\n\n@app.get(\"/\")\ndef index(): ...\n";
    let folder = project(&[
        ("requirements.txt", "fastapi\n"),
        ("main.py", text),
        ("inferra.toml", "[eks]\nnodes = \"fargate\"\n"),
    ]);
    let run = inferra(&["retarget", ".", "--from", "aws-lambda", "--to", "eks"], folder.path());
    assert_eq!(run.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&run.stderr).contains("error[E0704]"));
    assert!(run.stdout.is_empty());
}
