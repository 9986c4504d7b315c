from __future__ import annotations

from typing import Any

import gateway
import pytest

from inferra_runtime.lambda_http import UnsupportedEventError, asgi_handler

SECRET = "hunter2"


async def never(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        raise AssertionError("the application must not see this event")


OTHERS: list[tuple[Any, str]] = [
    ({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": SECRET}}]}, "an SNS event"),
    ({"Records": [{"eventSource": "aws:sqs", "body": SECRET}]}, "an SQS event"),
    ({"Records": [{"eventSource": "aws:s3", "s3": {}}]}, "an S3 event"),
    ({"Records": [{"eventSource": "aws:kinesis"}]}, "a Kinesis event"),
    ({"Records": [{"eventSource": "aws:dynamodb"}]}, "a DynamoDB stream event"),
    ({"Records": [{"cf": {"request": {"uri": SECRET}}}]}, "a Lambda@Edge event"),
    ({"Records": [{"eventSource": SECRET}]}, "an event of unknown kind"),
    ({"Records": [{"eventSource": [SECRET]}]}, "an event of unknown kind"),
    ({"Records": []}, "an event of unknown kind"),
    ({"source": "app", "detail-type": SECRET, "detail": {}}, "an EventBridge event"),
    ({"awslogs": {"data": SECRET}}, "a CloudWatch Logs event"),
    ({"requestContext": {"elb": {}}}, "a load balancer event"),
    ({"requestContext": {"connectionId": SECRET, "eventType": "MESSAGE"}}, "a WebSocket event"),
    ({"version": "2.0", "requestContext": {}}, "an event of unknown kind"),
    ({"requestContext": SECRET}, "an event of unknown kind"),
    ({"ping": SECRET}, "an event of unknown kind"),
    ({}, "an event of unknown kind"),
    ([SECRET], "an event that is not a JSON object"),
    (SECRET, "an event that is not a JSON object"),
    (None, "an event that is not a JSON object"),
]


@pytest.mark.parametrize(("event", "kind"), OTHERS)
def test_an_event_that_is_not_http_is_an_error(event: Any, kind: str) -> None:
    with pytest.raises(UnsupportedEventError) as caught:
        asgi_handler(never)(event, None)
    assert str(caught.value).endswith(f"it was invoked with {kind}")
    assert SECRET not in str(caught.value)


def test_a_rejected_event_does_not_end_the_handler() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    handler = asgi_handler(app)
    with pytest.raises(UnsupportedEventError):
        handler({}, None)
    assert handler(gateway.http_api("GET", "/"), None)["statusCode"] == 204
