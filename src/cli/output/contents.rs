//! What goes into the new output: the files that were made, and what the user keeps in the present one.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use rayon::prelude::*;

use super::marker::Present;
use super::{OutputError, failed};
use crate::emit::units::Files;
use crate::source::{InFolder, OUTPUT_MARKER};

/// Writes `files` below `folder`. What the previous output holds already is linked instead: most of a large output stays as
/// it was, and a link costs the disk nothing.
pub(super) fn write_files(
    folder: &Path,
    out: &Path,
    files: &Files,
    present: Option<&Present>,
) -> Result<(), OutputError> {
    let folders: BTreeSet<&str> =
        files.keys().filter_map(|path| path.rsplit_once('/')).map(|(parent, _)| parent).collect();
    folders.par_iter().try_for_each(|inside| {
        let path = folder.join(inside);
        fs::create_dir_all(&path).map_err(failed(&path))
    })?;
    let files: Vec<_> = files.iter().enumerate().collect();
    let folders = <(InFolder, InFolder)>::default;
    files
        .into_par_iter()
        .map_init(folders, |(new, old), (number, (inside, bytes))| {
            let path = folder.join(inside);
            let held = present.is_some_and(|present| present.held[number]);
            // Not every file system has links; a file that cannot be linked is written.
            if held && new.link(&path, old, &out.join(inside)).is_ok() {
                return Ok(());
            }
            new.write(&path, bytes).map_err(failed(&path))
        })
        .collect()
}

/// Brings everything in the folder `inside` of `out` that is not in `owned` over to `staging`: hard links, so that nothing is
/// moved away from the output that is still in place. Subfolders in parallel, as in [`clear`].
pub(super) fn keep_foreign(
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
