//! A schema of blocks with settings: <https://www.prisma.io/docs/orm/prisma-schema/overview#syntax>.

use std::ops::Range;

/// A line `name = value` in a block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// The kind of its block: `generator` of `generator client { … }`.
    pub(super) block: String,
    /// The name of its block: `client`.
    pub(super) of: String,
    pub(super) name: String,
    /// The value, where it is a plain text.
    pub(super) text: Option<String>,
    /// Where the value is written.
    pub(super) range: Range<usize>,
}

/// The settings of every block, in order. Whatever else is written, the fields of models above all, is passed over.
pub(super) fn settings(text: &str) -> Vec<Setting> {
    let (mut found, mut block, mut start) = (Vec::new(), None::<(&str, &str)>, 0);
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let written = code(line).trim();
        if let Some(head) = written.strip_suffix('{').map(str::trim) {
            block = head.split_once(char::is_whitespace).map(|(kind, name)| (kind, name.trim()));
        } else if written == "}" {
            block = None;
        } else if let (Some((kind, of)), Some((name, value))) = (block, written.split_once('=')) {
            let (name, value) = (name.trim(), value.trim());
            let from = at + (value.as_ptr().addr() - line.as_ptr().addr());
            let plain = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            found.push(Setting {
                block: kind.to_owned(),
                of: of.to_owned(),
                name: name.to_owned(),
                text: plain.filter(|text| !text.contains(['"', '\\'])).map(str::to_owned),
                range: from..from + value.len(),
            });
        }
    }
    found
}

/// A line without the comment at its end.
fn code(line: &str) -> &str {
    let mut quoted = false;
    let comment = line.char_indices().find(|(at, c)| {
        quoted ^= *c == '"';
        !quoted && line[*at..].starts_with("//")
    });
    comment.map_or(line, |(at, _)| &line[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_blocks() {
        let text = "// generator no {\ngenerator client {\n  provider = \"prisma-client\" // the new one\n  output=\"a//b\"\n}\n\
                    datasource db {\r\n  provider = \"sqlite\"\r\n  url = env(\"URL\")\r\n}\nmodel A {\n  id Int @id @default(1)\n}\n";
        let found = settings(text);
        let short: Vec<_> = found.iter().map(|one| (&*one.block, &*one.of, &*one.name, one.text.as_deref())).collect();
        let expected = [
            ("generator", "client", "provider", Some("prisma-client")),
            ("generator", "client", "output", Some("a//b")),
            ("datasource", "db", "provider", Some("sqlite")),
            ("datasource", "db", "url", None),
        ];
        assert_eq!(short, expected);
        let written: Vec<_> = found.iter().map(|one| &text[one.range.clone()]).collect();
        assert_eq!(written, ["\"prisma-client\"", "\"a//b\"", "\"sqlite\"", "env(\"URL\")"]);
    }
}
