from __future__ import annotations

import asyncio
import socketserver
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import gateway
import pytest
from fastapi import FastAPI, Request

from inferra_runtime.lambda_http import asgi_handler

GET = gateway.http_api("GET", "/")


def test_startup_runs_once_and_shutdown_never() -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        steps.append("startup")
        yield
        steps.append("shutdown")

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    def root() -> None:
        steps.append("request")

    handler = asgi_handler(app)
    assert steps == ["startup"]
    for _ in range(3):
        assert handler(GET, None)["statusCode"] == 200
    assert steps == ["startup", "request", "request", "request"]


def test_each_request_gets_its_own_copy_of_the_state() -> None:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        yield {"greeting": "hello"}

    app = FastAPI(lifespan=lifespan)

    @app.get("/")
    def root(request: Request) -> str:
        greeting: str = request.state.greeting
        request.state.greeting = "changed"
        return greeting

    handler = asgi_handler(app)
    assert [handler(GET, None)["body"] for _ in range(2)] == ['"hello"', '"hello"']


class Echo(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        for line in self.rfile:
            self.wfile.write(line)


@pytest.fixture
def echo_port() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_a_connection_made_at_startup_outlives_requests(echo_port: int) -> None:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", echo_port)
        yield {"reader": reader, "writer": writer}

    app = FastAPI(lifespan=lifespan)

    @app.get("/{line}")
    async def root(line: str, request: Request) -> str:
        request.state.writer.write(f"{line}\n".encode())
        answer: bytes = await request.state.reader.readline()
        if line == "last":
            request.state.writer.close()
            await request.state.writer.wait_closed()
        return answer.decode().strip()

    handler = asgi_handler(app)
    answers = [handler(gateway.http_api("GET", f"/{line}"), None) for line in ("first", "last")]
    assert [answer["body"] for answer in answers] == ['"first"', '"last"']


def test_a_failed_startup_raises_the_applications_error() -> None:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        raise ConnectionError("no database")
        yield

    with pytest.raises(ConnectionError, match="no database"):
        asgi_handler(FastAPI(lifespan=lifespan))


def test_a_failure_that_is_only_reported_is_raised() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["type"] == "lifespan.startup"
        await send({"type": "lifespan.startup.failed", "message": "no database"})

    with pytest.raises(RuntimeError, match="startup failed: no database"):
        asgi_handler(app)


async def answer(send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


async def raises(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        raise ValueError("only HTTP connections")
    await answer(send)


async def returns(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await answer(send)


@pytest.mark.parametrize("app", [raises, returns])
def test_an_application_without_lifespan_is_served(app: Any) -> None:
    assert asgi_handler(app)(GET, None)["body"] == "ok"
