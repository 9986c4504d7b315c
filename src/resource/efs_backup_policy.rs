use crate::terraform::{Address, Body, text};

/// Whether AWS Backup keeps copies of a file system: <https://docs.aws.amazon.com/efs/latest/ug/awsbackup.html>.
#[derive(Debug, Clone, PartialEq)]
pub struct EfsBackupPolicy {
    /// The file system.
    pub file_system: Address,
    /// Whether it does.
    pub enabled: bool,
}

impl EfsBackupPolicy {
    pub(super) fn body(&self) -> Body {
        let status = if self.enabled { "ENABLED" } else { "DISABLED" };
        Body::new()
            .attribute("file_system_id", self.file_system.attribute("id"))
            .block("backup_policy", Body::new().attribute("status", text(status)))
    }
}
