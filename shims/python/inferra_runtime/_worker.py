"""Handles the messages of a queue in a container, at least once each.

Messages are handled in threads, up to ten at a time, so that a slow one does not keep the others
waiting. A listener that is asynchronous, or whose emitter is, runs on the process's event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import random
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Protocol

from . import _stop
from ._deliver import Arrival, deliver
from ._emitters import bound_emitter
from ._settings import Queue

# As many as one receive gives at most.
_IN_HAND = 10

# What a receive waits for a message at most. It is short because a stop lets the receive in hand
# end: were it given up, SQS might just have answered, and a message that nobody has seen would have
# used up a try, perhaps its only one. A queue that is empty costs half a million requests a month.
_LONG_POLL_S = 5
# The part of the grace that a receive may wait, so that handlers have most of it.
_POLL_PART = 1 / 6
# What an answer may take on its way, beyond the wait.
_ON_ITS_WAY_S = 2

_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
# After this time somebody should know that nothing is received because nobody listens.
_SILENCE_S = 10.0


class Source(Protocol):
    """What a worker asks of a queue: see ``_sqs.Sqs``."""

    def receive(self, most: int) -> list[dict[str, Any]]: ...
    def remove(self, receipt: str) -> None: ...
    def hide(self, receipt: str, seconds: int) -> None: ...


def start(queue: Queue, grace_s: int, loop: asyncio.AbstractEventLoop) -> Worker:
    """Starts to handle a queue's messages."""
    # A wait of no time would be a receive after the other, without a pause.
    wait_s = max(1, min(_LONG_POLL_S, int(grace_s * _POLL_PART)))
    from ._sqs import Sqs

    # A receive that is not answered by then is on a connection that has died.
    patience_s = min(wait_s + _ON_ITS_WAY_S, grace_s / 2)
    return Worker(queue, Sqs(queue, wait_s), loop, patience_s)


class Worker:
    """Receives messages until it is stopped, and hands each to its listeners."""

    def __init__(
        self,
        queue: Queue,
        source: Source,
        loop: asyncio.AbstractEventLoop,
        patience_s: float = _LONG_POLL_S,
    ) -> None:
        """Starts at once; ``loop`` runs, or will run, in another thread."""
        self._patience_s = patience_s
        self._queue = queue
        self._source = source
        self._loop = loop
        self._stopping = threading.Event()
        self._free = threading.Semaphore(_IN_HAND)
        self._handlers = ThreadPoolExecutor(_IN_HAND, thread_name_prefix="inferra-events")
        # Daemons, for a process that is to end although a listener hangs.
        self._poller = threading.Thread(target=self._poll, name="inferra-queue", daemon=True)
        self._poller.start()

    def stop(self) -> None:
        """Begins no receive any more."""
        self._stopping.set()

    def finish(self) -> None:
        """Stops, and returns once all messages are handled, also those of the last receive."""
        self.stop()
        self._poller.join(self._patience_s)
        self._handlers.shutdown()

    def _poll(self) -> None:
        self._wait_for_listeners()
        failures = 0
        while not self._stopping.is_set():
            most = self._take_places()
            try:
                messages = [] if self._stopping.is_set() else self._source.receive(most)
                failures = 0
            except Exception as error:  # noqa: BLE001 - whatever it is, the next receive may do
                messages = []
                failures += 1
                _stop.say(f"messages cannot be received at present: {error}")
                self._stopping.wait(_pause(failures))
            for _ in range(most - len(messages)):
                self._free.release()
            for message in messages:
                # Also where the process has been told to stop: to hand a message back would use up
                # one of its tries.
                with contextlib.suppress(RuntimeError):  # too late: it is visible again in time
                    self._handlers.submit(self._handle, message)

    def _take_places(self) -> int:
        """Waits until a message can be handled at once, and says how many can."""
        self._free.acquire()
        places = 1
        while places < _IN_HAND and self._free.acquire(blocking=False):
            places += 1
        return places

    def _wait_for_listeners(self) -> None:
        """A program may still be on its way to where it subscribes."""
        said = False
        began = time.monotonic()
        while not self._stopping.is_set() and not self._is_heard():
            if not said and time.monotonic() - began > _SILENCE_S:
                said = True
                _stop.say("no event is received yet: nothing in this process listens to any")
            self._stopping.wait(0.1)

    def _is_heard(self) -> bool:
        emitters = [bound_emitter(prefix) for prefix in self._queue.emitters]
        return any(one and any(map(one.is_heard, one.events)) for one in emitters)

    def _handle(self, message: dict[str, Any]) -> None:
        """Never raises."""
        label = f"SQS message {message.get('MessageId')}"
        receipt = message.get("ReceiptHandle", "")
        try:
            with _Hiding(self._hide, label, receipt, self._queue.visibility_s):
                error = self._delivered(label, message.get("Body", ""))
            if error is None:
                self._remove(label, receipt)
            else:
                seconds = _seconds_until_next(message, self._queue.visibility_s)
                _stop.say(
                    f"{label} could not be handled and is visible again in {seconds} s:\n"
                    + "".join(traceback.format_exception(type(error), error, error.__traceback__))
                )
                self._hide(label, receipt, seconds)
        finally:
            self._free.release()

    def _delivered(self, label: str, body: str) -> BaseException | None:
        """What went wrong, if anything did."""
        try:
            deliver([Arrival(label, body)], self._run)
        # `SystemExit` from a listener would end this thread and not the process.
        except BaseException as error:  # noqa: BLE001
            return error
        return None

    def _run(self, call: Callable[[], Any], on_loop: bool) -> None:
        """Runs a listener to its end."""
        result = None if on_loop else call()

        async def finish() -> None:
            outcome = call() if on_loop else result
            if inspect.isawaitable(outcome):
                await outcome

        if on_loop or inspect.isawaitable(result):
            asyncio.run_coroutine_threadsafe(finish(), self._loop).result()

    def _remove(self, label: str, receipt: str) -> None:
        """A message that cannot be deleted comes again, which its listener has to expect anyway."""
        try:
            self._source.remove(receipt)
        except Exception as error:  # noqa: BLE001
            _stop.say(f"{label} was handled but not deleted, and comes again: {error}")

    def _hide(self, label: str, receipt: str, seconds: int) -> None:
        try:
            self._source.hide(receipt, seconds)
        except Exception as error:  # noqa: BLE001
            _stop.say(f"the visibility of {label} was not set to {seconds} s: {error}")


class _Hiding:
    """Asks for the visibility timeout again at half of its time, for as long as a listener runs."""

    def __init__(
        self, hide: Callable[[str, str, int], None], label: str, receipt: str, visibility_s: int
    ) -> None:
        self._again: Callable[[], None] = lambda: hide(label, receipt, visibility_s)
        self._period_s = visibility_s / 2
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="inferra-hiding", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        # Or it might come after what is asked for next, and undo it.
        self._thread.join()

    def _repeat(self) -> None:
        while not self._over.wait(self._period_s):
            self._again()


def _seconds_until_next(message: dict[str, Any], visibility_s: int) -> int:
    """SQS counts how often a message was received, and moves it away after the last try."""
    times = int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1))
    return min(times**2, visibility_s)


def _pause(failures: int) -> float:
    """Twice as long after each failure, with a part left to chance so that not all come at once."""
    longest = min(_FIRST_PAUSE_S * 2**failures, _LONGEST_PAUSE_S)
    return float(longest * (0.5 + random.random() / 2))  # noqa: S311 - nobody's secret
