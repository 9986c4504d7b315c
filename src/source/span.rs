use std::ops::Range;

use serde::Serialize;

use super::ProjectPath;

/// A range of bytes in one of the project's files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// The file.
    pub file: ProjectPath,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The bytes `range` of `file`.
    #[must_use]
    pub fn new(file: &ProjectPath, range: Range<usize>) -> Self {
        Self { file: file.clone(), start: range.start, end: range.end }
    }

    /// The range of bytes, for slicing.
    #[must_use]
    pub const fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A position as editors show it: both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode scalar values.
    pub column: usize,
}

/// Where the lines of a text start, to turn byte offsets into lines and columns.
#[derive(Debug, Clone)]
pub struct LineIndex<'text> {
    text: &'text str,
    starts: Vec<usize>,
}

impl<'text> LineIndex<'text> {
    /// Indexes `text`.
    #[must_use]
    pub fn new(text: &'text str) -> Self {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        Self { text, starts }
    }

    /// The position of byte `offset`, clamped to the text.
    #[must_use]
    pub fn position(&self, offset: usize) -> LineColumn {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        LineColumn { line, column: self.text[start..offset].chars().count() + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_from_one_and_in_characters() {
        let index = LineIndex::new("é = 1\nb\n");
        assert_eq!(index.position(0), LineColumn { line: 1, column: 1 });
        assert_eq!(index.position(3), LineColumn { line: 1, column: 3 });
        assert_eq!(index.position(7), LineColumn { line: 2, column: 1 });
        assert_eq!(index.position(999), LineColumn { line: 3, column: 1 });
    }
}
