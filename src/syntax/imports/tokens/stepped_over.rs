//! What is stepped over as one: comments, strings, templates and regular expressions.

use super::{Token, Tokens};

/// Templates inside templates that are told apart: people write two, and each takes space on the stack.
const MAX_TEMPLATES: usize = 16;

impl<'text> Tokens<'text> {
    pub(super) fn skip_to(&mut self, end: &[u8]) {
        let rest = &self.bytes()[self.at + 2..];
        let found = memchr::memmem::find(rest, end);
        self.unsure |= found.is_none() && end == b"*/";
        self.at = found.map_or(self.text.len(), |found| self.at + 2 + found + end.len());
    }

    pub(super) fn quoted(&mut self, quote: u8) -> &'text str {
        let bytes = self.bytes();
        let start = self.at + 1;
        let mut at = start;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 2,
                // A one-line string that never closes is text in JSX, such as `don't`: it ends with its line.
                b'\n' => break,
                byte if *byte == quote => break,
                _ => at += 1,
            }
        }
        self.unsure |= bytes.get(at) != Some(&quote);
        self.ends(start, at)
    }

    pub(super) fn template(&mut self) -> &'text str {
        let bytes = self.bytes();
        let start = self.at + 1;
        let mut at = start;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 2,
                b'`' => break,
                b'$' if bytes.get(at + 1) == Some(&b'{') => at = self.substitution(at + 2),
                _ => at += 1,
            }
        }
        self.unsure |= bytes.get(at).is_none();
        self.ends(start, at)
    }

    /// The text from `start`, and goes on behind the mark at `end`.
    fn ends(&mut self, start: usize, end: usize) -> &'text str {
        let end = end.min(self.text.len());
        self.at = (end + 1).min(self.text.len());
        self.text.get(start..end).unwrap_or_default()
    }

    /// The byte after the `}` that closes the code in a template.
    fn substitution(&mut self, start: usize) -> usize {
        if self.templates == MAX_TEMPLATES {
            self.unsure = true;
            return start;
        }
        let mut inside = Self { at: start, templates: self.templates + 1, ..Self::new(self.text) };
        let mut depth = 0_usize;
        for token in inside.by_ref() {
            match token {
                Token::Mark(b'{') => depth += 1,
                Token::Mark(b'}') if depth == 0 => break,
                Token::Mark(b'}') => depth -= 1,
                Token::Mark(_) | Token::Word(_) | Token::Text(_) => {}
            }
        }
        self.unsure |= inside.unsure;
        inside.at
    }

    pub(super) fn regular_expression(&mut self) {
        let bytes = self.bytes();
        let (mut at, mut class) = (self.at + 1, false);
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => break,
                b'\n' => break,
                _ => {}
            }
            at += 1;
        }
        self.unsure |= bytes.get(at) != Some(&b'/');
        self.at = (at + 1).min(bytes.len());
    }
}
