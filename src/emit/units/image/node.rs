//! The image of a Node unit: its bundle, with what cannot be bundled beside it.

use std::collections::BTreeMap;

use super::Image;
use super::dockerfile::{Dockerfile, is_plain};
use crate::app::{PackageManager, Packages, QUIET};
use crate::source::ProjectPath;

/// Bundles the unit, as for a zip.
const BUNDLE: &str = include_str!("../../../build/node/bundle.mjs");

/// What that imports.
const COMPILER: &str = include_str!("../../../build/node/compiler.mjs");

/// Builds the project, where the unit keeps what that makes.
const PROJECT: &str = include_str!("../../../build/node/project.mjs");

/// Calls the former, and gathers what the image takes over.
const BUILD: &str = include_str!("build_image.mjs");

/// Files from which `npm ci` takes exact versions.
const LOCKS: [&str; 2] = ["package-lock.json", "npm-shrinkwrap.json"];

/// Installs a package manager of which the project names a hash.
const INSTALL: &str = include_str!("install_manager.mjs");

/// Where that is.
const INSTALL_MANAGER: &str = "inferra_runtime/install_manager.mjs";

/// Where package managers are installed.
const MANAGER: &str = "--prefix=/opt/manager";

const PREPARE: &str = "\
WORKDIR /unit
# Another package registry: docker build --build-arg NPM_CONFIG_REGISTRY=https://...";

const ASSEMBLE: &str = "\
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps HOME=/tmp
WORKDIR /app
COPY --from=build /image /app";

pub(super) fn files(image: &Image<'_>) -> BTreeMap<String, String> {
    let mut file = Dockerfile::new(image);
    let packages = packages(image);
    file.lines(PREPARE);
    file.lines(&settings(&packages));
    let lock = empty_lock(image, &packages);
    let folder = format!("./{}", packages.folder);
    if image.manifest.is_some() {
        install_manager(&mut file, &packages);
        let manifests: Vec<_> = image.manifests().into_iter().chain(&lock).collect();
        if manifests.iter().all(|path| is_plain(path)) {
            file.copy(&manifests.iter().map(|path| path.as_str()).collect::<Vec<_>>());
        } else {
            file.lines("COPY . .");
        }
        let program = match packages.manager {
            PackageManager::Npm => "npm".to_owned(),
            PackageManager::Pnpm | PackageManager::YarnClassic | PackageManager::Yarn => {
                format!("/opt/manager/bin/{}", packages.manager.program())
            }
        };
        let words = packages.installation(&folder, is_locked(image, &packages));
        file.run([program.as_str()].into_iter().chain(words.iter().map(String::as_str)));
    }
    // After the application's, of whose workspace it is no part, whatever folders that takes in.
    file.copy(&["inferra_runtime/package-lock.json", "inferra_runtime/package.json"]);
    file.run(["npm", "ci", "--prefix=./inferra_runtime", "--omit=dev"].into_iter().chain(QUIET));
    file.lines("COPY . .");
    file.run(["node", "inferra_runtime/build_image.mjs", &folder, "/image"]);
    file.final_stage(image);
    file.lines(ASSEMBLE);
    let command = ["node", "index.mjs"];
    let mut files = BTreeMap::from([
        ("Dockerfile".to_owned(), file.start(image, &[], &command)),
        ("inferra_runtime/build_image.mjs".to_owned(), BUILD.to_owned()),
        ("inferra_runtime/bundle.mjs".to_owned(), BUNDLE.to_owned()),
        ("inferra_runtime/bundling.json".to_owned(), bundling(image)),
        ("inferra_runtime/compiler.mjs".to_owned(), COMPILER.to_owned()),
    ]);
    files.extend(lock.map(|lock| (lock.to_string(), String::new())));
    files.extend(packages.hash.map(|_| (INSTALL_MANAGER.to_owned(), INSTALL.to_owned())));
    if packages.kept.is_some() {
        files.insert("inferra_runtime/project.mjs".to_owned(), PROJECT.to_owned());
    }
    files
}

/// What the plan says about the bundle, for the former.
fn bundling(image: &Image<'_>) -> String {
    let packages = packages(image);
    let mut settings = serde_json::json!({
        "manifest": image.manifest,
        "compiler": image.typescript_compiler,
        "sources": packages.sources,
        "generated": packages.generated,
    });
    if let (Some(kept), Some(settings)) = (&packages.kept, settings.as_object_mut()) {
        settings.insert("kept".to_owned(), serde_json::json!(kept));
    }
    format!("{settings:#}\n")
}

/// How the packages are installed: as the plan says, or by npm beside the manifest.
fn packages(image: &Image<'_>) -> Packages {
    let folder = image.manifest.map_or("", |manifest| manifest.parent()).to_owned();
    image.packages.cloned().unwrap_or_else(|| Packages { folder, ..Packages::default() })
}

/// What a package manager reads beside npm's own variable, and what else tells it how the packages are installed.
fn settings(packages: &Packages) -> String {
    let registry = match packages.manager {
        PackageManager::Npm | PackageManager::Pnpm => "",
        PackageManager::YarnClassic => "\nARG YARN_REGISTRY",
        PackageManager::Yarn => "\nARG YARN_NPM_REGISTRY_SERVER",
    };
    let variables: Vec<_> = packages.environment().iter().map(|(name, value)| format!("{name}={value}")).collect();
    let variables = if variables.is_empty() { String::new() } else { format!("\nENV {}", variables.join(" ")) };
    format!("ARG NPM_CONFIG_REGISTRY{registry}{variables}")
}

/// Installs the package manager, where it does not come with Node.
fn install_manager(file: &mut Dockerfile, packages: &Packages) {
    let Some(version) = packages.version.as_deref().filter(|_| packages.manager != PackageManager::Npm) else { return };
    let package = format!("{}@{version}", packages.manager.package());
    if let Some(hash) = &packages.hash {
        file.copy(&[INSTALL_MANAGER]);
        file.run(["node", INSTALL_MANAGER, &package, hash]);
    } else {
        file.run(["npm", "install", "--global", MANAGER].into_iter().chain(QUIET).chain([package.as_str()]));
    }
}

/// The lock file without which Yarn would look for the project's in the folders above, where the project has none.
fn empty_lock(image: &Image<'_>, packages: &Packages) -> Option<ProjectPath> {
    let wanted = packages.manager == PackageManager::Yarn && packages.lock.is_none();
    let lock = ProjectPath::join(&packages.folder, "yarn.lock").filter(|_| wanted)?;
    (!image.files.contains(&lock)).then_some(lock)
}

fn is_locked(image: &Image<'_>, packages: &Packages) -> bool {
    let beside =
        |lock: &&str| ProjectPath::join(&packages.folder, lock).is_some_and(|lock| image.files.contains(&lock));
    packages.lock.is_some() || LOCKS.iter().any(beside)
}
