"""The body of each SNS message, and the detail of each event of EventBridge: what was emitted.

As JSON, the same in every language's shim:

``{"emitter": "INFERRA_PUBSUB_…", "event": "…", "args": […]}``, and ``"kwargs": {…}`` where there
are any.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    """What was emitted, and where."""

    #: The binding's prefix.
    emitter: str
    event: str
    args: list[Any] = field(default_factory=list)
    kwargs: dict[str, Any] = field(default_factory=dict)

    def body(self) -> str:
        """The message as JSON.

        Raises:
            TypeError: Something in it would not come out of JSON as it went in. The message names
                its place and its type.
        """
        assert_json(self.args, "args")
        assert_json(self.kwargs, "kwargs")
        content: dict[str, Any] = {"emitter": self.emitter, "event": self.event, "args": self.args}
        if self.kwargs:
            content["kwargs"] = self.kwargs
        return json.dumps(content, separators=(",", ":"), allow_nan=False)

    @classmethod
    def read(cls, text: str) -> Message | None:
        """Reads a body, or an event of EventBridge around it; None where it is none of ours."""
        try:
            content = json.loads(text)
        except ValueError:
            return None
        if isinstance(content, dict) and "detail-type" in content:
            content = content.get("detail")
        if not isinstance(content, dict):
            return None
        emitter, event = content.get("emitter"), content.get("event")
        args, kwargs = content.get("args"), content.get("kwargs", {})
        if not (isinstance(emitter, str) and isinstance(event, str)):
            return None
        if not (isinstance(args, list) and isinstance(kwargs, dict)):
            return None
        return cls(emitter, event, args, kwargs)


def assert_json(value: Any, path: str, inside: tuple[Any, ...] = ()) -> None:
    """Raises ``TypeError`` for the first part of ``value`` that JSON changes or does not know.

    A tuple would arrive as a list, a number as a key would arrive as text: a listener behind a
    topic would be given something else than one in the same process.
    """
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return
    if kind is float:
        if not math.isfinite(value):
            raise _unfaithful(path, "a number that is not finite")
        return
    if kind not in (list, dict):
        raise _unfaithful(path, f"of type {kind.__name__}")
    if any(value is outer for outer in inside):
        raise _unfaithful(path, "a reference to what contains it")
    inside = (*inside, value)
    if kind is list:
        for index, item in enumerate(value):
            assert_json(item, f"{path}[{index}]", inside)
        return
    for key, item in value.items():
        if type(key) is not str:
            raise _unfaithful(path, f"a dictionary with a key of type {type(key).__name__}")
        assert_json(item, f"{path}[{key!r}]", inside)


def _unfaithful(path: str, what: str) -> TypeError:
    return TypeError(f"{path} is {what}, which a JSON message cannot carry faithfully")
