"""A call that a client makes again because the answer was lost on the way is answered as before, and not done twice.

AWS is a network away and answers each client's connections; one process here has hundreds at a time, and drops some.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable

from werkzeug.test import run_wsgi_app

# More than are on their way at any time.
KEPT = 2000


class AnsweredOnce:
    """An application in front of another: what the SDKs call one invocation reaches that once, if it succeeds."""

    def __init__(self, application):
        self._application = application
        self._lock = threading.Lock()
        self._calls: OrderedDict[str, _Call] = OrderedDict()

    def __call__(self, environ: dict, start_response) -> Iterable[bytes]:
        """WSGI."""
        invocation = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        if not invocation or environ["REQUEST_METHOD"] != "POST":
            return self._application(environ, start_response)
        with self._lock:
            call = self._calls.setdefault(invocation, _Call())
            while len(self._calls) > KEPT:
                self._calls.popitem(last=False)
        status, headers, body = call.answer(self._application, environ)
        start_response(status, headers)
        return [body]


class _Call:
    def __init__(self):
        self._lock = threading.Lock()
        self._answer = None

    def answer(self, application, environ: dict) -> tuple[str, list, bytes]:
        with self._lock:
            if self._answer is not None:
                return self._answer
            parts, status, headers = run_wsgi_app(application, environ, buffered=True)
            answer = (status, list(headers), b"".join(parts))
            if status.startswith("2"):
                self._answer = answer
            return answer
