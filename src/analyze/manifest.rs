use crate::source::{Language, Project, ProjectPath};

/// The file names that list a language's dependencies, the one that decides first.
const fn manifests(language: Language) -> &'static [&'static str] {
    match language {
        Language::Python => &["requirements.txt", "pyproject.toml", "pylock.toml"],
        Language::TypeScript => &["package.json"],
    }
}

/// Files beside a manifest that installing or building reads, or that the application may. Lock files stay behind: what they
/// say is in the list that is made of them.
const fn companions(language: Language) -> &'static [&'static str] {
    match language {
        Language::Python => &["pyproject.toml", "requirements.txt"],
        Language::TypeScript => &["nest-cli.json", "package.json", "tsconfig.json"],
    }
}

/// The manifest nearest to `entry`, upwards, and every file that belongs with it. A `pyproject.toml` that only configures
/// tools counts where there is no other.
pub(super) fn find(
    project: &Project,
    language: Language,
    entry: &ProjectPath,
) -> Option<(ProjectPath, Vec<ProjectPath>)> {
    let folders = std::iter::successors(Some(entry.parent()), |folder| {
        (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(parent, _)| parent))
    });
    let mut configures = None;
    for folder in folders {
        let inside = |name: &&str| if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
        for manifest in manifests(language).iter().filter_map(|name| project.other_path(&inside(name))) {
            if lists_dependencies(project, &manifest) {
                return Some(with_companions(project, language, manifest));
            }
            configures.get_or_insert(manifest);
        }
    }
    Some(with_companions(project, language, configures?))
}

fn with_companions(project: &Project, language: Language, manifest: ProjectPath) -> (ProjectPath, Vec<ProjectPath>) {
    let beside = companions(language).iter().filter_map(|name| ProjectPath::join(manifest.parent(), name));
    let mut with: Vec<_> = beside.filter_map(|path| project.other_path(path.as_str())).collect();
    with.extend(included(project, &manifest));
    (manifest, with)
}

/// Whether a file says what to install: of a `pyproject.toml`, only some tables do.
fn lists_dependencies(project: &Project, manifest: &ProjectPath) -> bool {
    if manifest.file_name() != "pyproject.toml" {
        return true;
    }
    let Ok(bytes) = project.bytes(manifest) else { return true };
    let Ok(text) = std::str::from_utf8(&bytes) else { return true };
    // What cannot be read is no reason to look elsewhere.
    let Ok(table) = text.parse::<toml::Table>() else { return true };
    let poetry = table.get("tool").and_then(|tool| tool.get("poetry"));
    table.contains_key("project") || poetry.is_some()
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
            let options = ["--requirement", "--constraint", "-r", "-c"];
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
    fn a_file_that_only_configures_tools_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("api")).unwrap();
        for (path, text) in
            [("api/pyproject.toml", "[tool.ruff]"), ("api/main.py", ""), ("pyproject.toml", "[project]")]
        {
            fs::write(folder.path().join(path), text).unwrap();
        }
        let found = |project: &Project| {
            let entry = ProjectPath::join("api", "main.py").unwrap();
            find(project, Language::Python, &entry).unwrap().0.to_string()
        };
        assert_eq!(found(&Project::read(folder.path()).unwrap()), "pyproject.toml");
        fs::remove_file(folder.path().join("pyproject.toml")).unwrap();
        assert_eq!(found(&Project::read(folder.path()).unwrap()), "api/pyproject.toml");
    }

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
