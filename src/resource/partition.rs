use crate::terraform::Body;

/// The part of AWS that the region is in, such as `aws` or `aws-cn`; every ARN starts with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Partition;

impl Partition {
    #[allow(clippy::unused_self)] // As every resource: a partition has nothing to say.
    pub(super) fn body(&self) -> Body {
        Body::new()
    }
}
