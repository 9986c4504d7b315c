from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any, Callable

import pytest
from pyee import EventEmitter
from pyee.asyncio import AsyncIOEventEmitter
from topics import PREFIX, Sns, bind, body, sns

from inferra_runtime._settings import Queue
from inferra_runtime._worker import Worker
from inferra_runtime.pubsub import pyee_emitter

__all__ = ["sns"]  # a fixture

PATIENCE_S = 10
SECRET = "hunter2"


class Source:
    """A queue that remembers what became of its messages."""

    def __init__(self) -> None:
        self.waiting: queue.Queue[dict[str, Any]] = queue.Queue()
        self.removed: list[str] = []
        self.hidden: list[tuple[str, int]] = []
        self.most: list[int] = []
        self.failures: list[Exception] = []

    def put(self, name: str, text: str, times: int = 1) -> None:
        attributes = {"ApproximateReceiveCount": str(times)}
        self.waiting.put(
            {"MessageId": name, "ReceiptHandle": name, "Body": text, "Attributes": attributes}
        )

    def receive(self, most: int) -> list[dict[str, Any]]:
        self.most.append(most)
        if self.failures:
            raise self.failures.pop()
        try:
            return [self.waiting.get(timeout=0.05)]
        except queue.Empty:
            return []

    def remove(self, receipt: str) -> None:
        self.removed.append(receipt)

    def hide(self, receipt: str, seconds: int) -> None:
        self.hidden.append((receipt, seconds))


def wait_until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def emitter(sns: Sns, monkeypatch: pytest.MonkeyPatch) -> EventEmitter:
    bind(monkeypatch, "placed", "paid")
    return pyee_emitter(EventEmitter(), PREFIX)


@pytest.fixture
def start(loop: asyncio.AbstractEventLoop) -> Iterator[Callable[..., tuple[Source, Worker]]]:
    workers = []

    def start(visibility_s: int = 60) -> tuple[Source, Worker]:
        source = Source()
        worker = Worker(Queue("https://queue", visibility_s, (PREFIX,)), source, loop)
        workers.append(worker)
        return source, worker

    yield start
    for worker in workers:
        worker.finish()


def test_a_message_is_handled_and_removed(emitter: EventEmitter, start: Any) -> None:
    seen: list[Any] = []
    emitter.on("placed", seen.append)
    source, _ = start()
    source.put("m1", body("placed", 7))
    wait_until(lambda: source.removed)
    assert (seen, source.removed, source.hidden) == ([7], ["m1"], [])


def test_asynchronous_listeners_share_the_loop(
    sns: Sns, monkeypatch: pytest.MonkeyPatch, start: Any, loop: asyncio.AbstractEventLoop
) -> None:
    bind(monkeypatch, "placed")
    emitter = pyee_emitter(AsyncIOEventEmitter(), PREFIX)
    loops: list[Any] = []

    @emitter.on("placed")
    async def patient() -> None:
        await asyncio.sleep(0)
        loops.append(asyncio.get_running_loop())

    @emitter.on("placed")
    def plain() -> None:
        loops.append(asyncio.get_running_loop())

    source, _ = start()
    source.put("m1", body("placed"))
    wait_until(lambda: source.removed)
    assert loops == [loop, loop]


def test_a_failure_makes_a_message_visible_again_later_each_time(
    emitter: EventEmitter, start: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    @emitter.on("placed")
    def broken(order: Any) -> None:
        raise LookupError("no such order")

    source, _ = start(visibility_s=10)
    for times in (1, 2, 3, 9):
        source.put(f"m{times}", body("placed", SECRET), times)
    wait_until(lambda: len(source.hidden) == 4)
    assert sorted(source.hidden) == [("m1", 1), ("m2", 4), ("m3", 9), ("m9", 10)]
    assert source.removed == []
    errors = capsys.readouterr().err
    assert "SQS message m2 could not be handled and is visible again in 4 s:\nTraceback" in errors
    assert SECRET not in errors


def test_a_listener_that_exits_has_failed(emitter: EventEmitter, start: Any) -> None:
    @emitter.on("placed")
    def leaving() -> None:
        raise SystemExit(0)

    source, _ = start()
    source.put("m1", body("placed"))
    wait_until(lambda: source.hidden)
    assert source.removed == []


def test_a_message_stays_hidden_for_as_long_as_it_is_handled(
    emitter: EventEmitter, start: Any
) -> None:
    emitter.on("placed", lambda: time.sleep(1.8))
    source, _ = start(visibility_s=1)
    source.put("m1", body("placed"))
    wait_until(lambda: source.removed)
    assert source.hidden == [("m1", 1)] * 3


def test_a_slow_message_does_not_keep_the_others_waiting(emitter: EventEmitter, start: Any) -> None:
    free = threading.Event()
    emitter.on("placed", lambda: free.wait(PATIENCE_S))
    emitter.on("paid", lambda: None)
    source, _ = start()
    for number in range(9):
        source.put(f"slow{number}", body("placed"))
    source.put("quick", body("paid"))
    wait_until(lambda: source.removed == ["quick"])
    # The tenth slow one takes the last place, and nothing is received for which there is none.
    source.put("slow9", body("placed"))
    wait_until(source.waiting.empty)
    time.sleep(0.2)
    receives = len(source.most)
    time.sleep(0.3)
    assert len(source.most) == receives
    free.set()
    wait_until(lambda: len(source.removed) == 11)
    assert max(source.most) == 10
    assert min(source.most) == 1


def test_a_stop_lets_messages_in_hand_finish(emitter: EventEmitter, start: Any) -> None:
    began = threading.Event()

    @emitter.on("placed")
    def slow() -> None:
        began.set()
        time.sleep(0.5)

    source, worker = start()
    source.put("m1", body("placed"))
    assert began.wait(PATIENCE_S)
    worker.finish()
    assert source.removed == ["m1"]
    source.put("m2", body("placed"))
    time.sleep(0.2)
    assert source.removed == ["m1"]


def test_a_queue_that_cannot_be_reached_is_asked_again(
    emitter: EventEmitter, start: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    emitter.on("placed", lambda: None)
    source, _ = start()
    source.failures.append(ConnectionError("no route"))
    source.put("m1", body("placed"))
    wait_until(lambda: source.removed)
    assert "messages cannot be received at present: no route" in capsys.readouterr().err


def test_nothing_is_received_before_somebody_listens(emitter: EventEmitter, start: Any) -> None:
    source, _ = start()
    source.put("m1", body("placed"))
    time.sleep(0.3)
    assert source.most == []
    emitter.on("placed", lambda: None)
    wait_until(lambda: source.removed)
