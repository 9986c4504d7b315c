use std::env;
use std::path::Path;

use super::args::Validate;
use crate::build::Tools;
use crate::compile::Compilation;
use crate::diag::{Code, Diagnostic};
use crate::validate::{DATA_VARIABLE, Outcome, Terraform, When, validate as ask};

/// Lets Terraform look at what would be written to `out`. What it refuses is added to the compile's problems, and nothing is
/// written then. Gives a line for the summary, or why what was asked for could not be done.
pub(super) fn validate(
    compilation: &mut Compilation,
    out: &Path,
    validate: Validate,
) -> Result<Option<String>, Box<Diagnostic>> {
    let when = match validate {
        Validate::Never => return Ok(None),
        Validate::Auto => When::Auto,
        Validate::Always => When::Always,
    };
    let Some(files) = &compilation.files else { return Ok(None) };
    let tools = Tools::on_path(env::var_os("PATH").as_deref());
    let plans: Vec<_> = match &compilation.environments {
        Some(all) => all.plans.iter().map(|(_, plan)| plan).collect(),
        None => vec![&compilation.plan],
    };
    let data = env::var_os(DATA_VARIABLE);
    let terraform = Terraform { tools: &tools, data: data.as_deref() };
    match ask(files, &plans, out, when, terraform) {
        Ok(Outcome::NotWanted) => Ok(None),
        Ok(Outcome::NotAsked(why)) => Ok(Some(format!("not checked by Terraform: {why}"))),
        Ok(Outcome::Asked(problems)) if problems.is_empty() => Ok(Some("accepted by `terraform validate`".to_owned())),
        Ok(Outcome::Asked(problems)) => {
            compilation.diagnostics.extend(problems);
            compilation.files = None;
            Ok(None)
        }
        Err(error) => Err(Box::new(
            Diagnostic::new(Code::TerraformNotAsked, error.to_string())
                .help("`--validate never` compiles without asking Terraform; nothing was written"),
        )),
    }
}
