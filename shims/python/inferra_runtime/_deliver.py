"""Calls the listeners of this process with what messages carry."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Callable

from ._emitters import Listener, bound_emitter
from ._message import Message


class DeliveryError(RuntimeError):
    """A message could not be handled: nobody listens to it, or several listeners failed."""


@dataclass(frozen=True)
class Arrival:
    """A message as it arrives."""

    #: What to call it in an error: its way here and its id, nothing that it carries.
    label: str
    #: The message as JSON, or an event of EventBridge around it.
    body: str


#: Calls a listener to its end: the listener bound to its arguments, and whether it expects a loop.
Run = Callable[[Callable[[], Any], bool], None]


def deliver(arrivals: Sequence[Arrival], run: Run) -> None:
    """Calls all listeners of all messages, the rest also where one fails.

    A message with a failure is delivered again, to all its listeners, so that a listener may see it
    more than once.

    Raises:
        DeliveryError: A message is not for this process, or several listeners failed.
        Exception: What the only listener that failed raised.
    """
    failures: list[Exception] = []
    for arrival in arrivals:
        try:
            message, listeners, on_loop = _find(arrival)
        except DeliveryError as error:
            failures.append(error)
            continue
        for listener in listeners:
            try:
                run(_call(listener, message), on_loop)
            except Exception as error:  # noqa: BLE001 - it is raised below
                failures.append(error)
    if len(failures) == 1:
        raise failures[0]
    if failures:
        # The traceback of each would be lost: the errors of others are no cause of this one.
        for failure in failures:
            sys.excepthook(type(failure), failure, failure.__traceback__)
        raise DeliveryError(f"{len(failures)} listeners failed")


def _call(listener: Listener, message: Message) -> Callable[[], Any]:
    return lambda: listener(*message.args, **message.kwargs)


def _find(arrival: Arrival) -> tuple[Message, Sequence[Listener], bool]:
    message = Message.read(arrival.body)
    if message is None:
        raise DeliveryError(f"{arrival.label} was not published by an inferra unit")
    bound = bound_emitter(message.emitter)
    if bound is None:
        raise DeliveryError(f"{arrival.label} is for an emitter that this unit does not have")
    # Only now is the event's name known to be one from the code, and fit for a log.
    if message.event not in bound.events:
        raise DeliveryError(f"{arrival.label} is for an event of {bound.prefix} that has no topic")
    if not bound.is_heard(message.event):
        raise DeliveryError(
            f'nothing listens to the event "{message.event}" of {bound.prefix} in this unit'
        )
    return message, bound.listeners(message), bound.on_loop
