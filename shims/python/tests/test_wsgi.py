from __future__ import annotations

import json
import logging
import pathlib
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

import flask
import gateway
import httpx
import pytest
from process import PREFIX, running

from inferra_runtime.lambda_http import wsgi_handler

BINARY = bytes(range(256))

Build = Callable[..., gateway.Event]
either_api = pytest.mark.parametrize("build", [gateway.http_api, gateway.rest_api])


def application() -> flask.Flask:
    app = flask.Flask(__name__)

    @app.get("/users/<name>")
    def read(name: str) -> dict[str, Any]:
        return {
            "name": name,
            "query": flask.request.args.getlist("tag"),
            "cookies": flask.request.cookies,
            "url": flask.request.url,
            "client": flask.request.remote_addr,
            "script": flask.request.environ["SCRIPT_NAME"],
        }

    @app.post("/users")
    def write() -> tuple[dict[str, Any], int]:
        return flask.request.get_json(), 201

    @app.post("/echo")
    def echo() -> flask.Response:
        return flask.Response(flask.request.get_data(), mimetype=flask.request.mimetype)

    @app.post("/upload")
    def upload() -> dict[str, Any]:
        file = flask.request.files["file"]
        return {"name": file.filename, "size": len(file.read()), "note": flask.request.form["note"]}

    @app.get("/stream")
    def stream() -> flask.Response:
        return flask.Response(iter(["one ", "", "two ", "three"]), mimetype="text/plain")

    @app.get("/login")
    def login() -> flask.Response:
        response = flask.jsonify({})
        response.set_cookie("session", "abc")
        response.set_cookie("theme", "dark")
        response.headers["X-Name"] = "José"
        return response

    @app.get("/thread")
    def thread() -> str:
        return str(threading.get_ident())

    @app.get("/fail")
    def fail() -> str:
        raise LookupError("no such thing")

    @app.get("/slashed/")
    def slashed() -> str:
        return "slashed"

    return app


def answered(app: Any, event: gateway.Event) -> dict[str, Any]:
    return wsgi_handler(app)(event, None)


@either_api
def test_a_request_reaches_the_application(build: Build) -> None:
    event = build("GET", "/users/Zo%C3%AB%20A", query="tag=a&tag=b%26c", cookies=["a=1", "b=2"])
    response = answered(application(), event)
    assert response["statusCode"] == 200
    assert json.loads(response["body"]) == {
        "name": "Zoë A",
        "query": ["a", "b&c"],
        "cookies": {"a": "1", "b": "2"},
        "url": "https://api.example.com/users/Zoë%20A?tag=a&tag=b%26c",
        "client": "192.0.2.1",
        "script": "",
    }


@either_api
def test_bodies_are_read_and_come_back_byte_for_byte(build: Build) -> None:
    app = application()
    event = build(
        "POST", "/users", headers={"content-type": "application/json"}, body='{"name": "Zoë"}'
    )
    response = answered(app, event)
    assert (response["statusCode"], json.loads(response["body"])) == (201, {"name": "Zoë"})
    for body, is_base64 in ((BINARY, True), ("<é/>".encode(), False), (b"", False)):
        event = build("POST", "/echo", headers={"content-type": "text/xml"}, body=body)
        response = answered(app, event)
        assert gateway.content(response) == body
        assert response["isBase64Encoded"] is is_base64


def test_a_file_is_uploaded() -> None:
    request = httpx.Request(
        "POST",
        "https://api.example.com/upload",
        files={"file": ("a.bin", BINARY)},
        data={"note": "é"},
    )
    kind = request.headers["content-type"]
    event = gateway.http_api("POST", "/upload", headers={"content-type": kind}, body=request.read())
    response = answered(application(), event)
    assert json.loads(response["body"]) == {"name": "a.bin", "size": 256, "note": "é"}


@either_api
def test_a_streamed_body_is_sent_whole(build: Build) -> None:
    assert answered(application(), build("GET", "/stream"))["body"] == "one two three"


def test_each_cookie_is_set() -> None:
    response = answered(application(), gateway.http_api("GET", "/login"))
    cookies = [cookie.split(";")[0] for cookie in response["cookies"]]
    assert cookies == ["session=abc", "theme=dark"]
    assert response["headers"]["x-name"] == "José"


def test_what_the_framework_answers_by_itself() -> None:
    app = application()
    head = answered(app, gateway.http_api("HEAD", "/stream"))
    assert (head["statusCode"], head["body"]) == (200, "")
    options = answered(app, gateway.http_api("OPTIONS", "/stream"))
    assert sorted(options["headers"]["allow"].split(", ")) == ["GET", "HEAD", "OPTIONS"]
    redirect = answered(app, gateway.http_api("GET", "/slashed"))
    assert redirect["statusCode"] == 308
    assert redirect["headers"]["location"] == "https://api.example.com/slashed/"
    assert answered(app, gateway.http_api("GET", "/nowhere"))["statusCode"] == 404
    assert answered(app, gateway.http_api("PUT", "/users"))["statusCode"] == 405


def test_an_exception_is_logged_and_answered(caplog: pytest.LogCaptureFixture) -> None:
    handler = wsgi_handler(application())
    response = handler(gateway.http_api("GET", "/fail"), None)
    assert response["statusCode"] == 500
    assert "LookupError: no such thing" in caplog.text
    assert handler(gateway.http_api("GET", "/stream"), None)["statusCode"] == 200


def test_one_thread_answers_every_request() -> None:
    handler = wsgi_handler(application())
    event = gateway.http_api("GET", "/thread")
    assert len({handler(event, None)["body"] for _ in range(5)}) == 1


def test_the_environment_is_what_the_specification_says() -> None:
    seen: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        seen.update(environ)
        start_response("204 No Content", [])
        return []

    event = gateway.http_api("GET", "/a/b%2Fc", query="x=%20", headers={"x-a": "1,2"})
    assert answered(app, event)["statusCode"] == 204
    expected = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/a/b/c",
        "QUERY_STRING": "x=%20",
        "REMOTE_ADDR": "192.0.2.1",
        "HTTP_X_A": "1,2",
        "wsgi.url_scheme": "https",
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    assert {name: seen[name] for name in expected} == expected


def test_an_error_can_replace_a_head_that_is_not_sent() -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("x-first", "1")])
        try:
            raise LookupError
        except LookupError as error:
            start_response("409 Conflict", [], (LookupError, error, error.__traceback__))
        return [b"sorry"]

    response = answered(app, gateway.http_api("GET", "/"))
    assert (response["statusCode"], response["body"]) == (409, "sorry")
    assert "x-first" not in response["headers"]


def test_an_error_in_the_middle_of_a_body_is_an_error(caplog: pytest.LogCaptureFixture) -> None:
    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("200 OK", [])
        raise LookupError("no more")
        yield b"never"

    assert answered(app, gateway.http_api("GET", "/"))["statusCode"] == 500
    assert "LookupError: no more" in caplog.text


def test_write_and_close_are_served() -> None:
    closed: list[bool] = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"", b"two"])

        def close(self) -> None:
            closed.append(True)

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])(b"one ")
        return Body()

    assert answered(app, gateway.http_api("GET", "/"))["body"] == "one two"
    assert closed == [True]


def test_an_application_that_never_starts_its_response(caplog: pytest.LogCaptureFixture) -> None:
    assert answered(lambda *_: [b"x"], gateway.http_api("GET", "/"))["statusCode"] == 500
    assert "before it called start_response" in caplog.text


def test_payloads_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    event = gateway.http_api(
        "POST",
        "/users",
        query="key=in-query",
        headers={"authorization": "in-header", "content-type": "application/json"},
        cookies=["id=in-cookie"],
        body='{"password": "in-body"}',
    )
    assert answered(application(), event)["statusCode"] == 201
    assert not any(
        part in caplog.text for part in ("in-query", "in-header", "in-cookie", "in-body")
    )


ENTRY = f"""
    import importlib
    from inferra_runtime.container import serve_wsgi
    if __name__ == "__main__":
        serve_wsgi(importlib.import_module("web").create_app(), {PREFIX!r})
"""

WEB = """
    import threading, time
    import flask

    def create_app():
        app = flask.Flask(__name__)
        together = threading.Barrier(4)

        @app.get("/together")
        def wait():
            together.wait(10)
            return "met"

        @app.get("/stream")
        def stream():
            def pieces():
                yield "first"
                time.sleep(1)
                yield "last"
            return flask.Response(pieces(), mimetype="text/plain")

        @app.get("/seen")
        def seen():
            request = flask.request
            return {"url": request.url, "client": request.remote_addr, "cookies": request.cookies}

        @app.get("/fail")
        def fail():
            raise LookupError("no such thing")

        @app.post("/echo")
        def echo():
            return flask.request.get_data()

        return app
"""


def test_a_container_serves_several_requests_at_once(tmp_path: pathlib.Path) -> None:
    with running(tmp_path, ENTRY, web=WEB) as process, ThreadPoolExecutor() as pool:
        process.wait_until_ready()
        answers = list(pool.map(process.get, ["/together"] * 4))
        assert [answer.text for answer in answers] == ["met"] * 4
        process.signal()
        assert process.end() == 0, process.output


def test_a_container_streams_and_shows_the_request(tmp_path: pathlib.Path) -> None:
    with running(tmp_path, ENTRY, web=WEB) as process:
        process.wait_until_ready()
        base = f"http://127.0.0.1:{process.port}"
        with httpx.stream("GET", f"{base}/stream") as response:
            pieces = [piece for piece in response.iter_raw() if piece]
        assert pieces == [b"first", b"last"]
        forwarded = {"forwarded": "for=192.0.2.1;host=api.example.com;proto=https"}
        cookies = [("cookie", "a=1"), ("cookie", "b=2")]
        seen = httpx.get(f"{base}/seen", headers=[*forwarded.items(), *cookies]).json()
        expected = {"url": "https://api.example.com/seen", "client": "192.0.2.1"}
        assert seen == {**expected, "cookies": {"a": "1", "b": "2"}}
        body = BINARY * 4000
        assert httpx.post(f"{base}/echo", content=body, timeout=20).content == body
        assert httpx.head(f"{base}/stream").status_code == 200
        assert process.get("/fail").status_code == 500
        assert "LookupError: no such thing" in process.output
