"""Lets an application's own tests run its jobs where it is deployed."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What a job came to: None, or what went wrong.
Job = Callable[[str], str | None]


@contextmanager
def serving(run: Job) -> Iterator[str]:
    """The URL below which `POST <job>` runs a job."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(run))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _handler(run: Job) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments) -> None:
            """Silent."""

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                failure = run(self.path.lstrip("/"))
            except Exception as error:
                failure = repr(error)
            body = (failure or "").encode()
            self.send_response(500 if failure else 204)
            if failure:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
