//! Wrong input and what is said of it. A fixture is a file (or a folder) under `fixtures/diagnostics/<language>/` whose name
//! starts with the code that it provokes; each expected problem is marked at the end of its line:
//!
//! ```text
//! #   id = 5  #~ E0303 8..9: `id` must be a string, not a integer
//! ```
//!
//! with the columns of the caret, from 1, the second one exclusive. Problems without a place are marked on a last line of
//! their own. The marks are taken out before the compile. `INFERRA_BLESS=1 cargo test` rewrites them: read the difference.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use inferra::config::Target;
use inferra::diag::{Code, Diagnostic};
use inferra::source::LineIndex;
use pretty_assertions::assert_eq;

use crate::project::{compiled, compiled_for_all, is_of_environments, root, tree, write};

const MARK: &str = "~ ";

/// Codes whose cause is no content of a file, with the test that provokes them instead.
const ELSEWHERE: [(&str, &str); 8] = [
    ("E0101", "cli::a_folder_that_is_not_there"),
    ("E0103", "cli::a_file_that_cannot_be_read"),
    ("E0104", "cli::a_file_that_is_not_utf8"),
    ("E0611", "cli::an_environment_that_nobody_wrote"),
    ("E0636", "validate::what_terraform_refuses_is_shown_where_it_was_set"),
    ("E0637", "validate::a_terraform_that_is_not_there"),
    ("E0901", "cli::an_output_folder_of_somebody_else"),
    ("E0902", "cli::an_output_that_cannot_be_written"),
];

#[test]
fn wrong_input_is_answered_as_marked() {
    for fixture in fixtures() {
        let marked = files_of(&fixture);
        let plain: BTreeMap<_, _> =
            marked.iter().map(|(path, text)| (path.clone(), strip(text).into_bytes())).collect();
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &with_manifests(&plain));
        let compilation = if is_of_environments(&code_of(&fixture)) {
            compiled_for_all(Target::AwsLambda, folder.path(), &[])
        } else {
            compiled(folder.path(), "app", &[])
        };
        let codes: BTreeSet<_> = compilation.diagnostics.iter().map(|diagnostic| diagnostic.code.id()).collect();
        let wanted = code_of(&fixture);
        assert!(codes.contains(wanted.as_str()), "{} does not provoke {wanted}: {codes:?}", fixture.display());
        let error = compilation.diagnostics.iter().any(|diagnostic| diagnostic.code.id().starts_with('E'));
        assert_eq!(compilation.files.is_none(), error, "{}: output exactly where there is no error", fixture.display());
        let actual = mark(&plain, &compilation.diagnostics);
        if std::env::var_os("INFERRA_BLESS").is_some() {
            bless(&fixture, &actual);
        }
        assert_eq!(files_of(&fixture), actual, "{}", fixture.display());
    }
}

#[test]
fn every_code_has_a_fixture() {
    let provoked: BTreeSet<String> = fixtures().iter().map(|path| code_of(path)).collect();
    for code in Code::ALL {
        match ELSEWHERE.iter().find(|(id, _)| *id == code.id()) {
            Some((_, test)) => {
                let (module, name) = test.split_once("::").unwrap();
                let here = fs::read_to_string(root().join(format!("tests/rust/{module}.rs"))).unwrap();
                assert!(here.contains(&format!("fn {name}(")), "{} says that {test} provokes it", code.id());
            }
            None => assert!(provoked.contains(code.id()), "no fixture provokes {}", code.id()),
        }
    }
}

fn fixtures() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for language in fs::read_dir(root().join("fixtures/diagnostics")).unwrap() {
        let language = language.unwrap().path();
        found.extend(fs::read_dir(language).unwrap().map(|entry| entry.unwrap().path()));
    }
    found.sort();
    found
}

/// `E0203` for `E0203-bad-toml.py`.
fn code_of(fixture: &Path) -> String {
    fixture.file_name().unwrap().to_str().unwrap().split('-').next().unwrap().to_owned()
}

fn files_of(fixture: &Path) -> BTreeMap<String, String> {
    if fixture.is_dir() {
        let files = tree(fixture, &[]).into_iter();
        return files.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect();
    }
    let name = if fixture.extension().is_some_and(|extension| extension == "py") { "main.py" } else { "main.ts" };
    let extension = fixture.extension().unwrap().to_str().unwrap();
    let name = name.replace(".ts", &format!(".{extension}"));
    BTreeMap::from([(name, fs::read_to_string(fixture).unwrap())])
}

fn bless(fixture: &Path, files: &BTreeMap<String, String>) {
    for (path, text) in files {
        let path = if fixture.is_dir() { fixture.join(path) } else { fixture.to_owned() };
        fs::write(path, text).unwrap();
    }
}

/// A manifest is beside the point of most fixtures; one that is about manifests has a file named `no-manifest`.
fn with_manifests(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    let mut files = files.clone();
    if files.remove("no-manifest").is_none() {
        files.entry("requirements.txt".to_owned()).or_default();
        files.entry("package.json".to_owned()).or_insert_with(|| b"{}".to_vec());
    }
    files
}

/// The comment leader of a file's language, which a mark starts with.
fn leader(path: &str) -> &'static str {
    let hash = Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "py" || extension == "toml" || extension == "txt" || extension == "lock");
    if hash { "#" } else { "//" }
}

fn strip(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("#~ ") && !line.starts_with("//~ "));
    let plain: Vec<&str> = lines
        .map(|line| line.split("  #~ ").next().unwrap())
        .map(|line| line.split("  //~ ").next().unwrap())
        .collect();
    let mut text = plain.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The files with a mark for each diagnostic.
fn mark(plain: &BTreeMap<String, Vec<u8>>, diagnostics: &[Diagnostic]) -> BTreeMap<String, String> {
    let mut marks: BTreeMap<(String, usize), Vec<String>> = BTreeMap::new();
    let mut placeless = Vec::new();
    for diagnostic in diagnostics {
        let Some(label) = &diagnostic.primary else {
            placeless.push(format!("{}: {}", diagnostic.code.id(), diagnostic.message));
            continue;
        };
        let file = label.span.file.as_str().to_owned();
        let text = String::from_utf8(plain[&file].clone()).unwrap();
        let lines = LineIndex::new(&text);
        let (start, end) = (lines.position(label.span.start), lines.position(label.span.end));
        let columns = if end.line == start.line {
            format!("{}..{}", start.column, end.column)
        } else {
            format!("{}..", start.column)
        };
        marks.entry((file, start.line)).or_default().push(format!(
            "{} {columns}: {}",
            diagnostic.code.id(),
            diagnostic.message
        ));
    }
    let first = plain.keys().find(|path| !path.ends_with("no-manifest")).cloned().unwrap_or_default();
    plain
        .iter()
        .map(|(path, bytes)| {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let mut marked = String::new();
            for (number, line) in text.lines().enumerate() {
                marked.push_str(line);
                for mark in marks.get(&(path.clone(), number + 1)).into_iter().flatten() {
                    _ = write!(marked, "  {}{MARK}{mark}", leader(path));
                }
                marked.push('\n');
            }
            // A mark behind the last line has no line to stand on.
            let behind = marks.get(&(path.clone(), text.lines().count() + 1)).into_iter().flatten();
            let placeless = placeless.iter().filter(|_| *path == first);
            for mark in behind.chain(placeless) {
                _ = writeln!(marked, "{}{MARK}{mark}", leader(path));
            }
            (path.clone(), marked)
        })
        .collect()
}
