//! What `terraform validate -json` says: <https://developer.hashicorp.com/terraform/internals/machine-readable-ui#diagnostic>.

use serde::Deserialize;

use crate::diag::{Code, Diagnostic};
use crate::plan::{OutsideTheModel, Plan};
use crate::terraform::Address;

/// All of it.
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    diagnostics: Vec<Said>,
}

#[derive(Debug, Deserialize)]
struct Said {
    severity: Severity,
    summary: String,
    #[serde(default)]
    detail: String,
    snippet: Option<Snippet>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Error,
    Warning,
}

#[derive(Debug, Deserialize)]
struct Snippet {
    /// The block, such as `resource "aws_sqs_queue" "jobs"`.
    context: Option<String>,
    /// The line.
    code: String,
}

impl Report {
    /// What is wrong with the copy and not with what is in it, if anything is: a provider that is not there, or another
    /// version of it.
    pub(super) fn outside_of_blocks(&self) -> Option<String> {
        let error = self.errors().find(|said| said.block().is_none())?;
        Some(format!("{}. {}", error.summary, one_line(&error.detail)))
    }

    /// The errors, each at what was set outside the model in its block.
    pub(super) fn problems(&self, plans: &[&Plan]) -> Vec<Diagnostic> {
        self.errors().map(|said| said.problem(plans)).collect()
    }

    fn errors(&self) -> impl Iterator<Item = &Said> {
        self.diagnostics.iter().filter(|said| said.severity == Severity::Error)
    }
}

impl Said {
    fn block(&self) -> Option<&str> {
        self.snippet.as_ref()?.context.as_deref()
    }

    fn problem(&self, plans: &[&Plan]) -> Diagnostic {
        let block = self.block().unwrap_or_default();
        let is_meant = |address: &Address| block == format!("resource {}", quoted(&address.to_string()));
        let resources = plans.iter().flat_map(|plan| plan.resources.iter()).filter(|(address, _)| is_meant(address));
        let message = format!("Terraform does not accept `{block}`: {}", self.summary);
        let detail = one_line(&self.detail);
        let outside: Vec<_> = resources.flat_map(|(_, planned)| planned.outside_the_model()).collect();
        let problem = Diagnostic::new(Code::ExtraRefused, message);
        match self.meant(&outside).map(|one| &one.span) {
            Some(Some(span)) => problem.at(span.clone(), "set outside the model here").help(detail),
            Some(None) | None => problem.help(detail),
        }
    }

    /// Of what is set for a block, what Terraform speaks of; the first where it names nothing.
    fn meant<'a>(&self, outside: &[&'a OutsideTheModel]) -> Option<&'a OutsideTheModel> {
        let code = self.snippet.as_ref().map(|snippet| snippet.code.trim_start()).unwrap_or_default();
        let begins = |name: &str| code.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '=']));
        let named = |one: &&&OutsideTheModel| {
            let name = one.key.rsplit('.').next().unwrap_or_default();
            begins(name) || self.detail.contains(&format!("\"{name}\""))
        };
        outside.iter().find(named).or(outside.first()).copied()
    }
}

/// `"aws_sqs_queue" "jobs"`, of an address.
fn quoted(address: &str) -> String {
    address.split('.').map(|part| format!("\"{part}\"")).collect::<Vec<_>>().join(" ")
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
