//! The image of a Node unit: its bundle, with what cannot be bundled beside it.

use std::collections::BTreeMap;

use super::Image;
use super::dockerfile::{Dockerfile, is_plain};
use crate::source::ProjectPath;

/// Bundles the unit, as for a zip.
const BUNDLE: &str = include_str!("../../../build/node/bundle.mjs");

/// What that imports.
const COMPILER: &str = include_str!("../../../build/node/compiler.mjs");

/// Calls the former, and gathers what the image takes over.
const BUILD: &str = include_str!("build_image.mjs");

/// Files from which `npm ci` takes exact versions.
const LOCKS: [&str; 2] = ["package-lock.json", "npm-shrinkwrap.json"];

const QUIET: [&str; 4] = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"];

const PREPARE: &str = "\
WORKDIR /unit
# Another package registry: docker build --build-arg NPM_CONFIG_REGISTRY=https://...
ARG NPM_CONFIG_REGISTRY";

const ASSEMBLE: &str = "\
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps HOME=/tmp
WORKDIR /app
COPY --from=build /image /app";

pub(super) fn files(image: &Image<'_>) -> BTreeMap<String, String> {
    let mut file = Dockerfile::new(image);
    file.lines(PREPARE);
    file.copy(&["inferra_runtime/package-lock.json", "inferra_runtime/package.json"]);
    file.run(["npm", "ci", "--prefix=./inferra_runtime", "--omit=dev"].into_iter().chain(QUIET));
    let folder = image.manifest.map_or_else(|| "./".to_owned(), |manifest| format!("./{}", manifest.parent()));
    if let Some(manifest) = image.manifest {
        let manifests = image.manifests();
        if manifests.iter().all(|path| is_plain(path)) {
            file.copy(&manifests.iter().map(|path| path.as_str()).collect::<Vec<_>>());
        } else {
            file.lines("COPY . .");
        }
        // Development dependencies come along because a `tsconfig.json` may extend one of them.
        let action: &[&str] = if is_locked(image, manifest) { &["ci"] } else { &["install", "--no-package-lock"] };
        let prefix = format!("--prefix={folder}");
        let options = [prefix.as_str(), "--include=dev"].into_iter().chain(QUIET);
        file.run(["npm"].into_iter().chain(action.iter().copied()).chain(options));
    }
    file.lines("COPY . .");
    file.run(["node", "inferra_runtime/build_image.mjs", &folder, "/image"]);
    file.final_stage(image);
    file.lines(ASSEMBLE);
    let command = ["node", "index.mjs"];
    BTreeMap::from([
        ("Dockerfile".to_owned(), file.start(image, &[], &command)),
        ("inferra_runtime/build_image.mjs".to_owned(), BUILD.to_owned()),
        ("inferra_runtime/bundle.mjs".to_owned(), BUNDLE.to_owned()),
        ("inferra_runtime/bundling.json".to_owned(), bundling(image)),
        ("inferra_runtime/compiler.mjs".to_owned(), COMPILER.to_owned()),
    ])
}

/// What the plan says about the bundle, for the former.
fn bundling(image: &Image<'_>) -> String {
    let settings = serde_json::json!({ "manifest": image.manifest, "compiler": image.typescript_compiler });
    format!("{settings:#}\n")
}

fn is_locked(image: &Image<'_>, manifest: &ProjectPath) -> bool {
    LOCKS.iter().any(|lock| {
        let lock = ProjectPath::join(manifest.parent(), lock);
        lock.is_some_and(|lock| image.files.contains(&lock))
    })
}
