use std::ffi::OsStr;
use std::path::PathBuf;

/// The folders in which installers and runtimes are looked for, in order.
#[derive(Debug, Clone, Default)]
pub struct Tools {
    folders: Vec<PathBuf>,
}

/// How an executable file's name can end: npm is a batch file on Windows.
const ENDINGS: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };

impl Tools {
    /// The folders of a `PATH` variable's value.
    #[must_use]
    pub fn on_path(path: Option<&OsStr>) -> Self {
        // A relative folder would mean another one once a tool runs in its own working directory.
        let folders = path.map(std::env::split_paths).into_iter().flatten().filter(|folder| folder.is_absolute());
        Self { folders: folders.collect() }
    }

    /// The first tool of that name.
    pub(crate) fn find(&self, name: &str) -> Option<PathBuf> {
        let candidates =
            self.folders.iter().flat_map(|folder| ENDINGS.iter().map(move |end| folder.join(format!("{name}{end}"))));
        candidates.into_iter().find(|candidate| candidate.is_file())
    }
}
