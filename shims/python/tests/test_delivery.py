from __future__ import annotations

import asyncio
from typing import Any

import blinker
import pytest
from pyee import EventEmitter
from pyee.asyncio import AsyncIOEventEmitter
from topics import PREFIX, Sns, bind, body, sns

from inferra_runtime._deliver import DeliveryError
from inferra_runtime.lambda_entry import handler_of
from inferra_runtime.pubsub import blinker_signal, pyee_emitter

__all__ = ["sns"]  # a fixture

SECRET = "hunter2"


def by_sns(*bodies: str) -> dict[str, Any]:
    records = [
        {"EventSource": "aws:sns", "Sns": {"MessageId": f"m{number}", "Message": one}}
        for number, one in enumerate(bodies)
    ]
    return {"Records": records}


def by_sqs(*bodies: str) -> dict[str, Any]:
    records = [
        {"eventSource": "aws:sqs", "messageId": f"m{number}", "body": one}
        for number, one in enumerate(bodies)
    ]
    return {"Records": records}


def deliver(event: dict[str, Any]) -> None:
    assert handler_of(events=True)(event, None) is None


@pytest.fixture
def emitter(sns: Sns, monkeypatch: pytest.MonkeyPatch) -> EventEmitter:
    bind(monkeypatch, "placed", "paid")
    return pyee_emitter(EventEmitter(), PREFIX)


@pytest.mark.parametrize("record", [by_sns, by_sqs])
def test_every_listener_gets_what_was_emitted(emitter: EventEmitter, record: Any) -> None:
    seen: list[Any] = []

    @emitter.on("placed")
    def plain(*args: Any, **kwargs: Any) -> None:
        seen.append(("plain", args, kwargs))

    @emitter.on("placed")
    async def patient(*args: Any, **kwargs: Any) -> None:
        await asyncio.sleep(0)
        seen.append(("patient", args, kwargs))

    deliver(record(body("placed", 1, None, {"a": 1.5}, note="n"), body("placed")))
    first = ((1, None, {"a": 1.5}), {"note": "n"})
    assert seen[:2] == [("plain", *first), ("patient", *first)]
    assert seen[2:] == [("plain", (), {}), ("patient", (), {})]


def test_a_plain_listener_runs_outside_of_a_loop(emitter: EventEmitter) -> None:
    async def work() -> str:
        return "done"

    seen = []
    emitter.on("placed", lambda: seen.append(asyncio.run(work())))
    deliver(by_sns(body("placed")))
    assert seen == ["done"]


def test_a_listener_of_an_asynchronous_emitter_runs_inside_of_one(
    sns: Sns, monkeypatch: pytest.MonkeyPatch
) -> None:
    bind(monkeypatch, "placed")
    emitter = pyee_emitter(AsyncIOEventEmitter(), PREFIX)
    loops = []

    @emitter.on("placed")
    def plain() -> None:
        loops.append(asyncio.get_running_loop())

    @emitter.on("placed")
    async def patient() -> None:
        loops.append(asyncio.get_running_loop())

    deliver(by_sns(body("placed")))
    deliver(by_sns(body("placed")))
    assert len(loops) == 4
    assert len(set(loops)) == 1


def test_a_failure_is_raised_after_all_listeners_were_called(emitter: EventEmitter) -> None:
    seen = []

    @emitter.on("placed")
    async def broken() -> None:
        raise LookupError("no such order")

    emitter.on("placed", lambda: seen.append(1))
    with pytest.raises(LookupError, match="no such order"):
        deliver(by_sns(body("placed")))
    assert seen == [1]


def test_several_failures_are_all_told(
    emitter: EventEmitter, capsys: pytest.CaptureFixture[str]
) -> None:
    emitter.on("placed", lambda: [].pop())
    emitter.on("placed", lambda: dict[str, int]()["a"])
    with pytest.raises(DeliveryError, match="2 listeners failed"):
        deliver(by_sns(body("placed")))
    errors = capsys.readouterr().err
    assert "pop from empty list" in errors
    assert "KeyError: 'a'" in errors


FOREIGN: list[tuple[str, str]] = [
    (SECRET, "SNS message m0 was not published by an inferra unit"),
    ("[]", "SNS message m0 was not published by an inferra unit"),
    ('{"emitter": "x", "event": "y"}', "SNS message m0 was not published by an inferra unit"),
    (body(SECRET, prefix=SECRET), "SNS message m0 is for an emitter that this unit does not have"),
    (body(SECRET), f"SNS message m0 is for an event of {PREFIX} that has no topic"),
    (body("paid"), f'nothing listens to the event "paid" of {PREFIX} in this unit'),
]


@pytest.mark.parametrize(("text", "message"), FOREIGN)
def test_a_message_that_nobody_here_can_handle_is_an_error(
    emitter: EventEmitter, text: str, message: str
) -> None:
    emitter.on("placed", lambda: None)
    with pytest.raises(DeliveryError) as caught:
        deliver(by_sns(text))
    assert str(caught.value) == message


def test_receivers_are_chosen_by_the_sender(sns: Sns, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, "order-placed")
    signal = blinker_signal(blinker.signal("order-placed"), PREFIX)
    seen: list[Any] = []

    @signal.connect
    def anyone(sender: Any, **kwargs: Any) -> None:
        seen.append(("anyone", sender, kwargs))

    @signal.connect_via("shop")
    async def shop(sender: Any, **kwargs: Any) -> None:
        seen.append(("shop", sender, kwargs))

    deliver(by_sns(body("order-placed", "shop", order=7)))
    deliver(by_sns(body("order-placed", "fair")))
    deliver(by_sns(body("order-placed", None)))
    assert sorted(seen[:2]) == [("anyone", "shop", {"order": 7}), ("shop", "shop", {"order": 7})]
    assert seen[2:] == [("anyone", "fair", {}), ("anyone", None, {})]


def test_a_signal_without_a_receiver_for_the_sender_is_handled(
    sns: Sns, monkeypatch: pytest.MonkeyPatch
) -> None:
    bind(monkeypatch, "x")
    signal = blinker_signal(blinker.Signal(), PREFIX)
    with pytest.raises(DeliveryError, match="nothing listens"):
        deliver(by_sns(body("x", "fair")))
    signal.connect(lambda sender: None, sender="shop", weak=False)
    deliver(by_sns(body("x", "fair")))


def test_what_a_listener_emits_is_published(sns: Sns, emitter: EventEmitter) -> None:
    emitter.on("placed", lambda order: emitter.emit("paid", order))
    deliver(by_sns(body("placed", 7)))
    assert [message["event"] for _, message in sns.published] == ["paid"]
