"""Tells the events of Lambda apart by their shape; they carry no type."""

from __future__ import annotations

from typing import Any


class UnsupportedEventError(ValueError):
    """The function was invoked with an event that it does not take."""


# `eventSource`, or for SNS `EventSource`, of the first record:
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
_RECORD_SOURCES = {
    "aws:dynamodb": "a DynamoDB stream event",
    "aws:kinesis": "a Kinesis event",
    "aws:s3": "an S3 event",
    "aws:sns": "an SNS event",
    "aws:sqs": "an SQS event",
}
_UNKNOWN = "an event of unknown kind"


def is_http(event: Any) -> bool:
    """Whether API Gateway sent ``event`` as an HTTP request (payload 2.0 or 1.0)."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    if not isinstance(context, dict):
        return False
    if event.get("version") == "2.0":
        return "http" in context
    return "httpMethod" in event and "resource" in event


def record_source(event: Any) -> str | None:
    """The service whose records ``event`` holds, such as ``aws:sns``."""
    first = _first_record(event)
    # SNS writes `EventSource`; SQS, S3, DynamoDB and Kinesis write `eventSource`.
    source = first.get("eventSource", first.get("EventSource"))
    return source if isinstance(source, str) else None


def is_published(event: Any) -> bool:
    """Whether SNS, SQS or EventBridge hands over what may be a message of an emitter."""
    if record_source(event) in ("aws:sns", "aws:sqs"):
        return True
    if not isinstance(event, dict) or "detail-type" not in event:
        return False
    # AWS's own events are nobody's emitter's.
    source = event.get("source")
    return isinstance(source, str) and not source.startswith("aws.")


def request(event: Any) -> dict[str, Any] | None:
    """What inferra's own resources ask for, ``{"inferra": {…}}``; None for other events."""
    asked = event.get("inferra") if isinstance(event, dict) and len(event) == 1 else None
    return asked if isinstance(asked, dict) and len(asked) == 1 else None


def describe(event: Any) -> str:
    """Names the kind of an event, and shows nothing that it carries."""
    if not isinstance(event, dict):
        return "an event that is not a JSON object"
    if is_http(event):
        return "an HTTP request"
    asked = request(event)
    if asked is not None and "job" in asked:
        return "a job event"
    context = event.get("requestContext")
    if isinstance(context, dict):
        if "elb" in context:
            return "a load balancer event"
        if "connectionId" in context:
            return "a WebSocket event"
    if "detail-type" in event and "source" in event:
        return "an EventBridge event"
    if "awslogs" in event:
        return "a CloudWatch Logs event"
    records = event.get("Records")
    if (
        isinstance(records, list)
        and records
        and isinstance(records[0], dict)
        and "cf" in records[0]
    ):
        return "a Lambda@Edge event"
    return _RECORD_SOURCES.get(record_source(event) or "", _UNKNOWN)


def _first_record(event: Any) -> dict[str, Any]:
    records = event.get("Records") if isinstance(event, dict) else None
    first = records[0] if isinstance(records, list) and records else None
    return first if isinstance(first, dict) else {}
