use crate::app::{RoutePath, RouteSegment};
use crate::catalog::PathSyntax;

/// A path as the code writes it, understood or not.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum WrittenPath {
    /// Every segment is a literal or one parameter.
    Known(RoutePath),
    /// What comes before the first segment that is neither.
    KnownUpTo(RoutePath),
}

/// Reads a framework's path.
pub(super) fn read(syntax: PathSyntax, written: &str) -> WrittenPath {
    let written = written.strip_prefix('/').unwrap_or(written);
    let mut segments = Vec::new();
    if written.is_empty() {
        return WrittenPath::Known(RoutePath(segments));
    }
    let mut parts = written.split('/').peekable();
    while let Some(part) = parts.next() {
        let segment = match syntax {
            PathSyntax::Braces => braces(part),
            PathSyntax::Colons => colons(part),
            PathSyntax::Angles => angles(part),
        };
        match segment {
            // A gateway's greedy parameter can only stand at the end.
            Some(RouteSegment::Rest(_)) if parts.peek().is_some() => {
                return WrittenPath::KnownUpTo(RoutePath(segments));
            }
            Some(segment) => segments.push(segment),
            None => return WrittenPath::KnownUpTo(RoutePath(segments)),
        }
    }
    WrittenPath::Known(RoutePath(segments))
}

/// `path` itself, and everything below it.
pub(super) fn catch_all(mut path: RoutePath) -> [RoutePath; 2] {
    // A prefix is often written with a slash at its end, which the paths below it bring themselves.
    path.0.pop_if(|last| matches!(last, RouteSegment::Literal(text) if text.is_empty()));
    let mut below = path.clone();
    below.0.push(RouteSegment::Rest("proxy".to_owned()));
    [path, below]
}

// https://www.starlette.dev/routing/#path-parameters
fn braces(part: &str) -> Option<RouteSegment> {
    let Some(inside) = part.strip_prefix('{') else {
        return (!part.contains(['{', '}'])).then(|| RouteSegment::Literal(part.to_owned()));
    };
    let (name, converter) = inside.strip_suffix('}').map(|inside| inside.split_once(':').unwrap_or((inside, "str")))?;
    if name.contains(['{', '}']) {
        return None;
    }
    match converter {
        "path" => Some(RouteSegment::Rest(name.to_owned())),
        "str" | "int" | "float" | "uuid" => Some(RouteSegment::Parameter(name.to_owned())),
        // An application's own converter may match a slash.
        _ => None,
    }
}

// https://flask.palletsprojects.com/en/stable/quickstart/#variable-rules: `<name>`, `<converter:name>`, and converters may
// take arguments, `<any(a, b):name>`.
fn angles(part: &str) -> Option<RouteSegment> {
    let Some(inside) = part.strip_prefix('<') else {
        return (!part.contains(['<', '>'])).then(|| RouteSegment::Literal(part.to_owned()));
    };
    let inside = inside.strip_suffix('>')?;
    let (converter, name) = inside.rsplit_once(':').unwrap_or(("string", inside));
    if name.contains(['<', '>']) {
        return None;
    }
    match converter.split('(').next().unwrap_or(converter).trim() {
        "path" => Some(RouteSegment::Rest(name.to_owned())),
        // Converters that never match a slash.
        "string" | "default" | "int" | "float" | "uuid" => Some(RouteSegment::Parameter(name.to_owned())),
        // An application's own converter, or `any`, may.
        _ => None,
    }
}

// https://expressjs.com/en/guide/routing.html: `*` in version 4, `*name` in version 5. What stands beside a parameter in its
// segment, and what the parameter must look like, is for the application to tell: to a gateway the segment is the parameter.
fn colons(part: &str) -> Option<RouteSegment> {
    if let Some(name) = part.strip_prefix('*') {
        let name = if name.is_empty() { "rest" } else { name };
        return name.chars().all(is_word).then(|| RouteSegment::Rest(name.to_owned()));
    }
    let Some((before, after)) = part.split_once(':') else {
        return (!part.contains(['*', '?', '+', '(', ')', '{', '}', '\\']))
            .then(|| RouteSegment::Literal(part.to_owned()));
    };
    let name: String = after.chars().take_while(|c| is_word(*c)).collect();
    let mut rest = &after[name.len()..];
    if name.is_empty() || before.contains(['*', '?', '+', '(', ')', '\\']) {
        return None;
    }
    let mut anything = false;
    if let Some(pattern) = rest.strip_prefix('(') {
        let (pattern, after) = pattern.rsplit_once(')')?;
        anything = ["/", ".", "[^", "\\S", "\\D", "\\W"].iter().any(|slash| pattern.contains(slash));
        rest = after;
    }
    match (anything, rest) {
        (_, "*" | "+") | (true, "") => before.is_empty().then_some(RouteSegment::Rest(name)),
        (false, rest) if !rest.contains(['*', '?', '+', '(', ')', '\\']) => Some(RouteSegment::Parameter(name)),
        (true | false, _) => None,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Paths that one path with optional parts is written for; more are no path of an application any more.
const MAX_PATHS: usize = 16;

/// The paths that `written` stands for: one with each of its optional parts, one without it.
pub(super) fn read_all(syntax: PathSyntax, written: &str) -> Vec<WrittenPath> {
    match syntax {
        PathSyntax::Braces | PathSyntax::Angles => vec![read(syntax, written)],
        PathSyntax::Colons => {
            let mut texts = vec![String::new()];
            with_and_without(written, &mut texts);
            let whole = texts.len() <= MAX_PATHS;
            let texts = if whole { texts } else { vec![written.to_owned()] };
            texts.iter().map(|text| read(syntax, text)).collect()
        }
    }
}

/// Adds `written` to each of `texts`: `{/:id}` of Express 5 and `/:id?` of Express 4 once with what is optional, once without.
/// A `*` alone, at the root, is the root itself too in Express 4.
fn with_and_without(written: &str, texts: &mut Vec<String>) {
    if matches!(written, "*" | "/*") {
        *texts = vec!["/".to_owned(), "/*".to_owned()];
        return;
    }
    if let Some((before, after)) = written.split_once('{')
        && let Some((inside, after)) = matching(after)
    {
        with_and_without(before, texts);
        let mut with = texts.clone();
        with_and_without(inside, &mut with);
        texts.extend(with);
        if texts.len() <= MAX_PATHS {
            with_and_without(after, texts);
        }
        return;
    }
    for (position, part) in written.split('/').enumerate() {
        let slash = if position == 0 { "" } else { "/" };
        match part.strip_suffix('?').filter(|part| part.starts_with(':')) {
            Some(optional) if texts.len() <= MAX_PATHS => {
                let with: Vec<_> = texts.iter().map(|text| format!("{text}{slash}{optional}")).collect();
                texts.extend(with);
            }
            Some(_) | None => texts.iter_mut().for_each(|text| text.extend([slash, part])),
        }
    }
}

/// What is before the brace that closes one that is open, and after it.
fn matching(text: &str) -> Option<(&str, &str)> {
    let mut depth = 1_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((&text[..at], &text[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn known(syntax: PathSyntax, written: &str, expected: &str) {
        match read(syntax, written) {
            WrittenPath::Known(path) => assert_eq!(path.to_string(), expected),
            WrittenPath::KnownUpTo(path) => panic!("{written} is known up to {path} only"),
        }
    }

    #[track_caller]
    fn known_up_to(syntax: PathSyntax, written: &str, expected: &str) {
        match read(syntax, written) {
            WrittenPath::Known(path) => panic!("{written} is known as {path}"),
            WrittenPath::KnownUpTo(path) => assert_eq!(path.to_string(), expected),
        }
    }

    #[test]
    fn paths_of_both_syntaxes() {
        known(PathSyntax::Braces, "/", "/");
        known(PathSyntax::Braces, "/users/{name}", "/users/{name}");
        known(PathSyntax::Braces, "/users/{id:int}/", "/users/{id}/");
        known(PathSyntax::Braces, "/files/{rest:path}", "/files/{rest+}");
        known(PathSyntax::Colons, "/users/:name", "/users/{name}");
        known(PathSyntax::Colons, "/files/*path", "/files/{path+}");
        known(PathSyntax::Colons, "*", "/{rest+}");
        known(PathSyntax::Angles, "/users/<name>/<int(min=1):id>/", "/users/{name}/{id}/");
        known(PathSyntax::Angles, "/files/<path:rest>", "/files/{rest+}");
        known(PathSyntax::Angles, "/ids/<uuid:x>", "/ids/{x}");
    }

    #[test]
    fn a_prefix_may_end_with_a_slash() {
        for written in ["/api", "/api/"] {
            let WrittenPath::Known(prefix) = read(PathSyntax::Colons, written) else { panic!("{written}") };
            assert_eq!(catch_all(prefix).map(|path| path.to_string()), ["/api", "/api/{proxy+}"]);
        }
    }

    #[test]
    fn what_a_gateway_cannot_say_stops_the_path() {
        known_up_to(PathSyntax::Braces, "/a/{rest:path}/b", "/a");
        known_up_to(PathSyntax::Braces, "/a/file-{x}.txt", "/a");
        known_up_to(PathSyntax::Braces, "/a/{x:langs}", "/a");
        known_up_to(PathSyntax::Angles, "/a/<path:rest>/b", "/a");
        known_up_to(PathSyntax::Angles, "/a/<int:year>-<int:month>", "/a");
        known_up_to(PathSyntax::Angles, "/a/<list:ids>", "/a");
        known_up_to(PathSyntax::Colons, "/a/:all(.*)/b", "/a");
        known_up_to(PathSyntax::Colons, "/a/b?c", "/a");
        known_up_to(PathSyntax::Colons, "/a/b*c", "/a");
        known_up_to(PathSyntax::Colons, "/a/*/b", "/a");
    }

    #[test]
    fn a_segment_with_a_parameter_is_one_for_the_gateway() {
        known(PathSyntax::Colons, "/a/:id(\\d+)/b", "/a/{id}/b");
        known(PathSyntax::Colons, "/flights/:from-:to", "/flights/{from}");
        known(PathSyntax::Colons, "/@:user", "/{user}");
        known(PathSyntax::Colons, "/a/:path(.*)", "/a/{path+}");
        known(PathSyntax::Colons, "/a/:path*", "/a/{path+}");
    }

    #[test]
    fn what_is_optional_makes_two_paths() {
        let all = |written: &str| {
            let read = |path| match path {
                WrittenPath::Known(path) => path.to_string(),
                WrittenPath::KnownUpTo(path) => format!("{path}…"),
            };
            read_all(PathSyntax::Colons, written).into_iter().map(read).collect::<Vec<_>>()
        };
        assert_eq!(all("/a/:id?"), ["/a", "/a/{id}"]);
        assert_eq!(all("/a/:id?/b"), ["/a/b", "/a/{id}/b"]);
        assert_eq!(all("/a{/:id}"), ["/a", "/a/{id}"]);
        assert_eq!(all("/a{/:b{/:c}}/d"), ["/a/d", "/a/{b}/d", "/a/{b}/{c}/d"]);
        assert_eq!(all("/{*splat}"), ["/", "/{splat+}"]);
        assert_eq!(all("*"), ["/", "/{rest+}"]);
        assert_eq!(all("/a.{:ext}"), ["/a.", "/{ext}"]);
        assert_eq!(all(&"{/:a}".repeat(20)).len(), 1);
    }
}
