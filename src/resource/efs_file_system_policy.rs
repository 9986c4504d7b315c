use super::{Effect, Principal, Statement};
use crate::terraform::{Address, Body, text};

/// Who may mount a file system at all. Where there is one, nobody may who is not allowed to by a policy, and so nobody whom IAM
/// does not know: <https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html#default-filesystempolicy>.
#[derive(Debug, Clone, PartialEq)]
pub struct EfsFileSystemPolicy {
    /// The file system.
    pub file_system: Address,
    /// The policy document.
    pub document: Address,
}

/// What a client can do to a file system.
const CLIENT: [&str; 3] =
    ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite"];

impl EfsFileSystemPolicy {
    /// Refuses whatever comes without encryption in transit, and whatever does not come by `access_point`.
    #[must_use]
    pub fn only_encrypted_by(file_system: &Address, access_point: &Address) -> [Statement; 2] {
        let deny = |sid: &'static str| Statement {
            effect: Effect::Deny,
            principal: Some(Principal::Anyone),
            ..Statement::allow(sid, CLIENT.to_vec(), vec![file_system.attribute("arn").into()])
        };
        let tls = deny("OnlyTls").when("Bool", text("aws:SecureTransport"), [text("false")]);
        let way = Statement {
            reason: Some(
                "What comes another way, with the right to or as root, could change files behind the back of their owner.",
            ),
            ..deny("OnlyByAccessPoint")
        }
        .when("StringNotEquals", text("elasticfilesystem:AccessPointArn"), [access_point.attribute("arn").into()]);
        [tls, way]
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("file_system_id", self.file_system.attribute("id"))
            .attribute("policy", self.document.attribute("json"))
    }
}
