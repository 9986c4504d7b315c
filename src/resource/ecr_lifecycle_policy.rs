use crate::terraform::{Address, Body, Expression, Key, call, list, number, object, text};

/// Which images of a repository are deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct EcrLifecyclePolicy {
    /// The repository.
    pub repository: Address,
}

impl EcrLifecyclePolicy {
    /// Images that are kept: enough to go back some weeks, few enough to pay for.
    const KEPT: u32 = 30;
    /// Days until an image without a tag is deleted. A part of an image for several processors has none and stays for as long
    /// as what names it: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html>.
    const UNTAGGED_DAYS: u32 = 1;

    pub(super) fn body(&self) -> Body {
        let untagged = [
            (Key::Name("tagStatus"), text("untagged")),
            (Key::Name("countType"), text("sinceImagePushed")),
            (Key::Name("countUnit"), text("days")),
            (Key::Name("countNumber"), number(Self::UNTAGGED_DAYS)),
        ];
        let newest = [
            (Key::Name("tagStatus"), text("any")),
            (Key::Name("countType"), text("imageCountMoreThan")),
            (Key::Name("countNumber"), number(Self::KEPT)),
        ];
        let rules = [
            rule(1, "What no tag names any more".to_owned(), object(untagged)),
            rule(2, format!("All but the newest {}", Self::KEPT), object(newest)),
        ];
        Body::new()
            .attribute("repository", self.repository.attribute("name"))
            .attribute("policy", call("jsonencode", object([(Key::Name("rules"), list(rules))])))
    }
}

fn rule(priority: u32, description: String, selection: Expression) -> Expression {
    object([
        (Key::Name("rulePriority"), number(priority)),
        (Key::Name("description"), text(description)),
        (Key::Name("selection"), selection),
        (Key::Name("action"), object([(Key::Name("type"), text("expire"))])),
    ])
}
