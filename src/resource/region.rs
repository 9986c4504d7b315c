use crate::terraform::Body;

/// The region that the provider is set to.
#[derive(Debug, Clone, PartialEq)]
pub struct Region;

impl Region {
    pub(super) fn body(&self) -> Body {
        Body::new()
    }
}
