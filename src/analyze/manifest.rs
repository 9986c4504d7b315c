use crate::source::{Language, Project, ProjectPath};

/// The file names that list a language's dependencies, the one that decides first.
const fn manifests(language: Language) -> &'static [&'static str] {
    match language {
        Language::Python => &["requirements.txt", "pyproject.toml"],
        Language::TypeScript => &["package.json"],
    }
}

/// Files beside a manifest that installing or building reads.
const fn companions(language: Language) -> &'static [&'static str] {
    match language {
        Language::Python => &["pyproject.toml", "requirements.txt", "uv.lock"],
        Language::TypeScript => &["npm-shrinkwrap.json", "package-lock.json", "package.json", "tsconfig.json"],
    }
}

/// The manifest nearest to `entry`, upwards, and every file that belongs with it.
pub(super) fn find(
    project: &Project,
    language: Language,
    entry: &ProjectPath,
) -> Option<(ProjectPath, Vec<ProjectPath>)> {
    let mut folder = entry.parent();
    loop {
        let inside = |name: &&str| if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
        let found = manifests(language).iter().find_map(|name| project.other_path(&inside(name)));
        if let Some(manifest) = found {
            let with = companions(language).iter().filter_map(|name| project.other_path(&inside(name)));
            return Some((manifest, with.collect()));
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
}
