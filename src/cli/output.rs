//! The only writer of output. A compile that fails or is killed at any moment leaves the previous output whole: everything is
//! written to a folder beside it, which then takes its place in one step.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::emit::units::Files;
use crate::source::OUTPUT_MARKER;

/// The first line of the marker file; what follows are the paths of the files that inferra wrote.
const MARKER_HEADER: &str =
    "Made by inferra. This file lists what it wrote and will replace; other files here are yours.";

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

/// The text of the marker file.
fn marker(files: &Files) -> String {
    files.keys().fold(format!("{MARKER_HEADER}\n"), |marker, path| marker + path + "\n")
}

/// What the output is before it is written.
struct Present {
    /// The files that inferra wrote.
    owned: BTreeSet<String>,
    /// For each file that will be in the output, whether it is there already.
    held: Vec<bool>,
    /// Whether the marker lists the files that will be in the output.
    listed: bool,
}

impl Present {
    /// `None` where there is nothing.
    fn read(out: &Path, files: &Files) -> Result<Option<Self>, OutputError> {
        let Some(owned) = previous(out)? else { return Ok(None) };
        let held =
            |(inside, bytes): (&String, &Arc<Vec<u8>>)| owned.contains(inside) && holds(&out.join(inside), bytes);
        let held = files.par_iter().map(held).collect();
        Ok(Some(Self { owned, held, listed: holds(&out.join(OUTPUT_MARKER), marker(files).as_bytes()) }))
    }

    /// Whether writing would change nothing.
    fn is_current(&self) -> bool {
        self.listed && self.held.iter().all(|held| *held)
    }
}

/// The files that inferra wrote to `out` before; `None` where there is nothing.
fn previous(out: &Path) -> Result<Option<BTreeSet<String>>, OutputError> {
    let mut entries = match fs::read_dir(out) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(_) if out.is_file() => return Err(OutputError::NotOurs(out.display().to_string())),
        Err(error) => return Err(failed(out)(error)),
    };
    if entries.next().is_none() {
        return Ok(None);
    }
    match fs::read_to_string(out.join(OUTPUT_MARKER)) {
        Ok(marker) if marker.lines().next() == Some(MARKER_HEADER) => {
            // Only plain paths inside: the marker may have been edited.
            let plain = |path: &&str| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
            Ok(Some(marker.lines().skip(1).filter(plain).map(str::to_owned).collect()))
        }
        Ok(_) | Err(_) => Err(OutputError::NotOurs(out.display().to_string())),
    }
}

/// Writes `files` below `folder`. What the previous output holds already is linked instead: most of a large output stays as
/// it was, and a link costs the disk nothing.
fn write_files(folder: &Path, out: &Path, files: &Files, present: Option<&Present>) -> Result<(), OutputError> {
    let folders: BTreeSet<&str> =
        files.keys().filter_map(|path| path.rsplit_once('/')).map(|(parent, _)| parent).collect();
    folders.par_iter().try_for_each(|inside| {
        let path = folder.join(inside);
        fs::create_dir_all(&path).map_err(failed(&path))
    })?;
    let files: Vec<_> = files.iter().enumerate().collect();
    files.into_par_iter().try_for_each(|(number, (inside, bytes))| {
        let path = folder.join(inside);
        let held = present.is_some_and(|present| present.held[number]);
        // Not every file system has links; a file that cannot be linked is written.
        if held && fs::hard_link(out.join(inside), &path).is_ok() {
            return Ok(());
        }
        fs::write(&path, bytes.as_slice()).map_err(failed(&path))
    })
}

/// Whether `path` is a file, and no link to one, that holds exactly `bytes`.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    let length = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len());
    length == u64::try_from(bytes.len()).ok() && fs::read(path).is_ok_and(|held| held == bytes)
}

/// Brings everything in the folder `inside` of `out` that is not in `owned` over to `staging`: hard links, so that nothing is
/// moved away from the output that is still in place. Subfolders in parallel, as in [`clear`].
fn keep_foreign(
    out: &Path,
    staging: &Path,
    inside: &Path,
    owned: &BTreeSet<String>,
    files: &Files,
) -> Result<(), OutputError> {
    let from = out.join(inside);
    let entries: Vec<_> = fs::read_dir(&from).and_then(Iterator::collect).map_err(failed(&from))?;
    if entries.is_empty() {
        // The user's own folders stay even where they are empty.
        return fs::create_dir_all(staging.join(inside)).map_err(failed(&from));
    }
    let kept: Vec<_> = entries
        .into_par_iter()
        .map(|entry: fs::DirEntry| {
            let inside = inside.join(entry.file_name());
            let kind = entry.file_type().map_err(failed(&from))?;
            if kind.is_dir() {
                return keep_foreign(out, staging, &inside, owned, files);
            }
            if inside.to_str().is_some_and(|inside| owned.contains(inside) || inside == OUTPUT_MARKER) {
                return Ok(());
            }
            if stands_in_the_way(&inside, files) {
                return Err(OutputError::InTheWay(out.join(inside).display().to_string()));
            }
            keep(&entry.path(), &staging.join(&inside), kind.is_symlink()).map_err(failed(&entry.path()))
        })
        .collect();
    // The first of several problems, not the quickest.
    kept.into_iter().collect()
}

/// Whether one of `files` must stand where the user's file `inside` is, or in a folder of its name, or above it.
fn stands_in_the_way(inside: &Path, files: &Files) -> bool {
    inside.to_str().is_some_and(|inside| {
        let below = format!("{inside}/");
        files.range(below.clone()..).next().is_some_and(|(path, _)| path.starts_with(&below))
    }) || inside.ancestors().filter_map(Path::to_str).any(|path| files.contains_key(path))
}

fn keep(from: &Path, to: &Path, link: bool) -> io::Result<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    #[cfg(unix)]
    if link {
        return std::os::unix::fs::symlink(fs::read_link(from)?, to);
    }
    #[cfg(not(unix))]
    let _ = link;
    // Some file systems have no hard links.
    fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(|_| ()))
}

/// The folder beside the output that becomes it. Locked, so that what a killed run left can be told from a running one.
struct Staging {
    path: PathBuf,
    _lock: File,
}

impl Staging {
    fn open(out: &Path, parent: &Path) -> Result<Self, OutputError> {
        let name = out.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let path = parent.join(format!(".{name}.inferra-new"));
        fs::create_dir_all(&path).map_err(failed(&path))?;
        let lock = File::open(&path).map_err(failed(&path))?;
        if lock.try_lock().is_err() {
            return Err(OutputError::Busy(out.display().to_string()));
        }
        clear(&path).map_err(failed(&path))?;
        Ok(Self { path, _lock: lock })
    }

    /// What stays behind here is swept up by the next run.
    fn discard(&self) {
        _ = fs::remove_dir_all(&self.path);
    }

    fn take_place_of(&self, out: &Path) -> Result<(), OutputError> {
        if out.exists() {
            exchange(&self.path, out).map_err(failed(out))?;
            // The new output is in place; what is left of the old one is swept up by the next run at the latest.
            _ = clear(&self.path).and_then(|()| fs::remove_dir(&self.path));
            return Ok(());
        }
        fs::rename(&self.path, out).map_err(failed(out))
    }
}

/// Swaps two folders in one step, so that no moment exists without an output.
#[cfg(target_os = "linux")]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, new, CWD, old, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        // Not every file system can: https://man7.org/linux/man-pages/man2/rename.2.html
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => replace(new, old),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn exchange(new: &Path, old: &Path) -> io::Result<()> {
    replace(new, old)
}

/// Two renames: between them only the old output's other name exists, from which `recover` brings it back.
fn replace(new: &Path, old: &Path) -> io::Result<()> {
    let aside = aside(old);
    if aside.exists() {
        fs::remove_dir_all(&aside)?;
    }
    fs::rename(old, &aside)?;
    fs::rename(new, old).inspect_err(|_| _ = fs::rename(&aside, old))?;
    fs::remove_dir_all(aside)
}

/// Gives back its name to an output that a killed run had put aside: it may hold the state of what is deployed.
fn recover(out: &Path) -> Result<(), OutputError> {
    let aside = aside(out);
    if out.exists() || !aside.exists() {
        return Ok(());
    }
    fs::rename(&aside, out).map_err(failed(out))
}

/// The name of the old output while the new one takes its place.
fn aside(out: &Path) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!(".{name}.inferra-old"))
}

/// Empties a folder; its subfolders in parallel, because removing a large output takes as long as writing it.
fn clear(folder: &Path) -> io::Result<()> {
    let entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.into_par_iter().try_for_each(|entry| {
        let path = entry.path();
        if !entry.file_type()?.is_dir() {
            return fs::remove_file(path);
        }
        clear(&path)?;
        fs::remove_dir(path)
    })
}

#[cfg(test)]
mod tests;
