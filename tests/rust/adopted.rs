//! What is there already is adopted: the whole output of an application whose data was there before it.

use std::path::PathBuf;

use inferra::config::Target;
use pretty_assertions::assert_eq;

use crate::goldens::compiles_to_what_is_expected;
use crate::project::{compiled_for, root};

fn shop() -> PathBuf {
    root().join("fixtures/adopted/shop")
}

#[test]
fn an_application_whose_data_was_there_before_compiles_to_what_is_expected() {
    compiles_to_what_is_expected(&shop(), Target::AwsLambda);
}

#[test]
fn nothing_is_made_of_what_is_adopted() {
    let plan = |target, set: &[&str]| {
        let files = compiled_for(target, &shop(), "shop", set).files.unwrap();
        serde_json::from_slice::<serde_json::Value>(&files["plan.json"]).unwrap()
    };
    let of_database = [
        "persist.orm.backing=aurora_postgres",
        "persist.redis_node.backing=memorydb",
        "persist.secret.backing=parameter_store",
        "persist.secret.by_id.signing-key.existing=/acme/signing-key",
    ];
    let made = [
        "aws_vpc.",
        "aws_subnet.",
        "aws_nat_gateway.",
        "aws_route",
        "aws_dynamodb_table.",
        "aws_s3_bucket.",
        "aws_secretsmanager_secret.",
        "aws_ssm_parameter.",
        "aws_sns_topic.",
        "aws_db_",
        "aws_rds_",
        "aws_elasticache",
        "aws_memorydb",
    ];
    for target in [Target::AwsLambda, Target::Ecs, Target::Eks] {
        for set in [&[][..], &of_database] {
            let plan = plan(target, set);
            for address in plan["resources"].as_object().unwrap().keys() {
                assert!(made.iter().all(|kind| !address.starts_with(kind)), "{target}: {address}");
            }
            for (id, store) in plan["stores"].as_object().unwrap() {
                assert_eq!(store["existing"], true, "{id}");
            }
            assert_eq!(plan["topics"]["orders"]["events"]["placed"]["existing"], true);
        }
    }
}

#[test]
fn the_picture_says_what_is_there_already() {
    let files = compiled_for(Target::AwsLambda, &shop(), "shop", &[]).files.unwrap();
    let picture = String::from_utf8(files["topology.mmd"].to_vec()).unwrap();
    assert!(picture.contains("DynamoDB, existing") && picture.contains("SNS, existing"), "{picture}");
}
