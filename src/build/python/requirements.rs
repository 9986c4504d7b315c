//! Where the application names its dependencies: a requirements file, or `[project]` of a `pyproject.toml`.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::super::{BuildError, Job};
use crate::source::ProjectPath;

/// A requirements file that names at least one requirement.
#[derive(Debug)]
pub(super) struct Requirements {
    pub(super) file: PathBuf,
    /// Whether it pins hashes, which makes installers demand one for everything.
    pub(super) hashed: bool,
}

/// <https://packaging.python.org/en/latest/specifications/pyproject-toml/>
#[derive(Deserialize)]
struct Pyproject {
    project: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    dependencies: Vec<String>,
    #[serde(default)]
    dynamic: Vec<String>,
}

const EDIT: &str =
    "list the dependencies under `[project]` as `dependencies = [\"redis>=5\"]`, or in a requirements.txt";

impl Requirements {
    /// The requirements in `file`; `None` if there is no such file or nothing in it, which installers refuse.
    pub(super) fn at(file: PathBuf) -> Result<Option<Self>, BuildError> {
        if !file.is_file() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&file).map_err(BuildError::io(format!("read {}", file.display())))?;
        let hashed = text.contains("--hash");
        let empty = text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#'));
        Ok((!empty).then_some(Self { file, hashed }))
    }
}

/// What the unit's manifest asks for, as a requirements file.
pub(super) fn of_application(job: &Job<'_>) -> Result<Option<Requirements>, BuildError> {
    let Some(manifest) = &job.unit.manifest else { return Ok(None) };
    let file = job.source.join(manifest.as_str());
    let refused =
        |problem: String| BuildError::Manifest { unit: job.name.to_owned(), manifest: manifest.to_string(), problem };
    if !file.is_file() {
        return Err(refused("is not in the unit: run `inferra compile` again".to_owned()));
    }
    if manifest.extension() == Some("txt") {
        return Requirements::at(file);
    }
    if !is_pyproject(manifest) {
        return Err(refused(format!("is no manifest that inferra reads: {EDIT}")));
    }
    let text = std::fs::read_to_string(&file).map_err(BuildError::io(format!("read {}", file.display())))?;
    let written = job.scratch.join("pyproject-dependencies.txt");
    std::fs::write(&written, from_pyproject(&text).map_err(refused)?)
        .map_err(BuildError::io("write a temporary file"))?;
    Requirements::at(written)
}

fn is_pyproject(manifest: &ProjectPath) -> bool {
    manifest.file_name() == "pyproject.toml"
}

/// One line per dependency, or what to edit.
fn from_pyproject(text: &str) -> Result<String, String> {
    let Pyproject { project } = toml::from_str(text).map_err(|error| format!("cannot be read:\n{error}"))?;
    let Some(Metadata { dependencies, dynamic }) = project else {
        return Err(format!("has no `[project]`: {EDIT}"));
    };
    if dynamic.iter().any(|name| name == "dependencies") {
        return Err(format!("has its dependencies in `dynamic`, so only its build tool knows them: {EDIT}"));
    }
    let mut lines = String::new();
    for dependency in dependencies {
        if !is_one_requirement(&dependency) {
            return Err(format!(
                "has a dependency that is no requirement, {dependency:?}: write it as in \"redis>=5\""
            ));
        }
        lines.push_str(&dependency);
        lines.push('\n');
    }
    Ok(lines)
}

/// Whether the text stays one requirement as a line of a requirements file. There a line that starts with a dash is an
/// option of the installer, a dash after a space starts one, and a backslash or `${…}` has a meaning of its own.
fn is_one_requirement(text: &str) -> bool {
    let name_first = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let plain = !text.contains(|c: char| c.is_control() || c == '\\') && !text.contains("${");
    let mut words = text.split_whitespace();
    name_first && plain && words.all(|word| !word.starts_with('-') && !word.starts_with('#'))
}

/// What is installed in `target`, pinned: `name==version` from each `name-version.dist-info`.
pub(super) fn installed(target: &Path) -> Result<String, BuildError> {
    let reading = || BuildError::io("read the installed dependencies");
    let mut pins = Vec::new();
    for entry in std::fs::read_dir(target).map_err(reading())? {
        let name = entry.map_err(reading())?.file_name();
        let pin = name.to_str().and_then(|name| name.strip_suffix(".dist-info")?.split_once('-'));
        pins.extend(pin.map(|(name, version)| format!("{name}=={version}\n")));
    }
    pins.sort();
    Ok(pins.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_of_a_project() {
        let text = r#"
            [project]
            name = "shop"
            dependencies = ["redis>=5,<9", "uvicorn[standard]; python_version < '3.14'", "x @ https://example.org/x.whl#sha256=0"]
            [project.optional-dependencies]
            test = ["pytest"]
        "#;
        assert_eq!(
            from_pyproject(text).unwrap(),
            "redis>=5,<9\nuvicorn[standard]; python_version < '3.14'\nx @ https://example.org/x.whl#sha256=0\n"
        );
        assert_eq!(from_pyproject("[project]\nname = 'shop'").unwrap(), "");
    }

    #[test]
    fn other_layouts_name_the_edit() {
        let poetry = from_pyproject("[tool.poetry.dependencies]\nredis = '^5'").unwrap_err();
        assert!(poetry.starts_with("has no `[project]`: list the dependencies"), "{poetry}");
        let dynamic = from_pyproject("[project]\ndynamic = ['dependencies']").unwrap_err();
        assert!(dynamic.contains("dynamic"), "{dynamic}");
        assert!(from_pyproject("[project").unwrap_err().starts_with("cannot be read"));
    }

    #[test]
    fn no_dependency_becomes_an_option() {
        let refused = [
            "--index-url=https://example.org",
            "a\n--pre",
            "a --global-option=x",
            "-e .",
            "./x",
            "a \\",
            "a==${V}",
            "",
        ];
        for dependency in refused {
            assert!(!is_one_requirement(dependency), "{dependency:?}");
        }
    }

    #[test]
    fn an_empty_file_asks_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("requirements.txt");
        assert!(Requirements::at(file.clone()).unwrap().is_none());
        std::fs::write(&file, "# nothing\n\n").unwrap();
        assert!(Requirements::at(file.clone()).unwrap().is_none());
        std::fs::write(&file, "redis==5.0 --hash=sha256:0\n").unwrap();
        assert!(Requirements::at(file).unwrap().unwrap().hashed);
    }
}
