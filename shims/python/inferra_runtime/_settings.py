"""The settings of a container's process, from its environment."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What the variables ``<prefix>_PORT``, ``_HEALTH_PORT`` and ``_GRACE_S`` say."""

    #: Where the application is served.
    port: int
    #: Where ``/live`` and ``/ready`` are answered.
    health_port: int
    #: Seconds that work in hand has to finish once the process is told to stop.
    grace_s: int

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
        )


def _number(variable: str, default: int, most: int) -> int:
    text = os.environ.get(variable)
    if text is None:
        return default
    # `int` alone would take " 1_0 " as well.
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise RuntimeError(f"{variable} must be a number from 0 to {most}")
    return int(text)
