use tree_sitter::{Node, Parser, Tree};

use super::walk::preorder;
use crate::source::{Language, ProjectPath};

/// A tree-sitter grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grammar {
    Python,
    TypeScript,
    /// TypeScript with JSX; also every flavour of JavaScript. tree-sitter-javascript names its nodes differently, so one
    /// query could not serve both.
    Tsx,
}

impl Grammar {
    pub(crate) fn of(path: &ProjectPath) -> Option<Self> {
        Some(match Language::of(path)? {
            Language::Python => Self::Python,
            Language::TypeScript if Self::has_types_only(path) => Self::TypeScript,
            Language::TypeScript => Self::Tsx,
        })
    }

    // `<T>x` is a cast in these files and the start of an element in all others.
    fn has_types_only(path: &ProjectPath) -> bool {
        matches!(path.extension(), Some("ts" | "mts" | "cts"))
    }

    pub(crate) const fn language(self) -> Language {
        match self {
            Self::Python => Language::Python,
            Self::TypeScript | Self::Tsx => Language::TypeScript,
        }
    }

    pub(crate) fn tree_sitter(self) -> tree_sitter::Language {
        match self {
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        }
    }
}

/// A file with its syntax tree.
#[derive(Debug)]
pub(crate) struct Parsed<'text> {
    pub(crate) path: ProjectPath,
    pub(crate) text: &'text str,
    pub(crate) grammar: Grammar,
    tree: Tree,
}

impl<'text> Parsed<'text> {
    /// Parses `text`; `None` where the path is no source file. Errors in the text become error nodes.
    pub(crate) fn new(path: &ProjectPath, text: &'text str) -> Option<Self> {
        let grammar = Grammar::of(path)?;
        let mut parser = Parser::new();
        // Both can only fail for a grammar of another ABI or a cancelled parse; neither happens here, and a file that
        // cannot be parsed is reported by the caller like any other.
        parser.set_language(&grammar.tree_sitter()).ok()?;
        let tree = parser.parse(text, None)?;
        Some(Self { path: path.clone(), text, grammar, tree })
    }

    pub(crate) fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    pub(crate) fn text_of(&self, node: Node<'_>) -> &'text str {
        &self.text[node.byte_range()]
    }

    /// The first syntax error: an unexpected piece of text or a missing token.
    pub(crate) fn first_error(&self) -> Option<Node<'_>> {
        preorder(self.root(), |node| node.has_error()).find(|node| node.is_error() || node.is_missing())
    }
}
