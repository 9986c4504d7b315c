"""Publishes to SNS."""

from __future__ import annotations

import threading
from typing import Any

_client: Any = None
_making = threading.Lock()


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
        _sns().publish(TopicArn=topic, Message=body)
    except (BotoCoreError, ClientError) as error:
        size = len(body.encode())
        raise PublishError(f"SNS did not take {label} ({size} bytes): {error}") from error


def _sns() -> Any:
    """The one client of the process: region, credentials and endpoint come from the environment."""
    global _client
    # Clients may be used by several threads, and must be made by one at a time:
    # https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    with _making:
        if _client is None:
            import boto3
            from botocore.config import Config

            # A call that is not answered within this time is on a connection that has died, as one
            # may while Lambda keeps the process frozen.
            config = Config(
                connect_timeout=3,
                read_timeout=10,
                retries={"mode": "standard", "total_max_attempts": 3},
            )
            _client = boto3.client("sns", config=config)
        return _client
