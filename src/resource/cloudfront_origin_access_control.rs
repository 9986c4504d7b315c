use crate::terraform::{Body, text};

/// How `CloudFront` signs its requests to a bucket, so that the bucket can tell it from everybody else.
#[derive(Debug, Clone, PartialEq)]
pub struct CloudfrontOriginAccessControl {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
}

impl CloudfrontOriginAccessControl {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("description", text(&self.description))
            .gap()
            .attribute("origin_access_control_origin_type", text("s3"))
            .attribute("signing_behavior", text("always"))
            .attribute("signing_protocol", text("sigv4"))
    }
}
