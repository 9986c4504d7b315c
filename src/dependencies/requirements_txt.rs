//! Requirements files: <https://pip.pypa.io/en/stable/reference/requirements-file-format/>.

mod lines;

use super::requirement::{self, Requirement};
use super::{Dependencies, Reader};
use crate::source::{ProjectPath, Span};
use lines::{Line, Statement, lines};

/// Options that say nothing of one requirement; installers take them from the file that is made of this one.
const PASSED_ON: [&str; 9] = [
    "--index-url",
    "--extra-index-url",
    "--no-index",
    "--find-links",
    "--trusted-host",
    "--pre",
    "--prefer-binary",
    "--no-binary",
    "--only-binary",
];

/// The short forms of options.
const SHORT: [(&str, &str); 5] = [
    ("-i", "--index-url"),
    ("-f", "--find-links"),
    ("-r", "--requirement"),
    ("-c", "--constraint"),
    ("-e", "--editable"),
];

/// What is read so far.
struct Reading<'a, 'r> {
    reader: &'r mut Reader<'a>,
    found: Dependencies,
    /// The files that were read, and whether as constraints.
    seen: Vec<(ProjectPath, bool)>,
}

pub(super) fn read(reader: &mut Reader<'_>, file: &ProjectPath) -> Dependencies {
    let mut reading = Reading { reader, found: Dependencies::default(), seen: Vec::new() };
    reading.file(file, false);
    reading.found
}

impl Reading<'_, '_> {
    /// Reads one file, as a list of what is installed or of constraints.
    fn file(&mut self, file: &ProjectPath, constrains: bool) {
        let key = (file.clone(), constrains);
        if self.seen.contains(&key) {
            return;
        }
        self.seen.push(key);
        let Some(text) = self.reader.text(file) else { return };
        for line in lines(&text) {
            let at = Span::new(file, line.at.clone());
            match line.statement() {
                Statement::Option { name, value } => self.option(file, constrains, name, value, &at, &line),
                Statement::Requirement { text, hashes, other } => {
                    if let Some(option) = other {
                        self.reader.refused(
                            at,
                            format!("`{option}` cannot be kept for one requirement"),
                            "an option of the build on this machine",
                            "dependencies are installed from wheels, which need no options: remove it",
                        );
                    } else {
                        self.requirement(constrains, text, hashes, at);
                    }
                }
            }
        }
    }

    fn option(&mut self, file: &ProjectPath, constrains: bool, name: &str, value: &str, at: &Span, line: &Line<'_>) {
        let name = SHORT.iter().find(|(short, _)| *short == name).map_or(name, |(_, long)| *long);
        match name {
            "--requirement" => self.include(file, constrains, value, at),
            "--constraint" => self.include(file, true, value, at),
            "--editable" => self.local(at, value),
            "--find-links" if !value.contains("://") => self.reader.refused(
                at.clone(),
                format!("`{value}` is a folder of this machine"),
                "packages are looked for here",
                "publish the packages to an index, and name it with `--extra-index-url`",
            ),
            // Every hash is demanded as soon as there is one.
            "--require-hashes" | "--use-feature" => {}
            _ if PASSED_ON.contains(&name) => self.found.options.push((line.text.trim().to_owned(), at.clone())),
            _ => self.reader.illegible(
                at.clone(),
                format!("`{name}` is no option of a requirements file"),
                "not understood",
                "see https://pip.pypa.io/en/stable/reference/requirements-file-format/",
            ),
        }
    }

    fn include(&mut self, from: &ProjectPath, constrains: bool, name: &str, at: &Span) {
        if name.contains("://") {
            self.reader.refused(
                at.clone(),
                format!("`{name}` is no file of the project"),
                "may say something else tomorrow",
                "keep a copy of it in the project, and name that",
            );
            return;
        }
        let path = ProjectPath::join(from.parent(), name).and_then(|path| self.reader.project.path(path.as_str()));
        match path {
            Some(path) => self.file(&path, constrains),
            None => self.reader.illegible(
                at.clone(),
                format!("`{name}` is no file of the project"),
                "named here, but not found",
                "name a file below the project's root that `.gitignore` does not name",
            ),
        }
    }

    fn local(&mut self, at: &Span, value: &str) {
        self.reader.refused(at.clone(), local_message(value), LOCAL_LABEL, LOCAL_HELP);
    }

    fn requirement(&mut self, constrains: bool, text: &str, hashes: Vec<String>, at: Span) {
        if is_path(text) {
            self.local(&at, text);
            return;
        }
        if text.contains("://") && !text.contains('@')
            || text.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme))
        {
            self.reader.refused(
                at,
                "an address without the name of its package",
                "which package is this?",
                format!("write `name @ {}`", text.split("#egg=").next().unwrap_or(text)),
            );
            return;
        }
        let requirement = match requirement::parse(text, at.clone()) {
            Ok(requirement) => Requirement { hashes, ..requirement },
            Err(problem) => {
                self.reader.illegible(
                    at,
                    "this is no requirement",
                    problem,
                    "write it as in `redis[hiredis]>=5,<9; python_version < \"3.14\"`",
                );
                return;
            }
        };
        if self.reader.refuses_address(&requirement) {
            return;
        }
        if !requirement.marker.evaluate(&self.reader.environment.markers, &[]) {
            self.found.left_out.push((text.to_owned(), requirement.at));
        } else if constrains {
            if requirement.hashes.is_empty() {
                self.found.constraints.push(requirement);
            } else {
                self.reader.refused(
                    requirement.at,
                    "a constraint with hashes",
                    "installers check hashes of what they are told to install",
                    "give the hashes where the package is required",
                );
            }
        } else {
            self.found.requirements.push(requirement);
        }
    }
}

/// What is said of a package that lies in a folder of the machine.
pub(super) fn local_message(value: &str) -> String {
    format!("`{value}` is a package of this machine")
}

pub(super) const LOCAL_LABEL: &str = "is not there where the unit is built";

pub(super) const LOCAL_HELP: &str = "import its modules as part of the project (a `src` folder and the project's root are looked in), or publish it to an \
     index or a repository and name it with a version or as `name @ https://…`";

fn is_path(text: &str) -> bool {
    let file = [".whl", ".tar.gz", ".zip"].iter().any(|ending| text.ends_with(ending)) && !text.contains("://");
    text.starts_with(['.', '/', '~']) || text.starts_with("file:") || file
}

/// `https`, `git+ssh`.
fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '+')
}
