use crate::terraform::{Address, Body, text};

/// A part of the paths of a REST API, below another one.
#[derive(Debug, Clone, PartialEq)]
pub struct RestResource {
    /// The API.
    pub api: Address,
    /// What it is below.
    pub parent: RestPlace,
    /// What stands between two slashes, such as `users`, `{name}` or `{rest+}`.
    pub part: String,
}

/// A place in the paths of a REST API.
#[derive(Debug, Clone, PartialEq)]
pub enum RestPlace {
    /// The root of the API with this address.
    Root(Address),
    /// This resource.
    Below(Address),
}

impl RestPlace {
    /// What others know it by.
    pub(super) fn id(&self) -> crate::terraform::Reference {
        match self {
            Self::Root(api) => api.attribute("root_resource_id"),
            Self::Below(resource) => resource.attribute("id"),
        }
    }
}

impl RestResource {
    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("rest_api_id", self.api.attribute("id"))
            .attribute("parent_id", self.parent.id())
            .attribute("path_part", text(&self.part))
    }
}
