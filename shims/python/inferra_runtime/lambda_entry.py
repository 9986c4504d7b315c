"""The entry point of a unit on AWS Lambda: tells its events apart, and hands each on."""

from __future__ import annotations

from typing import Any, Callable

from . import _events, _jobs
from ._at_work import at_work, expect_work
from ._events import UnsupportedEventError

__all__ = ["UnsupportedEventError", "handler_of"]

Handler = Callable[[Any, Any], Any]


def handler_of(
    http: Handler | None = None, events: bool = False, jobs: _jobs.Jobs | None = None
) -> Handler:
    """Returns the Lambda handler of a unit.

    Beside what the arguments say, it takes ``{"inferra": {"warm": true}}``, which does nothing but
    keep an instance of the function ready.

    Args:
        http: Answers requests of API Gateway and of function URLs, such as
            ``lambda_http.asgi_handler(app)``.
        events: Whether the unit handles what it subscribes to, as SNS, SQS or EventBridge hand it
            over.
        jobs: What runs at ``{"inferra": {"job": "<id>"}}``: ``module:function`` by id.

    Returns:
        A function of event and context. It raises what a handler or job raised, so that Lambda
        tries again, and ``UnsupportedEventError`` for any event that the unit does not take. That
        error names the event's kind and nothing of its content.
    """
    known = jobs or {}
    deliver = _delivery() if events else None
    taken = [
        *(["HTTP requests"] if http else []),
        *(["the events that it subscribes to"] if deliver else []),
        *(["jobs"] if known else []),
    ]

    def handler(event: Any, context: Any) -> Any:
        with at_work():
            return handled(event, context)

    def handled(event: Any, context: Any) -> Any:
        asked = _events.request(event)
        if asked is not None and asked.get("warm") is True:
            return None
        if asked is not None and "job" in asked and known:
            _jobs.run(known, asked["job"])
            return None
        if http is not None and _events.is_http(event):
            return http(event, context)
        if deliver is not None and _events.is_published(event):
            return deliver(event)
        raise UnsupportedEventError(
            f"this function takes {' and '.join(taken) or 'no events'}; "
            f"it was invoked with {_events.describe(event)}"
        )

    expect_work()
    return handler


def _delivery() -> Callable[[Any], None]:
    # Loaded only where it is needed, so that other units do not pay for it at each start.
    from ._records import deliver_records

    return deliver_records
