//! What every bucket has, whatever is in it.

use super::Draft;
use crate::config::{OnDestroy, Setting, SettingUse};
use crate::plan::{Concern, Provenance};
use crate::resource::{
    CallerIdentity, IamPolicyDocument, Region, S3Bucket, S3BucketEncryption, S3BucketOwnershipControls, S3BucketPolicy,
    S3BucketPublicAccessBlock, Statement,
};
use crate::terraform::Address;

/// A bucket to be made.
pub(super) struct Private<'a> {
    pub concern: &'a Concern,
    /// Its part of Terraform names.
    pub label: &'a str,
    /// The label of its policy document; one file may hold several of those.
    pub document: &'a str,
    /// The start of its name.
    pub name: String,
    /// What it holds, as a sentence.
    pub holds: &'a str,
    /// The setting that asks for a bucket, where one does.
    pub chosen: Option<SettingUse>,
    /// What destroying it means for files that others put into it; they keep it from being destroyed where nothing says so.
    pub on_destroy: Option<&'a Setting<OnDestroy>>,
}

impl Draft<'_> {
    /// A bucket that keeps everybody out whom no policy lets in.
    pub(super) fn private_bucket(&mut self, wanted: &Private<'_>, because: &impl Fn(&str) -> Provenance) -> Address {
        let (concern, label) = (wanted.concern, wanted.label);
        let why = because("A part of the bucket's name, which no other in the world may have.");
        let account = self.read(concern, CallerIdentity, why.clone());
        let region = self.read(concern, Region, why);
        let bucket = S3Bucket {
            name: wanted.name.clone(),
            account,
            region,
            destroyed_with_contents: wanted.on_destroy.is_some_and(|setting| setting.value == OnDestroy::Delete),
        };
        let why = wanted.chosen.iter().cloned().fold(because(wanted.holds), Provenance::with);
        let why = match wanted.on_destroy {
            Some(setting) => why.with(setting),
            None => why,
        };
        let bucket = self.graph.add(concern, label, bucket, why);
        let ownership = S3BucketOwnershipControls { bucket: bucket.clone() };
        let why = because("Every file is the account's own, and access lists mean nothing.");
        self.graph.add(concern, label, ownership, why);
        let encryption = S3BucketEncryption { bucket: bucket.clone() };
        self.graph.add(concern, label, encryption, because("Encrypted at rest."));
        bucket
    }

    /// The policy of a private bucket: nothing but TLS, and what `statements` say beyond the rights of the account's own roles.
    pub(super) fn bucket_policy(
        &mut self,
        wanted: &Private<'_>,
        bucket: &Address,
        statements: Vec<Statement>,
        because: &impl Fn(&str) -> Provenance,
    ) {
        let (concern, label) = (wanted.concern, wanted.label);
        let block = S3BucketPublicAccessBlock { bucket: bucket.clone() };
        let why = because("Private, whatever a policy or an object's own list would say.");
        let access_block = self.graph.add(concern, label, block, why);
        let why = because(if statements.is_empty() {
            "Encrypted in transit: whatever else comes is refused."
        } else {
            "Encrypted in transit: whatever else comes is refused. Lets in the one distribution that serves the files."
        });
        let all = std::iter::once(S3Bucket::only_tls(bucket)).chain(statements).collect();
        let document = self.graph.add(concern, wanted.document, IamPolicyDocument { statements: all }, why.clone());
        let policy = S3BucketPolicy { bucket: bucket.clone(), document, access_block };
        self.graph.add(concern, label, policy, why);
    }
}
