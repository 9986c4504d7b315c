//! The routes of several units as the rules of a load balancer's listener, of which the first that fits a request counts.
//!
//! `*` in a rule's path stands for any characters, slashes too, so a parameter takes more there than in the application. Where
//! that would take what another unit answers, the two cannot stand behind one load balancer.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#path-conditions>

use std::cmp::Ordering;

use crate::app::{Id, Method, Route, RouteSegment};

/// What one rule may hold: values in all, and wildcards in them.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>
const VALUES: usize = 5;
const WILDCARDS: usize = 5;
/// The rules that a load balancer has at most, beside each listener's last.
pub(super) const RULES: usize = 100;
/// The characters that a path of a rule has at most.
const LENGTH: usize = 128;

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule<'a> {
    /// The unit that it hands requests to.
    pub unit: &'a Id,
    /// The paths.
    pub paths: Vec<String>,
    /// The methods; empty for all.
    pub methods: Vec<&'static str>,
}

/// What keeps routes from being rules.
pub(super) enum Problem<'a> {
    /// This path cannot stand in one.
    Path(&'a Route),
    /// The first would be taken for the other one, of another unit.
    Taken([(&'a Id, &'a Route); 2]),
}

/// The rules for `routes`, in their order.
pub(super) fn rules<'a>(routes: &[(&'a Id, &'a Route)]) -> Result<Vec<Rule<'a>>, Vec<Problem<'a>>> {
    let mut routes = routes.to_vec();
    routes.sort_by(|(_, one), (_, other)| order(&one.path.0, &other.path.0));
    let mut problems: Vec<_> =
        routes.iter().filter(|(_, route)| !is_servable(route)).map(|(_, route)| Problem::Path(route)).collect();
    for (index, first) in routes.iter().enumerate() {
        let later = routes[index + 1..].iter().filter(|later| later.0 != first.0 && meet(first.1, later.1));
        let taken = later.filter(|later| takes(&first.1.path.0, &later.1.path.0, false));
        problems.extend(taken.map(|later| Problem::Taken([*later, *first])));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut rules: Vec<Rule<'_>> = Vec::new();
    for (unit, route) in routes {
        let methods = if route.method == Method::Any { Vec::new() } else { vec![route.method.name()] };
        let next = Rule { unit, paths: patterns(route), methods };
        if !rules.last_mut().is_some_and(|last| last.takes_up(&next)) {
            rules.push(next);
        }
    }
    Ok(rules)
}

impl Rule<'_> {
    /// Makes this rule one that does what `next` does too, where one can.
    fn takes_up(&mut self, next: &Self) -> bool {
        if self.unit != next.unit {
            return false;
        }
        let mut joined = self.clone();
        if joined.paths == next.paths && !joined.methods.is_empty() && !next.methods.is_empty() {
            joined.methods.extend(&next.methods);
        } else if joined.methods == next.methods {
            joined.paths.extend(next.paths.iter().filter(|path| !self.paths.contains(path)).cloned());
        } else {
            return false;
        }
        let wildcards: usize = joined.paths.iter().map(|path| path.matches('*').count()).sum();
        let fits = joined.paths.len() + joined.methods.len() <= VALUES && wildcards <= WILDCARDS;
        if fits {
            *self = joined;
        }
        fits
    }
}

/// The path that says more first: a text before a parameter before what is greedy, and the longer one of two that begin alike.
fn order(one: &[RouteSegment], other: &[RouteSegment]) -> Ordering {
    let rank = |segment: &RouteSegment| match segment {
        RouteSegment::Literal(_) => 0,
        RouteSegment::Parameter(_) => 1,
        RouteSegment::Rest(_) => 2,
    };
    let differing = one.iter().zip(other).map(|(one, other)| rank(one).cmp(&rank(other)));
    differing.into_iter().find(|order| *order != Ordering::Equal).unwrap_or_else(|| other.len().cmp(&one.len()))
}

fn meet(one: &Route, other: &Route) -> bool {
    one.method == other.method || one.method == Method::Any || other.method == Method::Any
}

/// Whether the rule for `rule` takes a path that is one of `route` and none of its own. `stretched` says whether a parameter has
/// taken a slash already.
fn takes(rule: &[RouteSegment], route: &[RouteSegment], stretched: bool) -> bool {
    let (Some((own, rule_rest)), Some((other, route_rest))) = (rule.split_first(), route.split_first()) else {
        return rule.is_empty() && route.is_empty() && stretched;
    };
    // What is greedy may go on.
    let goes_on = matches!(other, RouteSegment::Rest(_)).then_some(route);
    [Some(route_rest), goes_on].into_iter().flatten().any(|left| match own {
        RouteSegment::Literal(text) => {
            let fits = match other {
                RouteSegment::Literal(other) => text == other,
                RouteSegment::Parameter(_) | RouteSegment::Rest(_) => true,
            };
            fits && takes(rule_rest, left, stretched)
        }
        RouteSegment::Parameter(_) => takes(rule_rest, left, stretched) || takes(rule, left, true),
        RouteSegment::Rest(_) => takes(rule_rest, left, stretched) || takes(rule, left, stretched),
    })
}

/// The paths of a route as rules write them: also with or without the slash that frameworks redirect.
fn patterns(route: &Route) -> Vec<String> {
    let text = |segments: &[RouteSegment]| {
        segments.iter().fold(String::new(), |path, segment| match segment {
            RouteSegment::Literal(text) => format!("{path}/{text}"),
            RouteSegment::Parameter(_) | RouteSegment::Rest(_) => format!("{path}/*"),
        })
    };
    let whole = text(&route.path.0);
    match route.path.0.split_last() {
        None => vec!["/".to_owned()],
        Some((RouteSegment::Literal(last), before)) if last.is_empty() && !before.is_empty() => {
            vec![text(before), whole]
        }
        Some((RouteSegment::Literal(_) | RouteSegment::Parameter(_), _)) if route.slash_optional => {
            vec![whole.clone(), format!("{whole}/")]
        }
        Some(_) => vec![whole],
    }
}

fn is_servable(route: &Route) -> bool {
    let literals = route.path.0.iter().all(|segment| match segment {
        RouteSegment::Literal(text) => text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.$~'@:+".contains(c)),
        RouteSegment::Parameter(_) | RouteSegment::Rest(_) => true,
    });
    literals && patterns(route).iter().all(|path| path.len() <= LENGTH)
}

#[cfg(test)]
mod tests {
    use super::super::routes::tests::route;
    use super::*;
    use pretty_assertions::assert_eq;

    fn shown(routes: &[(&str, Route)]) -> Result<Vec<String>, usize> {
        let units: Vec<_> = routes.iter().map(|(unit, _)| Id::new(unit).unwrap()).collect();
        let routes: Vec<_> = units.iter().zip(routes).map(|(unit, (_, route))| (unit, route)).collect();
        let found = rules(&routes).map_err(|problems| problems.len())?;
        Ok(found.iter().map(|one| format!("{} {} {}", one.unit, one.methods.join(","), one.paths.join(" "))).collect())
    }

    #[test]
    fn what_says_more_comes_first() {
        let found = shown(&[
            ("a", route(Method::Get, "/users/{id}")),
            ("a", route(Method::Put, "/users/{id}")),
            ("b", route(Method::Get, "/users/{id}/posts")),
            ("b", route(Method::Any, "/")),
            ("a", route(Method::Get, "/users/me")),
        ]);
        assert_eq!(found.unwrap(), ["a GET /users/me", "b GET /users/*/posts", "a GET,PUT /users/*", "b  /"]);
    }

    #[test]
    fn a_parameter_that_would_take_what_is_anothers_is_refused() {
        let clash = [("a", route(Method::Get, "/files/{path+}")), ("b", route(Method::Get, "/files/{id}/parts"))];
        assert_eq!(shown(&clash), Err(1));
        let own = clash.clone().map(|(_, route)| ("a", route));
        assert!(shown(&own).is_ok());
        let methods = [("a", route(Method::Put, "/files/{path+}")), ("b", route(Method::Get, "/files/{id}/parts"))];
        assert!(shown(&methods).is_ok());
        let apart = [("a", route(Method::Any, "/{path+}")), ("b", route(Method::Get, "/files/all"))];
        assert_eq!(shown(&apart).unwrap(), ["b GET /files/all", "a  /*"]);
    }

    #[test]
    fn a_rule_holds_five_values() {
        let routes: Vec<_> = (0..6).map(|number| ("a", route(Method::Get, &format!("/a{number}")))).collect();
        assert_eq!(shown(&routes).unwrap(), ["a GET /a0 /a1 /a2 /a3", "a GET /a4 /a5"]);
        assert_eq!(shown(&[("a", route(Method::Get, "/a*"))]), Err(1));
    }
}
