"""Serves an ASGI or WSGI application from AWS Lambda, behind API Gateway or a load balancer.

The translation of requests and responses is mangum's (https://mangum.fastapiexpert.com). This
module adds what a server does for the untouched application: one event loop and one lifespan
for the life of the process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mangum import Mangum
from mangum.types import ASGI

from . import _events, _fronts
from ._asgi import Application, Message, Receive, Scope, Send
from ._events import UnsupportedEventError
from ._lifespan import Lifespan
from ._loop import process_loop

if TYPE_CHECKING:
    from ._wsgi import WsgiApplication

__all__ = ["UnsupportedEventError", "asgi_handler", "wsgi_handler"]


def asgi_handler(app: Application) -> Callable[[Any, Any], dict[str, Any]]:
    """Returns the Lambda handler that serves ``app``.

    The handler takes an event of an HTTP API or function URL (payload 2.0,
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html)
    or of a REST API (payload 1.0) or of a load balancer
    (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html),
    and returns the response in the format that belongs to it.
    The path is taken as it arrives: an HTTP API's stage must be ``$default``; that of a REST API is
    not part of it, and is put before the paths of redirections and cookies. A body that is not
    UTF-8 is sent base64-encoded; a REST API decodes it only if its binary media types say so.

    The application's startup runs here, once, in Lambda's initialisation phase. All requests
    share one event loop, so connections outlive a request. A task that the application leaves
    running is frozen between requests. Shutdown does not run: Lambda ends a sandbox without notice.

    Args:
        app: An ASGI 3 application, such as ``FastAPI()``.

    Returns:
        A function of event and context. An exception in the application is logged and answered
        with status 500. The function raises ``UnsupportedEventError``, which names the event's
        kind and nothing of its content, for any event that is not an HTTP request.

    Raises:
        Exception: Whatever the application's startup raised, so that the function fails to start.
    """
    lifespan = process_loop().run_until_complete(Lifespan.start(app))
    # mangum's own lifespan support starts and stops the application around each event. The
    # empty media type matches all: what decodes as UTF-8 is text, the rest is base64.
    adapter = Mangum(_served(app, lifespan), lifespan="off", text_mime_types=[""])

    def handler(event: Any, context: Any) -> dict[str, Any]:
        if not _events.is_http(event):
            raise UnsupportedEventError(
                "this function serves HTTP requests of API Gateway and of load balancers; "
                f"it was invoked with {_events.describe(event)}"
            )
        # mangum runs on the current loop.
        process_loop()
        return _fronts.below(adapter(_fronts.as_known(event), context), event)

    return handler


def wsgi_handler(app: WsgiApplication) -> Callable[[Any, Any], dict[str, Any]]:
    """Returns the Lambda handler that serves ``app``, as ``asgi_handler`` does for ASGI.

    Lambda sends a process one request at a time, so one thread answers them all: what the
    application keeps per thread, such as a database connection, is there again for the next.

    Args:
        app: A WSGI application, such as ``Flask(__name__)``.

    Returns:
        A function of event and context, with the same errors.
    """
    # Only units with such an application hold a2wsgi.
    from ._wsgi import as_asgi

    return asgi_handler(as_asgi(app, threads=1))


def _served(app: Application, lifespan: Lifespan) -> ASGI:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_decodable(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(name, _as_utf8(value)) for name, value in message.get("headers", ())]
                message = {**message, "headers": headers}
            await send(message)

        scope["state"] = lifespan.state.copy()
        await app(scope, receive, send_decodable)

    return serve


def _as_utf8(value: bytes) -> bytes:
    """Recodes a header's value where mangum, which reads UTF-8, would fail on it.

    Frameworks write ISO-8859-1: https://www.rfc-editor.org/rfc/rfc9110#section-5.5
    """
    try:
        value.decode()
    except UnicodeDecodeError:
        return value.decode("iso-8859-1").encode()
    return value
