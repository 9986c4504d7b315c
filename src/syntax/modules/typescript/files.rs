//! Which file of the project a path without its ending means.

use crate::source::{Language, Project, ProjectPath};

/// Endings tried after a path without one, in the order of TypeScript's own resolution.
const ENDINGS: [&str; 8] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

/// Endings of files that only say what is elsewhere. Nothing of them runs.
const DECLARATIONS: [&str; 3] = ["d.ts", "d.mts", "d.cts"];

/// What a written JavaScript ending may stand for in a TypeScript project:
/// <https://www.typescriptlang.org/docs/handbook/modules/reference.html#file-extension-substitution>.
const SUBSTITUTES: [(&str, &[&str]); 4] =
    [("js", &["ts", "tsx"]), ("jsx", &["tsx"]), ("mjs", &["mts"]), ("cjs", &["cts"])];

/// The first file of the project that `path` may mean: itself, what its ending stands for, with an ending, as a folder.
pub(super) fn candidate(project: &Project, path: &ProjectPath) -> Option<ProjectPath> {
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

/// Whether only the types of `path` are written down, in a file that no program loads.
pub(super) fn is_declared(project: &Project, path: &ProjectPath) -> bool {
    let stems = [path.as_str(), path.stem()];
    let mut names = stems.iter().flat_map(|stem| DECLARATIONS.iter().map(move |ending| format!("{stem}.{ending}")));
    names.any(|name| project.path(&name).is_some())
}

/// Whether a path names a file of types alone.
pub(super) fn is_declaration(path: &str) -> bool {
    DECLARATIONS.iter().any(|ending| path.strip_suffix(ending).is_some_and(|stem| stem.ends_with('.')))
}

/// The source that a file of a build is made of, by the path that they share: any ending may have become any other.
pub(super) fn source(project: &Project, folder: &str, built: &str) -> Option<ProjectPath> {
    let written = ProjectPath::join(folder, built)?;
    let name = written.file_name();
    // `index.d.ts` and `index.umd.js` are made of `index` all the same.
    let name = name.split_once('.').map_or(name, |(name, _)| name);
    let stem = ProjectPath::join(written.parent(), name)?;
    candidate(project, &stem).filter(|file| Language::of(file).is_some() && !is_declaration(file.as_str()))
}
