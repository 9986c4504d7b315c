//! What the provider would have learnt from AWS. Terraform makes the rest up, but knows no formats.

use std::collections::{BTreeMap, BTreeSet};

use super::adopted;
use crate::plan::Plan;
use crate::resource::{ReplicationGroup, Resource};
use crate::terraform::{Block, Body, Expression, Key, Mode, list, number, object, references, text};

/// The account in AWS's own examples.
pub(super) const ACCOUNT: &str = "123456789012";
pub(super) const REGION: &str = "eu-central-1";

/// The provider without AWS behind it.
pub(super) fn provider(plan: &Plan) -> Block {
    let of_resources = plan.resources.iter().flat_map(|(_, planned)| planned.body().references());
    let of_outputs = plan.outputs.values().flat_map(|output| references(&output.value));
    let used: BTreeSet<Vec<String>> = of_resources.chain(of_outputs).collect();

    let mut defaults: BTreeMap<(Mode, &str), BTreeMap<&'static str, Expression>> = BTreeMap::new();
    for (kind, attribute) in used.iter().filter_map(|path| arn_used(path)) {
        defaults.entry((Mode::Managed, kind)).or_default().insert(attribute, text(arn(kind)));
    }
    let existing: Vec<_> = plan
        .resources
        .iter()
        .filter_map(|(address, planned)| Some((address, adopted::answer(plan, address, &planned.resource)?)))
        .collect();
    for (address, _) in plan.resources.iter().filter(|(address, _)| existing.iter().all(|(it, _)| it != address)) {
        for (attribute, value) in learnt(plan, address.kind(), &used) {
            defaults.entry((address.mode(), address.kind())).or_default().insert(attribute, value);
        }
    }
    let body = defaults.into_iter().fold(Body::new(), |body, ((mode, kind), values)| {
        let block = match mode {
            Mode::Managed => "mock_resource",
            Mode::Data => "mock_data",
        };
        let values = object(values.into_iter().map(|(name, value)| (Key::Name(name), value)));
        body.nested(Block::new(block, &[kind], Body::new().attribute("defaults", values)))
    });
    let body = existing.into_iter().fold(body, |body, (address, values)| {
        let values = object(values.into_iter().map(|(name, value)| (Key::Name(name), value)));
        let of_one = Body::new().attribute("target", address.whole()).attribute("values", values);
        body.nested(Block::new("override_data", &[], of_one))
    });
    Block::new("mock_provider", &["aws"], body)
        .comment("What AWS would answer, as far as its form matters. Whatever is not here Terraform makes up.")
}

/// The resource type and the attribute of a reference to an ARN: each argument that takes one is checked to be one.
fn arn_used(path: &[String]) -> Option<(&str, &'static str)> {
    match path {
        [kind, _, attribute] if kind != "data" => {
            Some((kind, ["arn", "execution_arn", "invoke_arn"].into_iter().find(|known| known == attribute)?))
        }
        _ => None,
    }
}

/// An ARN of a thing of the type `kind`.
fn arn(kind: &str) -> String {
    let name = kind.strip_prefix("aws_").unwrap_or(kind);
    let (service, thing) = name.split_once('_').unwrap_or((name, name));
    let (service, region) = match service {
        "api" | "apigatewayv2" => ("execute-api", REGION),
        "cloudwatch" if thing.starts_with("event_") => ("events", REGION),
        "cloudwatch" => ("logs", REGION),
        "iam" => ("iam", ""),
        "lb" => ("elasticloadbalancing", REGION),
        service => (service, REGION),
    };
    format!("arn:aws:{service}:{region}:{ACCOUNT}:{}/mock", thing.replace('_', "-"))
}

/// What else AWS knows of a resource, and others take from it in a certain form.
fn learnt(plan: &Plan, kind: &str, used: &BTreeSet<Vec<String>>) -> Vec<(&'static str, Expression)> {
    match kind {
        "aws_availability_zones" => vec![("names", list(zones(plan).into_iter().map(text)))],
        "aws_caller_identity" => vec![("account_id", text(ACCOUNT))],
        "aws_memorydb_cluster" => vec![("cluster_endpoint", endpoint())],
        "aws_elasticache_serverless_cache" => vec![("endpoint", endpoint())],
        "aws_db_instance" | "aws_rds_cluster" => vec![("master_user_secret", password())],
        "aws_eks_addon_version" => vec![("version", text("v1.0.0-eksbuild.1"))],
        "aws_eks_cluster" if used.iter().flatten().any(|name| name == "issuer") => vec![("identity", issuer())],
        "aws_iam_policy_document" => vec![("json", text(r#"{"Version":"2012-10-17","Statement":[]}"#))],
        "aws_launch_template" => vec![("id", text("lt-0123456789abcdef0"))],
        "aws_partition" => vec![("partition", text("aws"))],
        "aws_region" => vec![("name", text(REGION))],
        // Nothing whose form matters is asked of any other.
        _ => Vec::new(),
    }
}

/// As many zones as the subnets are spread over.
fn zones(plan: &Plan) -> Vec<String> {
    let zones = plan.resources.iter().filter_map(|(_, planned)| {
        let Resource::Subnet(subnet) = &planned.resource else { return None };
        Some(subnet.zone)
    });
    let last = zones.max().unwrap_or_default();
    ('a'..='z').take(last + 1).map(|letter| format!("{REGION}{letter}")).collect()
}

pub(super) fn password() -> Expression {
    let arn = format!("arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!db-mock");
    list([object([(Key::Name("secret_arn"), text(arn))])])
}

/// Where a store answers, in a list of one as the provider has it.
pub(super) fn endpoint() -> Expression {
    list([object([(Key::Name("address"), text("mock.example")), (Key::Name("port"), number(ReplicationGroup::PORT))])])
}

pub(super) fn issuer() -> Expression {
    let issuer = format!("https://oidc.eks.{REGION}.amazonaws.com/id/MOCK");
    let provider = object([(Key::Name("issuer"), text(issuer))]);
    list([object([(Key::Name("oidc"), list([provider]))])])
}
