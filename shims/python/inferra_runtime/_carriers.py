"""What takes an emitter's events to their listeners: topics of SNS, or a bus of EventBridge."""

from __future__ import annotations

import json
import os
import random
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping

from ._aws import client

# As often as the client itself tries what fails as a whole.
_TRIES = 3
_FIRST_PAUSE_S = 0.1
# What says that the same event may be taken a moment later:
# https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
_PASSING = frozenset({"InternalException", "InternalFailure", "ThrottlingException"})


class Carrier(ABC):
    """What takes an emitter's events to their listeners."""

    #: As people call it.
    name: str

    def __init__(self, variable: str, events: Mapping[str, str]) -> None:
        """Reads nothing; see ``read_carrier``."""
        #: The variable that lists the events.
        self.variable = variable
        #: Each event with what it is known by there.
        self.events = events

    @abstractmethod
    def send(self, event: str, body: str) -> None:
        """Returns once it has the event.

        Raises:
            BotoCoreError: It could not be asked.
            ClientError: It did not take the event.
        """


class _Topics(Carrier):
    """Topics of SNS, one for each event."""

    name = "SNS"

    def send(self, event: str, body: str) -> None:
        client("sns").publish(TopicArn=self.events[event], Message=body)


class _Bus(Carrier):
    """A bus of EventBridge, on which each event has a type."""

    name = "EventBridge"

    def __init__(self, variable: str, events: Mapping[str, str], bus: str, source: str) -> None:
        super().__init__(variable, events)
        self._entry = {"EventBusName": bus, "Source": source}

    def send(self, event: str, body: str) -> None:
        """Puts one event on the bus.

        A request that succeeds may have entries that did not, which the client takes for success:
        such an entry is tried again where that may help, and is a ``ClientError`` otherwise.
        """
        from botocore.exceptions import ClientError

        entry = {**self._entry, "DetailType": self.events[event], "Detail": body}
        for tries in range(1, _TRIES + 1):
            answer = client("events").put_events(Entries=[entry])
            failed = [one for one in answer.get("Entries", []) if "ErrorCode" in one]
            if not failed and not answer.get("FailedEntryCount"):
                return
            error = {
                "Code": failed[0]["ErrorCode"] if failed else "InternalFailure",
                "Message": failed[0].get("ErrorMessage", "") if failed else "",
            }
            if tries == _TRIES or error["Code"] not in _PASSING:
                raise ClientError({"Error": error}, "PutEvents")
            pause = _FIRST_PAUSE_S * 2 ** (tries - 1)
            time.sleep(pause * (0.5 + random.random() / 2))  # noqa: S311 - nobody's secret


def read_carrier(prefix: str) -> Carrier | None:
    """What the environment says of the binding ``prefix``; None where it says nothing.

    ``<prefix>_TOPICS`` is a JSON object: event -> ARN of its topic. Or ``<prefix>_BUS`` is the ARN
    of a bus, ``<prefix>_SOURCE`` where its events come from, and ``<prefix>_EVENTS`` a JSON object:
    event -> detail type.

    Raises:
        RuntimeError: It is something else. The message names the variable.
    """
    topics = os.environ.get(f"{prefix}_TOPICS")
    if topics is not None:
        variable = f"{prefix}_TOPICS"
        return _Topics(variable, _read(variable, topics, "topic ARNs"))
    bus = os.environ.get(f"{prefix}_BUS")
    if bus is None:
        return None
    source = os.environ.get(f"{prefix}_SOURCE")
    if source is None:
        raise RuntimeError(f"{prefix}_SOURCE is absent, and {prefix}_BUS is there")
    variable = f"{prefix}_EVENTS"
    events = _read(variable, os.environ.get(variable, ""), "detail types")
    return _Bus(variable, events, bus, source)


def _read(variable: str, text: str, what: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise RuntimeError(f"{variable} is not a JSON object of {what} by event name")
    return found
