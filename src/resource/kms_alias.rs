use crate::terraform::{Address, Body, text};

/// A name by which people find a key.
#[derive(Debug, Clone, PartialEq)]
pub struct KmsAlias {
    /// The name, starting with `alias/`.
    pub name: String,
    /// The key.
    pub key: Address,
}

impl KmsAlias {
    pub(super) fn body(&self) -> Body {
        Body::new().attribute("name", text(&self.name)).attribute("target_key_id", self.key.attribute("key_id"))
    }
}
