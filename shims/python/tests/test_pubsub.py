from __future__ import annotations

import asyncio
import datetime
import decimal
import math
from typing import Any

import blinker
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from pyee import EventEmitter
from pyee.asyncio import AsyncIOEventEmitter
from topics import PREFIX, Sns, bind, sns

from inferra_runtime.pubsub import PublishError, blinker_signal, pyee_emitter

__all__ = ["sns"]  # a fixture

SECRET = "hunter2"


def never(*_: Any, **__: Any) -> None:
    raise AssertionError("a listener is called by the delivery, not by the emitter")


def test_an_event_with_a_topic_is_published(sns: Sns, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, "placed")
    emitter = EventEmitter()
    assert pyee_emitter(emitter, PREFIX) is emitter
    emitter.on("placed", never)
    assert emitter.emit("placed", 1, 2.5, None, {"a": [True, "ü"]}, note="n") is True
    assert emitter.emit("placed") is True
    message = {"emitter": PREFIX, "event": "placed"}
    args = [1, 2.5, None, {"a": [True, "ü"]}]
    assert sns.published == [
        ("arn:placed", {**message, "args": args, "kwargs": {"note": "n"}}),
        ("arn:placed", {**message, "args": []}),
    ]


def test_other_events_stay_what_they_were(sns: Sns, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, "placed", "error")
    emitter = pyee_emitter(EventEmitter(), PREFIX)
    seen: list[Any] = []
    emitter.on("new_listener", lambda event, _: seen.append(event))
    emitter.on("local", seen.append)
    assert emitter.emit("local", object) is True
    assert emitter.emit("nobody") is False
    with pytest.raises(LookupError):
        emitter.emit("error", LookupError())
    assert seen == ["new_listener", "local", object] or seen == ["local", object]
    assert sns.published == []


def test_without_a_binding_nothing_changes(sns: Sns) -> None:
    emitter = pyee_emitter(EventEmitter(), PREFIX)
    signal = blinker_signal(blinker.Signal(), PREFIX)
    assert "emit" not in vars(emitter)
    assert "send" not in vars(signal)


def test_a_binding_has_one_emitter(sns: Sns, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, "placed")
    pyee_emitter(EventEmitter(), PREFIX)
    with pytest.raises(RuntimeError, match="is bound to an emitter already"):
        pyee_emitter(EventEmitter(), PREFIX)


@pytest.mark.parametrize("text", ["", "[]", '{"placed": 1}', f'"{SECRET}"'])
def test_a_malformed_binding_is_named(sns: Sns, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(f"{PREFIX}_TOPICS", text)
    with pytest.raises(RuntimeError, match=f"^{PREFIX}_TOPICS is not a JSON object") as caught:
        pyee_emitter(EventEmitter(), PREFIX)
    assert SECRET not in str(caught.value)


class Text(str):
    __slots__ = ()


LOOP: list[Any] = []
LOOP.append(LOOP)

UNFAITHFUL: list[tuple[Any, str]] = [
    ((1, 2), "args[0] is of type tuple"),
    ([{"at": datetime.date(2026, 1, 2)}], "args[0][0]['at'] is of type date"),
    (decimal.Decimal(1), "args[0] is of type Decimal"),
    (b"bytes", "args[0] is of type bytes"),
    ({1, 2}, "args[0] is of type set"),
    (Text("x"), "args[0] is of type Text"),
    ({1: 2}, "args[0] is a dictionary with a key of type int"),
    (math.nan, "args[0] is a number that is not finite"),
    (LOOP, "args[0][0] is a reference to what contains it"),
]


@pytest.mark.parametrize(("value", "message"), UNFAITHFUL)
def test_what_json_cannot_carry_is_a_type_error(
    sns: Sns, monkeypatch: pytest.MonkeyPatch, value: Any, message: str
) -> None:
    bind(monkeypatch, "placed")
    emitter = pyee_emitter(EventEmitter(), PREFIX)
    with pytest.raises(TypeError) as caught:
        emitter.emit("placed", value)
    assert str(caught.value) == f"{message}, which a JSON message cannot carry faithfully"
    with pytest.raises(TypeError, match=r"^kwargs\['note'\] is of type tuple"):
        emitter.emit("placed", note=())
    assert sns.published == []


FAILURES = [
    ClientError({"Error": {"Code": "AuthorizationError", "Message": "denied"}}, "Publish"),
    EndpointConnectionError(endpoint_url="https://sns"),
]


@pytest.mark.parametrize("failure", FAILURES)
def test_a_publish_that_fails_is_raised_where_it_was_emitted(
    sns: Sns, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    bind(monkeypatch, "placed")
    emitter = pyee_emitter(EventEmitter(), PREFIX)
    sns.failure = failure
    with pytest.raises(PublishError) as caught:
        emitter.emit("placed", SECRET)
    assert caught.value.__cause__ is failure
    assert str(caught.value).startswith(f'SNS did not take the event "placed" of {PREFIX} (')
    assert SECRET not in str(caught.value)


def test_an_asynchronous_emitter_publishes_too(sns: Sns, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, "placed")

    async def run() -> None:
        emitter = pyee_emitter(AsyncIOEventEmitter(), PREFIX)
        emitter.on("placed", never)
        assert emitter.emit("placed", 1) is True

    asyncio.run(run())
    assert [message["args"] for _, message in sns.published] == [[1]]


def test_a_signal_is_published_with_its_sender(sns: Sns, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, "order-placed")
    signal = blinker_signal(blinker.Namespace().signal("order-placed"), PREFIX)
    signal.connect(never)
    assert signal.send("shop", order=7) == []
    assert signal.send() == []
    assert asyncio.run(signal.send_async(None, order=8)) == []
    sent = [(message["args"], message.get("kwargs")) for _, message in sns.published]
    assert sent == [(["shop"], {"order": 7}), ([None], None), ([None], {"order": 8})]
    assert {message["event"] for _, message in sns.published} == {"order-placed"}


def test_how_receivers_are_called_does_not_travel(
    sns: Sns, monkeypatch: pytest.MonkeyPatch
) -> None:
    bind(monkeypatch, "x")
    signal = blinker_signal(blinker.Signal(), PREFIX)
    signal.send("shop", _async_wrapper=lambda receiver: receiver, order=7)
    asyncio.run(signal.send_async("shop", _sync_wrapper=lambda receiver: receiver, order=7))
    assert all(message["kwargs"] == {"order": 7} for _, message in sns.published)


def test_a_muted_signal_publishes_nothing(sns: Sns, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, "x")
    signal = blinker_signal(blinker.Signal(), PREFIX)
    with signal.muted():
        assert signal.send("shop") == []
    assert sns.published == []


@pytest.mark.parametrize("sender", [object(), 7, ("a",), Text("x")])
def test_a_sender_that_cannot_travel_is_a_type_error(
    sns: Sns, monkeypatch: pytest.MonkeyPatch, sender: Any
) -> None:
    bind(monkeypatch, "x")
    signal = blinker_signal(blinker.Signal(), PREFIX)
    with pytest.raises(TypeError, match="must be a text or None, not of type"):
        signal.send(sender)
    with pytest.raises(TypeError, match="must be a text or None, not of type"):
        asyncio.run(signal.send_async(sender))


def test_a_signal_has_one_event(sns: Sns, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, "x", "y")
    with pytest.raises(RuntimeError, match="must name the one event of a signal"):
        blinker_signal(blinker.Signal(), PREFIX)
