from __future__ import annotations

import pathlib
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from process import PREFIX, Process, running

ENTRY = f"""
    import importlib
    from inferra_runtime.container import serve_asgi
    if __name__ == "__main__":
        serve_asgi(importlib.import_module("web").app, {PREFIX!r})
"""

WEB = """
    import asyncio, contextlib, time
    from fastapi import FastAPI, Request

    @contextlib.asynccontextmanager
    async def lifespan(app):
        await asyncio.sleep(STARTUP_S)
        print("started")
        yield
        await asyncio.sleep(SHUTDOWN_S)
        print("shut down")

    app = FastAPI(lifespan=lifespan)

    @app.get("/sleep/{seconds}")
    async def sleep(seconds: float) -> str:
        print("asleep")
        await asyncio.sleep(seconds)
        print("awake")
        return "slept"

    @app.get("/block/{seconds}")
    def block(seconds: float) -> None:
        print("blocked")
        time.sleep(seconds)

    @app.get("/seen")
    def seen(request: Request) -> dict:
        return {"url": str(request.url), "client": request.client.host}
"""


def web(startup_s: float = 0, shutdown_s: float = 0) -> str:
    return WEB.replace("STARTUP_S", str(startup_s)).replace("SHUTDOWN_S", str(shutdown_s))


def test_it_is_live_at_once_and_ready_when_it_listens(tmp_path: pathlib.Path) -> None:
    with running(tmp_path, ENTRY, web=web(startup_s=1)) as process:
        process.wait_until(lambda: process.probe("/live") == 200)
        assert process.probe("/ready") == 503
        process.wait_until_ready()
        assert process.get("/sleep/0").json() == "slept"
        assert process.probe("/other") == 404


def test_it_stops_with_success_when_it_is_told_to(tmp_path: pathlib.Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with running(tmp_path, ENTRY, web=web()) as process:
            process.wait_until_ready()
            process.signal(number)
            assert process.end() == 0, process.output
            assert "shut down" in process.output


def test_a_request_in_hand_is_finished(tmp_path: pathlib.Path) -> None:
    with (
        running(tmp_path, ENTRY, web=web()) as process,
        ThreadPoolExecutor() as pool,
        httpx.Client(base_url=f"http://127.0.0.1:{process.port}") as idle,
    ):
        process.wait_until_ready()
        # A connection that is kept open, as a load balancer does, holds nothing up.
        idle.get("/sleep/0")
        slow = pool.submit(process.get, "/sleep/1.5")
        process.wait_until(lambda: process.output.count("asleep") == 2)
        process.signal()
        process.wait_until(lambda: process.probe("/ready") == 503)
        assert process.probe("/live") == 200
        process.wait_until(lambda: not accepts(process))
        assert slow.result().json() == "slept"
        assert process.end() == 0, process.output
        assert process.output.index("awake") < process.output.index("shut down")


@pytest.mark.parametrize("how", ["sleep", "block"])
def test_a_request_that_takes_too_long_is_given_up(tmp_path: pathlib.Path, how: str) -> None:
    with running(tmp_path, ENTRY, grace_s=1, web=web()) as process, ThreadPoolExecutor() as pool:
        process.wait_until_ready()
        slow = pool.submit(process.get, f"/{how}/15")
        process.wait_until(lambda: how in process.output or "asleep" in process.output)
        began = time.monotonic()
        process.signal()
        assert process.end() == 1, process.output
        assert time.monotonic() - began < 6
        assert "requests not finished within 1 seconds: 1" in process.output
        assert "shut down" in process.output
        assert slow.exception() is not None or slow.result().status_code == 500


def test_a_shutdown_that_hangs_is_a_failure(tmp_path: pathlib.Path) -> None:
    with running(tmp_path, ENTRY, grace_s=1, web=web(shutdown_s=60)) as process:
        process.wait_until_ready()
        process.signal()
        assert process.end() == 1, process.output
        assert "did not end within 1 seconds and 3 for its shutdown" in process.output


def test_a_failed_startup_is_a_failure(tmp_path: pathlib.Path) -> None:
    text = WEB.replace("asyncio.sleep(STARTUP_S)", "no_such_name()").replace("SHUTDOWN_S", "0")
    with running(tmp_path, ENTRY, web=text) as process:
        assert process.end() not in (0, None)
        assert "no_such_name" in process.output


def test_the_application_sees_the_request_that_the_gateway_got(tmp_path: pathlib.Path) -> None:
    with running(tmp_path, ENTRY, web=web()) as process:
        process.wait_until_ready()
        client, gateway = "for=198.51.100.9;proto=http", "host=api.example.com;proto=https"
        forwarded = f"{client}, by=192.0.2.9;for=192.0.2.1;{gateway}"
        seen = process.get("/seen", forwarded=forwarded, **{"x-forwarded-proto": "http"})
        assert seen.json() == {"url": "https://api.example.com/seen", "client": "192.0.2.1"}
        direct = process.get("/seen", **{"x-forwarded-for": "192.0.2.1"})
        assert direct.json()["client"] == "127.0.0.1"


def test_requests_leave_no_trace_in_the_log(tmp_path: pathlib.Path) -> None:
    with running(tmp_path, ENTRY, web=web()) as process:
        process.wait_until_ready()
        assert process.get("/seen?token=in-query").status_code == 200
        process.signal()
        process.end()
        assert "in-query" not in process.output


def test_a_malformed_port_is_named(tmp_path: pathlib.Path) -> None:
    entry = f"""
        import os
        from inferra_runtime.container import serve_asgi
        os.environ["{PREFIX}_PORT"] = "x"
        serve_asgi(None, "{PREFIX}")
    """
    with running(tmp_path, entry) as process:
        assert process.end() == 1
        assert f"{PREFIX}_PORT must be a number from 0 to 65535" in process.output


def test_a_taken_health_port_is_a_failure(tmp_path: pathlib.Path) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        entry = f"""
            import os
            from inferra_runtime.container import serve_asgi
            os.environ["{PREFIX}_HEALTH_PORT"] = "{taken.getsockname()[1]}"
            serve_asgi(None, "{PREFIX}")
        """
        with running(tmp_path, entry) as process:
            assert process.end() == 1
            assert "Address already in use" in process.output


def accepts(process: Process) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", process.port)) == 0
