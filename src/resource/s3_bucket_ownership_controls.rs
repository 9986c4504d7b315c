use crate::terraform::{Address, Body, text};

/// Makes every object the account's own, and access lists mean nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct S3BucketOwnershipControls {
    /// The bucket.
    pub bucket: Address,
}

impl S3BucketOwnershipControls {
    pub(super) fn body(&self) -> Body {
        let rule = Body::new().attribute("object_ownership", text("BucketOwnerEnforced"));
        Body::new().attribute("bucket", self.bucket.attribute("id")).block("rule", rule)
    }
}
