use std::fmt;

use super::Report;
use super::limits::{LIMITS_PAGE, ZIPPED_LIMIT, megabytes};
use crate::app::PackageManager;

/// What a build tells its caller while it runs. The library prints nothing itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The units of a root begin, where there are several.
    Root {
        /// Its folder, relative to the compiled directory.
        directory: String,
    },
    /// A unit's build begins.
    Started {
        /// The unit.
        unit: String,
        /// Lambda's name of the runtime.
        runtime: String,
        /// Lambda's name of the architecture.
        architecture: String,
    },
    /// A tool starts.
    Running {
        /// The unit.
        unit: String,
        /// What for, in the form "installing …".
        purpose: &'static str,
        /// The command, quoted as a shell would need it.
        command: String,
    },
    /// A line of the running tool's output.
    Said {
        /// The unit.
        unit: String,
        /// The line, without its end.
        line: String,
    },
    /// Something that the user should know about a build that goes on.
    Warning {
        /// The unit.
        unit: String,
        /// What.
        warning: Warning,
    },
    /// The files are complete and are being compressed.
    Zipping {
        /// The unit.
        unit: String,
        /// How many files.
        files: usize,
    },
    /// The unit is an image, and not for this build to make.
    Image {
        /// The unit.
        unit: String,
        /// The folder of its Dockerfile, relative to the compiled directory.
        directory: String,
        /// The platform that it runs on, as image builders name it.
        platform: String,
    },
    /// The zip is in its place.
    Built(Report),
}

/// Something to know about a build that succeeds. Its text is a sentence and the edit to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// Versions are chosen afresh at each build.
    NoLockFile {
        /// The `package.json` that is installed.
        manifest: String,
        /// What installs it.
        manager: PackageManager,
    },
    /// Install scripts of packages in the bundle, which are never run.
    ScriptsNotRun {
        /// The packages, sorted.
        packages: Vec<String>,
    },
    /// esbuild's own warnings, verbatim.
    Bundler {
        /// What esbuild wrote.
        text: String,
    },
    /// What the project's own build makes may be another each time.
    BuiltAnew {
        /// The command that builds it.
        command: String,
    },
    /// Markers of what the dependencies themselves depend on are evaluated for the wrong Python or system.
    Markers {
        /// The Python on Lambda.
        runtime: String,
    },
    /// Files of the application that take the place of files of its dependencies.
    Shadowed {
        /// The paths, sorted.
        paths: Vec<String>,
    },
    /// The zip is too large for a direct upload.
    NoDirectUpload {
        /// Its size in bytes.
        zipped: u64,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLockFile { manifest, manager } => write!(
                f,
                "there is no lock file beside {manifest}, so a later build may choose other versions: run `{} install` in the \
                 application, keep the lock file that it writes, and compile again",
                manager.program()
            ),
            Self::ScriptsNotRun { packages } => write!(
                f,
                "install scripts are never run, because what they make is made for this machine and not for Lambda; check \
                 that these packages work without: {}",
                packages.join(", ")
            ),
            Self::Bundler { text } => write!(f, "esbuild warns:\n{text}"),
            Self::BuiltAnew { command } => write!(
                f,
                "what `{command}` makes may have other names and keys after each build: `terraform apply` then deploys it again, \
                 though nothing changed"
            ),
            Self::Markers { runtime } => write!(
                f,
                "pip chooses what the dependencies depend on for the Python that runs it, not for {runtime} on Linux: install uv, \
                 or keep a lock file (`uv lock`, `poetry lock`)"
            ),
            Self::Shadowed { paths } => write!(
                f,
                "these files of the application take the place of files of its dependencies with the same path: {}",
                paths.join(", ")
            ),
            Self::NoDirectUpload { zipped } => write!(
                f,
                "the zip is {}, and Lambda takes at most {} in a direct upload: upload it through S3 ({LIMITS_PAGE})",
                megabytes(*zipped),
                megabytes(ZIPPED_LIMIT)
            ),
        }
    }
}
