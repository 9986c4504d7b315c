//! What an installer leaves in its target and Lambda does not need, or must not get because it differs between builds.

use std::path::Path;

use super::super::BuildError;
use super::super::files::{self, Found};

/// Notes of the installer about this installation: paths, hashes of scripts, the installer's own name. `METADATA` and
/// `entry_points.txt`, which `importlib.metadata` reads at run time, stay.
const INSTALLATION_NOTES: [&str; 6] =
    ["RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"];

/// The files to ship from an installer's target.
pub(super) fn needed(target: &Path) -> Result<Vec<Found>, BuildError> {
    // Scripts start with the path of this machine's Python, and nothing on Lambda calls them. A package may have the name.
    let scripts = !target.join("bin/__init__.py").exists();
    let mut found = files::list(target, &|name, folder| !(folder && name == "__pycache__"))?;
    found.retain(|file| {
        let path = file.path.as_str();
        let folder = file.path.parent();
        let script = scripts && path.starts_with("bin/");
        let note = folder.ends_with(".dist-info") && INSTALLATION_NOTES.contains(&file.path.file_name());
        let lock = path == ".lock";
        !(script || note || lock || file.path.extension() == Some("pyc"))
    });
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_runs_is_kept() {
        let target = tempfile::tempdir().unwrap();
        let paths = [
            ".lock",
            "a/__init__.py",
            "a/__pycache__/x.pyc",
            "a/RECORD",
            "a-1.dist-info/RECORD",
            "a-1.dist-info/METADATA",
            "bin/a",
            "a-1.dist-info/direct_url.json",
            "a/bin/tool",
            "old.pyc",
        ];
        for path in paths {
            let path = target.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let kept: Vec<_> = needed(target.path()).unwrap().into_iter().map(|file| file.path.to_string()).collect();
        assert_eq!(kept, ["a-1.dist-info/METADATA", "a/RECORD", "a/__init__.py", "a/bin/tool"]);
    }
}
