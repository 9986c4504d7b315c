//! What of a regular expression a gateway's route can say: text, and named groups that match one segment each.

use super::pattern::{Pattern, Piece};

/// The pattern that `re_path` makes of an expression; with an end that is not said, it matches everything behind it too.
/// Where other patterns follow, `whole` is false, and an end would be none.
pub(super) fn read(expression: &str, whole: bool) -> Pattern {
    let mut rest = expression.strip_prefix('^').unwrap_or(expression);
    let mut pieces = Vec::new();
    let mut ended = false;
    while !rest.is_empty() {
        if rest == "$" || rest == "\\Z" || rest == "\\z" {
            ended = true;
            break;
        }
        let Some((piece, behind)) = next(rest) else {
            pieces.push(Piece::Unknown);
            return Pattern::new(pieces);
        };
        pieces.push(piece);
        rest = behind;
    }
    let pattern = Pattern::new(pieces);
    if whole && !ended { pattern.and_more() } else { pattern }
}

/// The first piece and what is behind it; `None` where that is nothing that a route can say.
fn next(text: &str) -> Option<(Piece, &str)> {
    let first = text.chars().next()?;
    let (piece, behind) = match first {
        '(' => {
            let end = closing(text)?;
            (group(&text[1..end])?, &text[end + 1..])
        }
        '\\' => {
            let escaped = text[1..].chars().next()?;
            let plain = !escaped.is_alphanumeric();
            (plain.then(|| Piece::Literal(escaped.to_string()))?, &text[1 + escaped.len_utf8()..])
        }
        '[' | ']' | '.' | '*' | '+' | '?' | '{' | '}' | '|' | ')' | '^' | '$' => return None,
        _ => (Piece::Literal(first.to_string()), &text[first.len_utf8()..]),
    };
    // A gateway lets a path through with a slash at its end and without.
    if let (Piece::Literal(slash), "?" | "?$") = (&piece, behind)
        && slash == "/"
    {
        return Some((piece, &behind[1..]));
    }
    (!behind.starts_with(['*', '+', '?', '{'])).then_some((piece, behind))
}

/// Where the group that `text` starts with ends.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut class, mut escaped) = (0_usize, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' if class => class = false,
            _ if class => {}
            '[' => class = true,
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

fn group(inside: &str) -> Option<Piece> {
    let (name, body) = match inside.strip_prefix('?') {
        Some(named) => named.strip_prefix("P<")?.split_once('>')?,
        None => ("parameter", inside),
    };
    if body == ".+" {
        return Some(Piece::Rest(name.to_owned()));
    }
    stays_in_segment(body).then(|| Piece::Parameter(name.to_owned()))
}

/// Whether what the expression matches is never empty and has no slash, as far as that is seen without much thought.
pub(super) fn stays_in_segment(body: &str) -> bool {
    let mut rest = body;
    let mut certain = false;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\\' => match rest[1..].chars().next() {
                Some('d' | 'w') => 2,
                Some(c) if !c.is_alphanumeric() && c != '/' => 1 + c.len_utf8(),
                Some(_) | None => return false,
            },
            '[' => match class(rest) {
                Some(length) => length,
                None => return false,
            },
            '|' => {
                // What is behind it has to be certain on its own.
                return certain && stays_in_segment(&rest[1..]);
            }
            '/' | '.' | '(' | ')' | ']' | '*' | '+' | '?' | '{' | '}' | '^' | '$' => return false,
            _ => first.len_utf8(),
        };
        rest = &rest[length..];
        let (optional, length) = quantifier(rest);
        certain |= !optional;
        rest = &rest[length..];
    }
    certain
}

/// Whether the quantifier that `text` starts with allows nothing at all, and its length.
fn quantifier(text: &str) -> (bool, usize) {
    let (optional, length) = match text.chars().next() {
        Some('*' | '?') => (true, 1),
        Some('+') => (false, 1),
        Some('{') => {
            let end = text.find('}').map_or(text.len(), |end| end + 1);
            (text[1..].starts_with(['0', ',']), end)
        }
        Some(_) | None => return (false, 0),
    };
    // A lazy one matches the same texts.
    (optional, length + usize::from(text[length..].starts_with('?')))
}

/// The length of the class that `text` starts with; `None` where it matches a slash.
fn class(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?;
    let end = inside.find(']').filter(|end| *end > 0)?;
    let body = &inside[..end];
    if let Some(without) = body.strip_prefix('^') {
        return without.contains('/').then_some(end + 2);
    }
    let wide = ["\\W", "\\D", "\\S"].iter().any(|class| body.contains(class));
    let characters: Vec<char> = body.chars().collect();
    let spans = characters.windows(3).any(|range| range[1] == '-' && range[0] < '/' && '/' < range[2]);
    (!wide && !spans && !body.contains('/')).then_some(end + 2)
}

#[cfg(test)]
mod tests {
    use super::super::super::path::WrittenPath;
    use super::*;

    #[test]
    fn what_a_route_can_say() {
        for (expression, expected) in [
            (r"^$", "/"),
            (r"^articles/(?P<year>[0-9]{4})/$", "/articles/{year}/"),
            (r"^articles/(?P<slug>[-\w]+)/$", "/articles/{slug}/"),
            (r"^articles/(?P<slug>[\w-]+)$", "/articles/{slug}"),
            (r"^a/(\d+)/b/?$", "/a/{parameter}/b/"),
            (r"^files/(?P<path>.+)$", "/files/{path+}"),
            (r"^v1\.0/x$", "/v1.0/x"),
            (r"^x/(?P<y>[^/]+)/$", "/x/{y}/"),
            (r"^x/(?P<y>[^/]*)/$", "/x and on"),
            (r"^x/(?P<y>a|b)$", "/x/{y}"),
            (r"^x/(?P<y>(a|b))$", "/x and on"),
            (r"^x/(?P<y>.*)$", "/x and on"),
            (r"^x/(?:page-(?P<n>\d+)/)?$", "/x and on"),
            (r"^x/", "/x and on"),
            (r"^ab?c/$", "/ and on"),
            (r"^x/(?P<y>[^,]+)/$", "/x and on"),
            (r"^x/(?P<y>[+-9]+)/$", "/x and on"),
            (r"^x/(?P<y>\d+)-(?P<z>\d+)/$", "/x and on"),
            (r"^x/(?P<y>", "/x and on"),
        ] {
            let found = match read(expression, true).written() {
                WrittenPath::Known(path) => path.to_string(),
                WrittenPath::KnownUpTo(path) => format!("{path} and on"),
            };
            assert_eq!(found, expected, "{expression}");
        }
        assert_eq!(read("^api/", false).then(&read("^x/$", true)).prefix().to_string(), "/api/x");
    }
}
