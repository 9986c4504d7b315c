use crate::terraform::Body;

/// The account that Terraform works in.
#[derive(Debug, Clone, PartialEq)]
pub struct CallerIdentity;

impl CallerIdentity {
    #[allow(clippy::unused_self)] // As every resource: an identity has nothing to say.
    pub(super) fn body(&self) -> Body {
        Body::new()
    }
}
