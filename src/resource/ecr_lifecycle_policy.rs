use crate::terraform::{Address, Body, Expression, Key, call, list, number, object, text};

/// Which images of a repository are deleted.
#[derive(Debug, Clone, PartialEq)]
pub struct EcrLifecyclePolicy {
    /// The repository.
    pub repository: Address,
}

impl EcrLifecyclePolicy {
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
        // What has a tag is kept: a registry does not know what runs, and the oldest image may be the one that does.
        let rules = [rule(1, "What no tag names any more", object(untagged))];
        Body::new()
            .attribute("repository", self.repository.attribute("name"))
            .attribute("policy", call("jsonencode", object([(Key::Name("rules"), list(rules))])))
    }
}

fn rule(priority: u32, description: &'static str, selection: Expression) -> Expression {
    object([
        (Key::Name("rulePriority"), number(priority)),
        (Key::Name("description"), text(description)),
        (Key::Name("selection"), selection),
        (Key::Name("action"), object([(Key::Name("type"), text("expire"))])),
    ])
}
