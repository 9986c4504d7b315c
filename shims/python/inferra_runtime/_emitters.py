"""The emitters of this process some of whose events are carried to listeners anywhere."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Callable

from ._carriers import Carrier
from ._message import Message
from ._publish import publish

Listener = Callable[..., Any]


class BoundEmitter(ABC):
    """An emitter of a library, connected to what carries its events."""

    #: Whether its listeners expect to be called where an event loop runs.
    on_loop = False

    def __init__(self, prefix: str, carrier: Carrier, local: frozenset[str] = frozenset()) -> None:
        """Connects the emitter of the binding ``prefix``, but for the events of ``local``."""
        self.prefix = prefix
        self._carrier = carrier
        #: The events that are carried.
        self.events = carrier.events.keys() - local

    def publish(self, message: Message) -> None:
        """Publishes what was emitted.

        Raises:
            TypeError: JSON cannot carry it.
            PublishError: What carries it did not take it.
        """
        label = f'the event "{message.event}" of {self.prefix}'
        publish(self._carrier, message.event, message.body(), label)

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
