"""Which route of an HTTP API takes a request.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True)
class Match:
    """A route and the path parameters that it found."""

    route: object
    path: str
    parameters: dict[str, str]
    rank: tuple[int, int]


def select(routes: Iterable, method: str, path: str) -> Match | None:
    """The most specific route: full match, then path parameters, then greedy ones, then `$default`."""
    matches = [match for route in routes if (match := _match(route, method, path))]
    return min(matches, key=lambda match: match.rank, default=None)


def _match(route, method: str, path: str) -> Match | None:
    if route.route_key == "$default":
        return Match(route, "/$default", {}, (3, 0))
    route_method, template = route.route_key.split(" ", 1)
    if route_method not in (method, "ANY"):
        return None
    expression, names = _expression(template)
    found = re.fullmatch(expression, path)
    if found is None:
        return None
    specificity = 2 if "+}" in template else 1 if names else 0
    parameters = {name: unquote(value) for name, value in zip(names, found.groups(), strict=True)}
    return Match(route, template, parameters, (specificity, route_method == "ANY"))


def _expression(template: str) -> tuple[str, list[str]]:
    expression, names = "", []
    for part in re.split(r"(\{[^}]+\})", template):
        if part.startswith("{"):
            greedy = part.endswith("+}")
            names.append(part.strip("{}+"))
            # `/a/{proxy+}` also takes `/a/`: https://github.com/storacha/w3infra/pull/166. Of `/` nothing is known.
            expression += ("(.+)" if expression == "/" else "(.*)") if greedy else "([^/]+)"
        else:
            expression += re.escape(part)
    return expression, names
