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
    let text = code(text);
    let (mut found, mut block, mut start) = (Vec::new(), None::<(&str, &str)>, 0);
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let written = line.trim();
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

/// A schema in whose place of comments there are spaces, so that everything else is where it was. A text ends with its line.
fn code(text: &str) -> String {
    let (mut code, mut rest) = (String::with_capacity(text.len()), text);
    let mut quoted = false;
    while let Some(c) = rest.chars().next() {
        let comment = match (quoted, rest) {
            (false, rest) if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            (false, rest) if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => 0,
        };
        if comment > 0 {
            code.extend(rest[..comment].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
            rest = &rest[comment..];
            continue;
        }
        let escaped = quoted && c == '\\';
        let length = c.len_utf8() + if escaped { rest[1..].chars().next().map_or(0, char::len_utf8) } else { 0 };
        quoted = (quoted ^ (c == '"')) && c != '\n';
        code.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    code
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

    #[test]
    fn comments_are_no_settings() {
        let text = "/* Before, on one machine:\ndatasource old {\n  provider = \"sqlite\"\n}\nä */ datasource db {\n  provider = /* // */ \"mysql\" /* \" */\n\
                    \x20 url = \"a\\\"//b\" // \"\n  note = \"\\\\\" // \"\n  /* open = 1\n}\n";
        let written: Vec<_> =
            settings(text).into_iter().map(|one| (one.of, one.name, text[one.range].to_owned())).collect();
        let expected = [("provider", "\"mysql\""), ("url", "\"a\\\"//b\""), ("note", "\"\\\\\"")];
        assert_eq!(written, expected.map(|(name, value)| ("db".to_owned(), name.to_owned(), value.to_owned())));
    }

    #[test]
    fn a_comment_keeps_the_length_of_a_schema() {
        for text in ["/* ä */ a", "// ä\nb", "\"ä\\", "/*", "a / b", "\"a\nb // c"] {
            assert_eq!(code(text).len(), text.len(), "{text}");
        }
    }
}
