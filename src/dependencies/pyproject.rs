//! `pyproject.toml`: <https://packaging.python.org/en/latest/specifications/pyproject-toml/>, with Poetry's tables and uv's.

use pep440_rs::VersionSpecifiers;
use toml::de::DeTable;

use super::document::{Document, Value, items, text, text_of, texts};
use super::requirement::{self, Requirement, Versions};
use super::{Dependencies, Reader, lock, poetry, uv};
use crate::diag::{Code, Diagnostic};
use crate::source::{ProjectPath, Span};

/// What a `pyproject.toml` asks for.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// The project's own name, by which a lock file speaks of it.
    pub(super) name: Option<String>,
    /// What holds for the environment.
    pub(super) wishes: Vec<Requirement>,
    pub(super) constraints: Vec<Requirement>,
    /// What does not, as written.
    pub(super) left_out: Vec<(String, Span)>,
    /// What only a lock file can answer, in words, and where it is.
    pub(super) for_a_lock: Vec<(String, Span)>,
    pub(super) is_poetry: bool,
}

const EDIT: &str = "list them under `[project]` as `dependencies = [\"redis>=5\"]`, or in a requirements.txt";

pub(super) fn read(reader: &mut Reader<'_>, file: &ProjectPath) -> Option<Dependencies> {
    let text = reader.text(file)?;
    let document = Document::parse(reader, file, &text)?;
    let manifest = manifest(reader, &document)?;
    if let Some(lock) = lock::beside(reader, file, &manifest) {
        return lock.read(reader, &manifest);
    }
    for (problem, at) in &manifest.for_a_lock {
        let lock = if manifest.is_poetry { "poetry lock" } else { "uv lock" };
        reader.refused(
            at.clone(),
            format!("{problem} needs a lock file"),
            "an installer is told versions, and nothing of this",
            format!("run `{lock}`, and keep the lock file beside `{file}`"),
        );
    }
    Some(Dependencies {
        requirements: manifest.wishes,
        constraints: manifest.constraints,
        left_out: manifest.left_out,
        ..Dependencies::default()
    })
}

fn manifest(reader: &mut Reader<'_>, document: &Document<'_>) -> Option<Manifest> {
    let (project, poetry_table) = (document.table(&["project"]), document.table(&["tool", "poetry"]));
    let mut manifest = Manifest { is_poetry: poetry_table.is_some(), ..Manifest::default() };
    manifest.name = project.or(poetry_table).and_then(|table| text_of(table, "name")).map(str::to_owned);
    let dynamic = project.is_some_and(|project| texts(project, "dynamic").any(|name| name == "dependencies"));
    let poetry_lists = poetry_table.is_some_and(|table| table.get("dependencies").is_some());
    if let Some(project) = project {
        check_python(reader, document, project);
    }
    let listed = project.filter(|project| project.get("dependencies").is_some());
    match (listed, poetry_table.filter(|_| poetry_lists)) {
        (Some(project), enriched) => {
            standard(reader, document, project, &mut manifest);
            if let Some(table) = enriched {
                poetry::sources(document, table, &mut manifest);
            }
        }
        (None, Some(table)) => poetry::dependencies(reader, document, table, &mut manifest),
        (None, None) if dynamic => {
            let at =
                project.and_then(|project| project.get("dynamic")).map_or(document.start(), |value| document.at(value));
            reader.illegible(at, "only the build tool knows the dependencies", "`dependencies` is in this list", EDIT);
            return None;
        }
        (None, None) if project.is_none() && poetry_table.is_none() => {
            let message = format!("`{}` lists no dependencies", document.file);
            reader.illegible(document.start(), message, "it has neither `[project]` nor `[tool.poetry]`", EDIT);
            return None;
        }
        (None, None) => {}
    }
    uv::sources(reader, document, &mut manifest);
    Some(manifest)
}

/// The list of `[project]`.
fn standard(reader: &mut Reader<'_>, document: &Document<'_>, project: &DeTable<'_>, manifest: &mut Manifest) {
    if let Some(value) = project.get("dependencies").filter(|value| value.get_ref().as_array().is_none()) {
        reader.illegible(
            document.at(value),
            "`dependencies` is no list",
            "a list of requirements is wanted here",
            EDIT,
        );
    }
    for value in items(project, "dependencies") {
        if let Some(requirement) = reader.requirement(document, value) {
            manifest.take(reader, requirement, text(value).unwrap_or_default());
        }
    }
}

impl Manifest {
    /// Adds a requirement where it holds.
    pub(super) fn take(&mut self, reader: &Reader<'_>, requirement: Requirement, written: &str) {
        if requirement.marker.evaluate(&reader.environment.markers, &[]) {
            self.wishes.push(requirement);
        } else {
            self.left_out.push((written.to_owned(), requirement.at));
        }
    }
}

impl Reader<'_> {
    /// The requirement that a string is.
    pub(super) fn requirement(&mut self, document: &Document<'_>, value: &Value<'_>) -> Option<Requirement> {
        let at = document.at(value);
        let found = text(value).ok_or_else(|| "a string is wanted here".to_owned());
        match found.and_then(|text| requirement::parse(text, at.clone())) {
            Ok(requirement) => (!self.refuses_address(&requirement)).then_some(requirement),
            Err(problem) => {
                self.illegible(at, "this is no requirement", problem, "write it as in \"redis>=5\"");
                None
            }
        }
    }
}

/// Reports a Python that the project does not want.
fn check_python(reader: &mut Reader<'_>, document: &Document<'_>, project: &DeTable<'_>) {
    let Some(value) = project.get("requires-python") else { return };
    let Some(wanted) = text(value).and_then(|text| text.parse::<VersionSpecifiers>().ok()) else { return };
    reader.check_python(&Versions(vec![wanted]), document.at(value));
}

impl Reader<'_> {
    /// Reports a Python that is not among those `wanted`.
    pub(super) fn check_python(&mut self, wanted: &Versions, at: Span) {
        if self.environment.is_accepted_by(wanted) {
            return;
        }
        self.diagnostics.push(
            Diagnostic::new(Code::PythonNotAccepted, format!("the project does not run on {}", self.environment))
                .at(at, format!("wants Python {wanted}"))
                .help("set `execution_unit.python_runtime`, and `execution_unit.python_image` for containers, to a Python that the project runs on"),
        );
    }
}
