//! An application's routes as API Gateway takes them.

use std::collections::BTreeMap;

use crate::app::{Id, Method, Route, RoutePath, RouteSegment};

/// A route that API Gateway can serve.
pub(super) struct Served<'a> {
    /// The unit that answers it.
    pub unit: &'a Id,
    /// The route of the application, its path as API Gateway can say it.
    pub route: Route,
    /// Method and path in API Gateway's syntax.
    pub key: String,
    /// Method and path as they stand at the end of the ARN that the route calls on behalf of, with `*` for each parameter.
    pub source: String,
    /// Whether it is there for the slash alone that a request may end with.
    pub for_slash: bool,
}

/// A route that cannot be served.
pub(super) struct Unservable<'a> {
    pub route: &'a Route,
    pub reason: Reason<'a>,
}

pub(super) enum Reason<'a> {
    /// This part of the path cannot stand in one.
    Part(&'a str),
    /// To the gateway it is the route of another unit.
    TakenBy(&'a Id),
}

/// `routes` in API Gateway's syntax.
///
/// API Gateway refuses two names for the parameter in one place, as in `/users/{id}` and `/users/{name}/posts`. The names are
/// the application's business, which matches the path itself, so every parameter in one place gets the first one's name. Two
/// routes that differ in nothing else are one for the gateway, and the application tells them apart as it always did.
pub(super) fn serve<'a>(routes: &[(&'a Id, &'a Route)]) -> Result<Vec<Served<'a>>, Vec<Unservable<'a>>> {
    let bad: Vec<_> = routes
        .iter()
        .filter_map(|(_, route)| unservable(&route.path).map(|part| Unservable { route, reason: Reason::Part(part) }))
        .collect();
    if !bad.is_empty() {
        return Err(bad);
    }
    let mut names = BTreeMap::new();
    let mut served: Vec<Served<'_>> = Vec::new();
    let mut taken = Vec::new();
    for (unit, written) in routes {
        for route in without_last_slash(written) {
            let key = format!("{} {}", route.method, path(&route.path, &mut names));
            match served.iter().find(|other| other.key == key) {
                None => {
                    let source = format!("{}{}", wildcard(route.method), wildcards(&route.path));
                    served.push(Served { unit, route, key, source, for_slash: false });
                }
                Some(other) if other.unit != *unit => {
                    taken.push(Unservable { route: written, reason: Reason::TakenBy(other.unit) });
                }
                Some(_) => {}
            }
        }
    }
    if !taken.is_empty() {
        return Err(taken);
    }
    let one_unit = routes.iter().all(|(unit, _)| *unit == routes[0].0);
    for (unit, route) in with_last_slash(routes) {
        let key = format!("{} {}", route.method, path(&route.path, &mut names));
        let answered = |other: &Served<'_>| {
            other.key == key
                || one_unit && covers(&other.route, &route) && [route.method, Method::Any].contains(&other.route.method)
        };
        if !served.iter().any(answered) {
            let source = format!("{}{}", wildcard(route.method), wildcards(&route.path));
            served.push(Served { unit, route, key, source, for_slash: true });
        }
    }
    Ok(served)
}

/// What catches the paths with a slash at their end where the application would answer or redirect them, the shortest first.
fn with_last_slash<'a>(routes: &[(&'a Id, &'a Route)]) -> Vec<(&'a Id, Route)> {
    let optional = routes.iter().filter(|(_, route)| route.slash_optional);
    let mut added: Vec<_> = optional
        .filter_map(|(unit, route)| match route.path.0.last()? {
            // The greedy parameter is there already.
            RouteSegment::Rest(_) => None,
            RouteSegment::Literal(last) if last.is_empty() => None,
            RouteSegment::Literal(_) | RouteSegment::Parameter(_) => {
                let rest = RouteSegment::Rest("proxy".to_owned());
                let path = RoutePath(route.path.0.iter().cloned().chain([rest]).collect());
                Some((*unit, Route { path, ..(*route).clone() }))
            }
        })
        .collect();
    added.sort_by_key(|(_, route)| route.path.0.len());
    added
}

/// Whether `other` matches every path that `route` does.
fn covers(other: &Route, route: &Route) -> bool {
    let Some((RouteSegment::Rest(_), before)) = other.path.0.split_last() else { return false };
    before.len() < route.path.0.len()
        && before.iter().zip(&route.path.0).all(|(one, other)| match (one, other) {
            (RouteSegment::Parameter(_), RouteSegment::Literal(_) | RouteSegment::Parameter(_)) => true,
            (RouteSegment::Literal(one), RouteSegment::Literal(other)) => one == other,
            (RouteSegment::Literal(_) | RouteSegment::Rest(_), _)
            | (RouteSegment::Parameter(_), RouteSegment::Rest(_)) => false,
        })
}

/// API Gateway takes no route that ends with a slash, as CDK's check says: <https://github.com/aws/aws-cdk/pull/13981>. The
/// request is caught by the greedy parameter in that place; frameworks redirect the path without the slash to it.
fn without_last_slash(route: &Route) -> Vec<Route> {
    let with = |path: RoutePath| Route { path, ..route.clone() };
    match route.path.0.split_last() {
        Some((RouteSegment::Literal(last), before)) if last.is_empty() && !before.is_empty() => {
            let rest = RouteSegment::Rest("proxy".to_owned());
            let below = before.iter().cloned().chain([rest]).collect();
            vec![with(RoutePath(before.to_vec())), with(RoutePath(below))]
        }
        Some(_) | None => vec![route.clone()],
    }
}

/// The first literal part with a character that has a meaning of its own in a route or an ARN, or that no path has unescaped.
fn unservable(path: &RoutePath) -> Option<&str> {
    path.0.iter().find_map(|segment| match segment {
        // Unreserved characters and those that RFC 3986 allows in a path, without `*`, which is a wildcard in the ARN.
        RouteSegment::Literal(text) => text
            .chars()
            .any(|c| !(c.is_ascii_alphanumeric() || "-._~!$&'()+,;=:@%".contains(c)))
            .then_some(text.as_str()),
        RouteSegment::Parameter(_) | RouteSegment::Rest(_) => None,
    })
}

/// `path` with the parameters renamed; `names` remembers the name given in each place.
fn path(path: &RoutePath, names: &mut BTreeMap<String, String>) -> String {
    if path.0.is_empty() {
        return "/".to_owned();
    }
    // The place is the path so far without names.
    let (mut place, mut out, mut used) = (String::new(), String::new(), Vec::new());
    for segment in &path.0 {
        let (name, mark) = match segment {
            RouteSegment::Literal(text) => {
                place = format!("{place}/{text}");
                out = format!("{out}/{text}");
                continue;
            }
            RouteSegment::Parameter(name) => (name, ""),
            RouteSegment::Rest(name) => (name, "+"),
        };
        place = format!("{place}/{{{mark}}}");
        let name = names.entry(place.clone()).or_insert_with(|| parameter(name, &used)).clone();
        out = format!("{out}/{{{name}{mark}}}");
        used.push(name);
    }
    out
}

/// A parameter's name in the characters that API Gateway allows, different from the others in the path.
pub(super) fn parameter(name: &str, used: &[String]) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
    let plain = if plain.is_empty() { "parameter".to_owned() } else { plain };
    let numbered = (2..).map(|number| format!("{plain}{number}"));
    std::iter::once(plain.clone()).chain(numbered).find(|name| !used.contains(name)).unwrap_or(plain)
}

pub(super) fn wildcard(method: Method) -> &'static str {
    match method {
        Method::Any => "*",
        named @ (Method::Delete
        | Method::Get
        | Method::Head
        | Method::Options
        | Method::Patch
        | Method::Post
        | Method::Put) => named.name(),
    }
}

pub(super) fn wildcards(path: &RoutePath) -> String {
    if path.0.is_empty() {
        return "/".to_owned();
    }
    path.0.iter().fold(String::new(), |out, segment| match segment {
        RouteSegment::Literal(text) => format!("{out}/{text}"),
        RouteSegment::Parameter(_) | RouteSegment::Rest(_) => format!("{out}/*"),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::app::SourceLine;
    use crate::source::ProjectPath;
    use pretty_assertions::assert_eq;

    pub(in super::super) fn route(method: Method, path: &str) -> Route {
        let segments = path.split('/').skip(1).filter(|part| !part.is_empty()).map(|part| {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => name
                    .strip_suffix('+')
                    .map_or(RouteSegment::Parameter(name.into()), |name| RouteSegment::Rest(name.into())),
                None => RouteSegment::Literal(part.into()),
            }
        });
        let at = SourceLine { file: ProjectPath::new(std::path::Path::new("a.py")).unwrap(), line: 1 };
        Route { path: RoutePath(segments.collect()), method, slash_optional: false, by_framework: false, at }
    }

    fn keys(routes: &[Route]) -> Vec<(String, String)> {
        let unit = Id::new("main").unwrap();
        let routes: Vec<_> = routes.iter().map(|route| (&unit, route)).collect();
        let Ok(served) = serve(&routes) else { panic!("unservable") };
        served.into_iter().map(|it| (it.key, it.source)).collect()
    }

    #[test]
    fn parameters_in_one_place_have_one_name() {
        let found = keys(&[
            route(Method::Get, "/"),
            route(Method::Get, "/users/{user id}"),
            route(Method::Get, "/users/{name}"),
            route(Method::Any, "/users/{name}/posts/{name}"),
            route(Method::Get, "/files/{path+}"),
        ]);
        let expected = [
            ("GET /", "GET/"),
            ("GET /users/{user_id}", "GET/users/*"),
            ("ANY /users/{user_id}/posts/{name}", "*/users/*/posts/*"),
            ("GET /files/{path+}", "GET/files/*"),
        ];
        assert_eq!(found, expected.map(|(key, source)| (key.to_owned(), source.to_owned())));
    }

    #[test]
    fn a_last_slash_is_caught_by_a_greedy_parameter() {
        let mut items = route(Method::Get, "/items");
        items.path.0.push(RouteSegment::Literal(String::new()));
        let found = keys(&[items, route(Method::Get, "/items/{id}")]);
        let expected =
            [("GET /items", "GET/items"), ("GET /items/{proxy+}", "GET/items/*"), ("GET /items/{id}", "GET/items/*")];
        assert_eq!(found, expected.map(|(key, source)| (key.to_owned(), source.to_owned())));
    }

    #[test]
    fn a_slash_that_makes_no_difference_is_let_through() {
        let optional = |method, path| Route { slash_optional: true, ..route(method, path) };
        let found = keys(&[
            optional(Method::Get, "/users"),
            optional(Method::Get, "/users/{id}"),
            optional(Method::Put, "/users/{id}"),
            optional(Method::Get, "/"),
            route(Method::Get, "/other"),
        ]);
        let keys: Vec<_> = found.iter().map(|(key, _)| key.as_str()).collect();
        let declared = ["GET /users", "GET /users/{id}", "PUT /users/{id}", "GET /", "GET /other"];
        assert_eq!(keys, [&declared[..], &["GET /users/{proxy+}", "PUT /users/{id}/{proxy+}"]].concat());
    }

    #[test]
    fn a_slash_takes_no_route_of_another_unit() {
        let (one, other) = (Id::new("one").unwrap(), Id::new("other").unwrap());
        let optional = Route { slash_optional: true, ..route(Method::Get, "/files") };
        let files = route(Method::Get, "/files/{proxy+}");
        let Ok(served) = serve(&[(&one, &optional), (&other, &files)]) else { panic!("unservable") };
        let served: Vec<_> = served.iter().map(|served| (served.unit.as_str(), served.key.as_str())).collect();
        assert_eq!(served, [("one", "GET /files"), ("other", "GET /files/{proxy+}")]);
    }

    #[test]
    fn a_path_of_another_unit_is_not_taken_over() {
        let mut items = route(Method::Get, "/items");
        items.path.0.push(RouteSegment::Literal(String::new()));
        let (one, other) = (Id::new("one").unwrap(), Id::new("other").unwrap());
        let plain = route(Method::Get, "/items");
        let Err(problems) = serve(&[(&one, &plain), (&other, &items)]) else { panic!("both were served") };
        assert!(matches!(problems[..], [Unservable { reason: Reason::TakenBy(unit), .. }] if *unit == one));
        assert!(serve(&[(&one, &plain), (&one, &items)]).is_ok());
    }

    #[test]
    fn a_path_that_is_no_path_is_refused() {
        for path in ["/a*", "/a b", "/{x", "/a?b"] {
            let unit = Id::new("main").unwrap();
            assert!(serve(&[(&unit, &route(Method::Get, path))]).is_err(), "{path}");
        }
    }
}
