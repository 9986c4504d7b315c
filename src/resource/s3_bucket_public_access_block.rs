use crate::terraform::{Address, Body};

/// Keeps a bucket private, whatever its policy or an object's own list says.
#[derive(Debug, Clone, PartialEq)]
pub struct S3BucketPublicAccessBlock {
    /// The bucket.
    pub bucket: Address,
}

impl S3BucketPublicAccessBlock {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("bucket", self.bucket.attribute("id"))
            .attribute("block_public_acls", true)
            .attribute("block_public_policy", true)
            .attribute("ignore_public_acls", true)
            .attribute("restrict_public_buckets", true)
    }
}
