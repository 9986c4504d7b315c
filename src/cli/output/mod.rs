//! The only writer of output. A compile that fails or is killed at any moment leaves the previous output whole: everything is
//! written to a folder beside it, which then takes its place in one step.

mod contents;
mod marker;
mod staging;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use contents::{keep_foreign, write_files};
use marker::{Present, marker, previous};
use staging::{Staging, recover};

use crate::emit::units::Files;
use crate::source::OUTPUT_MARKER;

/// Why nothing was written. The previous output is as it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutputError {
    /// A file, or a folder that holds files and no marker.
    #[error("`{0}` exists and was not made by inferra")]
    NotOurs(String),
    /// A file that inferra did not write stands where one must go.
    #[error("`{0}` is in the way: inferra did not write it and will not replace it")]
    InTheWay(String),
    /// The project lies inside, and would be taken for the user's part of the output.
    #[error("`{0}` holds the project itself")]
    HoldsProject(String),
    /// The output is replaced as a whole, which would leave the user's shell in a folder that is gone.
    #[error("`{0}` holds the current folder, which would be replaced")]
    HoldsCurrent(String),
    /// Another process is writing there.
    #[error("another inferra is writing to `{0}`")]
    Busy(String),
    /// The operating system refused.
    #[error("`{path}` cannot be written: {error}")]
    Io {
        /// Where.
        path: String,
        /// What it said.
        error: io::Error,
    },
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> OutputError + '_ {
    move |error| OutputError::Io { path: path.display().to_string(), error }
}

/// Whether `write` would accept `out` for the project in `app`, without touching it.
pub(crate) fn check_target(out: &Path, app: &Path) -> Result<(), OutputError> {
    let out = real(out)?;
    // A missing project is the reader's to report.
    if app.canonicalize().is_ok_and(|app| app.starts_with(&out)) {
        return Err(OutputError::HoldsProject(out.display().to_string()));
    }
    if Path::new(".").canonicalize().is_ok_and(|current| current.starts_with(&out)) {
        return Err(OutputError::HoldsCurrent(out.display().to_string()));
    }
    previous(&out).map(|_| ())
}

/// The folder itself where `out` is a link to it, `.`, or ends in `..`: only a folder with a name can be replaced.
fn real(out: &Path) -> Result<PathBuf, OutputError> {
    match out.canonicalize() {
        Ok(real) => Ok(real),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !out.is_symlink() && out.file_name().is_some() => {
            Ok(out.to_owned())
        }
        Err(error) => Err(failed(out)(error)),
    }
}

/// Makes `out` hold exactly `files`, the marker, and whatever was there that inferra had not written (state, build
/// products, a `.terraform` folder).
pub(crate) fn write(out: &Path, files: &Files) -> Result<(), OutputError> {
    let out = &real(out)?;
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed(parent))?;
    let staging = Staging::open(out, parent)?;
    recover(out)?;
    let present = Present::read(out, files).inspect_err(|_| staging.discard())?;
    if present.as_ref().is_some_and(Present::is_current) {
        staging.discard();
        return Ok(());
    }
    let written = fill(&staging.path, out, files, present.as_ref());
    written.and_then(|()| staging.take_place_of(out)).inspect_err(|_| staging.discard())
}

/// Writes to `folder` what will be the output, with what stays of the present one.
fn fill(folder: &Path, out: &Path, files: &Files, present: Option<&Present>) -> Result<(), OutputError> {
    write_files(folder, out, files, present)?;
    let marker_path = folder.join(OUTPUT_MARKER);
    fs::write(&marker_path, marker(files)).map_err(failed(&marker_path))?;
    present.map_or(Ok(()), |present| keep_foreign(out, folder, Path::new(""), &present.owned, files))
}

#[cfg(test)]
mod tests;
