//! The files of a folder, and copies of them.

use std::fs::FileType;
use std::path::Path;

use super::BuildError;
use crate::source::ProjectPath;

/// What appears in a unit's folder when somebody runs the unit there. None of it is the application's.
const LEFT_BY_TOOLS: [&str; 4] = ["node_modules", "__pycache__", "venv", "site-packages"];

/// A hidden file that matters to a build, though never to a zip: it may name a company's registry, and hold the token for it.
const NPM_CONFIGURATION: &str = ".npmrc";

/// The same for Yarn.
const YARN_CONFIGURATION: &str = ".yarnrc.yml";

/// A file below some folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Relative to the folder.
    pub(super) path: ProjectPath,
    /// Whether its owner may execute it.
    pub(super) executable: bool,
}

/// The application's files in a unit: no hidden ones, nothing that tools leave behind.
pub(super) fn of_unit(root: &Path) -> Result<Vec<Found>, BuildError> {
    list(root, &|name, folder| !(name.starts_with('.') || (folder && LEFT_BY_TOOLS.contains(&name))))
}

/// Every file below `root` for which `keep` (given a name and whether it is a folder's) holds all the way down, sorted.
/// Links are left out: neither the installers' folders nor compiled units have any that a package needs.
pub(super) fn list(root: &Path, keep: &dyn Fn(&str, bool) -> bool) -> Result<Vec<Found>, BuildError> {
    let mut found = Vec::new();
    walk(root, &mut |path, kind| {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| BuildError::FileName(path.display().to_string()))?;
        let kept = keep(name, kind.is_dir());
        if kept && kind.is_file() {
            found.push(describe(root, path)?);
        }
        Ok(kept)
    })?;
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

/// Every link below `root`, sorted.
pub(super) fn links(root: &Path) -> Result<Vec<ProjectPath>, BuildError> {
    let mut found = Vec::new();
    walk(root, &mut |path, kind| {
        if kind.is_symlink() {
            found.push(describe(root, path)?.path);
        }
        Ok(true)
    })?;
    found.sort();
    Ok(found)
}

/// What is done with an entry of a folder; where it is a folder itself, the answer says whether to go into it.
type Visit<'v> = &'v mut dyn FnMut(&Path, FileType) -> Result<bool, BuildError>;

/// Visits everything below `root`, in no order.
fn walk(root: &Path, visit: Visit<'_>) -> Result<(), BuildError> {
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let reading = || BuildError::io(format!("read {}", folder.display()));
        for entry in std::fs::read_dir(&folder).map_err(reading())? {
            let entry = entry.map_err(reading())?;
            let kind = entry.file_type().map_err(reading())?;
            if visit(&entry.path(), kind)? && kind.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(())
}

/// Copies the application's files of a unit into `to`, and the package managers' configuration beside them.
pub(super) fn copy_unit(from: &Path, to: &Path) -> Result<Vec<Found>, BuildError> {
    let files = of_unit(from)?;
    for file in &files {
        copy(&from.join(file.path.as_str()), &to.join(file.path.as_str()))?;
    }
    for name in [NPM_CONFIGURATION, YARN_CONFIGURATION] {
        if from.join(name).is_file() {
            copy(&from.join(name), &to.join(name))?;
        }
    }
    Ok(files)
}

/// Not `fs::copy`, which copies rights too: npm could not replace the copy of a read-only file.
fn copy(from: &Path, to: &Path) -> Result<(), BuildError> {
    let copying = || BuildError::io(format!("copy {} to a temporary folder", from.display()));
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(copying())?;
    }
    let bytes = std::fs::read(from).map_err(copying())?;
    std::fs::write(to, bytes).map_err(copying())
}

fn describe(root: &Path, path: &Path) -> Result<Found, BuildError> {
    let metadata = path.metadata().map_err(BuildError::io(format!("read {}", path.display())))?;
    let relative = path.strip_prefix(root).ok().and_then(ProjectPath::new);
    let relative = relative.ok_or_else(|| BuildError::FileName(path.display().to_string()))?;
    Ok(Found { path: relative, executable: is_executable(&metadata) })
}

#[cfg(unix)]
fn is_executable(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_leave_behind_is_no_part_of_a_unit() {
        let unit = tempfile::tempdir().unwrap();
        for path in
            ["b.py", "app/a.py", "app/__pycache__/a.pyc", "node_modules/x/i.js", ".venv/bin/python", ".npmrc", ".env"]
        {
            let path = unit.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let found = of_unit(unit.path()).unwrap();
        let names: Vec<_> = found.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(names, ["app/a.py", "b.py"]);
        let copy = tempfile::tempdir().unwrap();
        assert_eq!(copy_unit(unit.path(), copy.path()).unwrap(), found);
        assert!(copy.path().join(".npmrc").exists() && !copy.path().join(".env").exists());
    }
}
