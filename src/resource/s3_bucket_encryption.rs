use crate::terraform::{Address, Body, text};

/// Encrypts what is written to a bucket, by keys that S3 keeps: who may read an object needs no right on a key.
#[derive(Debug, Clone, PartialEq)]
pub struct S3BucketEncryption {
    /// The bucket.
    pub bucket: Address,
}

impl S3BucketEncryption {
    pub(super) fn body(&self) -> Body {
        let default = Body::new().attribute("sse_algorithm", text("AES256"));
        let rule = Body::new().block("apply_server_side_encryption_by_default", default);
        Body::new().attribute("bucket", self.bucket.attribute("id")).block("rule", rule)
    }
}
