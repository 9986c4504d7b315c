"""Publishes to what carries events."""

from __future__ import annotations

from ._carriers import Carrier


class PublishError(RuntimeError):
    """SNS or EventBridge did not take an event; the cause says why."""


def publish(carrier: Carrier, event: str, body: str, label: str) -> None:
    """Publishes ``body``, and returns once ``carrier`` has it.

    Args:
        carrier: What takes it.
        event: The event.
        body: The message.
        label: What is published, without its content, for an error.

    Raises:
        PublishError: It was not taken.
    """
    # botocore is slow to load, and only what publishes needs it.
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        carrier.send(event, body)
    except (BotoCoreError, ClientError) as error:
        size = len(body.encode())
        raise PublishError(
            f"{carrier.name} did not take {label} ({size} bytes): {error}"
        ) from error
