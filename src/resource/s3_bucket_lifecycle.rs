use crate::terraform::{Address, Body, number, text};

/// Deletes what nobody asks for any more.
#[derive(Debug, Clone, PartialEq)]
pub struct S3BucketLifecycle {
    /// The bucket.
    pub bucket: Address,
    /// What keeps old versions: a rule about those needs it.
    pub versioning: Address,
    /// Days until a version that was replaced or deleted is gone.
    pub old_version_days: u32,
    /// Days until the parts of an upload that was never finished are gone.
    pub unfinished_upload_days: u32,
}

impl S3BucketLifecycle {
    pub(super) fn body(&self) -> Body {
        let rule = |id: &'static str| {
            Body::new()
                .attribute("id", text(id))
                .attribute("status", text("Enabled"))
                .comment("Of everything in the bucket.")
                .block("filter", Body::new())
        };
        let old = Body::new().attribute("noncurrent_days", number(self.old_version_days));
        let markers = Body::new().attribute("expired_object_delete_marker", true);
        let unfinished = Body::new().attribute("days_after_initiation", number(self.unfinished_upload_days));
        Body::new()
            .attribute("bucket", self.bucket.attribute("id"))
            .block(
                "rule",
                rule("old-versions").block("noncurrent_version_expiration", old).block("expiration", markers),
            )
            .block("rule", rule("unfinished-uploads").block("abort_incomplete_multipart_upload", unfinished))
            .gap()
            .attribute("depends_on", crate::terraform::list([self.versioning.whole()]))
    }
}
