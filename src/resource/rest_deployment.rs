use crate::terraform::{Address, Body, Key, list, object};

/// What a REST API has been at one moment; a stage serves one of these, and none of what came later.
#[derive(Debug, Clone, PartialEq)]
pub struct RestDeployment {
    /// The API.
    pub api: Address,
    /// Method and path of each route, and the function that answers it.
    pub routes: Vec<(String, Address)>,
    /// What has to be there before.
    pub integrations: Vec<Address>,
}

impl RestDeployment {
    pub(super) fn body(&self) -> Body {
        let triggers =
            self.routes.iter().map(|(key, function)| (Key::Text(key.clone()), function.attribute("invoke_arn")));
        Body::new()
            .attribute("rest_api_id", self.api.attribute("id"))
            .comment("A route that comes, goes or moves is served only by a deployment that was made after it.")
            .attribute("triggers", object(triggers))
            .attribute("depends_on", list(self.integrations.iter().map(Address::whole)))
            .block("lifecycle", super::replaced_first("The stage moves to the new one before the old one can go."))
    }
}
