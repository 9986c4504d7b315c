//! `terraform validate` of what was compiled, before it is written: what is set outside the model is read by nobody else.
//!
//! Only the text of a module is looked at: no state, no account, no variable's value. The provider has to be there, which
//! is the case where somebody ran `terraform init` in the output; otherwise `init` may be run in a temporary folder, which
//! fetches the provider from wherever Terraform's own configuration says.

mod report;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use report::{Report, one_line};

use crate::build::Tools;
use crate::diag::Diagnostic;
use crate::emit::units::Files;
use crate::plan::Plan;

/// Where a module keeps its providers, unless somebody says something else.
const DATA: &str = ".terraform";
/// Who does: <https://developer.hashicorp.com/terraform/cli/config/environment-variables#tf_data_dir>.
pub const DATA_VARIABLE: &str = "TF_DATA_DIR";
/// Which versions of them it takes.
const LOCK: &str = ".terraform.lock.hcl";

/// When Terraform is asked, where it is asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Where something is set outside the model, Terraform is there, and the output was initialised.
    Auto,
    /// In any case, and `init` is run where the output was not initialised.
    Always,
}

/// Terraform as it is here.
#[derive(Debug, Clone, Copy)]
pub struct Terraform<'a> {
    /// Where the program is.
    pub tools: &'a Tools,
    /// The value of [`DATA_VARIABLE`], where it has one.
    pub data: Option<&'a OsStr>,
}

/// Why Terraform could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ValidateError {
    /// There is no such program.
    #[error("`terraform` is not on PATH")]
    Missing,
    /// Nobody ran `terraform init` there, so there is no provider that knows the resources.
    #[error("`{0}` is not initialised: run `terraform init` there, or compile with `--validate always`")]
    NotInitialised(String),
    /// It did not get as far as reading the module.
    #[error("`terraform {command}` failed: {said}")]
    Failed {
        /// What was run.
        command: &'static str,
        /// What it said.
        said: String,
    },
    /// The operating system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing was to be asked.
    NotWanted,
    /// What is set outside the model was not looked at, for this reason.
    NotAsked(String),
    /// What Terraform does not accept.
    Asked(Vec<Diagnostic>),
}

/// Asks Terraform about the modules in `files`, which are to be written to `out`, and were made of `plans`: one for each
/// environment.
pub fn validate(
    files: &Files,
    plans: &[&Plan],
    out: &Path,
    when: When,
    terraform: Terraform<'_>,
) -> Result<Outcome, ValidateError> {
    let outside =
        plans.iter().flat_map(|plan| plan.resources.iter()).any(|(_, planned)| !planned.outside_the_model().is_empty());
    if when == When::Auto && !outside {
        return Ok(Outcome::NotWanted);
    }
    let asked = ask(files, plans, out, when, terraform);
    match (asked, when) {
        (Err(error), When::Auto) => Ok(Outcome::NotAsked(error.to_string())),
        (asked, When::Auto | When::Always) => asked.map(Outcome::Asked),
    }
}

fn ask(
    files: &Files,
    plans: &[&Plan],
    out: &Path,
    when: When,
    terraform: Terraform<'_>,
) -> Result<Vec<Diagnostic>, ValidateError> {
    let data = terraform.data.filter(|data| !data.is_empty()).unwrap_or(OsStr::new(DATA));
    let program = terraform.tools.find("terraform").ok_or(ValidateError::Missing)?;
    let mut problems = Vec::new();
    for module in modules(files) {
        let copy = Copy::new(&program, files, module)?;
        let report = match copy.validate_with_providers_of(&out.join(module), data) {
            Ok(report) => report,
            Err(error) if when == When::Auto => return Err(error),
            Err(_) => copy.validate_with_own_providers()?,
        };
        // Roots of several environments have most of their blocks in common.
        problems.extend(
            report.problems(plans).into_iter().filter(|problem| !problems.contains(problem)).collect::<Vec<_>>(),
        );
    }
    Ok(problems)
}

/// The folders that hold a module.
fn modules(files: &Files) -> BTreeSet<&str> {
    let names = files.keys().filter_map(|path| path.rsplit_once('/'));
    names.filter(|(_, name)| *name == "versions.tf").map(|(folder, _)| folder).collect()
}

/// A copy of a module in a folder of its own.
struct Copy<'a> {
    program: &'a Path,
    folder: tempfile::TempDir,
}

impl<'a> Copy<'a> {
    fn new(program: &'a Path, files: &Files, module: &str) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        for (path, content) in files {
            let inside = path.strip_prefix(module).and_then(|rest| rest.strip_prefix('/'));
            let Some(name) =
                inside.filter(|name| !name.contains('/') && Path::new(name).extension().is_some_and(|end| end == "tf"))
            else {
                continue;
            };
            fs::write(folder.path().join(name), content.as_slice())?;
        }
        Ok(Self { program, folder })
    }

    /// Where somebody initialised the module as it was written before.
    fn validate_with_providers_of(&self, module: &Path, data: &OsStr) -> Result<Report, ValidateError> {
        let data = module.join(data);
        if !data.is_dir() {
            return Err(ValidateError::NotInitialised(module.display().to_string()));
        }
        if module.join(LOCK).is_file() {
            fs::copy(module.join(LOCK), self.folder.path().join(LOCK))?;
        }
        self.validate(&data.canonicalize()?)
    }

    /// With whatever `terraform init` installs.
    fn validate_with_own_providers(&self) -> Result<Report, ValidateError> {
        let data = self.folder.path().join(DATA);
        let done = self.run(&["init", "-backend=false", "-input=false", "-no-color"], &data)?;
        if done.status.success() { self.validate(&data) } else { Err(failed("init", &done)) }
    }

    /// What Terraform says of the module's blocks; an error of something else is none of theirs.
    fn validate(&self, data: &Path) -> Result<Report, ValidateError> {
        let done = self.run(&["validate", "-json"], data)?;
        let report: Report = serde_json::from_slice(&done.stdout).map_err(|_| failed("validate", &done))?;
        match report.outside_of_blocks() {
            Some(said) => Err(ValidateError::Failed { command: "validate", said }),
            None => Ok(report),
        }
    }

    fn run(&self, arguments: &[&str], data: &Path) -> io::Result<Output> {
        Command::new(self.program)
            .args(arguments)
            .current_dir(self.folder.path())
            .env(DATA_VARIABLE, data)
            .env("TF_IN_AUTOMATION", "1")
            .stdin(Stdio::null())
            .output()
    }
}

fn failed(command: &'static str, done: &Output) -> ValidateError {
    let said = if done.stderr.is_empty() { &done.stdout } else { &done.stderr };
    ValidateError::Failed { command, said: one_line(&String::from_utf8_lossy(said)) }
}
