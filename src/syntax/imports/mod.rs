//! What a file imports and exports, taken by a small lexer without a syntax tree: parsing every file of a large project
//! costs a hundred times as much as reading it.

mod python;
mod tokens;
mod typescript;

pub(super) use python::end_of_string;
pub(super) use tokens::{Token, Tokens};

use crate::source::Language;

/// What a file takes from other modules and gives them under another name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Interface {
    pub(crate) imports: Vec<Import>,
    pub(crate) exports: Vec<Export>,
}

/// An import, re-export or `require` of one module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Import {
    /// The module as written: `redis`, `.store`, `./receiver`, `node:events`.
    pub(crate) module: String,
    /// Where the statement starts, in bytes.
    pub(crate) at: usize,
    /// The names that it brings.
    pub(crate) bindings: Vec<Binding>,
}

/// A name that an import brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Binding {
    /// `local` is the module `module` itself. In Python `import a.b` gives `a`, so `module` may be shorter than the import's.
    Module { local: String, module: String },
    /// `local` is the module's `name`.
    Symbol { local: String, name: String },
    /// Every name of the module.
    Star,
    /// The module's `name` is given on as `exported`, without a local name.
    ReexportedSymbol { exported: String, name: String },
    /// The module itself is given on as `exported`.
    ReexportedModule { exported: String },
    /// Every name of the module is given on.
    ReexportedStar,
}

impl Binding {
    /// `export { default } from "./store"`, `export { store as default } from "./store"`
    pub(crate) fn is_default_given_on(&self) -> bool {
        match self {
            Self::ReexportedSymbol { exported, .. } | Self::ReexportedModule { exported } => exported == "default",
            Self::Module { .. } | Self::Symbol { .. } | Self::Star | Self::ReexportedStar => false,
        }
    }
}

/// A local name that is given under another, or by a statement of its own: `export { a as b }`, `module.exports = { a }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Export {
    pub(crate) local: String,
    pub(crate) exported: String,
}

/// Scans one file.
pub(crate) fn scan(language: Language, text: &str) -> Interface {
    // Some editors put a byte order mark before the first statement. A space in its place keeps every position.
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => &format!("   {rest}"),
        None => text,
    };
    match language {
        Language::Python => Interface { imports: python::imports(text), exports: Vec::new() },
        Language::TypeScript => typescript::interface(text),
    }
}
