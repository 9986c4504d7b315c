use crate::syntax::imports::end_of_string;

/// Where the statements at the top of a module start.
pub(super) fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let (mut starts, mut at, mut depth, mut decorated) = (Vec::new(), 0, 0_usize, false);
    let mut line_begins = true;
    while let Some(byte) = bytes.get(at) {
        if line_begins && depth == 0 && begins_statement(*byte) && !goes_on(&text[at..]) {
            if !decorated {
                starts.push(at);
            }
            decorated = *byte == b'@';
        }
        line_begins = *byte == b'\n';
        at = match byte {
            // The line after it is part of this one.
            b'\\' => at + if bytes[at..].starts_with(b"\\\r\n") { 3 } else { 2 },
            b'#' => end_of_line(bytes, at),
            b'"' | b'\'' => end_of_string(bytes, at, end_of_line(bytes, at)),
            _ => at + 1,
        };
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    starts
}

fn begins_statement(byte: u8) -> bool {
    !(byte.is_ascii_whitespace() || byte == b'#' || byte == b'\\')
}

/// Whether the line is a later part of the compound statement above it.
fn goes_on(line: &str) -> bool {
    ["elif", "else", "except", "finally"].iter().any(|word| {
        line.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset)
}
