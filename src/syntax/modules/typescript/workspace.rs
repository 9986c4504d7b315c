//! Which packages of a project belong together, as npm, yarn (`workspaces` in `package.json`) and pnpm (`pnpm-workspace.yaml`)
//! are told.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::layout::upwards;
use super::package::Manifest;
use crate::source::{Project, ProjectPath};

/// pnpm's list of packages.
pub(crate) const PNPM_WORKSPACE: &str = "pnpm-workspace.yaml";

/// How a dependency says that it lies in the project.
const LOCAL: [&str; 4] = ["workspace:", "file:", "link:", "portal:"];

/// Whether a dependency's version says that it lies in the project.
pub(super) fn is_local(version: &str) -> bool {
    LOCAL.iter().any(|start| version.starts_with(start))
}

/// The root of each package's workspace, by their folders. Packages of none are left out.
pub(super) fn roots(
    project: &Project,
    manifests: &IndexMap<String, Manifest, FxBuildHasher>,
) -> BTreeMap<String, String> {
    let mut patterns: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (folder, manifest) in manifests {
        let listed = pnpm_packages(project, folder).or_else(|| manifest.workspaces());
        patterns.extend(listed.map(|listed| (folder.as_str(), listed)));
    }
    let globs: BTreeMap<&str, (GlobSet, GlobSet)> = patterns.iter().map(|(root, all)| (*root, globs(all))).collect();
    let mut roots = BTreeMap::new();
    for folder in manifests.keys() {
        let of = upwards(folder).find(|root| {
            let inside = folder.strip_prefix(root).map(|rest| rest.trim_start_matches('/'));
            let (Some(inside), Some((wanted, unwanted))) = (inside, globs.get(root)) else { return false };
            inside.is_empty() || (wanted.is_match(inside) && !unwanted.is_match(inside))
        });
        roots.extend(of.map(|of| (folder.clone(), of.to_owned())));
    }
    roots
}

/// The folders of the packages that others name: those of workspaces, and those that some dependency says the path of.
pub(super) fn names(
    manifests: &IndexMap<String, Manifest, FxBuildHasher>,
    roots: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let members = manifests.iter().filter(|(folder, _)| roots.contains_key(*folder));
    let mut names: BTreeMap<_, _> =
        members.filter_map(|(folder, one)| Some((one.name()?.to_owned(), folder.clone()))).collect();
    for manifest in manifests.values() {
        let kinds = ["dependencies", "devDependencies", "optionalDependencies"];
        let listed = kinds.iter().filter_map(|kind| manifest.value.get(kind)?.as_object()).flatten();
        for (name, version) in listed {
            let path = version.as_str().and_then(|version| LOCAL.iter().find_map(|start| version.strip_prefix(start)));
            let folder = path.and_then(|path| ProjectPath::join(&manifest.folder, path));
            if let Some(folder) = folder.filter(|folder| manifests.contains_key(folder.as_str())) {
                names.entry(name.clone()).or_insert_with(|| folder.to_string());
            }
        }
    }
    names
}

/// Patterns of folders, and of those among them that are left out.
fn globs(patterns: &[String]) -> (GlobSet, GlobSet) {
    let (mut wanted, mut unwanted) = (GlobSetBuilder::new(), GlobSetBuilder::new());
    for pattern in patterns {
        let (set, pattern) = match pattern.strip_prefix('!') {
            Some(rest) => (&mut unwanted, rest),
            None => (&mut wanted, pattern.as_str()),
        };
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        // What is no pattern matches nothing; the package manager complains of it.
        if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
            set.add(glob);
        }
    }
    (wanted.build().unwrap_or_default(), unwanted.build().unwrap_or_default())
}

/// The `packages` of pnpm's file: <https://pnpm.io/pnpm-workspace_yaml>.
fn pnpm_packages(project: &Project, folder: &str) -> Option<Vec<String>> {
    let file = project.other_path(&join(folder, PNPM_WORKSPACE))?;
    let text = String::from_utf8(project.bytes(&file).ok()?.to_vec()).ok()?;
    yaml_list(&text, "packages")
}

/// The texts of a list at the top of a file of YAML; nothing where there is none, or where it cannot be read, of which the
/// package manager complains.
fn yaml_list(text: &str, key: &str) -> Option<Vec<String>> {
    let document: serde_norway::Value = serde_norway::from_str(text).ok()?;
    let list = document.get(key)?.as_sequence()?;
    Some(list.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
}

/// A file of a folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_packages() {
        let text = "# all\nallowBuilds:\n  x: true\npackages:\n  # apps\n  - 'apps/*' # each\n  - \"libs/**\"\n\n  - '!**/test/**'\ncatalog:\n  - no\n";
        assert_eq!(yaml_list(text, "packages").unwrap(), ["apps/*", "libs/**", "!**/test/**"]);
        assert_eq!(yaml_list("packages: [\"a\", b]\n", "packages").unwrap(), ["a", "b"]);
        assert_eq!(yaml_list("packages: [\n  'a', # one\n  \"b\",\n]\n", "packages").unwrap(), ["a", "b"]);
        assert_eq!(yaml_list("packages:\n- a\n", "packages").unwrap(), ["a"]);
        assert_eq!(yaml_list("packages: [", "packages"), None);
        assert_eq!(yaml_list("catalog: {}\n", "packages"), None);
        let (wanted, unwanted) = globs(&["./apps/*/".to_owned(), "!apps/old".to_owned()]);
        assert!(wanted.is_match("apps/api") && !wanted.is_match("apps/api/deep") && unwanted.is_match("apps/old"));
    }
}
