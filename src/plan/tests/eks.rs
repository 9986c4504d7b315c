//! Units on EKS: the cluster, what pods run on, and what ties them to roles.

use pretty_assertions::assert_eq;

use super::*;

const FARGATE: &[&str] = &["eks.nodes=fargate", "execution_unit.architecture=x86_64"];

fn on_eks(application: &Application, overrides: &[&str]) -> Plan {
    let (plan, diagnostics) = planned_for(application, overrides, Target::Eks);
    assert_eq!(diagnostics, []);
    plan
}

/// The block of a resource, without comments and as written.
fn written(plan: &Plan, address: &str) -> String {
    let files = crate::emit::terraform::emit(plan);
    let (head, name) = address.rsplit_once('.').unwrap();
    let kind = match head.strip_prefix("data.") {
        Some(kind) => format!("data \"{kind}\""),
        None => format!("resource \"{head}\""),
    };
    let start = format!("{kind} \"{name}\" {{\n");
    let text = files.values().find_map(|file| Some(&file[file.find(&start)?..])).unwrap();
    text[..text.find("\n}\n").unwrap()].to_owned()
}

fn resource<'a>(plan: &'a Plan, address: &str) -> &'a PlannedResource {
    plan.resources.iter().find(|(it, _)| it.to_string() == address).unwrap().1
}

/// What is made before the resource at `address`, directly.
fn before(plan: &Plan, address: &str) -> BTreeSet<String> {
    resource(plan, address).resource.dependencies()
}

type Statements = Vec<(Vec<&'static str>, Vec<String>, Vec<(String, String)>)>;

/// Actions, resources and conditions of a policy document.
fn statements(plan: &Plan, name: &str) -> Statements {
    let planned = resource(plan, &format!("data.aws_iam_policy_document.{name}"));
    let Resource::IamPolicyDocument(document) = &planned.resource else { panic!("{name} is no document") };
    let text = |values: &[Expression]| values.iter().map(crate::terraform::inline).collect::<Vec<_>>();
    let statements = document.statements.iter().map(|it| {
        let conditions =
            it.conditions.iter().map(|it| (crate::terraform::inline(&it.variable), text(&it.values).join(" ")));
        (it.actions.clone(), text(&it.resources), conditions.collect())
    });
    statements.collect()
}

#[test]
fn every_reference_of_a_cluster_has_a_resource() {
    let variants = [&[][..], FARGATE, &["execution_unit.by_id.worker.compute=lambda"]];
    for (application, overrides) in [redis(), pubsub(), both()].iter().flat_map(|it| variants.map(|set| (it, set))) {
        let known = application.units.contains_key("worker") || overrides.iter().all(|it| !it.contains("worker"));
        let (plan, _) = planned_for(application, if known { overrides } else { &[] }, Target::Eks);
        let all: BTreeSet<_> = plan.resources.iter().map(|(address, _)| address.to_string()).collect();
        for (address, planned) in plan.resources.iter() {
            let mut missing = planned.resource.dependencies();
            missing.retain(|it| !all.contains(it));
            assert!(missing.is_empty(), "{address} refers to {missing:?}");
            assert!(!planned.provenance.origins.is_empty() && !planned.provenance.rule.is_empty(), "{address}");
        }
        assert_eq!(plan.resources.taken().count(), 0);
    }
}

#[test]
fn the_cluster_is_private_and_what_it_keeps_is_encrypted() {
    let plan = on_eks(&redis(), &[]);
    let cluster = written(&plan, "aws_eks_cluster.main");
    for line in [
        "endpoint_private_access = true",
        "endpoint_public_access  = false",
        "key_arn = aws_kms_key.cluster.arn",
        "bootstrap_self_managed_addons = false",
        "support_type = \"STANDARD\"",
    ] {
        assert!(cluster.contains(line), "{line} is not in {cluster}");
    }
    assert!(!cluster.contains("public_access_cidrs"));
    // Or else EKS makes the log group itself, and the role goes before the interfaces that it has to remove.
    assert!(
        before(&plan, "aws_eks_cluster.main").is_superset(&BTreeSet::from(
            [
                "aws_cloudwatch_log_group.cluster",
                "aws_iam_role_policy_attachment.cluster_control_plane_cluster",
                "aws_iam_role_policy_attachment.cluster_control_plane_vpc_resource_controller",
            ]
            .map(str::to_owned)
        ))
    );

    let open = on_eks(&redis(), &["eks.public_access=203.0.113.0/24"]);
    let cluster = written(&open, "aws_eks_cluster.main");
    assert!(cluster.contains("endpoint_public_access  = true"), "{cluster}");
    assert!(cluster.contains("public_access_cidrs     = [\"203.0.113.0/24\"]"), "{cluster}");
}

#[test]
fn pods_have_a_network_and_credentials_before_there_is_a_machine() {
    let plan = on_eks(&redis(), &[]);
    let group = before(&plan, "aws_eks_node_group.arm64");
    for needed in [
        "aws_eks_addon.eks_pod_identity_agent",
        "aws_eks_addon.kube_proxy",
        "aws_eks_addon.vpc_cni",
        "aws_iam_role_policy_attachment.cluster_nodes_ec2_container_registry_pull_only",
        "aws_iam_role_policy_attachment.cluster_nodes_worker_node",
        "aws_route.private_1",
        "aws_route_table_association.private_2",
    ] {
        assert!(group.contains(needed), "{needed} is not in {group:?}");
    }
    let network = before(&plan, "aws_eks_addon.vpc_cni");
    assert!(network.contains("aws_eks_addon.eks_pod_identity_agent"));
    assert!(network.contains("aws_iam_role_policy_attachment.cluster_pod_network_cni"));
    for later in ["aws_eks_addon.coredns", "aws_eks_addon.metrics_server"] {
        assert!(before(&plan, later).contains("aws_eks_node_group.arm64"), "{later}");
    }
    // The machines' own role does not change the network: a pod that gets hold of it cannot either.
    let attached = addresses(&plan, "aws_iam_role_policy_attachment");
    assert!(attached.iter().all(|it| !(it.contains("nodes") && it.contains("cni"))), "{attached:?}");
}

#[test]
fn there_are_machines_for_each_processor_that_a_unit_is_for() {
    let plan = on_eks(&pubsub(), &[]);
    assert_eq!(addresses(&plan, "aws_eks_node_group"), ["aws_eks_node_group.arm64"]);
    let plan = on_eks(&pubsub(), &["execution_unit.by_id.receiver.architecture=x86_64"]);
    assert_eq!(addresses(&plan, "aws_eks_node_group"), ["aws_eks_node_group.arm64", "aws_eks_node_group.x86_64"]);
    assert!(written(&plan, "aws_eks_node_group.x86_64").contains("AL2023_x86_64_STANDARD"));
    assert!(written(&plan, "aws_launch_template.x86_64").contains("instance_type          = \"m7i.large\""));
    let later = before(&plan, "aws_eks_addon.coredns");
    assert!(later.contains("aws_eks_node_group.arm64") && later.contains("aws_eks_node_group.x86_64"));
    // A unit elsewhere asks for none.
    let elsewhere = ["execution_unit.by_id.receiver.architecture=x86_64", "execution_unit.by_id.receiver.compute=ecs"];
    assert_eq!(addresses(&on_eks(&pubsub(), &elsewhere), "aws_eks_node_group"), ["aws_eks_node_group.arm64"]);
}

#[test]
fn only_a_units_own_pods_have_its_role() {
    let plan = on_eks(&pubsub(), &["eks.namespace=shop-live"]);
    let condition = |key: &str, value: &str| (format!("\"aws:RequestTag/{key}\""), value.to_owned());
    assert_eq!(
        statements(&plan, "trust_sender"),
        [(
            vec!["sts:AssumeRole", "sts:TagSession"],
            vec![],
            vec![
                condition("eks-cluster-arn", "aws_eks_cluster.main.arn"),
                condition("kubernetes-namespace", "\"shop-live\""),
                condition("kubernetes-service-account", "\"sender\""),
            ]
        )]
    );
    assert_eq!(allowed(&plan, "sender"), ["sns:Publish"]);
    assert_eq!(allowed(&plan, "receiver"), ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]);
    let association = written(&plan, "aws_eks_pod_identity_association.sender");
    assert!(association.contains("namespace       = \"shop-live\"") && association.contains("aws_iam_role.sender.arn"));
    assert_eq!(plan.kubernetes.unwrap().namespace, "shop-live");
    // A unit that calls nothing of AWS may do nothing.
    assert_eq!(addresses(&on_eks(&redis(), &[]), "aws_iam_role_policy"), ["aws_iam_role_policy.cluster_balancing"]);
}

#[test]
fn pods_may_ask_for_names_and_be_asked_how_they_are() {
    let plan = on_eks(&redis(), &[]);
    let rules = |kind: &str| {
        let mut all = addresses(&plan, &format!("aws_vpc_security_group_{kind}_rule"));
        all.retain(|it| it.contains("cluster"));
        all.into_iter().map(|it| it.rsplit('.').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rules("egress"), ["main_to_cluster_dns_udp", "main_to_cluster_dns_tcp"]);
    assert_eq!(
        rules("ingress"),
        ["cluster_dns_udp_from_main", "cluster_dns_tcp_from_main", "main_health_from_cluster"]
    );
    let probes = written(&plan, "aws_vpc_security_group_ingress_rule.main_health_from_cluster");
    assert!(probes.contains("aws_eks_cluster.main.vpc_config[0].cluster_security_group_id"), "{probes}");
    assert!(probes.contains("from_port                    = 8081"), "{probes}");
}

#[test]
fn the_balancers_controller_registers_pods_and_does_nothing_else() {
    let plan = on_eks(&pubsub(), &[]);
    let expected: Statements = vec![
        (
            vec!["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
            vec!["aws_lb_target_group.sender.arn".to_owned()],
            vec![],
        ),
        (
            vec![
                "elasticloadbalancing:DescribeTargetGroups",
                "elasticloadbalancing:DescribeTargetHealth",
                "ec2:DescribeInstances",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeVpcs",
            ],
            vec!["\"*\"".to_owned()],
            vec![],
        ),
    ];
    assert_eq!(statements(&plan, "policy_cluster_balancing"), expected);
    assert!(plan.outputs.contains_key("load_balancer_controller_values"));

    // Nothing to register, nobody to do it.
    let elsewhere = on_eks(&pubsub(), &["execution_unit.by_id.sender.compute=lambda"]);
    assert!(!elsewhere.outputs.contains_key("load_balancer_controller_values"));
    assert_eq!(
        addresses(&elsewhere, "aws_eks_pod_identity_association"),
        ["aws_eks_pod_identity_association.receiver"]
    );
}

#[test]
fn the_chart_is_told_what_only_terraform_knows() {
    let plan = on_eks(&redis(), &[]);
    assert_eq!(
        crate::terraform::inline(&plan.outputs["chart_values"].value),
        "{ units = { \"main\" = { image = { repository = aws_ecr_repository.main.repository_url }, \
         env = tomap({ INFERRA_PERSIST_REDIS_HOST = aws_elasticache_replication_group.redis.primary_endpoint_address, \
         INFERRA_PERSIST_REDIS_PORT = aws_elasticache_replication_group.redis.port }), \
         securityGroups = [aws_security_group.unit_main.id], targetGroupArn = aws_lb_target_group.main.arn } }, \
         network = { cidr = aws_vpc.main.cidr_block } }"
    );
    let name = crate::terraform::inline(&plan.outputs["cluster_name"].value);
    assert_eq!(name, "aws_eks_cluster.main.name");
}

#[test]
fn on_fargate_pods_prove_who_they_are_by_a_token() {
    let plan = on_eks(&redis(), FARGATE);
    assert_eq!(addresses(&plan, "aws_eks_addon"), ["aws_eks_addon.coredns", "aws_eks_addon.metrics_server"]);
    assert!(written(&plan, "aws_eks_addon.coredns").contains("computeType = \"Fargate\""));
    assert!(before(&plan, "aws_eks_addon.coredns").contains("aws_eks_fargate_profile.system"));
    assert_eq!(
        addresses(&plan, "aws_eks_fargate_profile"),
        ["aws_eks_fargate_profile.system", "aws_eks_fargate_profile.units"]
    );
    for absent in ["aws_eks_node_group", "aws_launch_template", "aws_eks_pod_identity_association"] {
        assert_eq!(addresses(&plan, absent), [""; 0]);
    }
    let claim = |name: &str, value: &str| {
        let issuer = "trimprefix(aws_eks_cluster.main.identity[0].oidc[0].issuer, \"https://\")";
        (format!("\"${{{issuer}}}:{name}\""), format!("\"{value}\""))
    };
    assert_eq!(
        statements(&plan, "trust_main"),
        [(
            vec!["sts:AssumeRoleWithWebIdentity"],
            vec![],
            vec![claim("sub", "system:serviceaccount:shop:main"), claim("aud", "sts.amazonaws.com")]
        )]
    );
    let values = crate::terraform::inline(&plan.outputs["chart_values"].value);
    assert!(values.contains("roleArn = aws_iam_role.main.arn"), "{values}");
    assert!(
        values.contains("[aws_security_group.unit_main.id, aws_eks_cluster.main.vpc_config[0].cluster_security"),
        "{values}"
    );
}

#[test]
fn fargate_runs_no_arm_and_says_so_for_each_unit() {
    let (_, diagnostics) = planned_for(&pubsub(), &["eks.nodes=fargate"], Target::Eks);
    assert_eq!(codes(&diagnostics), [Code::TargetCannotRun, Code::TargetCannotRun]);
    let help = diagnostics[0].help.as_ref().unwrap();
    for way in ["\"x86_64\"", "\"managed\"", "\"ecs\"", "\"lambda\""] {
        assert!(help.contains(way), "{help}");
    }
    // What is not on EKS is not Fargate's on EKS.
    let overrides = [FARGATE, &["execution_unit.by_id.receiver.compute=ecs"]].concat();
    let arm = [&overrides[..], &["execution_unit.by_id.receiver.architecture=arm64"]].concat();
    assert_eq!(planned_for(&pubsub(), &arm, Target::Eks).1, []);
}

#[test]
fn the_modules_test_asks_for_what_is_there() {
    let test = |plan: &Plan| crate::emit::terraform::emit(plan)["tests/plan.tftest.hcl"].clone();
    let managed = test(&on_eks(&redis(), &[]));
    assert!(managed.contains("aws_eks_cluster.main.vpc_config[0].endpoint_public_access == false"));
    assert!(managed.contains("aws_launch_template.arm64.metadata_options[0].http_tokens == \"required\""));
    assert!(!managed.contains("issuer") && !managed.contains("build_directory"));
    let fargate = test(&on_eks(&redis(), &[FARGATE, &["eks.public_access=203.0.113.0/24"]].concat()));
    assert!(fargate.contains("aws_eks_cluster.main.vpc_config[0].endpoint_public_access == true"));
    assert!(fargate.contains("issuer") && !fargate.contains("aws_launch_template"));
    let lambda = planned(&redis(), &["network.zones=3"]).0;
    let files = crate::emit::terraform::emit(&lambda);
    assert!(files["tests/build/main.zip"].starts_with("PK\u{5}\u{6}") && files["tests/build/main.zip"].len() == 22);
    assert!(test(&lambda).contains("names = [\"eu-central-1a\", \"eu-central-1b\", \"eu-central-1c\"]"));
    for text in [managed, fargate, test(&lambda)] {
        hcl::parse(&text).unwrap();
    }
}
