use super::{Principal, Statement};
use crate::terraform::{Address, Body, number, text};

/// A symmetric key of KMS, renewed by AWS every year.
#[derive(Debug, Clone, PartialEq)]
pub struct KmsKey {
    /// What it is for.
    pub description: String,
    /// The policy document.
    pub document: Address,
}

impl KmsKey {
    /// Days in which a deletion can be taken back; the most that KMS knows. What a key encrypted is lost with the key.
    const DELETION_WINDOW_DAYS: u32 = 30;

    /// Leaves it to the account's own policies who may use and keep the key. In a key's policy, `*` is this key alone:
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>.
    #[must_use]
    pub fn account_decides(partition: &Address, account: &Address) -> Statement {
        Statement {
            principal: Some(Principal::Account { partition: partition.clone(), account: account.clone() }),
            reason: Some(
                "The account's own policies decide; without this the key could be lost to everybody. EKS is given its use by whoever \
                 makes the cluster, so nobody else is named.",
            ),
            ..Statement::allow("AccountDecides", vec!["kms:*"], vec![text("*")])
        }
    }

    /// Reading what the key encrypted.
    pub const READ: &[&str] = &["kms:Decrypt"];
    /// Writing as well: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuAndPermissions.html>,
    /// <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html>.
    pub const WRITE: &[&str] = &["kms:Decrypt", "kms:GenerateDataKey"];
    /// What a client of `DynamoDB` needs:
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html>.
    pub const TABLE: &[&str] =
        &["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

    /// Using the key at `arn` for what `service` does in `region`, and for nothing else:
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>.
    #[must_use]
    pub fn through(arn: &str, actions: &[&'static str], service: &'static str, region: &str) -> Statement {
        let by = format!("{service}.{region}.amazonaws.com");
        Statement::allow("UseKey", actions.to_vec(), vec![text(arn)]).when(
            "StringEquals",
            text("kms:ViaService"),
            [text(by)],
        )
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("description", text(&self.description))
            .attribute("enable_key_rotation", true)
            .attribute("deletion_window_in_days", number(Self::DELETION_WINDOW_DAYS))
            .attribute("policy", self.document.attribute("json"))
    }
}
