use crate::terraform::{Address, Body};

/// Who but the account's own roles may use a repository.
#[derive(Debug, Clone, PartialEq)]
pub struct EcrRepositoryPolicy {
    /// The repository.
    pub repository: Address,
    /// The policy document.
    pub document: Address,
}

impl EcrRepositoryPolicy {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("repository", self.repository.attribute("name"))
            .attribute("policy", self.document.attribute("json"))
    }
}
