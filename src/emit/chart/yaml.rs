//! Enough of YAML for a mapping with comments. Every text is written as a JSON string, which is a YAML scalar, so that none
//! becomes syntax.

use std::fmt::Write as _;

/// Comments are wrapped to this width.
const COMMENT_WIDTH: usize = 110;

/// Writes a mapping line by line.
#[derive(Debug, Default)]
pub(super) struct Writer {
    text: String,
    depth: usize,
    /// Whether the next line is the first of an item of a list.
    item: bool,
}

impl Writer {
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// `#` lines, a paragraph per line of `text`. Nothing in it can end a comment: white space and control characters are
    /// spaces.
    pub(super) fn comment(&mut self, text: &str) {
        for paragraph in text.split('\n') {
            let mut line = String::from("#");
            let separates = |c: char| c.is_whitespace() || c.is_control() || unprintable(c);
            for word in paragraph.split(separates).filter(|word| !word.is_empty()) {
                if line.len() > 1 && line.chars().count() + 1 + word.chars().count() > COMMENT_WIDTH {
                    self.line(&std::mem::replace(&mut line, String::from("#")));
                }
                line.push(' ');
                line.push_str(word);
            }
            self.line(&line);
        }
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn comments(&mut self, paragraphs: &[String]) {
        for paragraph in paragraphs {
            self.comment(paragraph);
        }
    }

    /// A value that is YAML already.
    pub(super) fn entry(&mut self, name: &str, value: impl std::fmt::Display) {
        self.line(&format!("{}: {value}", key(name)));
    }

    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.entry(name, text(value));
    }

    pub(super) fn texts<'a>(&mut self, name: &str, values: impl IntoIterator<Item = &'a str>) {
        let values: Vec<_> = values.into_iter().map(text).collect();
        self.entry(name, format!("[{}]", values.join(", ")));
    }

    /// A mapping below `name`, or `{}` where `write` writes nothing.
    pub(super) fn mapping(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.nested(name, "{}", write);
    }

    /// A list below `name`, or `[]` where `write` writes no [`item`](Self::item).
    pub(super) fn list(&mut self, name: &str, write: impl FnOnce(&mut Self)) {
        self.nested(name, "[]", write);
    }

    /// A mapping as an item of a list.
    pub(super) fn item(&mut self, write: impl FnOnce(&mut Self)) {
        self.item = true;
        self.depth += 1;
        write(self);
        self.depth -= 1;
        self.item = false;
    }

    fn nested(&mut self, name: &str, empty: &str, write: impl FnOnce(&mut Self)) {
        let mut inner = Self { text: String::new(), depth: self.depth + 1, item: false };
        write(&mut inner);
        if inner.text.is_empty() {
            self.entry(name, empty);
        } else {
            self.line(&format!("{}:", key(name)));
            self.text.push_str(&inner.text);
        }
    }

    fn line(&mut self, line: &str) {
        let first = std::mem::take(&mut self.item);
        let depth = if first { self.depth - 1 } else { self.depth };
        _ = writeln!(self.text, "{:depth$}{}{line}", "", if first { "- " } else { "" }, depth = 2 * depth);
    }
}

/// A key: bare where no reader of YAML takes it for anything but a string.
fn key(name: &str) -> String {
    let bare = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        && !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&name.to_ascii_lowercase().as_str());
    if bare { name.to_owned() } else { text(name) }
}

/// A text in quotes. JSON leaves some characters as they are that YAML refuses or takes for line breaks.
pub(super) fn text(value: &str) -> String {
    let mut quoted = String::new();
    for c in serde_json::Value::from(value).to_string().chars() {
        if unprintable(c) {
            _ = write!(quoted, "\\u{:04x}", u32::from(c));
        } else {
            quoted.push(c);
        }
    }
    quoted
}

/// Whether JSON may hold `c` but YAML may not, or not as part of a line. All of them have four hexadecimal digits.
pub(super) fn unprintable(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
