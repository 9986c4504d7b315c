//! The applications of a project. Django looks for their models, migrations, commands, tags, templates and static files by
//! name, so all of a folder is theirs.

use std::collections::BTreeSet;

use super::{DjangoProject, is_dotted};
use crate::catalog::Django;
use crate::source::{Language, Project, ProjectPath};
use crate::syntax::{Target, imported_module, string_literal};

use super::settings::Settings;

pub(super) fn add(found: &mut DjangoProject, project: &Project, facts: &Django, settings: &Settings<'_>) {
    let mut seen = BTreeSet::new();
    for (file, node) in settings.strings(&facts.settings.applications) {
        let Some(name) = string_literal(file, node).filter(|name| is_dotted(name)) else { continue };
        let Some((folder, root)) = folder(project, &file.path, name) else { continue };
        if !seen.insert(folder.clone()) {
            continue;
        }
        let files = project.below(&folder).filter(|file| !is_left_out(facts, &folder, file));
        let (modules, data): (Vec<_>, Vec<_>) =
            files.cloned().partition(|file| Language::of(file) == Some(Language::Python));
        found.loads.push(Target { files: modules, root, ..Target::default() });
        found.data.extend(data);
    }
}

/// The folder of an application that is named by its package, or by a class in one of that package's modules; and the folder
/// that its name starts from. A single module has no folder of its own.
fn folder(project: &Project, from: &ProjectPath, name: &str) -> Option<(String, Option<String>)> {
    let target = imported_module(project, from, name);
    let of = |target: Target| {
        let module = target.module?;
        let package = module.file_name() == "__init__.py";
        Some((module.parent().to_owned(), target.root)).filter(|(folder, _)| package && !folder.is_empty())
    };
    if target.module.is_some() {
        return of(target);
    }
    if let Some((module, _)) = name.rsplit_once('.') {
        let target = imported_module(project, from, module);
        let folder = target.module.as_ref().map(|module| module.parent().to_owned());
        if let Some(folder) = folder.filter(|folder| !folder.is_empty()) {
            return Some((folder, target.root));
        }
    }
    // A folder without `__init__.py` is a package as well.
    let plain = name.replace('.', "/");
    let above = std::iter::successors(Some(from.parent()), |folder| folder.rsplit_once('/').map(|(above, _)| above));
    let roots = above.chain([""]);
    let mut found = roots.map(|root| (root, if root.is_empty() { plain.clone() } else { format!("{root}/{plain}") }));
    let (root, folder) = found.find(|(_, folder)| project.has_folder(folder))?;
    Some((folder, Some(root.to_owned())))
}

/// Whether a file below `folder` is a test, or something that a program left there.
pub(super) fn is_left_out(facts: &Django, folder: &str, file: &ProjectPath) -> bool {
    let left_out = &facts.left_out;
    let inside = file.parent().strip_prefix(folder).unwrap_or_default();
    let name = file.file_name();
    inside.split('/').any(|part| left_out.folders.iter().any(|folder| folder == part))
        || left_out.files.iter().any(|file| file == name)
        || left_out.suffixes.iter().any(|suffix| name.ends_with(suffix.as_str()))
        || Language::of(file) == Some(Language::Python)
            && left_out.prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()))
}
