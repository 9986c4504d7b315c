use super::name_tag;
use crate::terraform::{Address, Body, Expression, number, text};

use super::Statement;

/// A file system of EFS, which grows by itself. It is encrypted at rest.
#[derive(Debug, Clone, PartialEq)]
pub struct EfsFileSystem {
    /// Its name, and what keeps a request that is sent again from making another.
    pub name: String,
    /// The ARN of the key that encrypts it; absent for the account's own.
    pub kms_key_arn: Option<String>,
    /// `elastic`, `bursting` or `provisioned`.
    pub throughput: &'static str,
    /// MiB per second, where that is provisioned.
    pub provisioned_mib_per_s: Option<u32>,
    /// Days until a file that nobody reads is kept where reading it costs more; 0 for never.
    pub infrequent_access_days: u32,
    /// Days until it goes to the archive; 0 for never.
    pub archive_days: u32,
    /// Whether Terraform refuses to destroy it.
    pub kept: bool,
}

impl EfsFileSystem {
    /// The port of NFS, on which mount targets are.
    pub const PORT: u16 = 2049;

    /// Mounting the file system by its access point, and where `writes`, changing what is there.
    /// <https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html>
    #[must_use]
    pub fn mount(file_system: &Address, access_point: &Address, writes: bool) -> Statement {
        let mut actions = vec!["elasticfilesystem:ClientMount"];
        actions.extend(writes.then_some("elasticfilesystem:ClientWrite"));
        Statement::allow("MountFiles", actions, vec![file_system.attribute("arn").into()]).when(
            "StringEquals",
            text("elasticfilesystem:AccessPointArn"),
            [access_point.attribute("arn").into()],
        )
    }

    pub(super) fn body(&self) -> Body {
        let provisioned = self.provisioned_mib_per_s.map(number);
        let body = Body::new()
            .attribute("creation_token", text(&self.name))
            .attribute("encrypted", true)
            .optional("kms_key_id", self.kms_key_arn.as_ref().map(text))
            .attribute("throughput_mode", text(self.throughput))
            .optional("provisioned_throughput_in_mibps", provisioned)
            .attribute("tags", name_tag(&self.name));
        let cold = [("transition_to_ia", self.infrequent_access_days), ("transition_to_archive", self.archive_days)];
        let cold = cold.into_iter().filter(|(_, days)| *days > 0);
        let mut rules: Vec<(&'static str, Expression)> = cold.map(|(name, days)| (name, text(after(days)))).collect();
        if !rules.is_empty() {
            rules.push(("transition_to_primary_storage_class", text("AFTER_1_ACCESS")));
        }
        // EFS takes one transition in each: https://docs.aws.amazon.com/efs/latest/ug/API_LifecyclePolicy.html.
        let body = rules
            .into_iter()
            .fold(body, |body, (name, rule)| body.block("lifecycle_policy", Body::new().attribute(name, rule)));
        if !self.kept {
            return body;
        }
        let why = "EFS deletes a file system with everything in it: `on_destroy = \"delete\"` allows that.";
        body.block("lifecycle", Body::new().comment(why).attribute("prevent_destroy", true))
    }
}

fn after(days: u32) -> String {
    if days == 1 { "AFTER_1_DAY".to_owned() } else { format!("AFTER_{days}_DAYS") }
}
