//! Files of settings: which there are, in which order they hold, and what in them is no setting.
//!
//! A file that another one `extends` is weaker than it. What `--platform` names is the weakest, in the order of the command
//! line, so that its rules bind whatever the application chooses to build on; the application's own file is the strongest.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::layer::{self, Element, Leaf, Written};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{LineIndex, ProjectPath, Span};

/// The key of the files that a file builds on.
pub(super) const EXTENDS: &str = "extends";
/// The key of the files that teach libraries.
pub(super) const CLIENTS: &str = "clients";
/// The table of environments.
pub(super) const ENVIRONMENTS: &str = "env";
/// The list of rules.
pub(super) const RULES: &str = "rule";

/// A file of settings.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its path, seen from the application's folder.
    pub path: ProjectPath,
    /// Its text.
    pub text: String,
    leaves: Vec<Leaf>,
    /// Where it was read from.
    place: PathBuf,
    /// The file itself, whatever path leads to it.
    identity: PathBuf,
    /// The files that it builds on, over any number of others, whatever paths lead to them.
    lineage: Vec<PathBuf>,
}

/// A text that settings speak of, from a file of its own.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Its path, seen from the application's folder.
    pub path: ProjectPath,
    /// Its text.
    pub text: String,
}

/// A value that stands at a place of a file.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub text: String,
    pub at: Range<usize>,
}

impl Document {
    /// Reads `text`; what is no TOML is reported, and the document is empty.
    pub fn parse(path: ProjectPath, place: PathBuf, text: String, diagnostics: &mut Diagnostics) -> Self {
        let leaves = layer::document(&text).unwrap_or_else(|error| {
            diagnostics.push(invalid(&path, &error));
            Vec::new()
        });
        let identity = identity(&place);
        Self { path, text, leaves, place, identity, lineage: Vec::new() }
    }

    /// Whether `other` is this file, or one that it builds on.
    pub(super) fn builds_on(&self, other: &Self) -> bool {
        self.identity == other.identity || self.lineage.contains(&other.identity)
    }

    pub(super) fn span(&self, at: &Range<usize>) -> Span {
        Span::new(&self.path, at.clone())
    }

    pub(super) fn lines(&self) -> LineIndex<'_> {
        LineIndex::new(&self.text)
    }

    /// The settings that hold in every environment.
    pub(super) fn settings(&self) -> Vec<Leaf> {
        let other = [CLIENTS, EXTENDS, ENVIRONMENTS, RULES];
        self.leaves.iter().filter(|leaf| !other.contains(&leaf.path[0].0.as_str())).cloned().collect()
    }

    /// The rules that hold in every environment: the list below `rule`.
    pub(super) fn rules(&self) -> Option<Leaf> {
        self.leaves.iter().find(|leaf| leaf.path[0].0 == RULES).cloned()
    }

    /// The environments that it names, each with the place of the name.
    pub(super) fn environments(&self) -> Vec<(&str, &Range<usize>)> {
        let mut found: Vec<(&str, &Range<usize>)> = Vec::new();
        for leaf in self.leaves.iter().filter(|leaf| leaf.path[0].0 == ENVIRONMENTS) {
            if let Some((name, at)) = leaf.path.get(1).filter(|(name, _)| found.iter().all(|(known, _)| known != name))
            {
                found.push((name, at));
            }
        }
        found
    }

    /// The names of the environments, in the order in which they first stand in the text.
    fn environments_as_written(&self) -> Vec<&str> {
        let first = |name: &str| {
            let own = self.leaves.iter().filter(|leaf| leaf.path[0].0 == ENVIRONMENTS);
            own.filter_map(|leaf| leaf.path.get(1)).filter(|(own, _)| own == name).map(|(_, at)| at.start).min()
        };
        let mut names: Vec<_> = self.environments().into_iter().map(|(name, _)| (first(name), name)).collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// What it says of one environment: settings, and the list below `rule`.
    pub(super) fn environment(&self, name: &str) -> (Vec<Leaf>, Option<Leaf>) {
        let own = |leaf: &&Leaf| leaf.path[0].0 == ENVIRONMENTS && leaf.path.get(1).is_some_and(|(own, _)| own == name);
        let leaves = self.leaves.iter().filter(own).filter(|leaf| leaf.path.len() > 2).map(|leaf| leaf.below(2));
        let (rules, settings): (Vec<_>, Vec<_>) = leaves.partition(|leaf| leaf.path[0].0 == RULES);
        (settings, rules.into_iter().next())
    }

    /// Values that stand where environments do: `env = 1`, `env.prod = 1`.
    pub(super) fn misplaced(&self) -> impl Iterator<Item = &Leaf> {
        let no_table =
            |leaf: &&Leaf| leaf.path[0].0 == ENVIRONMENTS && leaf.path.len() < 3 && leaf.value != Written::Empty;
        self.leaves.iter().filter(no_table)
    }

    /// The files that it names under `key`, in order, each with what it says.
    fn named(&self, key: &str, diagnostics: &mut Diagnostics) -> Vec<Named> {
        let Some(leaf) = self.leaves.iter().find(|leaf| leaf.path[0].0 == key) else { return Vec::new() };
        let expected = "a file, or a list of files, seen from this one";
        let folder = self.place.parent().unwrap_or(Path::new(""));
        let mut named = Vec::new();
        for Placed { text, at } in texts(self, leaf, expected, diagnostics) {
            let place = folder.join(&text);
            // Somebody else's file is shown where it does not fit: none but a file of settings may be named.
            if place.extension().is_none_or(|extension| extension != "toml") {
                diagnostics.push(
                    Diagnostic::new(Code::SettingsUnreadable, format!("`{text}` is no file of settings"))
                        .at(self.span(&at), "its name does not end in `.toml`")
                        .help("name a file whose name ends in `.toml`"),
                );
                continue;
            }
            match read(&place) {
                Ok(content) => named.push(Named { path: relative(&self.path, &text), place, text: content, at }),
                Err(reason) => diagnostics.push(
                    Diagnostic::new(Code::SettingsUnreadable, format!("`{text}`: {reason}"))
                        .at(self.span(&at), "this file cannot be read")
                        .help("the path is seen from the file that this stands in"),
                ),
            }
        }
        named
    }

    /// The files of a company's own libraries that it names.
    #[must_use]
    pub fn clients(&self, diagnostics: &mut Diagnostics) -> Vec<Attachment> {
        let named = self.named(CLIENTS, diagnostics).into_iter();
        named.map(|Named { path, text, .. }| Attachment { path, text }).collect()
    }
}

/// A file that another one names.
struct Named {
    path: ProjectPath,
    place: PathBuf,
    text: String,
    /// Where the other one does.
    at: Range<usize>,
}

/// A text, or a list of them.
pub(super) fn texts(document: &Document, leaf: &Leaf, expected: &str, diagnostics: &mut Diagnostics) -> Vec<Placed> {
    let mut found = Vec::new();
    let mut wrong = |kind: &str, at: &Range<usize>| {
        diagnostics.push(
            Diagnostic::new(Code::ConfigWrongType, format!("`{}` is {expected}", leaf.key()))
                .at(document.span(at), format!("this is {kind}")),
        );
    };
    if let Some((_, at)) = leaf.path.get(1) {
        wrong("a table", at);
        return found;
    }
    match (leaf.value.as_text(), leaf.value.as_list()) {
        (Some(text), _) => found.push(Placed { text: text.to_owned(), at: leaf.value_at.clone() }),
        (None, Some(items)) => {
            for item in items {
                match &item.value {
                    Element::Value(value) => match value.as_text() {
                        Some(text) => found.push(Placed { text: text.to_owned(), at: item.at.clone() }),
                        None => wrong(value.kind(), &item.at),
                    },
                    Element::Table(_) => wrong("a table", &item.at),
                }
            }
        }
        (None, None) => wrong(leaf.value.kind(), &leaf.value_at),
    }
    found
}

fn invalid(file: &ProjectPath, error: &toml::de::Error) -> Diagnostic {
    let at = error.span().unwrap_or(0..0);
    let message = error.message().lines().next().unwrap_or("this is not TOML").to_owned();
    Diagnostic::new(Code::ConfigInvalidToml, format!("`{file}` is not valid TOML")).at(Span::new(file, at), message)
}

/// Gathers the application's own file, what it extends, and what the command line names; weakest first.
///
/// Paths in a file are seen from that file, those of `platform` from where inferra runs.
pub fn gather(own: Option<Document>, platform: &[PathBuf], diagnostics: &mut Diagnostics) -> Vec<Document> {
    let mut gathering = Gathering { documents: Vec::new(), open: Vec::new() };
    // The application's file is being read all the while: no other can build on it.
    gathering.open.extend(own.iter().map(|own| own.identity.clone()));
    for path in platform {
        match read(path) {
            Ok(text) => {
                let name = gathering.name(PLATFORM, path);
                gathering.take(Document::parse(name, path.clone(), text, diagnostics), diagnostics);
            }
            Err(reason) => diagnostics.push(
                Diagnostic::new(Code::SettingsUnreadable, format!("`--platform {}`: {reason}", path.display()))
                    .help("name a file of settings that can be read"),
            ),
        }
    }
    if let Some(mut own) = own {
        own.lineage = gathering.extended(&own, diagnostics);
        gathering.documents.push(own);
    }
    gathering.documents
}

/// The environments that any of `documents` names, in the order in which the strongest file does, then the others'.
#[must_use]
pub fn environments(documents: &[Document]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in documents.iter().rev().flat_map(Document::environments_as_written) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

struct Gathering {
    documents: Vec<Document>,
    /// The files that are being read, outermost first.
    open: Vec<PathBuf>,
}

impl Gathering {
    /// The name of a file that the command line names; no two have one.
    fn name(&self, origin: &str, path: &Path) -> ProjectPath {
        let origins = std::iter::once(origin.to_owned()).chain((2..).map(|number| format!("{origin}-{number}")));
        let mut names = origins.map(|origin| outside(&origin, path));
        let free = |name: &ProjectPath| self.documents.iter().all(|known| known.path != *name);
        names.find(free).unwrap_or_else(|| outside(origin, path))
    }

    /// Adds what `document` extends, and then itself; gives it and what it builds on.
    fn take(&mut self, mut document: Document, diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
        let own = document.identity.clone();
        // Two files may build on one: it is as weak as its first mention makes it.
        if let Some(known) = self.documents.iter().find(|known| known.identity == own) {
            return known.lineage.iter().cloned().chain([own]).collect();
        }
        self.open.push(own.clone());
        document.lineage = self.extended(&document, diagnostics);
        self.open.pop();
        let all = document.lineage.iter().cloned().chain([own]).collect();
        self.documents.push(document);
        all
    }

    /// Adds what `document` extends; gives that, and what it builds on.
    fn extended(&mut self, document: &Document, diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
        let mut all = Vec::new();
        for Named { path, place, text, at } in document.named(EXTENDS, diagnostics) {
            if self.open.contains(&identity(&place)) {
                diagnostics.push(
                    Diagnostic::new(Code::ExtendsCycle, format!("`{}` extends itself", document.path))
                        .at(
                            document.span(&at),
                            "this file is being read already, and extends the one that this stands in",
                        )
                        .help("delete one of the `extends`"),
                );
            } else {
                all.extend(self.take(Document::parse(path, place, text, diagnostics), diagnostics));
            }
        }
        all
    }
}

/// A file of settings is nothing that a person could not read.
const MAX_BYTES: u64 = 1 << 20;

/// The text of a file; otherwise why there is none, in words that are the same on every system.
fn read(path: &Path) -> Result<String, &'static str> {
    let reasons = [
        (io::ErrorKind::NotFound, "there is no such file"),
        (io::ErrorKind::PermissionDenied, "nobody may read it"),
        (io::ErrorKind::InvalidData, "it is not UTF-8"),
        (io::ErrorKind::IsADirectory, "it is a folder"),
    ];
    let reason = |error: &io::Error| {
        reasons.iter().find(|(kind, _)| *kind == error.kind()).map_or("it cannot be read", |(_, reason)| reason)
    };
    let about = std::fs::metadata(path).map_err(|error| reason(&error))?;
    match about {
        about if about.is_dir() => Err("it is a folder"),
        about if !about.is_file() => Err("it is no ordinary file"),
        about if about.len() > MAX_BYTES => Err("it is larger than 1 MB"),
        _ => std::fs::read_to_string(path).map_err(|error| reason(&error)),
    }
}

/// The file itself, whatever path leads to it.
fn identity(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// What the name of a file begins with that the command line names, and of one that is named by an absolute path: no machine
/// is to be named, and no file of the application has such a name by itself.
const PLATFORM: &str = "platform";
const ELSEWHERE: &str = "elsewhere";

/// The name of `text`, written in the file `from`.
fn relative(from: &ProjectPath, text: &str) -> ProjectPath {
    let written = Path::new(text);
    if written.is_absolute() {
        return outside(ELSEWHERE, written);
    }
    ProjectPath::beside(&Path::new(from.parent()).join(written))
}

fn outside(origin: &str, path: &Path) -> ProjectPath {
    let last = path.file_name().unwrap_or_default().to_string_lossy();
    ProjectPath::beside(Path::new(&format!("{origin}:{last}")))
}
