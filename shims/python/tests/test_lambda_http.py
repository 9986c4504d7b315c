from __future__ import annotations

import asyncio
import json
import logging
from typing import Any, Callable

import gateway
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from inferra_runtime.lambda_http import asgi_handler

BINARY = bytes(range(256))

Build = Callable[..., gateway.Event]
either_api = pytest.mark.parametrize(
    "build", [gateway.http_api, gateway.rest_api, gateway.load_balancer]
)


def application() -> FastAPI:
    app = FastAPI()

    @app.get("/users/{name}")
    def read(name: str, request: Request) -> dict[str, Any]:
        return {
            "name": name,
            "query": request.query_params.multi_items(),
            "cookies": request.cookies,
            "scheme": request.url.scheme,
            "client": request.client.host if request.client else None,
        }

    @app.post("/users", status_code=201)
    def write(body: dict[str, Any]) -> dict[str, Any]:
        return body

    @app.post("/echo")
    async def echo(request: Request) -> Response:
        kind = request.headers["content-type"]
        return Response(await request.body(), media_type=kind)

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def chunks() -> Any:
            for chunk in ("one ", "two ", "three"):
                yield chunk

        return StreamingResponse(chunks(), media_type="text/plain")

    @app.get("/login")
    def login() -> Response:
        response = JSONResponse({}, headers={"X-Name": "José"})
        response.set_cookie("session", "abc")
        response.set_cookie("theme", "dark")
        return response

    @app.get("/fail")
    def fail() -> None:
        raise LookupError("no such thing")

    return app


@either_api
def test_a_request_reaches_the_application(build: Build) -> None:
    event = build(
        "GET", "/users/Zo%C3%AB%20A", query="tag=a&tag=b%26c&empty=", cookies=["a=1", "b=2"]
    )
    response = asgi_handler(application())(event, None)
    assert response["statusCode"] == 200
    assert gateway.sent(response, "content-type") == "application/json"
    assert json.loads(response["body"]) == {
        "name": "Zoë A",
        "query": [["tag", "a"], ["tag", "b&c"], ["empty", ""]],
        "cookies": {"a": "1", "b": "2"},
        "scheme": "https",
        "client": "192.0.2.1",
    }


@either_api
@pytest.mark.parametrize("encode", [str, str.encode])
def test_a_json_body_is_read_plain_and_base64(build: Build, encode: Callable[[str], Any]) -> None:
    body = encode('{"name": "Zoë"}')
    event = build("POST", "/users", headers={"content-type": "application/json"}, body=body)
    response = asgi_handler(application())(event, None)
    assert (response["statusCode"], json.loads(response["body"])) == (201, {"name": "Zoë"})


@either_api
@pytest.mark.parametrize(
    ("media_type", "body", "is_base64"),
    [
        ("application/octet-stream", BINARY, True),
        ("text/plain", BINARY, True),
        ("image/svg+xml", "<svg>é</svg>".encode(), False),
        ("application/problem+json", b"{}", False),
        ("text/plain", b"", False),
    ],
)
def test_bodies_come_back_byte_for_byte(
    build: Build, media_type: str, body: bytes, is_base64: bool
) -> None:
    event = build("POST", "/echo", headers={"content-type": media_type}, body=body)
    response = asgi_handler(application())(event, None)
    assert gateway.content(response) == body
    assert response["isBase64Encoded"] is is_base64


@either_api
def test_a_streamed_body_is_sent_whole(build: Build) -> None:
    response = asgi_handler(application())(build("GET", "/stream"), None)
    assert response["body"] == "one two three"


@pytest.mark.parametrize(
    ("build", "cookies"),
    [
        (gateway.http_api, lambda response: response["cookies"]),
        (gateway.rest_api, lambda response: response["multiValueHeaders"]["set-cookie"]),
        (gateway.load_balancer, lambda response: response["multiValueHeaders"]["set-cookie"]),
    ],
)
def test_each_cookie_is_set(build: Build, cookies: Callable[[Any], list[str]]) -> None:
    response = asgi_handler(application())(build("GET", "/login"), None)
    assert [cookie.split(";")[0] for cookie in cookies(response)] == ["session=abc", "theme=dark"]
    assert gateway.sent(response, "x-name") == "José"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/users/?a=/b", "/prod/users/?a=/b"),
        ("https://api.example.com/users", "https://api.example.com/prod/users"),
        ("/prod/users", "/prod/users"),
        ("/production", "/prod/production"),
        ("https://elsewhere.example/users", "https://elsewhere.example/users"),
        ("//elsewhere.example/users", "//elsewhere.example/users"),
        ("users", "users"),
    ],
)
def test_the_stage_of_a_rest_api_is_put_before_the_paths_of_answers(
    location: str, expected: str
) -> None:
    app = FastAPI()

    @app.get("/move")
    def move(request: Request) -> Response:
        response = Response(status_code=307, headers={"Location": location})
        response.set_cookie("here", request.url.path, path="/users")
        response.set_cookie("everywhere", "1")
        return response

    handler = asgi_handler(app)
    answer = handler(gateway.rest_api("GET", "/move"), None)
    assert gateway.sent(answer, "location") == expected
    cookies = answer["multiValueHeaders"]["set-cookie"]
    assert "here=/move;" in cookies[0].replace('"', "")
    assert "Path=/prod/users" in cookies[0]
    assert "Path=/;" in cookies[1]
    elsewhere = gateway.rest_api("GET", "/move")
    elsewhere["requestContext"]["path"] = "/move"
    assert gateway.sent(handler(elsewhere, None), "location") == location
    assert (
        gateway.sent(handler(gateway.load_balancer("GET", "/move"), None), "location") == location
    )


@either_api
def test_the_applications_own_errors_are_answered(build: Build) -> None:
    handler = asgi_handler(application())
    assert handler(build("GET", "/nowhere"), None)["statusCode"] == 404
    assert handler(build("PUT", "/users"), None)["statusCode"] == 405
    assert handler(build("POST", "/users", body="["), None)["statusCode"] == 422


@either_api
def test_an_exception_is_logged_and_answered(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    handler = asgi_handler(application())
    response = handler(build("GET", "/fail"), None)
    assert (response["statusCode"], response["body"]) == (500, "Internal Server Error")
    assert "LookupError: no such thing" in caplog.text
    assert handler(build("GET", "/stream"), None)["statusCode"] == 200


@either_api
def test_payloads_are_not_logged(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    event = build(
        "POST",
        "/users",
        query="key=in-query",
        headers={"authorization": "in-header", "content-type": "application/json"},
        cookies=["id=in-cookie"],
        body='{"password": "in-body"}',
    )
    assert asgi_handler(application())(event, None)["statusCode"] == 201
    assert not any(
        part in caplog.text for part in ("in-query", "in-header", "in-cookie", "in-body")
    )


def test_an_event_loop_of_the_applications_own_does_no_harm() -> None:
    handler = asgi_handler(application())
    asyncio.run(asyncio.sleep(0))
    assert handler(gateway.http_api("GET", "/stream"), None)["statusCode"] == 200
