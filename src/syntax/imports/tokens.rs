//! A lexer for JavaScript and TypeScript that knows just enough to find imports: strings, templates, comments and regular
//! expressions are stepped over, so text inside them is never taken for code.

/// A piece of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Token<'text> {
    Word(&'text str),
    Text(&'text str),
    Mark(u8),
}

/// The tokens of a text. Cloning it is how a caller looks ahead.
#[derive(Debug, Clone)]
pub(in crate::syntax) struct Tokens<'text> {
    text: &'text str,
    at: usize,
    /// Whether a `/` here would divide; else it starts a regular expression.
    after_value: bool,
    /// Whether the last token is a word that a condition in parentheses follows.
    keyword: bool,
    /// One bit for each open parenthesis, the innermost lowest: whether an expression starts after it closes, as in
    /// `if (…) /x/.test(y)`. What is nested deeper than a number has bits is taken for calls.
    parentheses: u64,
}

impl<'text> Tokens<'text> {
    pub(in crate::syntax) const fn new(text: &'text str) -> Self {
        Self { text, at: 0, after_value: false, keyword: false, parentheses: 0 }
    }

    /// The byte after the last token.
    pub(in crate::syntax) const fn position(&self) -> usize {
        self.at
    }

    /// Takes the next token if it is this mark.
    pub(in crate::syntax) fn take_mark(&mut self, mark: u8) -> bool {
        self.take(Token::Mark(mark))
    }

    /// Takes the next token if it is this word.
    pub(in crate::syntax) fn take_word(&mut self, word: &str) -> bool {
        self.take(Token::Word(word))
    }

    /// Takes the next token if it is any word.
    pub(in crate::syntax) fn word(&mut self) -> Option<&'text str> {
        let mut ahead = self.clone();
        let Some(Token::Word(word)) = ahead.next() else { return None };
        *self = ahead;
        Some(word)
    }

    /// Takes the next token if it is a string.
    pub(in crate::syntax) fn string(&mut self) -> Option<&'text str> {
        let mut ahead = self.clone();
        let Some(Token::Text(text)) = ahead.next() else { return None };
        *self = ahead;
        Some(text)
    }

    fn take(&mut self, wanted: Token<'_>) -> bool {
        let mut ahead = self.clone();
        let taken = ahead.next() == Some(wanted);
        if taken {
            *self = ahead;
        }
        taken
    }

    fn bytes(&self) -> &'text [u8] {
        self.text.as_bytes()
    }

    fn skip_trivia(&mut self) {
        let bytes = self.bytes();
        loop {
            match bytes.get(self.at) {
                Some(byte) if byte.is_ascii_whitespace() => self.at += 1,
                Some(b'/') if bytes.get(self.at + 1) == Some(&b'/') => self.skip_to(b"\n"),
                Some(b'/') if bytes.get(self.at + 1) == Some(&b'*') => self.skip_to(b"*/"),
                Some(_) | None => return,
            }
        }
    }

    fn skip_to(&mut self, end: &[u8]) {
        let rest = &self.bytes()[self.at + 2..];
        self.at = memchr::memmem::find(rest, end).map_or(self.text.len(), |found| self.at + 2 + found + end.len());
    }

    fn quoted(&mut self, quote: u8) -> &'text str {
        let bytes = self.bytes();
        let start = self.at + 1;
        let mut at = start;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 2,
                // A one-line string that never closes is text in JSX, such as `don't`: it ends with its line.
                b'\n' if quote != b'`' => break,
                byte if *byte == quote => break,
                _ => at += 1,
            }
        }
        let end = at.min(bytes.len());
        self.at = (end + 1).min(bytes.len());
        self.text.get(start..end).unwrap_or_default()
    }

    fn regular_expression(&mut self) {
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
        self.at = (at + 1).min(bytes.len());
    }
}

impl<'text> Iterator for Tokens<'text> {
    type Item = Token<'text>;

    fn next(&mut self) -> Option<Token<'text>> {
        loop {
            self.skip_trivia();
            let bytes = self.bytes();
            let byte = *bytes.get(self.at)?;
            match byte {
                b'"' | b'\'' | b'`' => {
                    (self.after_value, self.keyword) = (true, false);
                    return Some(Token::Text(self.quoted(byte)));
                }
                b'/' if !self.after_value => {
                    self.regular_expression();
                    (self.after_value, self.keyword) = (true, false);
                }
                _ if is_word(byte) => {
                    let start = self.at;
                    self.at += bytes[start..].iter().take_while(|byte| is_word(**byte)).count();
                    let word = &self.text[start..self.at];
                    self.after_value = !BEFORE_EXPRESSION.contains(&word);
                    self.keyword = matches!(word, "if" | "while" | "for" | "with");
                    return Some(Token::Word(word));
                }
                _ => {
                    self.at += 1;
                    self.after_value = matches!(byte, b')' | b']' | b'}');
                    if byte == b'(' {
                        self.parentheses = self.parentheses << 1 | u64::from(self.keyword);
                    } else if byte == b')' {
                        self.after_value = self.parentheses & 1 == 0;
                        self.parentheses >>= 1;
                    }
                    self.keyword = false;
                    return Some(Token::Mark(byte));
                }
            }
        }
    }
}

/// Words after which an expression starts, so that a `/` opens a regular expression.
const BEFORE_EXPRESSION: [&str; 12] =
    ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await"];

// Bytes above ASCII only stand in identifiers, strings and comments.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
