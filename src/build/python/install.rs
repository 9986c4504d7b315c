//! uv or pip, told to install for Lambda instead of for this machine.

use std::path::{Path, PathBuf};

use super::super::command::Tool;
use super::super::{BuildError, Job, Warning};

/// The installer that was found.
pub(super) struct Installer {
    program: Program,
    minor: u32,
}

enum Program {
    Uv(PathBuf),
    /// `as_target` where the Python that runs pip evaluates markers as the runtime's would.
    Pip {
        python: PathBuf,
        as_target: bool,
    },
}

impl Installer {
    /// uv, else the pip of the runtime's Python, else the pip of any Python 3.
    pub(super) fn find(job: &mut Job<'_>, minor: u32) -> Result<Self, BuildError> {
        if let Some(uv) = job.tools.find("uv") {
            return Ok(Self { program: Program::Uv(uv), minor });
        }
        let exact = format!("python3.{minor}");
        for name in [exact.as_str(), "python3", "python"] {
            let Some(python) = job.tools.find(name) else { continue };
            // A version manager's stand-in exists for every version and works for the chosen ones only: ask.
            let Some(version) = Tool::new(&python).args(["-m", "pip", "--version"]).ask(&job.scratch) else { continue };
            let as_target = python_of(&version) == format!("3.{minor}") && cfg!(target_os = "linux");
            return Ok(Self { program: Program::Pip { python, as_target }, minor });
        }
        Err(BuildError::ToolMissing {
            unit: job.name.to_owned(),
            tool: "uv or pip",
            install: format!("install uv (https://docs.astral.sh/uv/), or Python 3.{minor} with pip"),
        })
    }

    /// Installs a list into `target`. A list with hashes has everything.
    pub(super) fn install(
        &self,
        job: &mut Job<'_>,
        list: &Path,
        hashed: bool,
        target: &Path,
    ) -> Result<(), BuildError> {
        let mut tool = match &self.program {
            Program::Uv(uv) => self.uv(uv, job),
            Program::Pip { python, .. } => self.pip(python, job),
        };
        tool = tool.args(["--only-binary", ":all:"]).arg("--python-version").arg(format!("3.{}", self.minor));
        tool = tool.arg("--target").arg(target).arg("--requirement").arg(list);
        match &self.program {
            Program::Pip { as_target: false, .. } if hashed => tool = tool.arg("--no-deps"),
            Program::Pip { as_target: false, .. } => {
                job.warn(Warning::Markers { runtime: format!("Python 3.{}", self.minor) });
            }
            Program::Pip { as_target: true, .. } | Program::Uv(_) => {}
        }
        let folder = job.scratch.clone();
        tool.run(job, &folder, "installing the dependencies for Lambda").map(drop)
    }

    fn uv(&self, uv: &Path, job: &Job<'_>) -> Tool {
        let machine = job.unit.architecture.machine();
        // uv knows only some of glibc's versions by name; 2.17 is the one below 2.26.
        let glibc = if self.glibc() >= 34 { 34 } else { 17 };
        Tool::new(uv)
            .args([
                "pip",
                "install",
                "--no-progress",
                "--color",
                "never",
                "--link-mode",
                "copy",
                "--no-compile-bytecode",
            ])
            .arg("--python-platform")
            .arg(format!("{machine}-manylinux_2_{glibc}"))
    }

    fn pip(&self, python: &Path, job: &Job<'_>) -> Tool {
        let machine = job.unit.architecture.machine();
        // pip takes each tag literally: it does not know that a wheel for an older glibc runs on a newer one. The newest
        // comes first because pip prefers wheels in this order.
        let platforms = (17..=self.glibc()).rev().map(|glibc| format!("manylinux_2_{glibc}_{machine}"));
        let platforms = platforms.chain([format!("manylinux2014_{machine}")]);
        Tool::new(python)
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar", "off"])
            // Conflicts with what this machine's Python has are nobody's concern; those within the target still fail.
            .args(["--no-compile", "--no-warn-conflicts"])
            .args(["--implementation", "cp"])
            .args(platforms.flat_map(|platform| ["--platform".to_owned(), platform]))
            // Both are meant to protect a machine's Python, which `--target` leaves alone. Not by options: older pips have
            // no such option, but no pip minds a variable.
            .envs([("PIP_REQUIRE_VIRTUALENV", "0"), ("PIP_ROOT_USER_ACTION", "ignore")])
    }

    /// The minor version of glibc 2 on Lambda: Amazon Linux 2023 from Python 3.12 on, Amazon Linux 2 before.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html>
    const fn glibc(&self) -> u32 {
        if self.minor >= 12 { 34 } else { 26 }
    }
}

/// The Python of a pip that says "pip 24.2 from … (python 3.13)".
fn python_of(version: &str) -> &str {
    version.trim_end().rsplit_once("(python ").map_or("", |(_, python)| python.trim_end_matches(')'))
}
