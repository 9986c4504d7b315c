//! Every attribute and block that is emitted exists in the AWS provider, can be set there, and none that must be set is
//! missing. `tests/aws_provider_schema.json` is made from the provider's own schema by `tests/reduce_schema.py`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use hcl::{Block, Body};
use serde::Deserialize;

use inferra::config::Target;

use crate::project::{compiled_for, fixture_apps, root, targets};

/// What Terraform itself takes in any resource: <https://developer.hashicorp.com/terraform/language/resources/syntax>.
const META: [&str; 4] = ["depends_on", "for_each", "lifecycle", "provider"];

/// What makes each resource appear that there is.
const VARIANTS: [(Target, &[&str]); 6] = [
    (Target::AwsLambda, &[]),
    (Target::AwsLambda, &["persist.orm.backing=aurora_postgres", "persist.orm.aurora_postgres.min_capacity_units=0"]),
    (Target::AwsLambda, &["persist.redis_node.backing=memorydb", "persist.redis_cluster.backing=memorydb"]),
    (Target::Ecs, &["persist.redis_node.backing=elasticache_serverless"]),
    (Target::Eks, &[]),
    (Target::Eks, &["eks.nodes=fargate", "execution_unit.architecture=x86_64", "eks.public_access=203.0.113.0/24"]),
];

/// What makes each data source appear of something that is there already.
const ADOPTING: [(Target, &[&str]); 4] = [
    (Target::AwsLambda, &["persist.orm.by_id.warehouse.existing_secret=acme/warehouse"]),
    (Target::AwsLambda, &["persist.orm.backing=aurora_postgres", "persist.redis_node.backing=memorydb"]),
    (
        Target::Ecs,
        &[
            "persist.redis_node.backing=elasticache_serverless",
            "ecs.existing=shared",
            "network.existing.endpoints=create",
            "network.existing.route_table_ids=rtb-0123456789abcdef0",
        ],
    ),
    (Target::Eks, &["eks.existing=shared", "eks.existing_pod_identity=oidc"]),
];

#[derive(Deserialize)]
struct Provider {
    resource: BTreeMap<String, Schema>,
    data_source: BTreeMap<String, Schema>,
}

#[derive(Deserialize)]
struct Schema {
    required: BTreeSet<String>,
    optional: BTreeSet<String>,
    blocks: BTreeMap<String, Self>,
}

#[test]
fn emitted_resources_fit_the_provider() {
    let text = fs::read_to_string(root().join("tests/aws_provider_schema.json")).unwrap();
    let provider: Provider = serde_json::from_str(&text).unwrap();
    let mut checked = BTreeSet::new();
    let (apps, adopting) = (fixture_apps(), root().join("fixtures/adopted/shop"));
    let adopted = ADOPTING.map(|variant| (&adopting, variant));
    for (app, (target, set)) in apps.iter().flat_map(|app| VARIANTS.map(|variant| (app, variant))).chain(adopted) {
        if !targets(app).contains(&target) {
            continue;
        }
        let files = compiled_for(target, app, "app", set).files.unwrap();
        let of_module =
            |path: &str| path.starts_with("terraform/") && Path::new(path).extension().is_some_and(|it| it == "tf");
        for (path, bytes) in files.iter().filter(|(path, _)| of_module(path)) {
            let body: Body = hcl::from_slice(bytes).unwrap_or_else(|error| panic!("{path}: {error}"));
            for block in body.blocks() {
                let types = match block.identifier.as_str() {
                    "resource" => &provider.resource,
                    "data" => &provider.data_source,
                    _ => continue,
                };
                let kind = block.labels[0].as_str();
                let schema = types.get(kind).unwrap_or_else(|| panic!("{path}: {kind} is not in the reduced schema"));
                check(&format!("{path}: {kind}.{}", block.labels[1].as_str()), block, schema);
                checked.insert(kind.to_owned());
            }
        }
    }
    assert!(checked.len() > 55, "only {checked:?} were checked");
}

fn check(place: &str, block: &Block, schema: &Schema) {
    let mut missing = schema.required.clone();
    for attribute in block.body.attributes().filter(|attribute| !META.contains(&attribute.key.as_str())) {
        let name = attribute.key.as_str();
        assert!(schema.required.contains(name) || schema.optional.contains(name), "{place}: `{name}` cannot be set");
        missing.remove(name);
    }
    assert!(missing.is_empty(), "{place}: {missing:?} must be set");
    for inner in block.body.blocks().filter(|inner| !META.contains(&inner.identifier.as_str())) {
        let name = inner.identifier.as_str();
        let schema = schema.blocks.get(name).unwrap_or_else(|| panic!("{place}: there is no block `{name}`"));
        check(&format!("{place} {name}"), inner, schema);
    }
}
