//! What the output is before it is written, and the file in it that says which files are inferra's.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path};
use std::sync::Arc;

use rayon::prelude::*;

use super::{OutputError, failed};
use crate::emit::units::Files;
use crate::source::{InFolder, OUTPUT_MARKER};

/// The first line of the marker file; what follows are the paths of the files that inferra wrote.
pub(super) const MARKER_HEADER: &str =
    "Made by inferra. This file lists what it wrote and will replace; other files here are yours.";

/// The text of the marker file.
pub(super) fn marker(files: &Files) -> String {
    files.keys().fold(format!("{MARKER_HEADER}\n"), |marker, path| marker + path + "\n")
}

/// What the output is before it is written.
pub(super) struct Present {
    /// The files that inferra wrote.
    pub(super) owned: BTreeSet<String>,
    /// For each file that will be in the output, whether it is there already.
    pub(super) held: Vec<bool>,
    /// Whether the marker lists the files that will be in the output.
    listed: bool,
}

impl Present {
    /// `None` where there is nothing.
    pub(super) fn read(out: &Path, files: &Files) -> Result<Option<Self>, OutputError> {
        let Some(owned) = previous(out)? else { return Ok(None) };
        let held = |folder: &mut InFolder, (inside, bytes): (&String, &Arc<Vec<u8>>)| {
            owned.contains(inside) && holds(folder, &out.join(inside), bytes)
        };
        let held = files.par_iter().map_init(InFolder::default, held).collect();
        let listed = holds(&mut InFolder::default(), &out.join(OUTPUT_MARKER), marker(files).as_bytes());
        Ok(Some(Self { owned, held, listed }))
    }

    /// Whether writing would change nothing.
    pub(super) fn is_current(&self) -> bool {
        self.listed && self.held.iter().all(|held| *held)
    }
}

/// The files that inferra wrote to `out` before; `None` where there is nothing.
pub(super) fn previous(out: &Path) -> Result<Option<BTreeSet<String>>, OutputError> {
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

/// Whether `path` is a file, and no link to one, that holds exactly `bytes`.
fn holds(folder: &mut InFolder, path: &Path, bytes: &[u8]) -> bool {
    folder.length(path) == u64::try_from(bytes.len()).ok() && folder.read(path).is_ok_and(|held| held == bytes)
}
