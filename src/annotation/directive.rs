use std::ops::Range;

use super::MARKER;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::Span;
use crate::syntax::{CommentBlock, Parsed};

/// A directive as written. All ranges are bytes of the file.
#[derive(Debug)]
pub(crate) struct Directive {
    /// The capability's name, such as `persist`; nobody has looked yet whether there is one.
    pub(crate) capability: String,
    /// Where the name stands.
    pub(crate) name: Range<usize>,
    /// From `@` to the closing brace, or to the end of the name.
    pub(crate) range: Range<usize>,
    /// The text between the braces.
    pub(crate) body: Option<Body>,
}

/// The text between a directive's braces, comment leaders blanked.
#[derive(Debug)]
pub(crate) struct Body {
    /// The text without the braces.
    pub(crate) text: String,
    /// Its first byte in the file.
    pub(crate) start: usize,
}

/// The directives of one comment, in order.
pub(crate) fn directives(file: &Parsed<'_>, block: &CommentBlock, diagnostics: &mut Diagnostics) -> Vec<Directive> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = block.blanked[at..].find(MARKER) {
        let start = at + offset;
        match directive(block, start) {
            Ok(Some(directive)) => {
                at = directive.range.end - block.range.start;
                found.push(directive);
            }
            Ok(None) => at = start + MARKER.len(),
            Err(problem) => {
                at = problem.resume;
                diagnostics.push(problem.into_diagnostic(file, block));
            }
        }
    }
    found
}

enum Problem {
    NoName,
    Trailing,
    Unclosed,
}

struct Malformed {
    problem: Problem,
    at: Range<usize>,
    resume: usize,
}

impl Malformed {
    fn into_diagnostic(self, file: &Parsed<'_>, block: &CommentBlock) -> Diagnostic {
        let span = Span::new(&file.path, block.range.start + self.at.start..block.range.start + self.at.end);
        match self.problem {
            Problem::NoName => Diagnostic::new(Code::MalformedDirective, "a directive without a capability")
                .at(span, "a capability's name should follow")
                .help("write `@klotho::persist { id = \"…\" }`, or another capability"),
            Problem::Trailing => Diagnostic::new(Code::MalformedDirective, "unexpected text after a capability's name")
                .at(span, "expected `{`, or nothing")
                .help("put the settings between braces: `@klotho::persist { id = \"…\" }`"),
            // The comment may have ended where a glob such as `**/*.js` went on.
            Problem::Unclosed if block.blanked.trim_end().ends_with('*') => {
                Diagnostic::new(Code::UnclosedBody, "this `{` is never closed")
                    .at(span, "the comment ends at its first `*/`")
                    .help(r"write `*\/` for a `*/` in a block comment, as in `web/**\/*.js`, or use `//` comments")
            }
            Problem::Unclosed => Diagnostic::new(Code::UnclosedBody, "this `{` is never closed")
                .at(span, "no `}` for it in this comment")
                .help("close the body with `}` before the comment ends"),
        }
    }
}

/// The directive whose marker starts at `start`; `None` where the marker is only mentioned in prose.
fn directive(block: &CommentBlock, start: usize) -> Result<Option<Directive>, Malformed> {
    let text = &block.blanked;
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let first_on_line = text[line_start..start].trim().is_empty();
    let name_start = start + MARKER.len();
    let name_length =
        text[name_start..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let name_end = name_start + name_length;
    let rest = &text[name_end..];
    let open = name_end + rest.len() - rest.trim_start().len();
    let has_body = text[open..].starts_with('{');
    if !first_on_line && !has_body {
        return Ok(None);
    }
    let malformed = |problem, at: Range<usize>| Malformed { problem, resume: at.end.max(name_start), at };
    if name_length == 0 {
        return Err(malformed(Problem::NoName, start..name_start));
    }
    let shift = |range: Range<usize>| block.range.start + range.start..block.range.start + range.end;
    let capability = text[name_start..name_end].to_owned();
    if !has_body {
        let same_line = rest.split('\n').next().unwrap_or_default();
        let junk = same_line.trim();
        if !junk.is_empty() {
            let from = name_end + same_line.len() - same_line.trim_start().len();
            return Err(malformed(Problem::Trailing, from..from + junk.len()));
        }
        return Ok(Some(Directive {
            capability,
            name: shift(name_start..name_end),
            range: shift(start..name_end),
            body: None,
        }));
    }
    let close = closing_brace(&text[open..]).ok_or_else(|| malformed(Problem::Unclosed, open..open + 1))? + open;
    let body = Body { text: text[open + 1..close].to_owned(), start: block.range.start + open + 1 };
    Ok(Some(Directive {
        capability,
        name: shift(name_start..name_end),
        range: shift(start..close + 1),
        body: Some(body),
    }))
}

/// The position of the brace that closes the one at the start of `text`, braces in TOML's strings and comments aside.
fn closing_brace(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at),
            b'}' => depth -= 1,
            quote @ (b'"' | b'\'') => {
                at = end_of_string(bytes, at, quote);
                continue;
            }
            b'#' => {
                at += memchr::memchr(b'\n', &bytes[at..])?;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The byte after the TOML string at `at`; a one-line string that never closes ends with its line.
fn end_of_string(bytes: &[u8], at: usize, quote: u8) -> usize {
    let triple = [quote; 3];
    if bytes[at..].starts_with(&triple) {
        return memchr::memmem::find(&bytes[at + 3..], &triple).map_or(bytes.len(), |end| at + 3 + end + 3);
    }
    let mut end = at + 1;
    while end < bytes.len() && bytes[end] != quote && bytes[end] != b'\n' {
        end += if bytes[end] == b'\\' && quote == b'"' { 2 } else { 1 };
    }
    (end + 1).min(bytes.len())
}
