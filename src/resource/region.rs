use crate::terraform::Body;

/// The region that the provider is set to.
#[derive(Debug, Clone, PartialEq)]
pub struct Region;

impl Region {
    #[allow(clippy::unused_self)] // As every resource: a region has nothing to say.
    pub(super) fn body(&self) -> Body {
        Body::new()
    }
}
