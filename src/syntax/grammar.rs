use std::collections::BTreeSet;
use std::ops::Range;

use tree_sitter::{Node, Parser, Point, Tree};

use super::statements;
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
        Self::pieces(path, text, &[])
    }

    /// Parses no more of `text` than the statements at the top of the module that hold all of `places`.
    pub(crate) fn around(path: &ProjectPath, text: &'text str, places: &BTreeSet<usize>) -> Option<Self> {
        let Some(pieces) = statements::around(Grammar::of(path)?, text, places) else { return Self::new(path, text) };
        let parsed = Self::pieces(path, text, &pieces)?;
        // Whether a piece is wrong or the file, only the whole file can tell.
        if parsed.root().has_error() { Self::new(path, text) } else { Some(parsed) }
    }

    /// Parses some of `text`, or all of it where `pieces` is empty.
    fn pieces(path: &ProjectPath, text: &'text str, pieces: &[Range<usize>]) -> Option<Self> {
        let grammar = Grammar::of(path)?;
        let mut parser = Parser::new();
        // These can only fail for a grammar of another ABI, ranges out of order, or a cancelled parse; none happens here, and
        // a file that cannot be parsed is reported by the caller like any other.
        parser.set_language(&grammar.tree_sitter()).ok()?;
        parser.set_included_ranges(&ranges(text, pieces)).ok()?;
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

/// Ranges that start with a line each, as tree-sitter has them.
fn ranges(text: &str, pieces: &[Range<usize>]) -> Vec<tree_sitter::Range> {
    let (mut row, mut at) = (0, 0);
    let mut point = |to: usize| {
        let line = text[..to].rfind('\n').map_or(0, |newline| newline + 1);
        row += memchr::memchr_iter(b'\n', &text.as_bytes()[at..to]).count();
        at = to;
        Point::new(row, to - line)
    };
    let range = |piece: &Range<usize>| tree_sitter::Range {
        start_byte: piece.start,
        end_byte: piece.end,
        start_point: point(piece.start),
        end_point: point(piece.end),
    };
    pieces.iter().map(range).collect()
}
