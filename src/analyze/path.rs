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

// https://expressjs.com/en/guide/routing.html: `*` in version 4, `*name` in version 5.
fn colons(part: &str) -> Option<RouteSegment> {
    let word = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if let Some(name) = part.strip_prefix(':') {
        return word(name).then(|| RouteSegment::Parameter(name.to_owned()));
    }
    if let Some(name) = part.strip_prefix('*') {
        let name = if name.is_empty() { "rest" } else { name };
        return word(name).then(|| RouteSegment::Rest(name.to_owned()));
    }
    (!part.contains([':', '*', '?', '+', '(', ')', '{', '}'])).then(|| RouteSegment::Literal(part.to_owned()))
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
        known_up_to(PathSyntax::Colons, "/a/:id(\\d+)/b", "/a");
        known_up_to(PathSyntax::Colons, "/a/:id?", "/a");
    }
}
