use super::{Principal, Statement};
use crate::terraform::{Address, Body, Expression, Part, template, text};

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

    /// Lambda taking images for functions of this account, in the repository's own policy, where it means that repository:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions>.
    #[must_use]
    pub fn pull_for_functions(account: &Address) -> Statement {
        let functions = [
            Part::Text("arn:*:lambda:*:".into()),
            Part::Value(account.attribute("account_id")),
            Part::Text(":function:*".into()),
        ];
        let actions = vec!["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
        let principal = Some(Principal::Service("lambda.amazonaws.com"));
        Statement { principal, ..Statement::allow("LambdaPullsImages", actions, Vec::new()) }.when(
            "StringLike",
            text("aws:SourceArn"),
            [template(functions)],
        )
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
