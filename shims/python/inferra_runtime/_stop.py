"""How a container's process ends once it is told to."""

from __future__ import annotations

import os
import sys
import threading

# What the application's own shutdown may take on top of the grace for its work in hand. It is less
# than what is left before the process is killed: 5 seconds on Kubernetes, 10 on ECS.
_CLOSING_S = 3


def say(message: str) -> None:
    """Writes a line for whoever reads the container's log."""
    print(f"inferra: {message}", file=sys.stderr, flush=True)


def start_deadline(grace_s: int) -> None:
    """Ends the process, as a failure, where it has not ended by itself in time.

    It needs a thread: an event loop or a program that hangs would not look at a clock.
    """
    timer = threading.Timer(grace_s + _CLOSING_S, _abort, [grace_s])
    timer.daemon = True
    timer.start()


def _abort(grace_s: int) -> None:
    say(f"the process did not end within {grace_s} seconds and {_CLOSING_S} for its shutdown")
    sys.stdout.flush()
    # Not `sys.exit`: threads that are stuck would be waited for.
    os._exit(1)
