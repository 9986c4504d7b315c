//! What a platform team asks of a module before it lets it into an account, as far as the plan answers it.

use crate::plan::Plan;
use crate::resource::{LbReach, Resource};
use crate::terraform::{
    Address, Block, Body, Expression, Mode, Reference, call, call_with, different, equal, keyword, list, number, text,
};

/// A promise: it is kept where all of `conditions` hold.
pub(super) struct Check {
    /// The promise, for people.
    promise: &'static str,
    /// What is wrong where it is broken.
    broken: &'static str,
    conditions: Vec<Expression>,
}

impl Check {
    pub(super) fn block(self) -> Block {
        let mut conditions = self.conditions.into_iter();
        let condition = match (conditions.next(), conditions.len()) {
            (Some(only), 0) => only,
            (first, _) => call("alltrue", list(first.into_iter().chain(conditions))),
        };
        let body = Body::new().attribute("condition", condition).attribute("error_message", text(self.broken));
        Block::new("assert", &[], body).comment(self.promise)
    }
}

/// The promises that this plan makes; none of what is not in it.
pub(super) fn all(plan: &Plan) -> Vec<Check> {
    let checks = [
        Check {
            promise: "Stores are encrypted, where they are and on the way there.",
            broken: "a store is not encrypted at rest, or not in transit",
            conditions: stores(plan),
        },
        Check {
            promise: "Databases are reached from inside the network alone, protected as planned, and their passwords are RDS's own.",
            broken: "a database is public, without its password in Secrets Manager, or not protected or backed up as planned",
            conditions: databases(plan),
        },
        Check {
            promise: "Files are private, encrypted, and can be brought back.",
            broken: "a bucket is not private, not encrypted, or keeps no old versions",
            conditions: buckets(plan),
        },
        Check {
            promise: "A secret that was deleted can be brought back for as long as the settings say.",
            broken: "a secret has another recovery window than planned",
            conditions: secrets(plan),
        },
        Check {
            promise: "What waits in a queue or passes a topic is encrypted.",
            broken: "a queue or topic is not encrypted at rest",
            conditions: messages(plan),
        },
        Check {
            promise: "Log lines are deleted when the settings say, not kept for ever.",
            broken: "a log group has another retention than planned",
            conditions: logs(plan),
        },
        Check {
            promise: if lets_in_ranges(plan) {
                "A range of addresses is let in only where it was planned: every other rule names the one security group that may come."
            } else if is_public(plan) {
                "The internet reaches the gateways' load balancers alone: every other rule names the one security group that may come."
            } else {
                "Nothing is let in by its address: each rule names the one security group that may come."
            },
            broken: "a security group lets in a range of addresses",
            conditions: ways_in(plan),
        },
        Check {
            promise: if is_public(plan) {
                "Load balancers are reached from where it was planned."
            } else {
                "Load balancers are reached from inside the network alone."
            },
            broken: if is_public(plan) {
                "a load balancer faces the internet and should not, or the other way round"
            } else {
                "a load balancer faces the internet"
            },
            conditions: balancers(plan),
        },
        Check {
            promise: "A tag names one image for ever, and each image is looked through for known holes.",
            broken: "an image repository lets tags move, or does not scan",
            conditions: images(plan),
        },
        Check {
            promise: "The cluster's API is reached as planned, its secrets are encrypted, and every kind of its logs is kept.",
            broken: "the cluster's endpoint, encryption or logs differ from the plan",
            conditions: cluster(plan),
        },
        Check {
            promise: "Machines do not give their own credentials away, and their disks are encrypted.",
            broken: "a machine answers requests for its metadata without a session, from pods, or has a plain disk",
            conditions: machines(plan),
        },
        Check {
            promise: "Each unit is there, under its own role.",
            broken: "a unit or its role is not what was planned",
            conditions: units(plan),
        },
        Check {
            promise: "Whoever applies this module is told where the gateways answer.",
            broken: "the address of a gateway is not among the outputs",
            conditions: if is_kept(plan) { Vec::new() } else { gateways(plan) },
        },
    ];
    checks.into_iter().filter(|check| !check.conditions.is_empty()).collect()
}

/// Whether Terraform refuses to destroy a part of the plan. A test would leave it behind, so that it can make nothing, and does
/// not learn what is known once something is made.
pub(super) fn is_kept(plan: &Plan) -> bool {
    plan.resources.iter().any(|(_, it)| matches!(&it.resource, Resource::EfsFileSystem(files) if files.kept))
}

/// What `conditions` says of each resource that is made. What is only read promises what it promised to whoever made it.
fn each(plan: &Plan, conditions: impl Fn(&Address, &Resource) -> Vec<Expression>) -> Vec<Expression> {
    let made = plan.resources.iter().filter(|(address, _)| address.mode() == Mode::Managed);
    made.flat_map(|(address, planned)| conditions(address, &planned.resource)).collect()
}

fn stores(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, resource| {
        if matches!(resource, Resource::DbInstance(_) | Resource::RdsCluster(_)) {
            return vec![address.attribute("storage_encrypted").into()];
        }
        if let Resource::EfsFileSystem(_) = resource {
            return vec![address.attribute("encrypted").into()];
        }
        if let Resource::MemorydbCluster(_) = resource {
            return vec![address.attribute("tls_enabled").into()];
        }
        if matches!(resource, Resource::DbParameterGroup(_) | Resource::RdsClusterParameterGroup(_)) {
            let forced = [call("one", address.attribute("parameter")), text("value"), text("")];
            return vec![equal(call_with("lookup", forced), text("1"))];
        }
        let Resource::ReplicationGroup(_) = resource else { return Vec::new() };
        ["at_rest_encryption_enabled", "transit_encryption_enabled"].map(|it| address.attribute(it).into()).to_vec()
    })
}

fn databases(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, resource| {
        let private = equal(address.attribute("publicly_accessible"), false);
        let protected = |deletion: bool, backup_days: u32| {
            vec![
                equal(address.attribute("deletion_protection"), deletion),
                address.attribute("manage_master_user_password").into(),
                equal(address.attribute("backup_retention_period"), number(backup_days)),
            ]
        };
        if let Resource::RdsClusterInstance(_) = resource {
            return vec![private];
        }
        if let Resource::RdsCluster(cluster) = resource {
            return protected(cluster.deletion_protection, cluster.backup_retention_days);
        }
        let Resource::DbInstance(server) = resource else { return Vec::new() };
        let mut conditions = vec![private];
        conditions.extend(protected(server.deletion_protection, server.backup_retention_days));
        conditions
    })
}

fn buckets(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, _| match address.kind() {
        "aws_s3_bucket_public_access_block" => {
            ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]
                .map(|it| address.attribute(it).into())
                .to_vec()
        }
        "aws_s3_bucket_ownership_controls" => {
            let rule = address.attribute("rule").element(0);
            vec![equal(rule.attribute("object_ownership"), text("BucketOwnerEnforced"))]
        }
        "aws_s3_bucket_server_side_encryption_configuration" => {
            let rule = call("one", address.attribute("rule"));
            vec![equal(call("length", list([rule])), number(1_u32))]
        }
        "aws_s3_bucket_versioning" => {
            let status = address.attribute("versioning_configuration").element(0).attribute("status");
            vec![equal(status, text("Enabled"))]
        }
        _ => Vec::new(),
    })
}

fn secrets(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, resource| {
        let Resource::Secret(secret) = resource else { return Vec::new() };
        vec![equal(address.attribute("recovery_window_in_days"), number(secret.recovery_window_days))]
    })
}

fn messages(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, _| match address.kind() {
        "aws_sqs_queue" => vec![address.attribute("sqs_managed_sse_enabled").into()],
        "aws_sns_topic" => vec![equal(address.attribute("kms_master_key_id"), text("alias/aws/sns"))],
        "aws_cloudwatch_event_target" => {
            // Which queue it is, is not known before it is made: a module that keeps something is only planned.
            vec![equal(call("length", address.attribute("dead_letter_config")), number(1_u32))]
        }
        _ => Vec::new(),
    })
}

fn logs(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, resource| {
        let Resource::LogGroup(group) = resource else { return Vec::new() };
        vec![equal(address.attribute("retention_in_days"), number(group.retention_days))]
    })
}

fn ways_in(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, resource| match (address.kind(), resource) {
        (_, Resource::PublicIngressRule(rule)) => vec![equal(address.attribute("to_port"), number(rule.port))],
        (_, Resource::VpcIngressRule(rule)) => {
            vec![equal(address.attribute("cidr_ipv4"), rule.vpc.attribute("cidr_block"))]
        }
        (_, Resource::ClusterApiIngressRule(rule)) => {
            vec![equal(address.attribute("cidr_ipv4"), text(&rule.network))]
        }
        ("aws_vpc_security_group_ingress_rule", _) => vec![equal(address.attribute("cidr_ipv4"), keyword("null"))],
        _ => Vec::new(),
    })
}

/// Whether what is in a range of addresses comes in: all of a VPC, or who installs charts.
fn lets_in_ranges(plan: &Plan) -> bool {
    let is_range =
        |resource: &Resource| matches!(resource, Resource::VpcIngressRule(_) | Resource::ClusterApiIngressRule(_));
    plan.resources.iter().any(|(_, planned)| is_range(&planned.resource))
}

/// Whether the internet reaches a load balancer.
fn is_public(plan: &Plan) -> bool {
    plan.resources.iter().any(|(_, planned)| matches!(planned.resource, Resource::PublicIngressRule(_)))
}

fn balancers(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, resource| {
        let Resource::Lb(balancer) = resource else { return Vec::new() };
        let internal = address.attribute("internal");
        vec![match balancer.reach {
            LbReach::Internal => internal.into(),
            LbReach::Public { .. } => equal(internal, false),
        }]
    })
}

fn images(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, resource| {
        let Resource::EcrRepository(_) = resource else { return Vec::new() };
        let scan = address.attribute("image_scanning_configuration").element(0).attribute("scan_on_push");
        vec![equal(address.attribute("image_tag_mutability"), text("IMMUTABLE")), scan.into()]
    })
}

fn cluster(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, resource| {
        let Resource::EksCluster(cluster) = resource else { return Vec::new() };
        let network = || address.attribute("vpc_config").element(0);
        let secrets = address.attribute("encryption_config").element(0).attribute("resources");
        vec![
            network().attribute("endpoint_private_access").into(),
            equal(network().attribute("endpoint_public_access"), cluster.public_access.is_some()),
            equal(call("one", secrets), text("secrets")),
            equal(call("length", address.attribute("enabled_cluster_log_types")), number(5_u32)),
        ]
    })
}

fn machines(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, resource| {
        let Resource::LaunchTemplate(_) = resource else { return Vec::new() };
        let metadata = || address.attribute("metadata_options").element(0);
        let disk = address.attribute("block_device_mappings").element(0).attribute("ebs").element(0);
        vec![
            equal(metadata().attribute("http_tokens"), text("required")),
            equal(metadata().attribute("http_put_response_hop_limit"), number(1_u32)),
            call("tobool", disk.attribute("encrypted")),
        ]
    })
}

fn units(plan: &Plan) -> Vec<Expression> {
    each(plan, |address, resource| {
        if let Resource::LambdaFunction(function) = resource {
            return vec![equal(address.attribute("function_name"), text(&function.function_name))];
        }
        if let Resource::EksPodIdentity(association) = resource {
            return vec![equal(address.attribute("service_account"), text(&association.service_account.name))];
        }
        if let Resource::EcsService(service) = resource {
            return vec![equal(address.attribute("name"), text(&service.name))];
        }
        let Resource::IamRole(role) = resource else { return Vec::new() };
        vec![equal(address.attribute("name"), text(&role.name))]
    })
}

fn gateways(plan: &Plan) -> Vec<Expression> {
    plan.gateways.values().map(|gateway| different(Reference::output(&gateway.output), text(""))).collect()
}
