"""What typescript-express-pubsub delivers greetings to, answering as a test wants it to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Unless the application is told otherwise.
WEBHOOK_PORT = 8765


class Webhook:
    """The calls so far, and whether they are answered."""

    def __init__(self, status: int, *, hold: bool):
        self.status = status
        self.texts: list[str] = []
        self._open = threading.Event()
        if not hold:
            self.release()

    def release(self) -> None:
        """From now on calls are answered; those that wait for it, too."""
        self._open.set()

    def take(self, text: str) -> None:
        """Waits until calls are answered."""
        self.texts.append(text)
        self._open.wait()


@contextmanager
def serving(*, status: int = 204, hold: bool = False) -> Iterator[Webhook]:
    """Answers every call with the status, at once or when it is released."""
    webhook = Webhook(status, hold=hold)
    server = _Server(("127.0.0.1", WEBHOOK_PORT), _handler(webhook))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield webhook
    finally:
        webhook.release()
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_arguments) -> None:
        """Callers may be gone before they are answered."""


def _handler(webhook: Webhook) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_arguments) -> None:
            """Silent."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            webhook.take(json.loads(body)["text"])
            self.send_response(webhook.status)
            self.send_header("Connection", "close")
            self.end_headers()

    return Handler
