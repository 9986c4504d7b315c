"""Leads requests to the containers of several units, by the routes of their one gateway."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx

from emulator import routing

HOP_BY_HOP = {"connection", "content-length", "content-encoding", "forwarded", "host", "transfer-encoding"}


@contextmanager
def serving(routes: dict[str, str], host: str) -> Iterator[str]:
    """The URL of what asks, for each request, the place that its route key has in `routes`.

    As API Gateway does, it sends the place's own name as `Host`, and says in `Forwarded` that the client asked `host`.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(routes, host))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _handler(routes: dict[str, str], host: str) -> type[BaseHTTPRequestHandler]:
    known = [SimpleNamespace(route_key=key) for key in routes]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_arguments) -> None:
            """Silent."""

        def _lead(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            match = routing.select(known, self.command, urlsplit(self.path).path)
            if match is None:
                self._send(404, b'{"message":"Not Found"}', [])
                return
            headers = [(name, value) for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP]
            headers.append(("Forwarded", f"by=10.0.0.1;for=127.0.0.1;host={host};proto=https"))
            url = routes[match.route.route_key] + self.path
            answer = httpx.request(self.command, url, headers=headers, content=body, timeout=60)
            self._send(answer.status_code, answer.content, answer.headers.multi_items())

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _lead

        def _send(self, status: int, body: bytes, headers: list[tuple[str, str]]) -> None:
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    return Handler
