use super::Resource;
use crate::terraform::{Address, Body, Expression, Key, call, list, object, text};

/// One call of a function while the module is applied, and another one whenever the function's code is another. Applying fails
/// where the function does.
#[derive(Debug, Clone, PartialEq)]
pub struct LambdaInvocation {
    /// The function.
    pub function: Address,
    /// Its attribute that is another for other code.
    pub code: &'static str,
    /// The job that the function runs.
    pub job: &'static str,
    /// What the function needs while it runs, beyond what its own block refers to.
    pub needs: Vec<Address>,
}

impl LambdaInvocation {
    /// The address that it will have under the name `name`.
    #[must_use]
    pub fn at(name: &str) -> Address {
        let nowhere = Address::new(crate::terraform::Mode::Managed, "aws_lambda_function", name);
        Resource::from(Self { function: nowhere, code: "", job: "", needs: Vec::new() }).address(name)
    }

    pub(super) fn body(&self) -> Body {
        let job = object([(Key::Name("job"), text(self.job))]);
        let triggers = object([(Key::Name("code"), self.function.attribute(self.code))]);
        let body = Body::new()
            .attribute("function_name", self.function.attribute("function_name"))
            .attribute("input", call("jsonencode", object([(Key::Name("inferra"), job)])))
            .attribute("triggers", triggers);
        if self.needs.is_empty() {
            return body;
        }
        let needs = list(self.needs.iter().map(|address| Expression::from(address.whole())));
        body.comment("Without them the function runs, but reaches nothing.").attribute("depends_on", needs)
    }
}
