use crate::terraform::{Address, Body, text};

/// What a role may do: a policy of the role's own, which goes when the role goes.
#[derive(Debug, Clone, PartialEq)]
pub struct IamRolePolicy {
    /// Its name.
    pub name: String,
    /// The role.
    pub role: Address,
    /// The policy document.
    pub document: Address,
}

impl IamRolePolicy {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .attribute("role", self.role.attribute("id"))
            .attribute("policy", self.document.attribute("json"))
    }
}
