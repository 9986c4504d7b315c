use crate::terraform::{Address, Body};

/// The policy of a bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct S3BucketPolicy {
    /// The bucket.
    pub bucket: Address,
    /// The policy document.
    pub document: Address,
    /// What keeps the bucket private. S3 refuses changes to one of the two while the other is being changed.
    pub access_block: Address,
}

impl S3BucketPolicy {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("bucket", self.bucket.attribute("id"))
            .attribute("policy", self.document.attribute("json"))
            .gap()
            .comment("S3 refuses to change both at once.")
            .attribute("depends_on", crate::terraform::list([self.access_block.whole()]))
    }
}
