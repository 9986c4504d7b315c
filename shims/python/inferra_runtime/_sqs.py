"""The calls to a queue of SQS."""

from __future__ import annotations

from typing import Any

from ._settings import Queue

# A call that is not answered within this time, beyond a long poll, is on a connection that died.
_PATIENCE_S = 10


class Sqs:
    """One queue. Its methods may be called by several threads."""

    def __init__(self, queue: Queue, wait_s: int) -> None:
        """Prepares to receive, each time for at most ``wait_s`` seconds.

        Region, credentials and endpoint come from the environment. botocore is slow to load, so it
        is only loaded where there is a queue.
        """
        import boto3
        from botocore.config import Config

        self._queue = queue
        self._wait_s = wait_s
        session = boto3.session.Session()
        config = Config(
            connect_timeout=3,
            read_timeout=_PATIENCE_S,
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=20,
        )
        self._client = session.client("sqs", config=config)
        # A receive is tried again by whoever wants messages, which then knows that it was.
        receiving = Config(
            connect_timeout=3,
            read_timeout=wait_s + _PATIENCE_S,
            retries={"mode": "standard", "total_max_attempts": 1},
        )
        self._receiver = session.client("sqs", config=receiving)

    def receive(self, most: int) -> list[dict[str, Any]]:
        """Waits for messages, up to ``most``; none where none came."""
        answer = self._receiver.receive_message(
            QueueUrl=self._queue.url,
            MaxNumberOfMessages=most,
            WaitTimeSeconds=self._wait_s,
            VisibilityTimeout=self._queue.visibility_s,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def remove(self, receipt: str) -> None:
        """Takes a message off the queue."""
        self._client.delete_message(QueueUrl=self._queue.url, ReceiptHandle=receipt)

    def hide(self, receipt: str, seconds: int) -> None:
        """Hides a message from others for so many seconds from now on."""
        self._client.change_message_visibility(
            QueueUrl=self._queue.url, ReceiptHandle=receipt, VisibilityTimeout=seconds
        )
