//! A package that a unit keeps whole: the project is built with it, in a copy whose packages are installed for this machine, and
//! what that makes is shipped with the project's files and what it depends on, as those are installed for Lambda.

use std::collections::BTreeMap;
use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::super::archive::Entries;
use super::super::command::Tool;
use super::super::files::{self, Found};
use super::super::{BuildError, Job, Warning};
use super::packages::{self, Installed};
use super::{LOCKS, SHIM};
use crate::app::Kept;
use crate::source::ProjectPath;

/// The program that runs the project's build.
const SCRIPT: (&str, &str) = ("project.mjs", include_str!("project.mjs"));

/// What a unit keeps.
pub(super) fn of<'j>(job: &'j Job<'_>) -> Option<&'j Kept> {
    job.unit.packages.as_ref()?.kept.as_ref()
}

/// What is left out of a zip, by the names that files have in it.
pub(super) struct Without {
    of_project: GlobSet,
    folder: String,
}

impl Without {
    pub(super) fn of(kept: Option<&Kept>) -> Result<Self, BuildError> {
        let mut globs = GlobSetBuilder::new();
        for pattern in kept.iter().flat_map(|kept| &kept.without) {
            let glob = GlobBuilder::new(pattern).literal_separator(true).build();
            globs.add(glob.map_err(|error| wrong(&error))?);
        }
        let folder = kept.map(|kept| kept.folder.clone()).unwrap_or_default();
        Ok(Self { of_project: globs.build().map_err(|error| wrong(&error))?, folder })
    }

    /// Packages are at the top of a zip, and what a build made is in the folder of the project.
    pub(super) fn matches(&self, name: &str) -> bool {
        let inside = name.strip_prefix(&self.folder).unwrap_or(name).trim_start_matches('/');
        self.of_project.is_match(name) || self.of_project.is_match(inside)
    }
}

fn wrong(error: &globset::Error) -> BuildError {
    BuildError::Io { doing: "read a pattern of plan.json".to_owned(), error: std::io::Error::other(error.to_string()) }
}

/// Builds the project and adds what it is served from.
pub(super) fn add(
    job: &mut Job<'_>,
    kept: &Kept,
    installed: &Installed,
    without: &Without,
    entries: &mut Entries,
) -> Result<(), BuildError> {
    let copy = packages::install_for_this_machine(job)?;
    let writing = || BuildError::io("write a temporary file");
    let (settings, script) = (job.scratch.join("project.json"), job.scratch.join(SCRIPT.0));
    let text = serde_json::json!({ "unit": copy, "kept": kept }).to_string();
    std::fs::write(&settings, text).map_err(writing())?;
    std::fs::write(&script, SCRIPT.1).map_err(writing())?;
    let tool = Tool::new(&packages::find(job, "node")?).arg(&script).arg(&settings);
    tool.run(job, &copy, "building the project")?;
    job.warn(Warning::BuiltAnew { command: kept.build.join(" ") });
    for made in &kept.makes {
        let folder = if kept.folder.is_empty() { made.clone() } else { format!("{}/{made}", kept.folder) };
        let keep = |name: &str| !without.matches(name);
        for (name, (path, executable)) in made_files(&copy, &installed.unit, &folder, &keep)? {
            entries.insert(name, path, executable);
        }
    }
    Ok(())
}

type Made = BTreeMap<String, (std::path::PathBuf, bool)>;

/// The files of a folder that a build made, by their paths in the unit. A link into the packages means those that are installed
/// for Lambda.
fn made_files(copy: &Path, unit: &Path, folder: &str, keep: &dyn Fn(&str) -> bool) -> Result<Made, BuildError> {
    let mut found = Made::new();
    let root = copy.join(folder);
    for Found { path, executable } in files::list(&root, &|_, _| true)? {
        let name = format!("{folder}/{path}");
        if keep(&name) {
            found.insert(name, (root.join(path.as_str()), executable));
        }
    }
    for link in files::links(&root)? {
        let reading = || BuildError::io(format!("read {}", root.join(link.as_str()).display()));
        let target = root.join(link.as_str()).canonicalize().map_err(reading())?;
        let inside = target.strip_prefix(copy).map_err(|_| std::io::Error::other("leads out of the unit"));
        let target = unit.join(inside.map_err(reading())?);
        let name = format!("{folder}/{link}");
        if target.is_dir() {
            for Found { path, executable } in files::list(&target, &|_, _| true)? {
                found.insert(format!("{name}/{path}"), (target.join(path.as_str()), executable));
            }
        } else if target.is_file() {
            found.insert(name, (target, false));
        }
    }
    Ok(found)
}

/// Whether a file of the unit is shipped: the project's own, for what reads it where it lies.
pub(super) fn is_shipped(path: &ProjectPath) -> bool {
    let shim =
        path.as_str().starts_with(&format!("{SHIM}/")) && !path.as_str().starts_with(&format!("{SHIM}/bindings/"));
    !(shim || path.as_str() == super::bundle::ENTRY || LOCKS.contains(&path.file_name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(folder: &str) -> Kept {
        Kept {
            package: "next".to_owned(),
            folder: folder.to_owned(),
            build: vec!["next".to_owned(), "build".to_owned()],
            environment: BTreeMap::new(),
            makes: vec![".next".to_owned()],
            without: [".next/cache/**", "node_modules/@next/swc-*/**"].map(str::to_owned).to_vec(),
        }
    }

    #[test]
    fn what_is_of_use_to_a_build_alone_is_left_out() {
        for (folder, made) in [("", ".next"), ("web", "web/.next")] {
            let without = Without::of(Some(&kept(folder))).unwrap();
            assert!(without.matches(&format!("{made}/cache/webpack/1.pack")), "{folder}");
            assert!(without.matches("node_modules/@next/swc-linux-arm64-gnu/x.node"), "{folder}");
            assert!(!without.matches(&format!("{made}/server/app/page.js")), "{folder}");
            assert!(!without.matches("node_modules/next/package.json"), "{folder}");
        }
        assert!(!Without::of(None).unwrap().matches("node_modules/@next/swc-linux-arm64-gnu/x.node"));
    }

    #[test]
    fn the_projects_files_are_shipped() {
        let shipped = |path: &str| is_shipped(&ProjectPath::new(Path::new(path)).unwrap());
        for path in ["package.json", "next.config.mjs", "app/page.tsx", "inferra_runtime/bindings/files_fs.mjs"] {
            assert!(shipped(path), "{path}");
        }
        for path in ["inferra_entry.mjs", "inferra_runtime/src/kv.ts", "package-lock.json", "web/yarn.lock"] {
            assert!(!shipped(path), "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_means_what_is_installed_for_lambda() {
        let (copy, unit) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let copied = copy.path().canonicalize().unwrap();
        for (root, text) in [(copied.as_path(), "here"), (unit.path(), "lambda")] {
            std::fs::create_dir_all(root.join("node_modules/pg/lib")).unwrap();
            std::fs::write(root.join("node_modules/pg/lib/index.js"), text).unwrap();
        }
        std::fs::create_dir_all(copied.join(".next/node_modules")).unwrap();
        std::fs::write(copied.join(".next/BUILD_ID"), "1").unwrap();
        std::os::unix::fs::symlink("../../node_modules/pg", copied.join(".next/node_modules/pg-1")).unwrap();
        let found = made_files(&copied, unit.path(), ".next", &|_| true).unwrap();
        let names: Vec<_> = found.keys().map(String::as_str).collect();
        assert_eq!(names, [".next/BUILD_ID", ".next/node_modules/pg-1/lib/index.js"]);
        let (file, _) = &found[".next/node_modules/pg-1/lib/index.js"];
        assert_eq!(std::fs::read_to_string(file).unwrap(), "lambda");
    }
}
