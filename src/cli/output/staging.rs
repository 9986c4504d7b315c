//! The folder that becomes the output, and how it takes its place.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{OutputError, failed};

/// The folder beside the output that becomes it. Locked, so that what a killed run left can be told from a running one.
pub(super) struct Staging {
    pub(super) path: PathBuf,
    _lock: File,
}

impl Staging {
    pub(super) fn open(out: &Path, parent: &Path) -> Result<Self, OutputError> {
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
    pub(super) fn discard(&self) {
        _ = fs::remove_dir_all(&self.path);
    }

    pub(super) fn take_place_of(&self, out: &Path) -> Result<(), OutputError> {
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
pub(super) fn replace(new: &Path, old: &Path) -> io::Result<()> {
    let aside = aside(old);
    if aside.exists() {
        fs::remove_dir_all(&aside)?;
    }
    fs::rename(old, &aside)?;
    fs::rename(new, old).inspect_err(|_| _ = fs::rename(&aside, old))?;
    fs::remove_dir_all(aside)
}

/// Gives back its name to an output that a killed run had put aside: it may hold the state of what is deployed.
pub(super) fn recover(out: &Path) -> Result<(), OutputError> {
    let aside = aside(out);
    if out.exists() || !aside.exists() {
        return Ok(());
    }
    fs::rename(&aside, out).map_err(failed(out))
}

/// The name of the old output while the new one takes its place.
pub(super) fn aside(out: &Path) -> PathBuf {
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
