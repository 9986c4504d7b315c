//! What a Python unit installs, as its manifest and its lock file say: `requirements.txt`, `pyproject.toml` (PEP 621, Poetry,
//! uv), `poetry.lock`, `uv.lock` and `pylock.toml`.
//!
//! Everything is read for one Python on one system: markers are evaluated here, so that what is written for the installer has
//! none, and uv and pip install the same whatever machine they run on. A lock file decides every version and hash; what only
//! an index knows (which versions exist, what they depend on) stays the installer's business.

mod document;
mod environment;
mod lock;
mod poetry;
mod pyproject;
mod requirement;
mod requirements_txt;
mod uv;

pub(crate) use environment::Environment;
pub(crate) use requirement::{Requirement, Wanted, parse as parse_requirement};

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Project, ProjectPath, Span};

/// What a manifest asks for, as far as it holds for the environment.
#[derive(Debug, Default)]
pub(crate) struct Dependencies {
    /// What is installed, in the order of the manifest; sorted by name where a lock file decides.
    pub(crate) requirements: Vec<Requirement>,
    /// Versions that other packages are held to, should they be installed.
    pub(crate) constraints: Vec<Requirement>,
    /// Options for the installer, such as `--index-url`, each as written.
    pub(crate) options: Vec<(String, Span)>,
    /// What does not hold for the environment, as written.
    pub(crate) left_out: Vec<(String, Span)>,
    /// The lock file that every version comes from. The list is complete then.
    pub(crate) lock: Option<ProjectPath>,
}

impl Dependencies {
    /// Whether files are checked against hashes. Installers then want a hash for everything, and so a complete list.
    pub(crate) fn is_hashed(&self) -> bool {
        self.requirements.iter().any(|requirement| !requirement.hashes.is_empty())
    }

    /// Whether the list has everything that is installed, dependencies of dependencies included.
    pub(crate) fn is_complete(&self) -> bool {
        self.lock.is_some() || self.is_hashed()
    }
}

/// What is looked at, and where problems go.
struct Reader<'a> {
    project: &'a Project,
    environment: &'a Environment,
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    /// The text of a file of the project; a file that cannot be read is a problem at its name.
    fn text(&mut self, file: &ProjectPath) -> Option<String> {
        let read = self.project.bytes(file).map(|bytes| String::from_utf8(bytes.to_vec()));
        match read {
            Ok(Ok(text)) => Some(text),
            Ok(Err(error)) => {
                self.diagnostics.push(crate::diag::not_utf8(file, error.as_bytes()));
                None
            }
            Err(error) => {
                let failure = crate::source::ReadFailure { path: file.clone(), error };
                self.diagnostics.push(crate::diag::unreadable(&failure));
                None
            }
        }
    }

    /// A list of dependencies that cannot be understood.
    fn illegible(&mut self, at: Span, message: impl Into<String>, label: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(Code::DependenciesIllegible, message).at(at, label).help(help));
    }

    /// A dependency of a form that cannot be installed elsewhere.
    fn refused(&mut self, at: Span, message: impl Into<String>, label: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(Code::DependencyNotInstallable, message).at(at, label).help(help));
    }

    /// Reports an address that cannot be installed from elsewhere, or that would be more than an address to an installer.
    fn refuses_address(&mut self, requirement: &Requirement) -> bool {
        let Wanted::Url(address) = &requirement.wanted else { return false };
        let plain = !address.contains(|c: char| c.is_whitespace() || c.is_control() || "\\\"'".contains(c));
        let scheme = address.split_once("://").map_or("", |(scheme, _)| scheme);
        let remote = scheme.ends_with("https") || scheme.ends_with("http") || scheme.ends_with("ssh");
        if plain && remote {
            return false;
        }
        let at = requirement.at.clone();
        if scheme == "file" || scheme.is_empty() {
            self.refused(
                at,
                requirements_txt::local_message(address),
                requirements_txt::LOCAL_LABEL,
                requirements_txt::LOCAL_HELP,
            );
        } else {
            self.illegible(at, format!("`{address}` is no address"), "not understood", "write `name @ https://…`");
        }
        true
    }

    /// A lock file that says nothing of what the manifest asks for.
    fn outdated(&mut self, at: Span, message: impl Into<String>, label: impl Into<String>, help: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(Code::LockOutOfDate, message).at(at, label).help(help));
    }
}

/// Reads what `manifest` asks for. `None` where something is wrong with it, which was pushed then.
pub(crate) fn read(
    project: &Project,
    manifest: &ProjectPath,
    environment: &Environment,
    diagnostics: &mut Diagnostics,
) -> Option<Dependencies> {
    let mut problems = Diagnostics::default();
    let mut reader = Reader { project, environment, diagnostics: &mut problems };
    let found = if manifest.extension() == Some("txt") {
        Some(requirements_txt::read(&mut reader, manifest))
    } else if lock::is_standard(manifest) {
        lock::without_manifest(&mut reader, manifest)
    } else {
        pyproject::read(&mut reader, manifest)
    };
    let used = found.as_ref().and_then(|found| found.lock.clone());
    if found.is_some() {
        let mut reader = Reader { project, environment, diagnostics: &mut problems };
        lock::warn_of_unused(&mut reader, manifest, used.as_ref());
    }
    let wrong = problems.has_errors();
    diagnostics.extend(problems);
    found.filter(|_| !wrong)
}

#[cfg(test)]
mod tests;
