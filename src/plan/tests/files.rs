//! Files in file systems of EFS, on whatever runs the units that use them.

use pretty_assertions::assert_eq;

use super::*;

const EFS: &str = "persist.fs.backing=efs";
const EVERYTHING: [Operation; 4] = [Operation::Read, Operation::Write, Operation::List, Operation::Delete];

/// A unit that changes files, and one that only reads them.
fn uploads() -> Application {
    Builder::new()
        .unit("main", "main.py", Language::Python)
        .unit("viewer", "viewer.py", Language::Python)
        .gateway("gw", "main", "main.py", &[(Method::Get, "/")])
        .gateway("views", "viewer", "viewer.py", &[(Method::Get, "/views")])
        .store_of("uploads", "main.py", StoreKind::Fs)
        .access("main", ConstructRef::Store(id("uploads")), &EVERYTHING)
        .access("viewer", ConstructRef::Store(id("uploads")), &[Operation::Read, Operation::List])
        .0
}

fn on(target: Target, overrides: &[&str]) -> Plan {
    let (plan, diagnostics) = planned_for(&uploads(), &[&[EFS], overrides].concat(), target);
    assert!(diagnostics.iter().all(|it| it.code == Code::NoInternetEgress), "{target}: {diagnostics:?}");
    plan
}

fn resource<'a>(plan: &'a Plan, address: &str) -> &'a Resource {
    let mut all = plan.resources.iter();
    &all.find(|(it, _)| it.to_string() == address).unwrap_or_else(|| panic!("no {address}")).1.resource
}

fn document<'a>(plan: &'a Plan, name: &str) -> &'a [crate::resource::Statement] {
    let Resource::IamPolicyDocument(found) = resource(plan, &format!("data.aws_iam_policy_document.{name}")) else {
        panic!("{name} is no document")
    };
    &found.statements
}

/// Test, variable and values of each condition.
fn conditions(statement: &crate::resource::Statement) -> Vec<(&'static str, String, String)> {
    let text = |value: &Expression| crate::terraform::inline(value);
    let all = statement.conditions.iter();
    all.map(|it| (it.test, text(&it.variable), it.values.iter().map(text).collect::<Vec<_>>().join(" "))).collect()
}

fn files_actions(statements: &[crate::resource::Statement]) -> Vec<&'static str> {
    let all = statements.iter().flat_map(|it| it.actions.clone());
    all.filter(|action| action.starts_with("elasticfilesystem:")).collect()
}

const MOUNT: &str = "elasticfilesystem:ClientMount";
const WRITE: &str = "elasticfilesystem:ClientWrite";

#[test]
fn the_file_system_lets_in_only_roles_over_tls_by_its_access_point() {
    for target in Target::ALL {
        let plan = on(target, &[]);
        assert_eq!(addresses(&plan, "aws_efs_file_system"), ["aws_efs_file_system.uploads"]);
        assert_eq!(addresses(&plan, "aws_s3_bucket"), [""; 0]);
        let targets = ["aws_efs_mount_target.uploads_1", "aws_efs_mount_target.uploads_2"];
        assert_eq!(addresses(&plan, "aws_efs_mount_target"), targets, "{target}");
        let policy = document(&plan, "store_uploads");
        assert!(policy.iter().all(|it| it.effect == Effect::Deny), "nobody is let in who has no right of its own");
        let arn = "aws_efs_access_point.uploads.arn".to_owned();
        let tls = ("Bool", "\"aws:SecureTransport\"".to_owned(), "\"false\"".to_owned());
        let way = ("StringNotEquals", "\"elasticfilesystem:AccessPointArn\"".to_owned(), arn);
        assert_eq!(policy.iter().flat_map(conditions).collect::<Vec<_>>(), [tls, way]);
    }
}

#[test]
fn every_reference_has_a_resource() {
    for target in Target::ALL {
        let plan = on(target, &[]);
        let all: BTreeSet<_> = plan.resources.iter().map(|(address, _)| address.to_string()).collect();
        for (address, planned) in plan.resources.iter() {
            let missing: Vec<_> = planned.resource.dependencies().into_iter().filter(|it| !all.contains(it)).collect();
            assert!(missing.is_empty(), "{target}: {address} refers to {missing:?}");
        }
    }
}

#[test]
fn a_unit_may_do_with_files_what_its_code_does() {
    for target in [Target::AwsLambda, Target::Ecs] {
        let plan = on(target, &[]);
        let own = |unit: &str| document(&plan, &format!("policy_{unit}"));
        assert_eq!(files_actions(own("main")), [MOUNT, WRITE]);
        assert_eq!(files_actions(own("viewer")), [MOUNT]);
        let granted = own("viewer").iter().find(|it| it.sid == "MountFiles").unwrap();
        let arn = "aws_efs_access_point.uploads.arn".to_owned();
        let by = ("StringEquals", "\"elasticfilesystem:AccessPointArn\"".to_owned(), arn);
        assert_eq!(conditions(granted), [by]);
        let ways_in = addresses(&plan, "aws_vpc_security_group_ingress_rule");
        let ways_in: Vec<_> = ways_in.iter().filter(|it| it.contains(".store_uploads_")).collect();
        let rule = "aws_vpc_security_group_ingress_rule.store_uploads_from";
        assert_eq!(ways_in, [&format!("{rule}_main"), &format!("{rule}_viewer")]);
    }
}

#[test]
fn units_are_told_where_the_files_are() {
    for target in Target::ALL {
        let plan = on(target, &[]);
        for unit in ["main", "viewer"] {
            let own = plan.bindings[unit].iter().filter(|(name, _)| name.starts_with("INFERRA_PERSIST_"));
            let own: Vec<_> = own.map(|(name, it)| (name.as_str(), it.value.clone())).collect();
            let path = crate::plan::BindingValue::Text("/mnt/uploads".into());
            assert_eq!(own, [("INFERRA_PERSIST_UPLOADS_DIRECTORY", path)], "{target}");
        }
    }
}

#[test]
fn a_function_mounts_after_there_is_something_to_mount() {
    let plan = on(Target::AwsLambda, &[]);
    let Resource::LambdaFunction(function) = resource(&plan, "aws_lambda_function.main") else { panic!("no function") };
    let files = function.files.as_ref().unwrap();
    assert_eq!(
        (files.path.as_str(), files.access_point.to_string()),
        ("/mnt/uploads", "aws_efs_access_point.uploads".into())
    );
    let before = resource(&plan, "aws_lambda_function.main").dependencies();
    assert!(before.contains("aws_efs_mount_target.uploads_1") && before.contains("aws_efs_mount_target.uploads_2"));
    assert!(function.vpc.is_some());
}

#[test]
fn a_task_mounts_with_its_own_role_and_only_reads_what_its_code_only_reads() {
    let plan = on(Target::Ecs, &[]);
    for (unit, read_only) in [("main", false), ("viewer", true)] {
        let address = format!("aws_ecs_task_definition.{unit}");
        let Resource::EcsTaskDefinition(task) = resource(&plan, &address) else { panic!("no task") };
        let [files] = task.files.as_slice() else { panic!("{} file systems", task.files.len()) };
        assert_eq!((files.path.as_str(), files.read_only), ("/mnt/uploads", read_only));
        let service = resource(&plan, &format!("aws_ecs_service.{unit}")).dependencies();
        assert!(service.contains("aws_efs_mount_target.uploads_1"));
    }
    let task = &crate::emit::terraform::emit(&plan)["unit_main.tf"];
    for line in
        ["transit_encryption = \"ENABLED\"", "iam             = \"ENABLED\"", "sourceVolume  = \"files-uploads\""]
    {
        assert!(task.contains(line), "{line}");
    }
}

#[test]
fn the_driver_mounts_for_pods_and_pods_have_no_rights_of_their_own() {
    let plan = on(Target::Eks, &[]);
    for unit in ["main", "viewer"] {
        let own = plan.resources.iter().any(|(it, _)| it.to_string().ends_with(&format!("document.policy_{unit}")));
        assert!(!own, "{unit} calls nothing of AWS");
    }
    assert_eq!(files_actions(document(&plan, "policy_cluster_files")), [MOUNT, WRITE]);
    let association = resource(&plan, "aws_eks_pod_identity_association.cluster_files");
    let Resource::EksPodIdentity(association) = association else { panic!("no association") };
    let account = &association.service_account;
    assert_eq!((account.namespace.as_str(), account.name.as_str()), ("kube-system", "efs-csi-node-sa"));
    let before = resource(&plan, "aws_eks_addon.aws_efs_csi_driver").dependencies();
    for first in [
        "aws_eks_node_group.arm64",
        "aws_iam_role_policy.cluster_files",
        "aws_eks_pod_identity_association.cluster_files",
    ] {
        assert!(before.contains(first), "{first} in {before:?}");
    }
    let ways_in = addresses(&plan, "aws_vpc_security_group_ingress_rule");
    let ways_in: Vec<_> = ways_in.iter().filter(|it| it.contains(".store_uploads_")).collect();
    assert_eq!(ways_in, ["aws_vpc_security_group_ingress_rule.store_uploads_from_cluster"]);
    let reads = on(Target::Eks, &["execution_unit.by_id.main.compute=lambda"]);
    assert_eq!(files_actions(document(&reads, "policy_cluster_files")), [MOUNT], "what writes is no pod");
}

#[test]
fn the_chart_has_a_volume_for_each_store_and_mounts_it_as_the_code_uses_it() {
    let plan = on(Target::Eks, &[]);
    let chart = crate::emit::chart::Chart::of(&plan).unwrap();
    assert_eq!(chart.files.keys().collect::<Vec<_>>(), ["uploads"]);
    let mounts =
        |unit: &str| chart.units[unit].mounts.iter().map(|it| (it.path.as_str(), it.read_only)).collect::<Vec<_>>();
    assert_eq!((mounts("main"), mounts("viewer")), (vec![("/mnt/uploads", false)], vec![("/mnt/uploads", true)]));
    assert!(chart.units["main"].egress.is_empty(), "the machine mounts it");
    let outputs = &crate::emit::terraform::emit(&plan)["outputs.tf"];
    assert!(
        outputs.contains(r#"volumeHandle = "${aws_efs_file_system.uploads.id}::${aws_efs_access_point.uploads.id}""#)
    );
}

#[test]
fn what_cannot_mount_is_an_error() {
    let two = Builder(uploads()).store_of("pictures", "main.py", StoreKind::Fs).access(
        "main",
        ConstructRef::Store(id("pictures")),
        &EVERYTHING,
    );
    let (_, diagnostics) = planned(&two.0, &[EFS]);
    let found: Vec<_> = diagnostics.iter().filter(|it| it.code == Code::TargetCannotRun).collect();
    let [found] = found.as_slice() else { panic!("{diagnostics:?}") };
    assert_eq!(found.message, "unit `main` uses 2 file systems of EFS, and a function on Lambda can mount one");
    let (_, diagnostics) = planned(&two.0, &[EFS, "persist.fs.by_id.pictures.backing=s3"]);
    assert!(!codes(&diagnostics).contains(&Code::TargetCannotRun), "{diagnostics:?}");
    let (plan, diagnostics) = planned_for(&two.0, &[EFS], Target::Ecs);
    assert_eq!((codes(&diagnostics), addresses(&plan, "aws_efs_file_system").len()), (Vec::new(), 2));
    let fargate = [EFS, "eks.nodes=fargate", "execution_unit.architecture=x86_64"];
    let (_, diagnostics) = planned_for(&uploads(), &fargate, Target::Eks);
    assert_eq!(codes(&diagnostics), [Code::TargetCannotRun; 2]);
}

#[test]
fn settings_decide_how_files_are_kept() {
    let store = |overrides: &[&str]| {
        crate::emit::terraform::emit(&on(Target::AwsLambda, overrides))["store_uploads.tf"].clone()
    };
    let usual = store(&[]);
    for line in [
        "throughput_mode = \"elastic\"",
        "encrypted       = true",
        "transition_to_ia = \"AFTER_30_DAYS\"",
        "transition_to_primary_storage_class = \"AFTER_1_ACCESS\"",
        "status = \"ENABLED\"",
        "prevent_destroy = true",
    ] {
        assert!(usual.contains(line), "{line} in {usual}");
    }
    assert!(!usual.contains("transition_to_archive") && !usual.contains("kms_key_id"));
    let key = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let set = store(&[
        "persist.fs.by_id.uploads.efs.throughput=provisioned",
        "persist.fs.efs.provisioned_mib_per_s=5",
        "persist.fs.efs.infrequent_access_days=0",
        "persist.fs.efs.backups=off",
        &format!("persist.fs.efs.kms_key_arn={key}"),
        "persist.fs.efs.on_destroy=delete",
    ]);
    for line in ["provisioned_throughput_in_mibps = 5", "status = \"DISABLED\"", key] {
        assert!(set.contains(line), "{line} in {set}");
    }
    assert!(!set.contains("lifecycle"), "{set}");
    let cold = store(&["persist.fs.efs.infrequent_access_days=1", "persist.fs.efs.archive_days=90"]);
    assert!(cold.contains("\"AFTER_1_DAY\"") && cold.contains("transition_to_archive = \"AFTER_90_DAYS\""), "{cold}");
}

#[test]
fn settings_that_do_not_go_together_are_refused() {
    let problems = |overrides: &[&str]| codes(&planned(&uploads(), &[&[EFS], overrides].concat()).1);
    let refused = |overrides: &[&str]| problems(overrides).contains(&Code::ConfigOutOfBounds);
    assert!(!refused(&["persist.fs.efs.archive_days=90"]));
    assert!(refused(&["persist.fs.efs.archive_days=30"]));
    assert!(refused(&["persist.fs.efs.archive_days=90", "persist.fs.efs.throughput=bursting"]));
    assert!(refused(&["persist.fs.efs.archive_days=5"]));
    assert!(refused(&["persist.fs.efs.provisioned_mib_per_s=0"]));
}

#[test]
fn the_modules_test_makes_nothing_that_is_kept() {
    let test = |overrides: &[&str]| {
        crate::emit::terraform::emit(&on(Target::AwsLambda, overrides))["tests/plan.tftest.hcl"].clone()
    };
    assert!(test(&[]).contains("command = plan") && test(&[]).contains("aws_efs_file_system.uploads.encrypted"));
    assert!(test(&["persist.fs.efs.on_destroy=delete"]).contains("command = apply"));
}
