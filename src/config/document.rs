//! Files of settings: which there are, in which order they hold, and what in them is no setting.
//!
//! A file that another one `extends` is weaker than it. What `--platform` names is the weakest, in the order of the command
//! line, so that its rules bind whatever the application chooses to build on; the application's own file is the strongest.

use std::io;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

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
        Self { path, text, leaves, place, lineage: Vec::new() }
    }

    /// Whether `other` is this file, or one that it builds on.
    pub(super) fn builds_on(&self, other: &Self) -> bool {
        let other = identity(&other.place);
        identity(&self.place) == other || self.lineage.contains(&other)
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
            match std::fs::read_to_string(&place) {
                Ok(content) => named.push(Named { path: relative(&self.path, &text), place, text: content, at }),
                Err(error) => diagnostics.push(
                    Diagnostic::new(Code::SettingsUnreadable, format!("`{text}`: {}", reason(&error)))
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
/// `root` is the application's folder. Paths in a file are seen from that file, those of `platform` from where inferra runs.
pub fn gather(
    own: Option<Document>,
    root: &Path,
    platform: &[PathBuf],
    diagnostics: &mut Diagnostics,
) -> Vec<Document> {
    let mut gathering = Gathering { documents: Vec::new(), open: Vec::new() };
    // The application's file is being read all the while: no other can build on it.
    gathering.open.extend(own.iter().map(|own| identity(&own.place)));
    for path in platform {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                let document = Document::parse(name_of(root, path), path.clone(), text, diagnostics);
                gathering.take(document, diagnostics);
            }
            Err(error) => diagnostics.push(
                Diagnostic::new(
                    Code::SettingsUnreadable,
                    format!("`--platform {}`: {}", path.display(), reason(&error)),
                )
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

struct Gathering {
    documents: Vec<Document>,
    /// The files that are being read, outermost first.
    open: Vec<PathBuf>,
}

impl Gathering {
    /// Adds what `document` extends, and then itself; gives it and what it builds on.
    fn take(&mut self, mut document: Document, diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
        let own = identity(&document.place);
        // Two files may build on one: it is as weak as its first mention makes it.
        if let Some(known) = self.documents.iter().find(|known| identity(&known.place) == own) {
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

/// Why a file cannot be read, in words that are the same on every system.
fn reason(error: &io::Error) -> &'static str {
    let reasons = [
        (io::ErrorKind::NotFound, "there is no such file"),
        (io::ErrorKind::PermissionDenied, "nobody may read it"),
        (io::ErrorKind::InvalidData, "it is not UTF-8"),
        (io::ErrorKind::IsADirectory, "it is a folder"),
    ];
    reasons.iter().find(|(kind, _)| *kind == error.kind()).map_or("it cannot be read", |(_, reason)| reason)
}

/// The file itself, whatever path leads to it.
fn identity(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// The name of `text`, written in the file `from`; of an absolute path, the last part alone, as no machine is to be named.
fn relative(from: &ProjectPath, text: &str) -> ProjectPath {
    let written = Path::new(text);
    if written.is_absolute() {
        return ProjectPath::beside(Path::new(written.file_name().unwrap_or_default()));
    }
    ProjectPath::beside(&Path::new(from.parent()).join(written))
}

/// The name of a file that the command line names, seen from the application's folder where both are in one tree.
fn name_of(root: &Path, path: &Path) -> ProjectPath {
    let last = ProjectPath::beside(Path::new(path.file_name().unwrap_or_default()));
    if path.is_absolute() {
        return last;
    }
    let (Ok(root), Ok(path)) = (root.canonicalize(), path.canonicalize()) else { return last };
    let shared = root.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = root.components().skip(shared).map(|_| Component::ParentDir);
    ProjectPath::beside(&up.chain(path.components().skip(shared)).collect::<PathBuf>())
}
