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
            let mut with: Vec<_> = with.collect();
            with.extend(included(project, &manifest));
            return Some((manifest, with));
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
    }
}

/// The files that a requirements file takes in, and those that they do:
/// <https://pip.pypa.io/en/stable/reference/requirements-file-format/#referring-to-other-requirements-files>.
fn included(project: &Project, requirements: &ProjectPath) -> Vec<ProjectPath> {
    let mut found: Vec<ProjectPath> = Vec::new();
    let mut queue = vec![requirements.clone()];
    while let Some(file) = queue.pop() {
        let Ok(bytes) = project.bytes(&file) else { continue };
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        for line in text.lines() {
            let options = ["-r", "-c", "--requirement", "--constraint"];
            let named = options.iter().find_map(|option| line.trim().strip_prefix(option));
            let Some(name) = named.map(|name| name.trim_start_matches([' ', '=']).trim()) else { continue };
            let path = ProjectPath::join(file.parent(), name).filter(|path| project.contains(path));
            if let Some(path) = path.filter(|path| !found.contains(path)) {
                found.push(path.clone());
                queue.push(path);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn requirements_bring_the_files_that_they_name() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("requirements")).unwrap();
        for (path, text) in [
            ("requirements.txt", "-r requirements/base.txt\nfastapi\n-r https://example.org/x.txt\n"),
            ("requirements/base.txt", "--constraint=pins.txt\n-r ../requirements.txt\n-r ../../outside.txt\n"),
            ("requirements/pins.txt", "redis==8.1.0\n"),
            ("main.py", ""),
        ] {
            fs::write(folder.path().join(path), text).unwrap();
        }
        let project = Project::read(folder.path()).unwrap();
        let entry = ProjectPath::join("", "main.py").unwrap();
        let (manifest, with) = find(&project, Language::Python, &entry).unwrap();
        assert_eq!(manifest.as_str(), "requirements.txt");
        let with: std::collections::BTreeSet<_> = with.iter().map(ProjectPath::as_str).collect();
        assert_eq!(with, ["requirements.txt", "requirements/base.txt", "requirements/pins.txt"].into());
    }
}
