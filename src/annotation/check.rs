use std::ops::Range;

use tree_sitter::Node;

use super::attach::statement_below;
use super::body::{Entry, entries};
use super::directive::Directive;
use super::values::{Values, quoted};
use crate::app::{Capability, Id, Origin, SourceLine, Visibility, WebInterface};
use crate::catalog::{AttachesTo, Catalog};
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
    ExecutionUnit {
        /// Whether the file belongs to every unit and starts none.
        all_units: bool,
        /// Whether an instance is always kept ready.
        keep_warm: bool,
    },
    /// The web application made by `statement` is exposed.
    Expose {
        /// The code governed.
        statement: Range<usize>,
        /// Who may call it.
        visibility: Visibility,
        /// How an application of a library that is not known is called.
        #[serde(skip_serializing_if = "Option::is_none")]
        interface: Option<WebInterface>,
    },
    /// The client made by `statement` is persisted.
    Persist {
        /// The code governed.
        statement: Range<usize>,
        /// Whether it is one value that nobody else may know.
        secret: bool,
        /// The user's own environment variables, each with what it is to hold.
        variables: Vec<(Written, Written)>,
    },
    /// The emitter made by `statement` crosses units.
    Pubsub {
        /// The code governed.
        statement: Range<usize>,
    },
    /// The function defined by `statement` runs at certain times.
    Schedule {
        /// The code governed.
        statement: Range<usize>,
        /// Fields of a crontab; nobody has looked yet whether they are right.
        cron: Option<Written>,
        /// How often; nobody has looked yet whether it is right.
        rate: Option<Written>,
    },
    /// The value read by `statement` is set where the application runs.
    Config {
        /// The code governed.
        statement: Range<usize>,
        /// Whether nobody else may know it.
        secret: bool,
    },
    /// The files are a web site.
    StaticUnit {
        /// Globs of what is the site's alone.
        static_files: Vec<Written>,
        /// Globs of what is the units', too.
        shared_files: Vec<Written>,
        /// What answers for the address itself.
        index_document: Option<Written>,
    },
    /// The files belong to the units that hold this one.
    EmbedAssets {
        /// Globs of what is added.
        include: Vec<Written>,
        /// Globs of what is left out of that.
        exclude: Vec<Written>,
    },
}

impl Request {
    /// The code governed; `None` where the directive speaks of its file.
    #[must_use]
    pub const fn statement(&self) -> Option<&Range<usize>> {
        match self {
            Self::Expose { statement, .. }
            | Self::Persist { statement, .. }
            | Self::Pubsub { statement }
            | Self::Schedule { statement, .. }
            | Self::Config { statement, .. } => Some(statement),
            Self::ExecutionUnit { .. } | Self::StaticUnit { .. } | Self::EmbedAssets { .. } => None,
        }
    }
}

/// A text as written, and where.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Its place, with its quotes.
    #[serde(skip)]
    pub span: Span,
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
    let values = Values { file, span: &span, capability, schema, written: &written };
    let mut problems = Diagnostics::default();
    values.reject_unknown(diagnostics);
    let id = values.id(&mut problems);
    let node = match schema.attaches_to {
        AttachesTo::File => None,
        AttachesTo::Statement => {
            let node = attached(file, blocks, block, directive, capability, &mut problems);
            if node.is_none() {
                request(&values, 0..0, &mut problems);
                diagnostics.extend(problems);
                return None;
            }
            node
        }
    };
    let request = request(&values, node.map_or(0..0, |node| node.byte_range()), &mut problems);
    let wrong = problems.has_errors();
    diagnostics.extend(problems);
    if wrong {
        return None;
    }
    let (id, id_range) = match id {
        Some((id, range)) => (id, range),
        None => (implied_id(&values, node, diagnostics)?, directive.name.clone()),
    };
    let line = LineIndex::new(file.text).position(directive.range.start).line;
    let origin = Origin { at: SourceLine { file: file.path.clone(), line }, capability, id, span };
    Some(Annotation { origin, id_span: Span::new(&file.path, id_range), request })
}

fn request(values: &Values<'_>, statement: Range<usize>, diagnostics: &mut Diagnostics) -> Request {
    match values.capability {
        Capability::ExecutionUnit => Request::ExecutionUnit {
            all_units: values.boolean("all_units", diagnostics),
            keep_warm: values.boolean("keep_warm", diagnostics),
        },
        Capability::Expose => {
            values.text("target", diagnostics);
            let interface = values.text("interface", diagnostics).and_then(|written| match written.text.as_str() {
                "asgi" => Some(WebInterface::Asgi),
                "wsgi" => Some(WebInterface::Wsgi),
                _ => None,
            });
            Request::Expose { statement, visibility: Visibility::Public, interface }
        }
        Capability::Persist => Request::Persist {
            statement,
            secret: values.boolean("secret", diagnostics),
            variables: values.table("environment_variables", diagnostics),
        },
        Capability::Pubsub => Request::Pubsub { statement },
        Capability::Schedule => Request::Schedule {
            statement,
            cron: values.text("cron", diagnostics),
            rate: values.text("rate", diagnostics),
        },
        Capability::Config => Request::Config { statement, secret: values.boolean("secret", diagnostics) },
        Capability::StaticUnit => Request::StaticUnit {
            static_files: values.strings("static_files", diagnostics),
            shared_files: values.strings("shared_files", diagnostics),
            index_document: values.text("index_document", diagnostics),
        },
        Capability::EmbedAssets => Request::EmbedAssets {
            include: values.strings("include", diagnostics),
            exclude: values.strings("exclude", diagnostics),
        },
    }
}

/// The id of a directive that names none: a schedule's is its function's name, where that makes one; an addition to units has
/// none that matters.
fn implied_id(values: &Values<'_>, node: Option<Node<'_>>, diagnostics: &mut Diagnostics) -> Option<Id> {
    let name = match values.capability {
        Capability::Schedule => {
            let name = node.and_then(defined_name);
            name.map_or("", |name| values.file.text_of(name)).trim_matches('_')
        }
        Capability::EmbedAssets => "assets",
        Capability::ExecutionUnit if values.boolean("all_units", &mut Diagnostics::default()) => "all",
        Capability::ExecutionUnit
        | Capability::Expose
        | Capability::Persist
        | Capability::Pubsub
        | Capability::Config
        | Capability::StaticUnit => "",
    };
    let id = Id::new(name).ok();
    if id.is_none() {
        values.missing("id", diagnostics);
    }
    id
}

/// The name that a statement gives to what it defines.
fn defined_name(statement: Node<'_>) -> Option<Node<'_>> {
    let inner = ["definition", "declaration"].into_iter().find_map(|field| statement.child_by_field_name(field));
    let definition = inner.unwrap_or(statement);
    definition.child_by_field_name("name").or_else(|| definition.named_child(0)?.child_by_field_name("name"))
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

fn attached<'tree>(
    file: &'tree Parsed<'_>,
    blocks: &[CommentBlock],
    block: &CommentBlock,
    directive: &Directive,
    capability: Capability,
    diagnostics: &mut Diagnostics,
) -> Option<Node<'tree>> {
    let statement = statement_below(file, blocks, block);
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
