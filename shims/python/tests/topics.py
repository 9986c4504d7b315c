"""What tests of emitters share: bindings of their own, and a stand-in for SNS."""

from __future__ import annotations

import json
from typing import Any

import pytest

from inferra_runtime import _carriers, _emitters

PREFIX = "INFERRA_PUBSUB_ORDERS"


class Sns:
    """Takes what is published, or fails."""

    def __init__(self) -> None:
        self.published: list[tuple[str, Any]] = []
        self.failure: Exception | None = None

    def publish(self, TopicArn: str, Message: str) -> None:  # noqa: N803 - boto3's names
        if self.failure is not None:
            raise self.failure
        self.published.append((TopicArn, json.loads(Message)))


@pytest.fixture
def sns(monkeypatch: pytest.MonkeyPatch) -> Sns:
    fake = Sns()
    monkeypatch.setattr(_carriers, "client", {"sns": fake}.__getitem__)
    monkeypatch.setattr(_emitters, "_bound", {})
    return fake


def bind(monkeypatch: pytest.MonkeyPatch, *events: str, prefix: str = PREFIX) -> None:
    monkeypatch.setenv(f"{prefix}_TOPICS", json.dumps({event: f"arn:{event}" for event in events}))


def body(event: str, *args: Any, prefix: str = PREFIX, **kwargs: Any) -> str:
    content = {"emitter": prefix, "event": event, "args": list(args)}
    return json.dumps({**content, "kwargs": kwargs} if kwargs else content)
