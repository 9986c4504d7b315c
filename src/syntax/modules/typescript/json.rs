//! JSON as TypeScript reads it in `tsconfig.json`: with comments, and with commas before closing brackets.

use std::ops::Range;

use serde_json::Value;

/// Parses a text; what is wrong is said with its place.
pub(super) fn parse(text: &str) -> Result<Value, (Range<usize>, String)> {
    let plain = blanked(text);
    serde_json::from_str(&plain).map_err(|error| {
        let line: usize = plain.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let at = (line + error.column().saturating_sub(1)).min(text.len());
        let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        (at..(at + 1).min(text.len()), message)
    })
}

/// The text with comments and superfluous commas as spaces, so that every place stays what it is.
fn blanked(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    if bytes.starts_with("\u{feff}".as_bytes()) {
        bytes[..3].fill(b' ');
    }
    let (mut at, mut comma) = (0, None);
    while let Some(byte) = bytes.get(at).copied() {
        let next = match (byte, bytes.get(at + 1)) {
            (b'"', _) => string_end(&bytes, at),
            (b'/', Some(b'/')) => blank(&mut bytes, at, b"\n"),
            (b'/', Some(b'*')) => blank(&mut bytes, at, b"*/"),
            (b'}' | b']', _) => {
                if let Some(comma) = comma {
                    bytes[comma] = b' ';
                }
                at + 1
            }
            (_, _) => at + 1,
        };
        let is_trivia = byte.is_ascii_whitespace() || bytes[at] == b' ';
        if byte == b',' {
            comma = Some(at);
        } else if !is_trivia {
            comma = None;
        }
        at = next;
    }
    // Whole characters were replaced, by ASCII spaces.
    String::from_utf8(bytes).unwrap_or_default()
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' | b'\n' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Blanks a comment, up to and with what ends it but for a line's end; gives the position after it.
fn blank(bytes: &mut [u8], start: usize, end: &[u8]) -> usize {
    let found = memchr::memmem::find(&bytes[start + 2..], end).map(|at| start + 2 + at);
    let until = found.map_or(bytes.len(), |at| if end == b"\n" { at } else { at + end.len() });
    for byte in &mut bytes[start..until] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
    until
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_commas_are_read_over() {
        let text = "\u{feff}{ // one, two\n \"a\": \"//\\\"/*\", /* }, */ \"b\": [1, 2, // 3\n],\n}\n";
        assert_eq!(parse(text).unwrap(), serde_json::json!({ "a": "//\"/*", "b": [1, 2] }));
        assert_eq!(parse("{}/*é*/").unwrap(), serde_json::json!({}));
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        let text = "{\n  \"a\": 1 /* é */\n  \"b\": 2\n}";
        let (at, message) = parse(text).unwrap_err();
        assert_eq!((&text[at], message.as_str()), ("\"", "expected `,` or `}`"));
        assert!(parse("{").is_err() && parse("").is_err() && parse("\"").is_err() && parse("/*").is_err());
    }
}
