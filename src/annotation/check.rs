use std::ops::Range;

use super::attach::statement_below;
use super::body::{Entry, Value, entries};
use super::directive::Directive;
use crate::app::{Capability, Id, Origin, SourceLine, Visibility};
use crate::catalog::{AttachesTo, Catalog, Key, KeyType, Schema};
use crate::diag::{Code, Diagnostic, Diagnostics, closest};
use crate::source::{LineIndex, Span};
use crate::syntax::{CommentBlock, Parsed};

/// A directive that was checked and attached.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Annotation {
    /// Where it comes from, with its capability and id.
    #[serde(flatten)]
    pub origin: Origin,
    /// The id's value in the file.
    #[serde(skip)]
    pub id_span: Span,
    /// What it asks for.
    pub request: Request,
}

/// What an annotation asks for. `statement` is the bytes of the code that it stands above.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// The file is an entry of a unit.
    ExecutionUnit,
    /// The web application made by `statement` is exposed.
    Expose {
        /// The code governed.
        statement: Range<usize>,
        /// Who may call it.
        visibility: Visibility,
    },
    /// The client made by `statement` is persisted.
    Persist {
        /// The code governed.
        statement: Range<usize>,
    },
    /// The emitter made by `statement` crosses units.
    Pubsub {
        /// The code governed.
        statement: Range<usize>,
    },
}

/// Checks one directive; `None` where it is wrong, with at least one diagnostic.
pub(crate) fn check(
    file: &Parsed<'_>,
    blocks: &[CommentBlock],
    block: &CommentBlock,
    directive: &Directive,
    catalog: &Catalog,
    diagnostics: &mut Diagnostics,
) -> Option<Annotation> {
    let span = Span::new(&file.path, directive.range.clone());
    let capability = capability(file, directive, diagnostics)?;
    let schema = catalog.schema(capability);
    let written = written(file, directive, diagnostics)?;
    let values = Values { file, span: &span, schema, written: &written };
    values.reject_unknown(capability, diagnostics);
    let id = values.id(capability, diagnostics);
    let visibility = match capability {
        Capability::Expose => values.text("target", capability, diagnostics).map(|_| Visibility::Public),
        Capability::ExecutionUnit | Capability::Persist | Capability::Pubsub => Some(Visibility::Public),
    };
    let statement = match schema.attaches_to {
        AttachesTo::File => Some(0..0),
        AttachesTo::Statement => attached(file, blocks, block, directive, capability, diagnostics),
    };
    let ((id, id_range), visibility, statement) = (id?, visibility?, statement?);
    let line = LineIndex::new(file.text).position(directive.range.start).line;
    let request = match capability {
        Capability::ExecutionUnit => Request::ExecutionUnit,
        Capability::Expose => Request::Expose { statement, visibility },
        Capability::Persist => Request::Persist { statement },
        Capability::Pubsub => Request::Pubsub { statement },
    };
    let origin = Origin { at: SourceLine { file: file.path.clone(), line }, capability, id, span };
    Some(Annotation { origin, id_span: Span::new(&file.path, id_range), request })
}

fn capability(file: &Parsed<'_>, directive: &Directive, diagnostics: &mut Diagnostics) -> Option<Capability> {
    let found = Capability::ALL.into_iter().find(|known| known.name() == directive.capability);
    if found.is_none() {
        let names = Capability::ALL.map(Capability::name);
        let help = match closest(&directive.capability, names) {
            Some(name) => format!("did you mean `@klotho::{name}`?"),
            None => format!("the capabilities are {}", quoted(&names)),
        };
        diagnostics.push(
            Diagnostic::new(Code::UnknownCapability, format!("unknown capability `{}`", directive.capability))
                .at(Span::new(&file.path, directive.name.clone()), "no such capability")
                .help(help),
        );
    }
    found
}

fn written(file: &Parsed<'_>, directive: &Directive, diagnostics: &mut Diagnostics) -> Option<Vec<Entry>> {
    let Some(body) = &directive.body else { return Some(Vec::new()) };
    match entries(body) {
        Ok(entries) => Some(entries),
        Err(invalid) => {
            diagnostics.push(
                Diagnostic::new(
                    Code::InvalidToml,
                    format!("the body of `@klotho::{}` is not valid TOML", directive.capability),
                )
                .at(Span::new(&file.path, invalid.range), invalid.message)
                .help(
                    "write `{ key = \"value\", other = \"value\" }` on one line, or one `key = \"value\"` on each line",
                ),
            );
            None
        }
    }
}

fn attached(
    file: &Parsed<'_>,
    blocks: &[CommentBlock],
    block: &CommentBlock,
    directive: &Directive,
    capability: Capability,
    diagnostics: &mut Diagnostics,
) -> Option<Range<usize>> {
    let statement = statement_below(file, blocks, block).map(|node| node.byte_range());
    if statement.is_none() {
        let why = if block.trailing { "it stands beside code, not above it" } else { "no statement follows it here" };
        diagnostics.push(
            Diagnostic::new(Code::AttachedToNothing, format!("`@klotho::{capability}` stands above nothing"))
                .at(Span::new(&file.path, directive.range.clone()), why)
                .help("put the comment on the line above the statement that it speaks of, at the same indentation"),
        );
    }
    statement
}

struct Values<'a> {
    file: &'a Parsed<'a>,
    span: &'a Span,
    schema: &'a Schema,
    written: &'a [Entry],
}

impl Values<'_> {
    fn at(&self, range: &Range<usize>) -> Span {
        Span::new(&self.file.path, range.clone())
    }

    fn reject_unknown(&self, capability: Capability, diagnostics: &mut Diagnostics) {
        let known: Vec<&str> = self.schema.keys.keys().map(String::as_str).collect();
        for entry in self.written.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let help = match closest(&entry.key, known.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("the keys of `@klotho::{capability}` are {}", quoted(&known)),
            };
            diagnostics.push(
                Diagnostic::new(Code::UnknownKey, format!("unknown key `{}` in `@klotho::{capability}`", entry.key))
                    .at(self.at(&entry.key_range), "no such key")
                    .help(help),
            );
        }
    }

    /// The value of a required string key, checked against its schema.
    fn text(&self, name: &str, capability: Capability, diagnostics: &mut Diagnostics) -> Option<(&str, Range<usize>)> {
        let key = self.schema.keys.get(name)?;
        let Some(entry) = self.written.iter().find(|entry| entry.key == name) else {
            diagnostics.push(
                Diagnostic::new(Code::MissingKey, format!("`@klotho::{capability}` needs `{name}`"))
                    .at(self.span.clone(), format!("`{name}` is missing"))
                    .help(format!("add `{name} = {}`", sample(key))),
            );
            return None;
        };
        let Value::String(text) = &entry.value else {
            let Value::Other(found) = entry.value else { return None };
            diagnostics.push(
                Diagnostic::new(
                    Code::WrongType,
                    format!("`{name}` must be a {}, not {} {found}", key.kind.name(), article(found)),
                )
                .at(self.at(&entry.value_range), format!("this is {} {found}", article(found)))
                .help(format!("write `{name} = {}`", sample(key))),
            );
            return None;
        };
        if !key.one_of.is_empty() && !key.one_of.contains(text) {
            diagnostics.push(
                Diagnostic::new(Code::ValueNotAllowed, format!("`{name}` cannot be `{text}`"))
                    .at(self.at(&entry.value_range), "not one of the allowed values")
                    .help(format!("write `{name} = {}`", sample(key))),
            );
            return None;
        }
        Some((text, entry.value_range.clone()))
    }

    fn id(&self, capability: Capability, diagnostics: &mut Diagnostics) -> Option<(Id, Range<usize>)> {
        let (text, range) = self.text("id", capability, diagnostics)?;
        match Id::new(text) {
            Ok(id) => Some((id, range)),
            Err(invalid) => {
                diagnostics.push(
                    Diagnostic::new(Code::InvalidId, format!("`{text}` is no valid id"))
                        .at(self.at(&range), invalid.to_string())
                        .help("names in the cloud are made from the id: start with a letter and keep to letters, digits, `-` and `_`"),
                );
                None
            }
        }
    }
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn sample(key: &Key) -> String {
    match (key.one_of.first(), key.kind) {
        (Some(value), KeyType::Id | KeyType::String) => format!("\"{value}\""),
        (None, KeyType::Id | KeyType::String) => "\"…\"".to_owned(),
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
