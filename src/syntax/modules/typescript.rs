use super::Target;
use crate::source::{Project, ProjectPath};

/// Endings tried after a path without one, in the order of TypeScript's own resolution.
const ENDINGS: [&str; 8] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

/// What a written JavaScript ending may stand for in a TypeScript project:
/// <https://www.typescriptlang.org/docs/handbook/modules/reference.html#file-extension-substitution>.
const SUBSTITUTES: [(&str, &[&str]); 4] =
    [("js", &["ts", "tsx"]), ("jsx", &["tsx"]), ("mjs", &["mts"]), ("cjs", &["cts"])];

/// Starts of module names that no package can have (<https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name>):
/// a bundler or `tsconfig.json` makes them mean files of the project, and those files are not followed.
const NO_PACKAGE: [&str; 4] = ["@/", "~", "#", "/"];

pub(super) fn resolve(project: &Project, from: &ProjectPath, module: &str) -> Target {
    if !module.starts_with('.') {
        return Target { missing: NO_PACKAGE.iter().any(|start| module.starts_with(start)), ..Target::default() };
    }
    let Some(path) = ProjectPath::join(from.parent(), module) else {
        return Target { missing: true, ..Target::default() };
    };
    match candidate(project, &path) {
        Some(file) => Target { files: vec![file.clone()], module: Some(file), ..Target::default() },
        None => Target { missing: true, ..Target::default() },
    }
}

/// The first file of the project that `path` may mean: itself, what its ending stands for, with an ending, as a folder.
fn candidate(project: &Project, path: &ProjectPath) -> Option<ProjectPath> {
    let written = path.as_str();
    let mut candidate = String::with_capacity(written.len() + "/index.tsx".len());
    let mut known = |stem: &str, between: &str, ending: &str| {
        candidate.clear();
        candidate.extend([stem, between, ending]);
        project.path(&candidate)
    };
    let substitutes = SUBSTITUTES.iter().filter(|(ending, _)| path.extension() == Some(ending));
    let mut substitutes = substitutes.flat_map(|(_, endings)| *endings);
    let inside = if written.is_empty() { "index." } else { "/index." };
    known(written, "", "")
        .or_else(|| substitutes.find_map(|ending| known(path.stem(), ".", ending)))
        .or_else(|| ENDINGS.iter().find_map(|ending| known(written, ".", ending)))
        .or_else(|| ENDINGS.iter().find_map(|ending| known(written, inside, ending)))
}
