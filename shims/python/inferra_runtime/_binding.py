"""What the environment says of a construct."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any


def read(prefix: str, properties: Iterable[str]) -> dict[str, Any] | None:
    """Reads the variables ``PREFIX_PROPERTY``; ``None`` when none of them is set.

    Values are strings, except ``port`` (an integer) and ``tls`` (``true`` or ``false``).

    Raises:
        RuntimeError: Only some of them are set, or the value of one does not have its property's
            type. The message names the variable and never shows its value.
    """
    variables = {name: f"{prefix}_{name.upper()}" for name in properties}
    missing = [variable for variable in variables.values() if variable not in os.environ]
    if len(missing) == len(variables):
        return None
    if missing:
        raise RuntimeError(
            f"{prefix} is only partly configured: {', '.join(missing)} must be set as well"
        )
    return {name: _value(name, variable) for name, variable in variables.items()}


def _value(name: str, variable: str) -> Any:
    text = os.environ[variable]
    expected, parse = _TYPES.get(name, ("a text that is not empty", _text))
    try:
        return parse(text)
    except (KeyError, ValueError):
        # Not chained: the cause's message holds the value.
        raise RuntimeError(f"{variable} must be {expected}") from None


def _text(text: str) -> str:
    if not text:
        raise ValueError
    return text


# How the value of a property is written in the environment; a property that is not here is text.
_TYPES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "port": ("an integer", int),
    "tls": ("'true' or 'false'", {"true": True, "false": False}.__getitem__),
}
