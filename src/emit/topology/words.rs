//! Words for a picture: shortened, and measured without a font.

/// `text` with at most `most` characters: what is cut is cut out of the middle, because ids that share a beginning differ
/// at their ends. Control characters, which neither format can carry, become U+FFFD.
pub(super) fn shorten(text: &str, most: usize) -> String {
    let characters: Vec<char> = text.chars().map(printable).collect();
    if characters.len() <= most {
        return characters.into_iter().collect();
    }
    let head = most / 2;
    let tail = most.saturating_sub(head + 1);
    let ellipsis = std::iter::once(&'…');
    characters[..head].iter().chain(ellipsis).chain(&characters[characters.len() - tail..]).collect()
}

/// <https://www.w3.org/TR/xml/#charsets> forbids these characters even as references.
pub(super) fn printable(character: char) -> char {
    if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { character }
}

/// The first lines of a list, and how many were left out.
pub(super) fn lines(all: &[String], most: usize, width: usize) -> Vec<String> {
    let shown = if all.len() > most { most - 1 } else { all.len() };
    let mut lines: Vec<String> = all[..shown].iter().map(|line| shorten(line, width)).collect();
    if shown < all.len() {
        lines.push(format!("+{} more", all.len() - shown));
    }
    lines
}

/// About the width of `text` in pixels: a little more than in `DejaVu Sans`, the widest of the usual fonts, so that text
/// never leaves its box whichever font the reader has.
pub(super) fn width(text: &str, size: i64) -> i64 {
    text.chars().map(|character| hundredths(character) * size).sum::<i64>() / 100
}

/// The width of a character in hundredths of the font's size.
fn hundredths(character: char) -> i64 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '|' | '!' | '\'' => 34,
        'f' | 't' | 'r' | ' ' | '/' | '-' | '(' | ')' | '[' | ']' | '"' => 42,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 102,
        'a'..='z' | '0'..='9' | '_' | '*' | '?' | '{' | '}' => 65,
        'A'..='Z' | '+' | '=' | '<' | '>' | '~' | '#' | '$' | '&' => 80,
        // Not our enum: any other character, up to the full-width ones of East Asian scripts.
        _ => 104,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_keep_both_ends() {
        assert_eq!(shorten("orders", 6), "orders");
        assert_eq!(shorten("orders-production-eu", 9), "orde…n-eu");
        assert_eq!(shorten("a\u{1b}b\n", 9), "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn long_lists_say_how_much_is_missing() {
        let all: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).into();
        assert_eq!(lines(&all, 4, 9), ["a", "b", "c", "d"]);
        assert_eq!(lines(&all, 3, 9), ["a", "b", "+2 more"]);
    }
}
