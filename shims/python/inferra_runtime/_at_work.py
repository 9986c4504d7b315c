"""What a process is doing, so that it can be ended between two pieces of work.

A piece of work is an invocation of a function, or the run of a job. The requests and messages of a
container are not counted here, since SIGTERM lets them finish.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator

__all__ = ["at_work", "between_work", "expect_work"]

# Where Lambda's own program waits for the next invocation, after it has sent the answer:
# https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/lambda_runtime_client.py
_WAITING = "wait_next_invocation"
# How often it is looked whether it does, and for how long after an invocation: after a longer time
# the process was frozen in between, and may have been woken by another.
_LOOK_S = 0.001
_BETWEEN_S = 0.1
# As long as an invocation can take. After that, whatever it is that runs the function, the end of
# an invocation will do.
_LONGEST_S = 900.0

_changes = threading.Condition()
_in_hand = 0
_done = 0
_awaits_work = False


def expect_work() -> None:
    """Says that this process waits for pieces of work, which may come at any time but one."""
    global _awaits_work
    _awaits_work = True


@contextlib.contextmanager
def at_work() -> Iterator[None]:
    """Is a piece of work."""
    global _in_hand, _done
    with _changes:
        _in_hand += 1
    try:
        yield
    finally:
        with _changes:
            _in_hand -= 1
            _done += 1
            _changes.notify_all()


def between_work() -> None:
    """Returns where nothing is in hand: at once, or between a piece of work and the next."""
    longest = time.time() + _LONGEST_S
    while _in_hand > 0 or _awaits_work:
        _wait_for_an_end(_done)
        now = time.time()
        until = now + _BETWEEN_S
        while _in_hand == 0 and now < until:
            if _is_answered() or now > longest:
                return
            time.sleep(_LOOK_S)
            now = time.time()


def _wait_for_an_end(done: int) -> None:
    with _changes:
        _changes.wait_for(lambda: _in_hand == 0 and _done > done)


def _is_answered() -> bool:
    main = threading.main_thread().ident
    frame = sys._current_frames().get(main) if main is not None else None
    while frame is not None:
        if frame.f_code.co_name == _WAITING:
            return True
        frame = frame.f_back
    return False
