"""Makes an ASGI application of a WSGI one, so that one server serves both.

The translation is a2wsgi's (https://github.com/abersheeran/a2wsgi). This module adds what PEP 3333
asks of a server beyond it: the head of a response waits for the first piece of its body, so that an
application can still replace it by an error (https://peps.python.org/pep-3333/#error-handling).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Callable, Optional, Union

from a2wsgi import WSGIMiddleware

from ._asgi import Application, Message, Receive, Scope, Send

Environ = dict[str, Any]
Headers = list[tuple[bytes, bytes]]
Head = tuple[str, list[tuple[str, str]]]
ExceptionInfo = Union[
    tuple[type[BaseException], BaseException, Optional[TracebackType]], tuple[None, None, None]
]
Write = Callable[[bytes], Any]
StartResponse = Callable[..., Write]
WsgiApplication = Callable[[Environ, StartResponse], Iterable[bytes]]


def as_asgi(app: WsgiApplication, threads: int) -> Application:
    """Returns ``app`` as an ASGI 3 application.

    Args:
        app: A WSGI application, such as ``Flask(__name__)``.
        threads: How many requests it answers at once. With one, all are answered by the same
            thread, so that what the application keeps per thread is used again.

    Returns:
        An application whose errors are the server's to log and to answer.
    """
    served: Any = WSGIMiddleware(_conforming(app, threads > 1), workers=threads)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = _with_one_cookie_header(scope["headers"])
            if not any(name == b"content-length" for name, _ in headers):
                headers, receive = await _with_length(headers, receive)
            scope = {**scope, "headers": headers}
        await served(scope, receive, send)

    return serve


def _conforming(app: WsgiApplication, multithread: bool) -> Any:
    def respond(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.errors"] = sys.stderr
        # The body ends where it ends, also without a length that says so; werkzeug asks for it.
        environ["wsgi.input_terminated"] = True
        environ["wsgi.multithread"] = multithread
        environ["wsgi.multiprocess"] = False
        response = _Response(start_response)
        body = app(environ, response.start)
        try:
            for piece in body:
                # An application may send an empty piece before it knows its status.
                if piece:
                    response.write(piece)
            response.write(b"")
        finally:
            getattr(body, "close", lambda: None)()
        return ()

    return respond


class _Response:
    """A response whose head is sent with the first piece of its body."""

    def __init__(self, start_response: StartResponse) -> None:
        self._start_response = start_response
        self._head: Head | None = None
        self._write: Write | None = None

    def start(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: ExceptionInfo | None = None,
    ) -> Write:
        """Takes the head; with ``exc_info``, in place of the one that it has."""
        if exc_info is not None:
            try:
                if self._write is not None and exc_info[1] is not None:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                # The traceback holds this frame.
                exc_info = None
        elif self._head is not None:
            raise AssertionError("start_response was called twice")
        self._head = (status, headers)
        return self.write

    def write(self, piece: bytes) -> None:
        """Sends a piece of the body."""
        if self._write is None:
            if self._head is None:
                raise AssertionError("the application answered before it called start_response")
            self._write = self._start_response(*self._head)
        self._write(piece)


async def _with_length(headers: Headers, receive: Receive) -> tuple[Headers, Receive]:
    """Adds the length of a body that has come as a whole, up to which applications read it."""
    first: Message | None = await receive()
    whole = first is not None and not first.get("more_body", False)
    length = len(first.get("body", b"")) if first is not None else 0
    if whole and length:
        headers = [*headers, (b"content-length", str(length).encode())]

    async def again() -> Message:
        nonlocal first
        if first is None:
            return await receive()
        message, first = first, None
        return message

    return headers, again


def _with_one_cookie_header(headers: Any) -> Headers:
    """Joins cookie headers by a semicolon; a2wsgi joins headers of one name by a comma.

    A client may send one header per cookie: https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3
    """
    cookies = [value for name, value in headers if name == b"cookie"]
    if len(cookies) < 2:
        return list(headers)
    others = [(name, value) for name, value in headers if name != b"cookie"]
    return [*others, (b"cookie", b"; ".join(cookies))]
