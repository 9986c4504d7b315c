//! What is there already and only read: what its data source is asked for, and what its answer has to be.
//! <https://developer.hashicorp.com/terraform/language/expressions/custom-conditions>

use crate::terraform::{Block, Body, Expression, Reference, call, call_with, different, equal, number, text};

/// A demand on what a data source answers: Terraform plans nothing where it does not hold.
pub(super) struct Demand {
    condition: Expression,
    /// What is wrong, for people.
    wrong: String,
}

impl Demand {
    /// That `condition` holds, or else `wrong` is said.
    pub(super) fn that(condition: impl Into<Expression>, wrong: impl Into<String>) -> Self {
        Self { condition: condition.into(), wrong: wrong.into() }
    }

    /// That the attribute `name` has a value.
    pub(super) fn some(name: &'static str, wrong: impl Into<String>) -> Self {
        Self::that(different(length(answer(name)), number(0_u32)), wrong)
    }

    /// That the attribute `name` has none.
    pub(super) fn none(name: &'static str, wrong: impl Into<String>) -> Self {
        Self::that(equal(length(answer(name)), number(0_u32)), wrong)
    }

    /// That the thing has this ARN, where one was given: there is another one of its name in each region and account.
    pub(super) fn arn(attribute: &'static str, arn: Option<&String>) -> Option<Self> {
        let is_it = equal(answer(attribute), text(arn?));
        Some(Self::that(
            is_it,
            "What the provider finds by this name has another ARN: it is in another account or region.",
        ))
    }
}

/// The attribute `name` of the data source's own answer.
pub(super) fn answer(name: &'static str) -> Reference {
    Reference::own("self").attribute(name)
}

/// The length of something; 0 where there is nothing.
fn length(value: Reference) -> Expression {
    call_with("try", [call("length", value), number(0_u32)])
}

/// `body` with what its answer has to be.
pub(super) fn demanding(body: Body, demands: impl IntoIterator<Item = Demand>) -> Body {
    let conditions = demands.into_iter().fold(Body::new(), |all, Demand { condition, wrong }| {
        let one = Body::new().attribute("condition", condition).attribute("error_message", text(wrong));
        all.nested(Block::new("postcondition", &[], one))
    });
    if conditions == Body::new() { body } else { body.block("lifecycle", conditions) }
}
