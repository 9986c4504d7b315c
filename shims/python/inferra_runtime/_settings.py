"""The settings of a container's process, from its environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Queue:
    """A queue of SQS whose messages this unit handles."""

    url: str
    #: Seconds for which a message is hidden from others, before that is asked for again.
    visibility_s: int
    #: The bindings of the emitters whose events are in it.
    emitters: tuple[str, ...]


@dataclass(frozen=True)
class Settings:
    """What ``<prefix>_PORT``, ``_HEALTH_PORT``, ``_GRACE_S`` and ``_FRONT_IDLE_S`` say."""

    #: Where the application is served.
    port: int
    #: Where ``/live`` and ``/ready`` are answered.
    health_port: int
    #: Seconds that work in hand has to finish once the process is told to stop.
    grace_s: int
    #: The queues whose messages this unit handles.
    queues: tuple[Queue, ...] = ()
    #: Seconds for which the load balancer that clients talk to keeps an idle connection; None where
    #: they talk to API Gateway.
    front_idle_s: int | None = None

    @classmethod
    def read(cls, prefix: str) -> Settings:
        """Reads the variables that start with ``prefix``, each with its default.

        Raises:
            RuntimeError: A value is not a number that fits. The message names the variable.
        """
        return cls(
            port=_number(f"{prefix}_PORT", 8000, 65535),
            health_port=_number(f"{prefix}_HEALTH_PORT", 8081, 65535),
            grace_s=_number(f"{prefix}_GRACE_S", 30, 86400),
            queues=_queues(),
            front_idle_s=_number(f"{prefix}_FRONT_IDLE_S", 0, 4000) or None,
        )


def _queues() -> tuple[Queue, ...]:
    """A unit has one queue for all its emitters, so the variables of several name the same one."""
    emitters: dict[str, list[str]] = {}
    for name, url in os.environ.items():
        found = re.fullmatch(r"(INFERRA_PUBSUB_.+)_QUEUE", name)
        if found:
            emitters.setdefault(url, []).append(found[1])
    queues = []
    for url, prefixes in emitters.items():
        # The most that SQS allows:
        # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
        visibility_s = _number(f"{prefixes[0]}_VISIBILITY_S", None, 43200, least=1)
        queues.append(Queue(url, visibility_s, tuple(prefixes)))
    return tuple(queues)


def _number(variable: str, default: int | None, most: int, least: int = 0) -> int:
    text = os.environ.get(variable)
    if text is None and default is not None:
        return default
    # `int` alone would take " 1_0 " as well.
    number = int(text) if text is not None and text.isascii() and text.isdigit() else -1
    if not least <= number <= most:
        raise RuntimeError(f"{variable} must be a number from {least} to {most}")
    return number
