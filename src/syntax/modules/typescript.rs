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
    match candidates(&path).find(|candidate| project.contains(candidate)) {
        Some(file) => Target { files: vec![file.clone()], module: Some(file), ..Target::default() },
        None => Target { missing: true, ..Target::default() },
    }
}

fn candidates(path: &ProjectPath) -> impl Iterator<Item = ProjectPath> {
    let written = path.as_str();
    let substitutes = SUBSTITUTES.iter().filter(|(ending, _)| path.extension() == Some(ending));
    let replaced =
        substitutes.flat_map(|(_, endings)| endings.iter().map(|ending| format!("{}.{ending}", path.stem())));
    let ended = ENDINGS.iter().map(move |ending| format!("{written}.{ending}"));
    let index = ENDINGS.iter().map(move |ending| {
        if written.is_empty() { format!("index.{ending}") } else { format!("{written}/index.{ending}") }
    });
    std::iter::once(written.to_owned())
        .chain(replaced)
        .chain(ended)
        .chain(index)
        .filter_map(|candidate| ProjectPath::join("", &candidate))
}
