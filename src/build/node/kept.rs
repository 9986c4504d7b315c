//! A package that a unit keeps whole: the project is built with it, in a copy whose packages are installed for this machine, and
//! what that makes is shipped with the project's files and what it depends on, as those are installed for Lambda.

use std::collections::BTreeMap;
use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use memchr::memmem;

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
        let made = made_files(&copy, &installed.unit, &folder, &keep)?;
        name_no_machine(job, &copy, &made)?;
        for (name, (path, executable)) in made {
            entries.insert(name, path, executable);
        }
    }
    Ok(())
}

type Made = BTreeMap<String, (std::path::PathBuf, bool)>;

/// The files of a folder that a build made, by their paths in the unit. A link means what it leads to within the unit, as that is
/// installed for Lambda, without the links in there; what is left out under either of its names is left out. An image's build
/// has the same rule.
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
        let name = format!("{folder}/{link}");
        let reading = || BuildError::io(format!("read {}", root.join(link.as_str()).display()));
        let target = root.join(link.as_str()).canonicalize().map_err(reading())?;
        let inside = target.strip_prefix(copy).map_err(|_| std::io::Error::other("leads out of the unit"));
        let inside = inside.map_err(reading())?;
        let (target, installed) = (unit.join(inside), inside.display().to_string());
        if target.is_dir() {
            for Found { path, executable } in files::list(&target, &|_, _| true)? {
                let name = format!("{name}/{path}");
                if keep(&name) && keep(&format!("{installed}/{path}")) {
                    found.insert(name, (target.join(path.as_str()), executable));
                }
            }
        } else if target.is_file() && keep(&name) && keep(&installed) {
            found.insert(name, (target, false));
        }
    }
    Ok(found)
}

/// Where a unit lies when it runs: <https://docs.aws.amazon.com/lambda/latest/dg/nodejs-package.html>.
const HOME: &str = "/var/task";

/// The build's configuration among what was made says where that was made, which is another folder each time.
fn name_no_machine(job: &Job<'_>, copy: &Path, made: &Made) -> Result<(), BuildError> {
    for (path, _) in made.values().filter(|(path, _)| path.starts_with(copy)) {
        let bytes = std::fs::read(path).map_err(BuildError::io(format!("read {}", path.display())))?;
        match at_home(bytes, &copy.to_string_lossy(), &job.scratch.to_string_lossy()) {
            At::Home => {}
            At::Moved(text) => {
                std::fs::write(path, text).map_err(BuildError::io(format!("write {}", path.display())))?;
            }
            At::Machine => return Err(BuildError::MachinePath { unit: job.name.to_owned() }),
        }
    }
    Ok(())
}

/// What a file says of the place where it was made.
#[derive(Debug, PartialEq, Eq)]
enum At {
    /// Nothing.
    Home,
    /// The file, as if it had been made where the unit runs.
    Moved(String),
    /// Something that cannot be said otherwise.
    Machine,
}

fn at_home(bytes: Vec<u8>, copy: &str, scratch: &str) -> At {
    if memmem::find(&bytes, scratch.as_bytes()).is_none() {
        return At::Home;
    }
    let moved = String::from_utf8(bytes).map(|text| text.replace(copy, HOME));
    moved.ok().filter(|text| !text.contains(scratch)).map_or(At::Machine, At::Moved)
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
            passes: Vec::new(),
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

    #[cfg(unix)]
    #[test]
    fn what_a_link_leads_to_is_left_out_by_either_name() {
        let folder = tempfile::tempdir().unwrap();
        let unit = folder.path().canonicalize().unwrap();
        for name in ["swc-linux", "env"] {
            std::fs::create_dir_all(unit.join("node_modules/@next").join(name)).unwrap();
            std::fs::write(unit.join("node_modules/@next").join(name).join("a.node"), "").unwrap();
        }
        std::fs::create_dir_all(unit.join(".next/node_modules")).unwrap();
        std::fs::create_dir_all(unit.join(".next/cache")).unwrap();
        for (target, link) in [
            ("../../node_modules/@next/swc-linux", "node_modules/swc-1"),
            ("../../node_modules/@next/env", "node_modules/env-1"),
            ("../../node_modules/@next/env", "cache/env-1"),
        ] {
            std::os::unix::fs::symlink(target, unit.join(".next").join(link)).unwrap();
        }
        let without = Without::of(Some(&kept(""))).unwrap();
        let found = made_files(&unit, &unit, ".next", &|name| !without.matches(name)).unwrap();
        assert_eq!(found.into_keys().collect::<Vec<_>>(), [".next/node_modules/env-1/a.node"]);
    }

    #[test]
    fn what_is_made_names_no_machine() {
        let at = |text: &str| at_home(text.as_bytes().to_vec(), "/tmp/build-1/compilers", "/tmp/build-1");
        assert_eq!(at("{}"), At::Home);
        let moved = "{\"appDir\":\"/var/task/web\"}".to_owned();
        assert_eq!(at("{\"appDir\":\"/tmp/build-1/compilers/web\"}"), At::Moved(moved));
        assert_eq!(at("/tmp/build-1/unit"), At::Machine);
        assert_eq!(
            at_home(b"\xff/tmp/build-1/compilers".to_vec(), "/tmp/build-1/compilers", "/tmp/build-1"),
            At::Machine
        );
    }
}
