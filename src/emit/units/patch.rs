use std::fmt::Write as _;

use similar::TextDiff;

use super::edit::Edits;
use crate::source::Project;

/// Every change to the application's files as one patch for `git apply`; empty where nothing is changed.
#[must_use]
pub(crate) fn wiring_patch(project: &Project, edits: &Edits) -> String {
    let mut patch = String::new();
    for (path, new) in edits {
        let Some(old) = project.text(path) else { continue };
        if old == new {
            continue;
        }
        let (before, after) = (quoted(&format!("a/{path}")), quoted(&format!("b/{path}")));
        // Lines as git has them: a carriage return alone ends none.
        let (old, new): (Vec<_>, Vec<_>) = (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
        let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
        let hunks = diff.unified_diff().context_radius(3).header(&before, &after).to_string();
        _ = write!(patch, "diff --git {before} {after}\n{hunks}");
    }
    patch
}

/// A path as git writes it in a patch: quoted like a C string where it holds a quote, a backslash or a control character.
/// <https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath>
fn quoted(path: &str) -> String {
    if !path.contains(|c: char| c == '"' || c == '\\' || c.is_control()) {
        return path.to_owned();
    }
    let escaped: String = path
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_control() => format!("\\{:03o}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}
