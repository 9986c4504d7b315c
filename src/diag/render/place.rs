use std::ops::Range;

use crate::source::{LineColumn, LineIndex, ProjectPath, Span};

use super::Texts;

/// A span that was looked up: what it covers and where that is, whatever the span's own bytes say.
#[derive(Debug, Clone)]
pub(super) struct Place<'a> {
    /// The file's path.
    pub(super) file: &'a ProjectPath,
    /// The file's text and the part of it that is meant; `None` where the file has no text.
    pub(super) found: Option<Found<'a>>,
}

/// The part of a text that a span means.
#[derive(Debug, Clone)]
pub(super) struct Found<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// Bytes on character boundaries, inside the text, never inside a line end.
    pub(super) range: Range<usize>,
    /// Where the range starts.
    pub(super) start: LineColumn,
    /// The position after the range.
    pub(super) end: LineColumn,
}

impl<'a> Place<'a> {
    /// Looks `span` up.
    pub(super) fn of(span: &'a Span, texts: &'a dyn Texts) -> Self {
        let found = texts.text(&span.file).map(|text| {
            let range = visible(text, span.range());
            let lines = LineIndex::new(text);
            let (start, end) = (lines.position(range.start), lines.position(range.end));
            Found { text, range, start, end }
        });
        Self { file: &span.file, found }
    }
}

impl<'a> Found<'a> {
    /// The text of the range.
    pub(super) fn covered(&self) -> &'a str {
        &self.text[self.range.clone()]
    }

    /// The lines that the range touches, without the last line's end.
    pub(super) fn lines(&self) -> &'a str {
        let from = self.text[..self.range.start].rfind('\n').map_or(0, |at| at + 1);
        let to = self.text[self.range.end..].find('\n').map_or(self.text.len(), |at| self.range.end + at);
        &self.text[from..to]
    }
}

/// The part of `range` that can be shown: clamped to the text, widened to whole characters, without line ends at its
/// end. An empty range after the last line's end becomes the end of that line, because no editor shows a line there.
fn visible(text: &str, range: Range<usize>) -> Range<usize> {
    let mut start = range.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = range.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    if start == text.len() || (text[..start].ends_with('\r') && text[start..].starts_with('\n')) {
        start = without_line_end(&text[..start]).len();
        return start..start;
    }
    let trimmed = text[start..end].trim_end_matches(['\r', '\n']).len();
    start..start + trimmed
}

/// `text` without one line end at its end; `text` up to the middle of `\r\n` counts as ending there.
fn without_line_end(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn ranges_are_made_showable() {
        assert_eq!(visible("a = é\n", 5..5), 4..6, "inside a character");
        assert_eq!(visible("a = é\n", 4..5), 4..6, "half a character");
        assert_eq!(visible("ab\n", 1..3), 1..2, "with the line end");
        assert_eq!(visible("ab\n", 3..3), 2..2, "after the last line end");
        assert_eq!(visible("ab\r\n", 3..3), 2..2, "between CR and LF");
        assert_eq!(visible("ab\r\n", 2..4), 2..2, "only a line end");
        assert_eq!(visible("ab", 7..9), 2..2, "past the end");
        assert_eq!(visible("", 0..0), 0..0, "no text");
        #[expect(clippy::reversed_empty_ranges, reason = "a broken span must not panic")]
        let backwards = visible("abc", 2..1);
        assert_eq!(backwards, 2..2);
    }
}
