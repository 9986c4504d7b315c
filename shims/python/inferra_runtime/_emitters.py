"""The emitters of this process some of whose events have a topic."""

from __future__ import annotations

import json
import os
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ._message import Message
from ._publish import publish

Listener = Callable[..., Any]


class BoundEmitter(ABC):
    """An emitter of a library, connected to topics."""

    #: Whether its listeners expect to be called where an event loop runs.
    on_loop = False

    def __init__(self, prefix: str, topics: Mapping[str, str]) -> None:
        """Connects the emitter of the binding ``prefix``."""
        self.prefix = prefix
        #: Event -> ARN of its topic.
        self.topics = topics

    def publish(self, message: Message) -> None:
        """Publishes what was emitted.

        Raises:
            TypeError: JSON cannot carry it.
            PublishError: SNS did not take it.
        """
        label = f'the event "{message.event}" of {self.prefix}'
        publish(self.topics[message.event], message.body(), label)

    @abstractmethod
    def listeners(self, message: Message) -> Sequence[Listener]:
        """Who in this process is to be called with the message's ``args`` and ``kwargs``."""

    @abstractmethod
    def is_heard(self, event: str) -> bool:
        """Whether anybody in this process listens to the event, whatever it carries."""


_bound: dict[str, BoundEmitter] = {}


def bound_emitter(prefix: str) -> BoundEmitter | None:
    """The emitter of that binding, if this process has made it."""
    return _bound.get(prefix)


def bind(emitter: BoundEmitter) -> None:
    """Makes an emitter one that messages are delivered to.

    Raises:
        RuntimeError: There is one of that binding already. Listeners of the two would not be told
            apart, and one of them would miss its events.
    """
    if emitter.prefix in _bound:
        raise RuntimeError(
            f"{emitter.prefix} is bound to an emitter already: what makes it was run twice"
        )
    _bound[emitter.prefix] = emitter


def read_topics(prefix: str) -> dict[str, str] | None:
    """Reads ``<prefix>_TOPICS``, a JSON object: event -> topic ARN; None where it is absent.

    Raises:
        RuntimeError: It is something else. The message names the variable.
    """
    variable = f"{prefix}_TOPICS"
    text = os.environ.get(variable)
    if text is None:
        return None
    try:
        topics = json.loads(text)
    except ValueError:
        topics = None
    if not isinstance(topics, dict) or not all(isinstance(arn, str) for arn in topics.values()):
        raise RuntimeError(f"{variable} is not a JSON object of topic ARNs by event name")
    return topics
