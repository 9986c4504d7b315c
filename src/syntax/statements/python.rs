use crate::syntax::imports::end_of_string;

/// Where the statements at the top of a module start; `None` where the lexer may have lost its way.
pub(super) fn starts(text: &str) -> Option<Vec<usize>> {
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
            b'"' | b'\'' => {
                let end = end_of_string(bytes, at).ok()?;
                if !is_whole(bytes, at, end) {
                    return None;
                }
                end
            }
            _ => at + 1,
        };
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    (depth == 0).then_some(starts)
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

/// Whether the string between these places is all of it. Inside the braces of a formatted string its own quotes may stand, and
/// those end it too early: with fewer braces closed than opened.
fn is_whole(bytes: &[u8], start: usize, end: usize) -> bool {
    let prefix = bytes[..start].iter().rev().take_while(|byte| byte.is_ascii_alphabetic());
    if !prefix.into_iter().any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T')) {
        return true;
    }
    let mut depth = 0_usize;
    for byte in &bytes[start..end] {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return false,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset)
}
