"""Publishes to SNS."""

from __future__ import annotations

from ._aws import client


class PublishError(RuntimeError):
    """SNS did not take an event; the cause says why."""


def publish(topic: str, body: str, label: str) -> None:
    """Publishes ``body``, and returns once SNS has it.

    Args:
        topic: The topic's ARN.
        body: The message.
        label: What is published, without its content, for an error.

    Raises:
        PublishError: SNS did not take it.
    """
    # botocore is slow to load, and only what publishes needs it.
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client("sns").publish(TopicArn=topic, Message=body)
    except (BotoCoreError, ClientError) as error:
        size = len(body.encode())
        raise PublishError(f"SNS did not take {label} ({size} bytes): {error}") from error
