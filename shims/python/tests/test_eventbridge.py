from __future__ import annotations

import json
from typing import Any

import blinker
import pytest
from botocore.exceptions import ClientError
from pyee import EventEmitter
from topics import PREFIX, body

from inferra_runtime import _carriers, _emitters
from inferra_runtime._deliver import Arrival, DeliveryError, deliver
from inferra_runtime._events import UnsupportedEventError
from inferra_runtime.lambda_entry import handler_of
from inferra_runtime.pubsub import PublishError, blinker_signal, pyee_emitter

SECRET = "hunter2"
BUS = "arn:aws:events:eu-north-1:123456789012:event-bus/shop-orders"


class Bus:
    """Takes what is put on it, or answers as it is told to."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.answers: list[Any] = []

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - boto3's
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return {"FailedEntryCount": 1, "Entries": [answer]}
        self.taken += [{**one, "Detail": json.loads(one["Detail"])} for one in Entries]
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "e-1"}]}


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Bus:
    fake = Bus()
    monkeypatch.setattr(_carriers, "client", {"events": fake}.__getitem__)
    monkeypatch.setattr(_carriers, "_FIRST_PAUSE_S", 0)
    monkeypatch.setattr(_emitters, "_bound", {})
    monkeypatch.setenv(f"{PREFIX}_BUS", BUS)
    monkeypatch.setenv(f"{PREFIX}_SOURCE", "shop.orders")
    monkeypatch.setenv(f"{PREFIX}_EVENTS", json.dumps({"placed": "placed", "$paid": "event-paid"}))
    return fake


def around(text: str, source: str = "shop.orders") -> dict[str, Any]:
    """As Lambda is given it, and as a queue holds it."""
    detail = json.loads(text)
    envelope = {"version": "0", "id": "e-1", "detail-type": "placed", "source": source}
    return {**envelope, "account": "123456789012", "resources": [], "detail": detail}


def test_an_event_is_put_on_the_bus_with_its_source_and_type(bus: Bus) -> None:
    emitter = pyee_emitter(EventEmitter(), PREFIX)
    assert emitter.emit("placed", 7, note="n") is True
    assert emitter.emit("$paid") is True
    assert emitter.emit("local") is False
    entry = {"EventBusName": BUS, "Source": "shop.orders"}
    assert bus.taken == [
        {**entry, "DetailType": "placed", "Detail": json.loads(body("placed", 7, note="n"))},
        {**entry, "DetailType": "event-paid", "Detail": json.loads(body("$paid"))},
    ]


def test_a_refused_entry_is_an_error_with_its_code(bus: Bus) -> None:
    emitter = pyee_emitter(EventEmitter(), PREFIX)
    bus.answers = [{"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "not this"}]
    with pytest.raises(PublishError) as caught:
        emitter.emit("placed", SECRET)
    assert str(caught.value).startswith(
        f'EventBridge did not take the event "placed" of {PREFIX} ('
    )
    assert "NotAuthorizedForSourceException" in str(caught.value)
    assert SECRET not in str(caught.value)
    cause = caught.value.__cause__
    assert isinstance(cause, ClientError)
    assert cause.response["Error"]["Code"] == "NotAuthorizedForSourceException"
    assert bus.taken == []


def test_an_entry_that_may_be_taken_later_is_tried_again(bus: Bus) -> None:
    emitter = pyee_emitter(EventEmitter(), PREFIX)
    bus.answers = [{"ErrorCode": "ThrottlingException"}, {"ErrorCode": "InternalFailure"}]
    emitter.emit("placed", 1)
    assert len(bus.taken) == 1
    bus.answers = [{"ErrorCode": "ThrottlingException"}] * 3
    with pytest.raises(PublishError, match="ThrottlingException"):
        emitter.emit("placed", 2)
    assert (len(bus.taken), bus.answers) == (1, [])


def test_an_event_that_is_too_large_is_the_clients_error(bus: Bus) -> None:
    emitter = pyee_emitter(EventEmitter(), PREFIX)
    error = {"Code": "ValidationException", "Message": "Total size is over the limit"}
    failure = ClientError({"Error": error}, "PutEvents")
    bus.answers = [failure]
    with pytest.raises(PublishError) as caught:
        emitter.emit("placed", SECRET)
    assert caught.value.__cause__ is failure


def test_a_listener_gets_what_a_function_and_a_queue_are_given(bus: Bus) -> None:
    emitter = pyee_emitter(EventEmitter(), PREFIX)
    seen: list[Any] = []
    emitter.on("placed", lambda *args, **kwargs: seen.append((args, kwargs)))
    event = around(body("placed", 1, note="n"))
    assert handler_of(events=True)(event, None) is None
    deliver([Arrival("SQS message m0", json.dumps(event))], lambda call, _: call())
    assert seen == [((1,), {"note": "n"})] * 2


@pytest.mark.parametrize("text", ["null", f'"{SECRET}"', "{}", body(SECRET, prefix=SECRET)])
def test_an_event_that_is_not_ours_is_refused_by_its_id(bus: Bus, text: str) -> None:
    pyee_emitter(EventEmitter(), PREFIX)
    with pytest.raises(DeliveryError, match=r"^EventBridge event e-1 ") as caught:
        handler_of(events=True)(around(text), None)
    assert SECRET not in str(caught.value)


def test_an_event_of_awss_own_is_refused(bus: Bus) -> None:
    pyee_emitter(EventEmitter(), PREFIX)
    with pytest.raises(UnsupportedEventError, match=r"an EventBridge event$"):
        handler_of(events=True)(around(body("placed"), source="aws.s3"), None)


def test_a_signal_has_one_event_on_a_bus_too(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match=f"^{PREFIX}_EVENTS must name the one event"):
        blinker_signal(blinker.Signal(), PREFIX)
    monkeypatch.setenv(f"{PREFIX}_EVENTS", json.dumps({"placed": "placed"}))
    signal = blinker_signal(blinker.Signal(), PREFIX)
    assert signal.send("shop", order=7) == []
    assert bus.taken[0]["Detail"]["kwargs"] == {"order": 7}


@pytest.mark.parametrize(
    ("variable", "text", "message"),
    [
        ("SOURCE", None, "is absent"),
        ("EVENTS", None, "is not a JSON object of detail types"),
        ("EVENTS", f'["{SECRET}"]', "is not a JSON object of detail types"),
    ],
)
def test_half_a_binding_is_refused_by_name(
    bus: Bus, monkeypatch: pytest.MonkeyPatch, variable: str, text: str | None, message: str
) -> None:
    if text is None:
        monkeypatch.delenv(f"{PREFIX}_{variable}")
    else:
        monkeypatch.setenv(f"{PREFIX}_{variable}", text)
    with pytest.raises(RuntimeError, match=f"^{PREFIX}_{variable} {message}") as caught:
        pyee_emitter(EventEmitter(), PREFIX)
    assert SECRET not in str(caught.value)
