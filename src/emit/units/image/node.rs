//! The image of a Node unit: its bundle, with what cannot be bundled beside it.

use std::collections::BTreeMap;

use super::Image;
use super::dockerfile::{Dockerfile, is_plain};
use crate::app::{PackageManager, Packages};
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

const QUIET: [&str; 4] = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];

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
    file.lines(registry(packages.manager));
    file.copy(&["inferra_runtime/package-lock.json", "inferra_runtime/package.json"]);
    file.run(["npm", "ci", "--prefix=./inferra_runtime", "--omit=dev"].into_iter().chain(QUIET));
    let folder = format!("./{}", packages.folder);
    if image.manifest.is_some() {
        if let Some(version) = packages.version.as_deref().filter(|_| packages.manager != PackageManager::Npm) {
            let package = format!("{}@{version}", packages.manager.package());
            file.run(
                ["npm", "install", "--global", "--prefix=/opt/manager"]
                    .into_iter()
                    .chain(QUIET)
                    .chain([package.as_str()]),
            );
        }
        let manifests = image.manifests();
        if manifests.iter().all(|path| is_plain(path)) {
            file.copy(&manifests.iter().map(|path| path.as_str()).collect::<Vec<_>>());
        } else {
            file.lines("COPY . .");
        }
        let words = installation(image, &packages, &folder);
        file.run(words.iter().map(String::as_str));
    }
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

/// The same as for a zip, but for the machine that the image is built on. Development dependencies come along because a
/// `tsconfig.json` may extend one of them, and one may be the compiler.
fn installation(image: &Image<'_>, packages: &Packages, folder: &str) -> Vec<String> {
    let locked = is_locked(image, packages);
    let lock = if locked { "--frozen-lockfile" } else { "--no-lockfile" };
    let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    match packages.manager {
        PackageManager::Npm => {
            let mut words = owned(if locked { &["npm", "ci"] } else { &["npm", "install", "--no-package-lock"] });
            words.extend([format!("--prefix={folder}"), "--include=dev".to_owned()]);
            words.extend(owned(&QUIET));
            let inside =
                |member: &String| Some(member.strip_prefix(&packages.folder)?.trim_start_matches('/').to_owned());
            words.extend(packages.members.iter().filter_map(inside).map(|member| format!("--workspace={member}")));
            words.extend((!packages.members.is_empty()).then(|| "--include-workspace-root".to_owned()));
            words
        }
        PackageManager::Pnpm => owned(&[
            "/opt/manager/bin/pnpm",
            "install",
            &format!("--dir={folder}"),
            lock,
            "--prod=false",
            "--ignore-scripts",
            "--reporter=append-only",
            "--config.node-linker=hoisted",
        ]),
        PackageManager::YarnClassic => owned(&[
            "/opt/manager/bin/yarn",
            "install",
            "--cwd",
            folder,
            lock,
            "--production=false",
            "--ignore-scripts",
            "--ignore-engines",
            "--non-interactive",
            "--no-progress",
        ]),
        PackageManager::Yarn => {
            let lock = if locked { "--immutable" } else { "--no-immutable" };
            owned(&["/opt/manager/bin/yarn", "--cwd", folder, "install", lock, "--mode=skip-build"])
        }
    }
}

/// What a package manager reads beside npm's own variable.
const fn registry(manager: PackageManager) -> &'static str {
    match manager {
        PackageManager::Npm => "ARG NPM_CONFIG_REGISTRY",
        PackageManager::Pnpm => "ARG NPM_CONFIG_REGISTRY\nENV CI=true",
        PackageManager::YarnClassic => "ARG NPM_CONFIG_REGISTRY\nARG YARN_REGISTRY",
        PackageManager::Yarn => {
            "ARG NPM_CONFIG_REGISTRY\nARG YARN_NPM_REGISTRY_SERVER\n\
             ENV YARN_NODE_LINKER=node-modules YARN_ENABLE_TELEMETRY=false YARN_ENABLE_GLOBAL_CACHE=true"
        }
    }
}

fn is_locked(image: &Image<'_>, packages: &Packages) -> bool {
    let beside =
        |lock: &&str| ProjectPath::join(&packages.folder, lock).is_some_and(|lock| image.files.contains(&lock));
    packages.lock.is_some() || LOCKS.iter().any(beside)
}
