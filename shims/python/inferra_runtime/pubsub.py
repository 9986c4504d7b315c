"""Connects emitters to topics or a bus: what is emitted is published, and comes back to listeners.

Compiled code calls one of these functions around the expression that makes an emitter. Where the
binding's environment variables are absent, they change nothing: ``<prefix>_TOPICS`` for topics of
SNS, ``<prefix>_BUS``, ``_SOURCE`` and ``_EVENTS`` for a bus of EventBridge.

Emitting is as synchronous as the library's own call: it returns once that has the event, and raises
``TypeError`` for what JSON cannot carry, or ``PublishError``. No listener is called by it, not in
the same process either: each is called when the event is delivered, at least once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, TypeVar

from ._carriers import Carrier, read_carrier
from ._emitters import BoundEmitter, Listener, bind
from ._message import Message
from ._publish import PublishError

__all__ = ["PublishError", "blinker_signal", "pyee_emitter"]

_T = TypeVar("_T")


def pyee_emitter(own: _T, prefix: str) -> _T:
    """Connects an emitter of pyee, and returns it.

    ``emit`` returns True for an event that is carried, because whoever subscribes to that listens.
    Every other event stays in its process, as ``error`` and ``new_listener`` always do.

    Raises:
        RuntimeError: A variable is malformed, or the binding has an emitter already.
    """
    carrier = read_carrier(prefix)
    if carrier is not None:
        bind(_Pyee(own, prefix, carrier))
    return own


def blinker_signal(own: _T, prefix: str) -> _T:
    """Connects a signal of blinker, and returns it.

    ``send`` and ``send_async`` return an empty list, as they do where no receiver is connected. The
    sender travels with the event, so it must be a text or None: ``TypeError`` otherwise.

    Raises:
        RuntimeError: A variable is malformed or names more than the signal's one event, or
            the binding has a signal already.
    """
    carrier = read_carrier(prefix)
    if carrier is not None:
        bind(_Blinker(own, prefix, carrier))
    return own


class _Pyee(BoundEmitter):
    # https://pyee.readthedocs.io/en/latest/
    _LOCAL = frozenset({"error", "new_listener"})

    def __init__(self, own: Any, prefix: str, carrier: Carrier) -> None:
        super().__init__(prefix, carrier, self._LOCAL)
        self._own = own
        # Its plain listeners, too, are usually called from a coroutine, and may start others.
        self.on_loop = any(kind.__name__ == "AsyncIOEventEmitter" for kind in type(own).__mro__)
        local = own.emit

        def emit(event: str, *args: Any, **kwargs: Any) -> bool:
            if event not in self.events:
                result: bool = local(event, *args, **kwargs)
                return result
            self.publish(Message(prefix, event, list(args), kwargs))
            return True

        own.emit = emit

    def listeners(self, message: Message) -> Sequence[Listener]:
        found: list[Listener] = list(self._own.listeners(message.event))
        return found

    def is_heard(self, event: str) -> bool:
        return bool(self._own.listeners(event))


class _Blinker(BoundEmitter):
    # https://blinker.readthedocs.io/en/stable/
    def __init__(self, own: Any, prefix: str, carrier: Carrier) -> None:
        super().__init__(prefix, carrier)
        if len(carrier.events) != 1:
            raise RuntimeError(f"{carrier.variable} must name the one event of a signal")
        self._own = own
        (self._event,) = carrier.events

        # How receivers are called, the last parameter, is decided where they are.
        def send(sender: Any = None, /, *, _async_wrapper: Any = None, **kwargs: Any) -> list[Any]:
            self._send(sender, kwargs)
            return []

        async def send_async(
            sender: Any = None, /, *, _sync_wrapper: Any = None, **kwargs: Any
        ) -> list[Any]:
            await asyncio.to_thread(self._send, sender, kwargs)
            return []

        own.send = send
        own.send_async = send_async

    def _send(self, sender: Any, kwargs: dict[str, Any]) -> None:
        if sender is not None and type(sender) is not str:
            raise TypeError(
                f"the sender of a signal that crosses processes must be a text or None, "
                f"not of type {type(sender).__name__}"
            )
        if not self._own.is_muted:
            self.publish(Message(self.prefix, self._event, [sender], kwargs))

    def listeners(self, message: Message) -> Sequence[Listener]:
        sender = message.args[0] if message.args else None
        return list(self._own.receivers_for(sender))

    def is_heard(self, event: str) -> bool:  # noqa: ARG002 - it has one
        return bool(self._own.receivers)
