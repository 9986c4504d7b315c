//! What AWS and Kubernetes allow in names, and how a name is made to fit.

use sha2::{Digest, Sha256};

/// What AWS allows in a name: <https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html>, each service's API
/// reference.
pub(super) struct Rule {
    length: usize,
    /// Allowed beside letters and digits.
    punctuation: &'static str,
    /// Lower case only, and no two hyphens in a row.
    strict: bool,
}

pub(super) const FUNCTION: Rule = Rule { length: 64, punctuation: "-_", strict: false };
pub(super) const ROLE: Rule = Rule { length: 64, punctuation: "-_+=,.@", strict: false };
pub(super) const SECURITY_GROUP: Rule = Rule { length: 255, punctuation: "-_.:/", strict: false };
pub(super) const CACHE: Rule = Rule { length: 40, punctuation: "-", strict: true };
pub(super) const CACHE_SUBNET_GROUP: Rule = Rule { length: 255, punctuation: "-", strict: true };
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>, with room for what is appended.
pub(super) const DATABASE: Rule = Rule { length: 57, punctuation: "-", strict: true };
pub(super) const TABLE: Rule = Rule { length: 255, punctuation: "-_.", strict: false };
pub(super) const TOPIC: Rule = Rule { length: 256, punctuation: "-_", strict: false };
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html>; its rules' ARNs hold it too.
pub(super) const EVENT_BUS: Rule = Rule { length: 200, punctuation: "-_.", strict: false };
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html>, and for the targets of one rule the same.
pub(super) const EVENT_RULE: Rule = Rule { length: 64, punctuation: "-_.", strict: false };
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html>
pub(super) const EVENT_ARCHIVE: Rule = Rule { length: 48, punctuation: "-_.", strict: false };
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html>
pub(super) const DETAIL_TYPE: Rule = Rule { length: 128, punctuation: "-_.:/ ", strict: false };
pub(super) const QUEUE: Rule = Rule { length: 80, punctuation: "-_", strict: false };
pub(super) const API: Rule = Rule { length: 128, punctuation: "-_.", strict: false };
pub(super) const LOG_GROUP_PART: Rule = Rule { length: 400, punctuation: "-_.", strict: false };
pub(super) const STATEMENT: Rule = Rule { length: 100, punctuation: "-_", strict: false };
/// <https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#cron-job-limitations>: the shortest of all limits.
pub(super) const KUBERNETES: Rule = Rule { length: 52, punctuation: "-", strict: true };
pub(super) const CLUSTER: Rule = Rule { length: 100, punctuation: "-_", strict: false };
pub(super) const NODE_GROUP: Rule = Rule { length: 63, punctuation: "-_", strict: false };
pub(super) const LOAD_BALANCER: Rule = Rule { length: 32, punctuation: "-", strict: false };
pub(super) const REPOSITORY: Rule = Rule { length: 256, punctuation: "-", strict: true };
pub(super) const SERVICE: Rule = Rule { length: 255, punctuation: "-_", strict: false };
pub(super) const SCHEDULE: Rule = Rule { length: 64, punctuation: "-_.", strict: false };
pub(super) const VPC_LINK: Rule = Rule { length: 128, punctuation: "-_", strict: false };
pub(super) const KEY_ALIAS: Rule = Rule { length: 250, punctuation: "-_/", strict: false };
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html>
pub(super) const ACCESS_CONTROL: Rule = Rule { length: 64, punctuation: "-_", strict: false };
/// 63 without the account's number, the longest name of a region and what stands between:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>.
pub(super) const BUCKET: Rule = Rule { length: 35, punctuation: "-", strict: true };
/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>
pub(super) const SECRET: Rule = Rule { length: 400, punctuation: "-_.+=@", strict: false };
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html>
pub(super) const PARAMETER: Rule = Rule { length: 400, punctuation: "-_.", strict: false };
/// <https://docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html>: the token that makes a file system once.
pub(super) const FILE_SYSTEM: Rule = Rule { length: 64, punctuation: "-_", strict: false };
pub(super) const TAG: Rule = Rule { length: 256, punctuation: "-_.:/", strict: false };

pub(super) fn fit(rule: &Rule, parts: &[&str]) -> String {
    let wanted = parts.join("-");
    let mut name = String::new();
    for c in wanted.chars() {
        let c = if rule.strict { c.to_ascii_lowercase() } else { c };
        let c = if c.is_ascii_alphanumeric() || rule.punctuation.contains(c) { c } else { '-' };
        if !(rule.strict && c == '-' && name.ends_with('-')) {
            name.push(c);
        }
    }
    // No name may end with what stands between its parts.
    if rule.strict || rule.punctuation == "-" {
        name.truncate(name.trim_end_matches('-').len());
    }
    if name == wanted && name.len() <= rule.length {
        return name;
    }
    let digest = digest(parts);
    name.truncate(rule.length - digest.len() - 1);
    format!("{}-{digest}", name.trim_end_matches('-'))
}

/// Eight hexadecimal digits that stand for `parts`.
pub(super) fn digest(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let first = hasher.finalize().iter().take(4).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    format!("{first:08x}")
}
