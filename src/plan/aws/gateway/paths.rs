//! An application's routes as the paths of a REST API, which is stricter than an HTTP API: a place has one variable part at
//! most, the path is chosen before the method, and what a path does not have is refused.
//!
//! So each path gets the methods of every route that it could be asked for, and where a greedy part and a parameter meet, the
//! greedy one takes both: the application matches the path itself.
//! <https://github.com/amazon-archives/aws-apigateway-importer/issues/202>

use std::collections::BTreeMap;

use super::routes::{Served, parameter};
use crate::app::{Method, RoutePath, RouteSegment};

/// A path of a REST API and what is below it.
#[derive(Default)]
pub(super) struct Place<'a> {
    /// The unit that answers each method, and the route that says so.
    pub methods: BTreeMap<Method, &'a Served<'a>>,
    /// What is below it, by the part that stands between two slashes.
    pub below: Vec<(RouteSegment, Self)>,
}

/// Two routes of different units that one path of a REST API would have to answer.
pub(super) struct Clash<'a> {
    pub one: &'a Served<'a>,
    pub other: &'a Served<'a>,
}

/// What is left of a route on the way down.
#[derive(Clone)]
struct Left<'a> {
    served: &'a Served<'a>,
    segments: &'a [RouteSegment],
    /// How little each part so far says: a route whose parts say more is asked first.
    rank: Vec<u8>,
}

impl<'a> Left<'a> {
    fn after(&self, segments: &'a [RouteSegment], rank: u8) -> Self {
        let rank = self.rank.iter().copied().chain([rank]).collect();
        Left { served: self.served, segments, rank }
    }

    /// What is left behind the part `literal`, if that can stand there.
    fn behind(&self, literal: &str) -> Vec<Self> {
        match self.segments.split_first() {
            Some((RouteSegment::Literal(own), rest)) if own == literal => vec![self.after(rest, 0)],
            Some((RouteSegment::Parameter(_), rest)) => vec![self.after(rest, 1)],
            // It may end here, or go on.
            Some((RouteSegment::Rest(_), _)) => vec![self.after(&[], 2), self.after(self.segments, 2)],
            Some((RouteSegment::Literal(_), _)) | None => Vec::new(),
        }
    }
}

/// The paths that serve `routes`.
pub(super) fn paths<'a>(routes: &'a [Served<'a>]) -> Result<Place<'a>, Vec<Clash<'a>>> {
    let left = routes.iter().map(|served| Left { served, segments: &served.route.path.0, rank: Vec::new() });
    let mut clashes = Vec::new();
    let place = place(&left.collect::<Vec<_>>(), &[], &mut clashes);
    if clashes.is_empty() { Ok(place) } else { Err(clashes) }
}

fn place<'a>(routes: &[Left<'a>], used: &[String], clashes: &mut Vec<Clash<'a>>) -> Place<'a> {
    let mut place = Place { methods: methods(routes), below: Vec::new() };
    let mut literals: Vec<&str> = Vec::new();
    for left in routes {
        if let Some(RouteSegment::Literal(text)) = left.segments.first()
            && !literals.contains(&text.as_str())
        {
            literals.push(text);
        }
    }
    for literal in literals {
        let left: Vec<_> = routes.iter().flat_map(|left| left.behind(literal)).collect();
        place.below.push((RouteSegment::Literal(literal.to_owned()), self::place(&left, used, clashes)));
    }
    place.below.extend(variable(routes, used, clashes));
    place
}

/// The methods of the routes that end here: of several routes the one that says most, and `ANY` for those that are left.
fn methods<'a>(routes: &[Left<'a>]) -> BTreeMap<Method, &'a Served<'a>> {
    let mut ending: Vec<_> = routes.iter().filter(|left| left.segments.is_empty()).collect();
    ending.sort_by(|one, other| one.rank.cmp(&other.rank));
    let mut methods: BTreeMap<Method, &Served<'_>> = BTreeMap::new();
    for left in ending {
        if !methods.contains_key(&Method::Any) {
            methods.entry(left.served.route.method).or_insert(left.served);
        }
    }
    methods
}

/// The one variable part of a place, if it has any.
fn variable<'a>(
    routes: &[Left<'a>],
    used: &[String],
    clashes: &mut Vec<Clash<'a>>,
) -> Option<(RouteSegment, Place<'a>)> {
    let parameters: Vec<_> =
        routes.iter().filter(|left| matches!(left.segments.first(), Some(RouteSegment::Parameter(_)))).collect();
    let rests = routes.iter().filter(|left| matches!(left.segments.first(), Some(RouteSegment::Rest(_))));
    // A slash at the end is let through where nobody else is there for it.
    let others = |one: &Left<'_>| parameters.iter().any(|other| meet(one.served, other.served));
    let rests: Vec<_> = rests.filter(|left| !left.served.for_slash || !others(left)).collect();
    let first = rests.first().or(parameters.first())?;
    let (RouteSegment::Parameter(name) | RouteSegment::Rest(name)) = first.segments.first()? else { return None };
    let name = parameter(name, used);
    if rests.is_empty() {
        let used: Vec<_> = used.iter().cloned().chain([name.clone()]).collect();
        let left: Vec<_> = parameters.iter().map(|left| left.after(&left.segments[1..], 0)).collect();
        return Some((RouteSegment::Parameter(name), place(&left, &used, clashes)));
    }
    let all: Vec<_> = rests.iter().chain(&parameters).collect();
    for (index, one) in all.iter().enumerate() {
        let other = all[index + 1..].iter().find(|other| meet(one.served, other.served));
        clashes.extend(other.map(|other| Clash { one: one.served, other: other.served }));
    }
    let ending: Vec<_> = all.iter().map(|left| Left { segments: &[], ..(**left).clone() }).collect();
    Some((RouteSegment::Rest(name), Place { methods: methods(&ending), below: Vec::new() }))
}

/// Whether two routes of different units would answer one method of one path.
fn meet(one: &Served<'_>, other: &Served<'_>) -> bool {
    let [a, b] = [one.route.method, other.route.method];
    one.unit != other.unit && (a == b || a == Method::Any || b == Method::Any)
}

impl Place<'_> {
    /// Every place, each with its path and after the one that it is below.
    pub(super) fn all(&self) -> Vec<(RoutePath, &Self)> {
        let mut found = vec![(RoutePath::default(), self)];
        let mut next = 0;
        while let Some((path, place)) = found.get(next).cloned() {
            for (part, below) in &place.below {
                found.push((RoutePath(path.0.iter().cloned().chain([part.clone()]).collect()), below));
            }
            next += 1;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::routes::{serve, tests::route};
    use super::*;
    use crate::app::{Id, Route};
    use pretty_assertions::assert_eq;

    fn served(routes: &[(&str, Route)]) -> Result<Vec<String>, usize> {
        let units: Vec<_> = routes.iter().map(|(unit, _)| Id::new(unit).unwrap()).collect();
        let routes: Vec<_> = units.iter().zip(routes).map(|(unit, (_, route))| (unit, route)).collect();
        let Ok(served) = serve(&routes) else { panic!("unservable") };
        let paths = paths(&served).map_err(|clashes| clashes.len())?;
        let shown = |(path, place): (RoutePath, &Place<'_>)| -> Vec<String> {
            let methods = place.methods.iter();
            methods.map(|(method, served)| format!("{method} {path} {}", served.unit)).collect()
        };
        Ok(paths.all().into_iter().flat_map(shown).collect())
    }

    #[test]
    fn a_path_has_the_methods_of_every_route_that_it_could_be_asked_for() {
        let found = served(&[
            ("a", route(Method::Get, "/users/me")),
            ("a", route(Method::Delete, "/users/{id}")),
            ("b", route(Method::Get, "/users/{id}")),
            ("a", route(Method::Get, "/users/{name}/posts")),
        ]);
        let expected = [
            "DELETE /users/me a",
            "GET /users/me a",
            "DELETE /users/{id} a",
            "GET /users/{id} b",
            "GET /users/me/posts a",
            "GET /users/{id}/posts a",
        ];
        assert_eq!(found.unwrap(), expected);
    }

    #[test]
    fn a_greedy_part_takes_what_a_parameter_beside_it_would() {
        let found = served(&[
            ("a", route(Method::Get, "/files/{path+}")),
            ("a", route(Method::Put, "/files/{id}")),
            ("a", route(Method::Get, "/files/{id}/parts")),
        ]);
        assert_eq!(found.unwrap(), ["GET /files/{path+} a", "PUT /files/{path+} a"]);
        let found = served(&[("a", route(Method::Get, "/files/{path+}")), ("b", route(Method::Get, "/files/{id}"))]);
        assert_eq!(found, Err(1));
    }

    #[test]
    fn a_slash_that_makes_no_difference_takes_no_route_of_another_unit() {
        let optional = Route { slash_optional: true, ..route(Method::Get, "/users") };
        let found = served(&[("a", optional), ("b", route(Method::Get, "/users/{id}"))]);
        assert_eq!(found.unwrap(), ["GET /users a", "GET /users/{id} b"]);
    }

    #[test]
    fn what_is_greedy_at_the_root_is_so_below_every_other_part() {
        let found = served(&[("a", route(Method::Any, "/{path+}")), ("b", route(Method::Get, "/health"))]);
        assert_eq!(found.unwrap(), ["ANY /health a", "GET /health b", "ANY /{path+} a", "ANY /health/{path+} a"]);
    }
}
