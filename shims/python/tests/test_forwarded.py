from __future__ import annotations

import asyncio
from typing import Any

import pytest

from inferra_runtime._forwarded import as_balanced, as_sent, last_element


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("for=192.0.2.1", {"for": "192.0.2.1"}),
        ("For=a, by=b; for=c", {"by": "b", "for": "c"}),
        ('for="[2001:db8::1]:47"; Proto=https', {"for": "[2001:db8::1]:47", "proto": "https"}),
        ('host="a,b;c"', {"host": "a,b;c"}),
        ("for=a,", {}),
        ("nonsense, for=a", {"for": "a"}),
        ("for=x;;, ,for=a;", {"for": "a"}),
        ('for="x, for=a', {"for": "a"}),
        ('for="x, for="[2001:db8::1]:47";host=b', {"for": "[2001:db8::1]:47", "host": "b"}),
        ('for=x;by=", for="[2001:db8::1]"', {"for": "[2001:db8::1]"}),
        ("for=x, nonsense", {}),
        ("for=a b", {}),
        ("for=", {}),
        ("", {}),
        ("nonsense", {}),
        ("for=a, ;;", {}),
    ],
)
def test_the_last_element_counts(header: str, expected: dict[str, str]) -> None:
    assert last_element(header) == expected


def seen(kind: str, *headers: tuple[bytes, bytes], behind: Any = as_sent) -> Any:
    scopes = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)

    scope = {"type": kind, "scheme": "http", "client": ("10.0.0.1", 1), "headers": list(headers)}
    asyncio.run(behind(app)(scope, None, None))
    return scopes[0]


def test_headers_of_the_load_balancer_are_replaced() -> None:
    forwarded = b"for=192.0.2.1;host=api.example.com;proto=https"
    scope = seen(
        "http",
        (b"host", b"internal.elb.amazonaws.com"),
        (b"x-forwarded-for", b"10.0.0.7"),
        (b"x-forwarded-proto", b"http"),
        (b"forwarded", forwarded),
    )
    assert (scope["client"], scope["scheme"]) == (("192.0.2.1", 0), "https")
    assert dict(scope["headers"]) == {
        b"host": b"api.example.com",
        b"x-forwarded-for": b"192.0.2.1",
        b"x-forwarded-proto": b"https",
        b"forwarded": forwarded,
    }


@pytest.mark.parametrize("forwarded", [b"nonsense", b"for=192.0.2.1, proto=https", b""])
def test_what_a_client_says_of_itself_is_not_believed(forwarded: bytes) -> None:
    scope = seen("http", (b"x-forwarded-for", b"anybody, 10.0.0.7"), (b"forwarded", forwarded))
    assert scope["client"] == ("10.0.0.1", 1)
    assert b"x-forwarded-for" not in dict(scope["headers"])


def test_addresses_lose_their_ports() -> None:
    for node, address in (
        (b'"[2001:db8::1]:47"', "2001:db8::1"),
        (b'"192.0.2.1:47"', "192.0.2.1"),
        (b"2001:db8::1", "2001:db8::1"),
    ):
        assert seen("http", (b"forwarded", b"for=" + node))["client"] == (address, 0)


def test_a_websocket_has_a_scheme_of_its_own() -> None:
    assert seen("websocket", (b"forwarded", b"proto=https"))["scheme"] == "wss"


def test_without_the_header_nothing_changes() -> None:
    scope = seen("http", (b"x-forwarded-for", b"192.0.2.1"))
    assert (scope["client"], scope["scheme"]) == (("10.0.0.1", 1), "http")
    assert scope["headers"] == [(b"x-forwarded-for", b"192.0.2.1")]
    assert seen("lifespan", (b"forwarded", b"proto=https"))["scheme"] == "http"


def test_a_load_balancer_that_clients_talk_to_is_believed_for_the_last_address() -> None:
    scope = seen(
        "http",
        (b"host", b"shop.example.com"),
        (b"forwarded", b"for=203.0.113.9;host=evil.example;proto=http"),
        (b"x-forwarded-for", b"203.0.113.9, 192.0.2.1"),
        (b"x-forwarded-proto", b"https"),
        behind=as_balanced,
    )
    assert (scope["client"], scope["scheme"]) == (("192.0.2.1", 0), "https")
    assert dict(scope["headers"]) == {
        b"host": b"shop.example.com",
        b"x-forwarded-for": b"192.0.2.1",
        b"x-forwarded-proto": b"https",
    }
    assert (
        seen("websocket", (b"x-forwarded-proto", b"https"), behind=as_balanced)["scheme"] == "wss"
    )
    assert seen("http", behind=as_balanced)["client"] == ("10.0.0.1", 1)
