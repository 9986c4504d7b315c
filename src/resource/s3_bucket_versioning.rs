use crate::terraform::{Address, Body, text};

/// Keeps what a write or a deletion replaces.
#[derive(Debug, Clone, PartialEq)]
pub struct S3BucketVersioning {
    /// The bucket.
    pub bucket: Address,
}

impl S3BucketVersioning {
    pub(super) fn body(&self) -> Body {
        let status = Body::new().attribute("status", text("Enabled"));
        Body::new().attribute("bucket", self.bucket.attribute("id")).block("versioning_configuration", status)
    }
}
