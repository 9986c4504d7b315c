use super::Statement;
use crate::terraform::{Address, Body, Expression, text};

/// A repository of a unit's images.
#[derive(Debug, Clone, PartialEq)]
pub struct EcrRepository {
    /// Its name.
    pub name: String,
}

impl EcrRepository {
    /// Taking images from the repository, and nothing but that. The token that a registry asks for first is the account's:
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html>.
    #[must_use]
    pub fn pull(repository: &Address) -> [Statement; 2] {
        let arn: Expression = repository.attribute("arn").into();
        let token = Statement {
            reason: Some("Lets the holder talk to the registry at all; this action knows no resource."),
            ..Statement::allow("TalkToRegistry", vec!["ecr:GetAuthorizationToken"], vec![text("*")])
        };
        let actions = vec!["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
        [token, Statement::allow("PullImages", actions, vec![arn])]
    }

    pub(super) fn body(&self) -> Body {
        Body::new()
            .attribute("name", text(&self.name))
            .comment("A tag means one image for ever: what was tested is what runs, and what a roll-back goes back to.")
            .attribute("image_tag_mutability", text("IMMUTABLE"))
            .comment("Images are built again from the code, and a unit that moves elsewhere must be free to leave.")
            .attribute("force_delete", true)
            .block("image_scanning_configuration", Body::new().attribute("scan_on_push", true))
            .block("encryption_configuration", Body::new().attribute("encryption_type", text("AES256")))
    }
}
