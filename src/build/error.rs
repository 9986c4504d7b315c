use std::io;

use super::limits::{LIMITS_PAGE, UNZIPPED_LIMIT, megabytes};

/// Why a unit could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The directory is not there.
    #[error("{directory} is not a directory: give the one that `inferra compile -o` wrote")]
    NoDirectory {
        /// As given.
        directory: String,
    },
    /// The directory has no marker.
    #[error("{directory} was not made by inferra (it has no `.inferra`): give the one that `inferra compile -o` wrote")]
    NotOurs {
        /// As given.
        directory: String,
    },
    /// There is no plan to build from.
    #[error("plan.json cannot be read ({error}): run `inferra compile` again")]
    PlanMissing {
        /// What the operating system said.
        error: io::Error,
    },
    /// Another version of inferra made the plan.
    #[error(
        "plan.json has version {found} and this inferra builds version {known}: run `inferra compile` again with this inferra"
    )]
    PlanVersion {
        /// As in the file.
        found: u64,
        /// Ours.
        known: u64,
    },
    /// The plan is not what inferra writes.
    #[error("plan.json is not as inferra writes it ({0}): run `inferra compile` again")]
    PlanInvalid(#[source] serde_json::Error),
    /// No unit has the name that was asked for.
    #[error("there is no unit `{unit}`: the units are {}", .known.join(", "))]
    UnknownUnit {
        /// As asked for.
        unit: String,
        /// All of them, sorted.
        known: Vec<String>,
    },
    /// The plan names a folder that is not there.
    #[error("unit `{unit}` has no folder {directory}: run `inferra compile` again")]
    UnitMissing {
        /// The unit.
        unit: String,
        /// Relative to the compiled directory.
        directory: String,
    },
    /// A tool is not installed.
    #[error("unit `{unit}` needs {tool}, which was not found on PATH: {install}")]
    ToolMissing {
        /// The unit.
        unit: String,
        /// The tool.
        tool: &'static str,
        /// What to install.
        install: String,
    },
    /// A manifest that inferra cannot take dependencies from.
    #[error("unit `{unit}`: {manifest} {problem}")]
    Manifest {
        /// The unit.
        unit: String,
        /// Its path in the unit.
        manifest: String,
        /// What is wrong with it, and the edit to make.
        problem: String,
    },
    /// A tool failed; its message follows as it wrote it.
    #[error("unit `{unit}`: `{command}` failed ({status})\n\n{}", .message.trim_end())]
    Command {
        /// The unit.
        unit: String,
        /// Quoted as a shell would need it.
        command: String,
        /// How it ended.
        status: String,
        /// Its standard error, verbatim; its standard output where that is empty.
        message: String,
    },
    /// The bundle would tell where it was made, and so differ from machine to machine.
    #[error(
        "unit `{unit}`: the bundle contains the path of the temporary folder that it was made in; a dependency writes its \
         own location into its code, which makes every build differ: report this as a defect of inferra"
    )]
    MachinePath {
        /// The unit.
        unit: String,
    },
    /// More than Lambda takes. Nothing was written.
    #[error(
        "unit `{unit}` is {} unzipped and Lambda takes at most {} ({LIMITS_PAGE}): remove dependencies, or set \
         `{setting}` in inferra.toml, which makes the unit an image. The largest parts: {}",
        megabytes(*.unzipped), megabytes(UNZIPPED_LIMIT),
        .largest.iter().map(|(name, size)| format!("{name} ({})", megabytes(*size))).collect::<Vec<_>>().join(", ")
    )]
    TooLarge {
        /// The unit.
        unit: String,
        /// Its size in bytes.
        unzipped: u64,
        /// The setting that makes the unit something larger.
        setting: String,
        /// The largest top-level files and folders with their sizes, largest first.
        largest: Vec<(String, u64)>,
    },
    /// A file name that a zip cannot carry.
    #[error("{0} has a name that is not UTF-8: rename it")]
    FileName(String),
    /// The operating system refused.
    #[error("cannot {doing}: {error}")]
    Io {
        /// In the form "read x".
        doing: String,
        /// What it said.
        #[source]
        error: io::Error,
    },
    /// The zip could not be written.
    #[error("cannot write {zip}: {error}")]
    Zip {
        /// Its path.
        zip: String,
        /// Why.
        #[source]
        error: zip::result::ZipError,
    },
}

impl BuildError {
    /// For `map_err`: what was being done when the operating system refused.
    pub(super) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |error| Self::Io { doing, error }
    }
}
