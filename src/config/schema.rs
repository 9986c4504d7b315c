//! Every setting, what it may hold, and what it belongs to. `defaults.toml` explains them to people.

use crate::app::Capability;

/// What a setting holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// A whole number within bounds.
    Integer { min: u32, max: u32 },
    /// One of these numbers.
    Numbers(&'static [u32]),
    /// One of these words.
    Words(&'static [&'static str]),
    /// Text of a certain form: the test, and the form in words.
    Form(fn(&str) -> bool, &'static str),
}

/// A group of settings.
pub(super) struct Section {
    /// The table's path, such as `persist.redis_node`.
    pub path: &'static [&'static str],
    /// Whose ids `by_id` takes; `None` where the section has no `by_id`.
    pub ids: Option<Capability>,
    /// Its settings.
    pub keys: &'static [(&'static str, Kind)],
}

/// The values that `CloudWatch` Logs accepts, without 0 ("never expire"):
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>.
const RETENTION_DAYS: &[u32] =
    &[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// A switch.
const ON_OR_OFF: &[&str] = &["on", "off"];

/// What Secrets Manager accepts, with 0 for none:
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html>.
const RECOVERY_DAYS: &[u32] =
    &[0, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30];

/// The table of tags, whose keys are the user's own.
pub(super) const TAGS: &str = "tags";
/// The table of exceptions within a section.
pub(super) const BY_ID: &str = "by_id";

pub(super) const SECTIONS: &[Section] = &[
    Section {
        path: &[],
        ids: None,
        keys: &[("name", Kind::Form(is_name, "a letter, then up to 31 letters, digits or `-`"))],
    },
    Section {
        path: &["execution_unit"],
        ids: Some(Capability::ExecutionUnit),
        keys: &[
            ("memory_mb", Kind::Integer { min: 128, max: 10_240 }),
            ("timeout_s", Kind::Integer { min: 1, max: 900 }),
            ("architecture", Kind::Words(&["arm64", "x86_64"])),
            ("log_retention_days", Kind::Numbers(RETENTION_DAYS)),
            ("python_runtime", Kind::Words(&["python3.10", "python3.11", "python3.12", "python3.13"])),
            ("node_runtime", Kind::Words(&["nodejs20.x", "nodejs22.x"])),
            ("typescript_compiler", Kind::Words(&["project", "esbuild", "swc", "tsc"])),
            ("package", Kind::Words(&["zip", "image"])),
            ("compute", Kind::Words(&["target", "lambda", "eks", "ecs"])),
            ("cpu_units", Kind::Numbers(&[256, 512, 1024, 2048, 4096])),
            ("min_replicas", Kind::Integer { min: 1, max: 1000 }),
            ("max_replicas", Kind::Integer { min: 1, max: 1000 }),
            ("cpu_target_percent", Kind::Integer { min: 10, max: 90 }),
            ("port", Kind::Integer { min: 0, max: 65_535 }),
            ("python_image", Kind::Form(is_image, IMAGE)),
            ("node_image", Kind::Form(is_image, IMAGE)),
        ],
    },
    Section {
        path: &["expose"],
        ids: Some(Capability::Expose),
        keys: &[("log_retention_days", Kind::Numbers(RETENTION_DAYS))],
    },
    Section {
        path: &["persist", "redis_node"],
        ids: Some(Capability::Persist),
        keys: &[
            ("engine", Kind::Words(&["valkey", "redis"])),
            ("engine_version", Kind::Form(is_version, "a major and a minor version, such as `7.1`")),
            ("node_type", Kind::Form(is_node_type, "an ElastiCache node type, such as `cache.t4g.micro`")),
            ("replicas", Kind::Integer { min: 0, max: 5 }),
            ("snapshot_retention_days", Kind::Integer { min: 0, max: 35 }),
        ],
    },
    Section {
        path: &["persist", "orm"],
        ids: Some(Capability::Persist),
        keys: &[
            ("engine_version", Kind::Form(is_postgres, "a version of PostgreSQL from 14 on, such as `17` or `17.6`")),
            ("instance_class", Kind::Form(is_instance_class, "an RDS instance class, such as `db.t4g.micro`")),
            ("storage_gb", Kind::Integer { min: 20, max: 65_536 }),
            ("max_storage_gb", Kind::Integer { min: 0, max: 65_536 }),
            ("zones", Kind::Words(&["multiple", "single"])),
            ("backup_retention_days", Kind::Integer { min: 0, max: 35 }),
            ("deletion_protection", Kind::Words(ON_OR_OFF)),
            ("final_snapshot", Kind::Words(ON_OR_OFF)),
            ("performance_insights", Kind::Words(ON_OR_OFF)),
            ("logs", Kind::Words(ON_OR_OFF)),
            ("log_retention_days", Kind::Numbers(RETENTION_DAYS)),
            ("ca_certificate", Kind::Words(&["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"])),
            ("ca_bundle", Kind::Form(is_bundle, "empty, or a file of the project that ends in `.pem`")),
        ],
    },
    Section {
        path: &["persist", "redis_cluster"],
        ids: Some(Capability::Persist),
        keys: &[
            ("engine", Kind::Words(&["valkey", "redis"])),
            ("engine_version", Kind::Form(is_version, "a major and a minor version, such as `7.1`")),
            ("node_type", Kind::Form(is_node_type, "an ElastiCache node type, such as `cache.t4g.micro`")),
            // A group has 500 nodes at most, and 90 shards with five replicas each come close to them:
            // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html.
            ("shards", Kind::Integer { min: 1, max: 90 }),
            ("replicas", Kind::Integer { min: 0, max: 5 }),
            ("snapshot_retention_days", Kind::Integer { min: 0, max: 35 }),
        ],
    },
    Section {
        path: &["persist", "kv"],
        ids: Some(Capability::Persist),
        keys: &[("recovery_days", Kind::Integer { min: 0, max: 35 }), ("deletion_protection", Kind::Words(ON_OR_OFF))],
    },
    Section {
        path: &["persist", "fs"],
        ids: Some(Capability::Persist),
        keys: &[
            ("old_version_retention_days", Kind::Integer { min: 1, max: 3650 }),
            ("unfinished_upload_days", Kind::Integer { min: 1, max: 365 }),
            ("on_destroy", Kind::Words(&["keep", "delete"])),
        ],
    },
    Section {
        path: &["persist", "secret"],
        ids: Some(Capability::Persist),
        keys: &[("recovery_window_days", Kind::Numbers(RECOVERY_DAYS))],
    },
    Section {
        path: &["config"],
        ids: Some(Capability::Config),
        keys: &[("recovery_window_days", Kind::Numbers(RECOVERY_DAYS))],
    },
    Section {
        path: &["pubsub"],
        ids: None,
        keys: &[
            ("dead_letter_retention_days", Kind::Integer { min: 1, max: 14 }),
            ("max_retries", Kind::Integer { min: 0, max: 2 }),
            ("visibility_timeout_s", Kind::Integer { min: 10, max: 43_200 }),
        ],
    },
    Section {
        path: &["schedule"],
        ids: Some(Capability::Schedule),
        keys: &[
            ("max_retries", Kind::Integer { min: 0, max: 2 }),
            ("max_delay_s", Kind::Integer { min: 60, max: 21_600 }),
        ],
    },
    Section {
        path: &["static_unit"],
        ids: Some(Capability::StaticUnit),
        keys: &[
            ("price_class", Kind::Words(&["PriceClass_100", "PriceClass_200", "PriceClass_All"])),
            ("not_found", Kind::Words(&["page", "index"])),
        ],
    },
    Section {
        path: &["eks"],
        ids: None,
        keys: &[
            ("version", Kind::Form(is_kubernetes, "a version from 1.30 on, such as `1.36`")),
            ("nodes", Kind::Words(&["managed", "fargate"])),
            ("node_type_arm64", Kind::Form(is_instance_type, INSTANCE_TYPE)),
            ("node_type_x86_64", Kind::Form(is_instance_type, INSTANCE_TYPE)),
            ("min_nodes", Kind::Integer { min: 1, max: 450 }),
            ("max_nodes", Kind::Integer { min: 1, max: 450 }),
            (
                "private_access",
                Kind::Form(is_access, "`none`, or the IPv4 network that may reach it, such as `10.8.0.0/16`"),
            ),
            (
                "public_access",
                Kind::Form(is_access, "`none`, or the IPv4 network that may reach it, such as `203.0.113.0/24`"),
            ),
            ("namespace", Kind::Form(is_namespace, NAMESPACE)),
            ("log_retention_days", Kind::Numbers(RETENTION_DAYS)),
        ],
    },
    Section {
        path: &["network"],
        ids: None,
        keys: &[
            (
                "cidr",
                Kind::Form(is_network, "an IPv4 network from /16 to /24 without host bits, such as `10.0.0.0/16`"),
            ),
            ("zones", Kind::Integer { min: 2, max: 4 }),
            ("nat_gateways", Kind::Words(&["per_zone", "single"])),
        ],
    },
];

/// The forms of a tag, AWS's rules restricted to ASCII: <https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html>.
pub(super) const TAG_NAME: (fn(&str) -> bool, &str) =
    (is_tag_name, "1 to 128 letters, digits, spaces and `_.:/=+-@`, not starting with `aws:`");
pub(super) const TAG_VALUE: Kind = Kind::Form(is_tag_value, "up to 256 letters, digits, spaces and `_.:/=+-@`");

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.len() <= 32
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !text.ends_with('-')
        && !text.contains("--")
}

fn is_version(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.len() < 3 && part.bytes().all(|b| b.is_ascii_digit());
    text.split_once('.').is_some_and(|(major, minor)| part(major) && part(minor))
}

fn is_node_type(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    text.strip_prefix("cache.")
        .and_then(|rest| rest.split_once('.'))
        .is_some_and(|(family, size)| part(family) && part(size))
}

fn is_instance_class(text: &str) -> bool {
    text.strip_prefix("db.").is_some_and(|rest| is_node_type(&format!("cache.{rest}")))
}

/// Before 14 a server cannot be made any more: <https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html>.
fn is_postgres(text: &str) -> bool {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    let number = |part: &str| part.parse::<u32>().ok().filter(|number| number.to_string() == part && *number < 100);
    number(major).is_some_and(|major| major >= 14) && number(minor).is_some()
}

fn is_bundle(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let is_pem = text.rsplit_once('.').is_some_and(|(_, extension)| extension == "pem");
    text.is_empty() || (plain && is_pem && text.split('/').all(part))
}

/// Before 1.30 a pod cannot wait for its load balancer without a program in the image to do so: the chart asks for it.
fn is_kubernetes(text: &str) -> bool {
    let minor = text.strip_prefix("1.").filter(|_| is_version(text)).and_then(|minor| minor.parse::<u32>().ok());
    minor.is_some_and(|minor| minor >= 30)
}

const INSTANCE_TYPE: &str = "an EC2 instance type, such as `m7g.large`, not of the `t` families: they give pods no security groups of their own";

/// <https://docs.aws.amazon.com/eks/latest/userguide/security-groups-for-pods.html>: no type of the `t` families can.
fn is_instance_type(text: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let burstable =
        |family: &str| family.strip_prefix('t').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    text.split_once('.').is_some_and(|(family, size)| part(family) && part(size) && !burstable(family))
}

const IMAGE: &str = "an image with a tag or digest, such as `registry.example/python:3.13.1-slim`";

/// The grammar of references, without the parts that nobody can pin:
/// <https://github.com/distribution/reference/blob/main/reference.go>.
fn is_image(text: &str) -> bool {
    let characters = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./:@".contains(&b))
    };
    let name = text.rsplit('/').next().unwrap_or_default();
    let pinned = name.split_once([':', '@']).is_some_and(|(name, pin)| !name.is_empty() && !pin.is_empty());
    text.len() <= 255 && characters(text) && pinned && !name.ends_with(":latest")
}

const NAMESPACE: &str = "empty for the application's name, or up to 63 lower-case letters, digits and `-`, from a letter on, that \
                         Kubernetes does not keep for itself (`kube-…`)";

/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names>
fn is_namespace(text: &str) -> bool {
    text.is_empty()
        || (text.len() <= 63
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !text.starts_with("kube-"))
}

fn is_access(text: &str) -> bool {
    text == "none" || super::Network::parse(text).is_some()
}

fn is_network(text: &str) -> bool {
    super::Network::parse(text).is_some_and(|network| (16..=24).contains(&network.prefix))
}

fn is_tag_text(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || " _.:/=+-@".contains(c))
}

fn is_tag_name(text: &str) -> bool {
    (1..=128).contains(&text.len()) && is_tag_text(text) && !text.to_ascii_lowercase().starts_with("aws:")
}

fn is_tag_value(text: &str) -> bool {
    text.len() <= 256 && is_tag_text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert!(
            is_name("shop-2") && !is_name("2shop") && !is_name("a_b") && !is_name("a-") && !is_name(&"a".repeat(33))
        );
        assert!(is_version("8.2") && !is_version("8") && !is_version("8.2.1"));
        assert!(is_node_type("cache.t4g.micro") && !is_node_type("t4g.micro"));
        assert!(is_instance_class("db.t4g.micro") && !is_instance_class("cache.t4g.micro"));
        assert!(is_postgres("17") && is_postgres("17.6") && !is_postgres("13.4") && !is_postgres("17.06"));
        assert!(
            is_bundle("") && is_bundle("certs/global-bundle.pem") && !is_bundle("../a.pem") && !is_bundle("/a.pem")
        );
        assert!(is_network("10.0.0.0/16") && !is_network("10.0.0.1/16") && !is_network("10.0.0.0/8"));
        assert!(is_instance_type("m7g.large") && is_instance_type("u-6tb1.56xlarge") && !is_instance_type("large"));
        assert!(!is_instance_type("t4g.large") && is_instance_type("trn1.2xlarge"));
        assert!(is_image("python:3.13.1-slim") && is_image("a.example:5000/x/node@sha256:0f") && !is_image("python"));
        assert!(!is_image("python:latest") && !is_image("python:3\nRUN x") && !is_image("host:5000/python"));
        assert!(is_kubernetes("1.36") && !is_kubernetes("1.29") && !is_kubernetes("2.30") && !is_kubernetes("1.36.1"));
        assert!(is_namespace("") && is_namespace("shop-2") && !is_namespace("kube-system") && !is_namespace("Shop_1"));
        assert!(is_access("none") && is_access("203.0.113.0/24") && !is_access("203.0.113.1/24"));
        assert!(is_tag_name("cost-centre") && !is_tag_name("aws:x") && !is_tag_name("a\"b"));
    }
}
