use crate::syntax::imports::{Token, Tokens};

/// Words that start a statement and go on with none. Others may: `else` after a block, `from` after the braces of an export.
const STARTS: [&str; 9] = ["const", "let", "var", "function", "async", "class", "export", "import", "interface"];

/// Where those statements at the top of a module start that are easy to tell: a word that can only start one, at the
/// beginning of a line, after what can only end one. `None` where the lexer may have lost its way.
pub(super) fn starts(text: &str, elements: bool) -> Option<Vec<usize>> {
    let bytes = text.as_bytes();
    let has = |what: &str| memchr::memmem::find(bytes, what.as_bytes()).is_some();
    // The text of an element may hold any quote. Old browsers' comments end with their line; so do ours at these characters.
    if elements && (has("</") || has("/>")) || ["<!--", "-->", "\u{2028}", "\u{2029}"].into_iter().any(has) {
        return None;
    }
    let (mut starts, mut depth, mut ended) = (Vec::new(), 0_usize, true);
    let mut tokens = Tokens::new(text);
    while let Some(token) = tokens.next() {
        match token {
            Token::Word(word) => {
                let start = tokens.position() - word.len();
                let line_begins = start == 0 || bytes[start - 1] == b'\n';
                if ended && depth == 0 && line_begins && STARTS.contains(&word) {
                    starts.push(start);
                }
            }
            Token::Mark(b'(' | b'[' | b'{') => depth += 1,
            Token::Mark(b')' | b']' | b'}') => depth = depth.checked_sub(1)?,
            Token::Text(_) | Token::Mark(_) => {}
        }
        ended = matches!(token, Token::Mark(b';' | b'}'));
    }
    (depth == 0 && tokens.is_sure()).then_some(starts)
}
