//! A lexer for JavaScript and TypeScript that knows just enough to find imports: strings, templates, comments and regular
//! expressions are stepped over, so text inside them is never taken for code.

mod stepped_over;

/// A piece of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Token<'text> {
    Word(&'text str),
    Text(&'text str),
    Mark(u8),
}

/// What a `/` would be.
#[derive(Debug, Clone, Copy)]
struct Slash {
    /// Whether it would divide; else it starts a regular expression.
    divides: bool,
    /// Whether that is a guess: only a parser knows what the last token closes.
    guessed: bool,
}

/// The tokens of a text. Cloning it is how a caller looks ahead.
#[derive(Debug, Clone)]
pub(in crate::syntax) struct Tokens<'text> {
    text: &'text str,
    at: usize,
    slash: Slash,
    /// Whether the last token is a word that a condition in parentheses follows.
    keyword: bool,
    /// The last token where it is a mark, else 0.
    last: u8,
    /// One bit for each open parenthesis, the innermost lowest: whether an expression starts after it closes, as in
    /// `if (…) /x/.test(y)`. What is nested deeper than a number has bits is taken for calls.
    parentheses: u64,
    /// How many templates stand around this place.
    templates: usize,
    /// Whether some token was guessed, or never closed: what is code and what is not may be wrong from there on.
    unsure: bool,
}

impl<'text> Tokens<'text> {
    pub(in crate::syntax) const fn new(text: &'text str) -> Self {
        Self {
            text,
            at: 0,
            slash: Slash { divides: false, guessed: false },
            keyword: false,
            last: 0,
            parentheses: 0,
            templates: 0,
            unsure: false,
        }
    }

    /// Whether everything up to here has been read as the language does, in a text without JSX.
    pub(in crate::syntax) const fn is_sure(&self) -> bool {
        !self.unsure
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

    /// A value, after which a `/` divides.
    fn value(&mut self) {
        self.slash = Slash { divides: true, guessed: false };
        (self.keyword, self.last) = (false, 0);
    }

    fn passed(&mut self, word: &str) {
        // Any word may name a property.
        let property = self.last == b'.';
        let expression = !property && BEFORE_EXPRESSION.contains(&word);
        self.slash.divides = !expression;
        // These are names where the language is not looking for them.
        self.slash.guessed = expression && matches!(word, "await" | "of" | "yield");
        self.keyword = !property && matches!(word, "if" | "while" | "for" | "with") || self.keyword && word == "await";
        self.last = 0;
    }

    fn passed_mark(&mut self, mark: u8) {
        self.slash.guessed = match mark {
            // A block or an object; a type or a comparison; the end of a number.
            b'}' | b'.' => true,
            b'>' => self.last != b'=',
            // `a++` or `+ +a`; `a!` or `!a`.
            b'+' | b'-' => self.last == mark,
            b'!' => self.slash.divides,
            _ => false,
        };
        self.slash.divides = matches!(mark, b')' | b']' | b'}');
        if mark == b'(' {
            // What falls off the end comes back as a call.
            self.unsure |= self.parentheses.leading_zeros() == 0;
            self.parentheses = self.parentheses << 1 | u64::from(self.keyword);
        } else if mark == b')' {
            self.slash.divides = self.parentheses & 1 == 0;
            self.parentheses >>= 1;
        }
        (self.keyword, self.last) = (false, mark);
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
                    self.value();
                    return Some(Token::Text(if byte == b'`' { self.template() } else { self.quoted(byte) }));
                }
                b'/' if !self.slash.divides => {
                    self.unsure |= self.slash.guessed;
                    self.regular_expression();
                    self.value();
                }
                _ if is_word(byte) => {
                    let start = self.at;
                    self.at += bytes[start..].iter().take_while(|byte| is_word(**byte)).count();
                    let word = &self.text[start..self.at];
                    self.passed(word);
                    return Some(Token::Word(word));
                }
                _ => {
                    self.at += 1;
                    self.unsure |= byte == b'/' && self.slash.guessed;
                    self.passed_mark(byte);
                    return Some(Token::Mark(byte));
                }
            }
        }
    }
}

/// Words after which an expression starts, so that a `/` opens a regular expression.
const BEFORE_EXPRESSION: [&str; 14] = [
    "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await", "yield", "default",
];

// Bytes above ASCII only stand in identifiers, strings and comments.
const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
