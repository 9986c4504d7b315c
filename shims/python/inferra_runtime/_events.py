"""Tells the events of Lambda apart by their shape; they carry no type."""

from __future__ import annotations

from typing import Any

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


def describe(event: Any) -> str:
    """Names the kind of an event that is not HTTP, and shows nothing that it carries."""
    if not isinstance(event, dict):
        return "an event that is not a JSON object"
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
    return _describe_records(event.get("Records"))


def _describe_records(records: Any) -> str:
    first = records[0] if isinstance(records, list) and records else None
    if not isinstance(first, dict):
        return _UNKNOWN
    if "cf" in first:
        return "a Lambda@Edge event"
    source = first.get("eventSource", first.get("EventSource"))
    return _RECORD_SOURCES.get(source, _UNKNOWN) if isinstance(source, str) else _UNKNOWN
