"""How long the work in the background takes, which no test's own duration shows."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Shorter steps are not worth a line.
LEAST_SECONDS = 5.0
# Of the resources that Terraform waits for in one step.
SHOWN_RESOURCES = 5
_DONE = re.compile(r"^(\S+): (?:Creation|Destruction|Modifications) complete after (?:(\d+)m)?(\d+)s", re.MULTILINE)
_BEGAN = time.monotonic()
_LOCK = threading.Lock()
_STEPS: list[tuple[float, float, str]] = []


@contextmanager
def step(name: str) -> Iterator[list[str]]:
    """Times the block, which may say more about itself."""
    started, more = time.monotonic(), []
    try:
        yield more
    finally:
        took = time.monotonic() - started
        with _LOCK:
            _STEPS.append((started - _BEGAN, took, " ".join([name, *more])))


def slowest(printed: str) -> str:
    """The resources that Terraform waited longest for, by what it printed."""
    seconds = {address: int(minutes or 0) * 60 + int(rest) for address, minutes, rest in _DONE.findall(printed)}
    ordered = sorted(seconds, key=seconds.get, reverse=True)[:SHOWN_RESOURCES]
    return ", ".join(f"{address} {seconds[address]} s" for address in ordered)


def lines() -> list[str]:
    """One for each step that took long, in the order in which they began."""
    with _LOCK:
        return [
            f"{began:7.1f} s: {took:6.1f} s {name}" for began, took, name in sorted(_STEPS) if took >= LEAST_SECONDS
        ]
