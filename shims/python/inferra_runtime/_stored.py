"""How keys and values are written: what is read is what was written, by type and by value.

They are JSON, whose own types are themselves. What JSON has no word for is an object with the one
member ``"$<type>"``; a dict that has keys which are no strings, or one that starts with ``$``, is
one too. Numbers stay what they are: nothing comes back as ``Decimal`` that was none.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import hashlib
import json
import math
import uuid
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

__all__ = ["KeyTypeError", "dump_key", "dump_value", "identity", "load_key", "load_value"]


class KeyTypeError(TypeError):
    """A key that a dict could have, and a store cannot."""


_HINT = (
    "store what JSON can hold (None, bool, int, float, str, list, dict with any such keys), "
    "bytes, tuple, set, date and time, Decimal or UUID; of other objects, store such a part"
)


def dump_value(value: Any) -> str:
    """Writes a value.

    Raises:
        TypeError: The value, or something in it, is of a type that could not be read back exactly.
    """
    try:
        dumped = _dumped(value)
    except RecursionError:
        raise TypeError("a value that contains itself cannot be stored") from None
    text = json.dumps(dumped, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair, which only JSON has a way to write.
        return json.dumps(dumped, separators=(",", ":"))
    return text


def load_value(text: str) -> Any:
    """Reads a value.

    Raises:
        TypeError: The text is none that a unit wrote. Nothing of it is in the error.
    """
    try:
        return _loaded(json.loads(text))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        # Not chained: what the parsers raise would quote the text.
        raise TypeError("a stored value is none that inferra wrote") from None


def dump_key(key: Any) -> str:
    """Writes a key as it was given.

    Raises:
        TypeError: The key is not hashable, or of a type that could not be read back exactly.
    """
    # As a dict would: a tuple may hold a list.
    hash(key)
    _check_key(key)
    return dump_value(key)


def load_key(text: str) -> Any:
    """Reads a key."""
    return load_value(text)


def identity(key: Any) -> str:
    """The text that two keys share where a dict takes them for one: ``1``, ``1.0`` and ``True``.

    Raises:
        TypeError: As :func:`dump_key`.
    """
    dump_key(key)
    text = dump_value(_canonical(key))
    encoded = text.encode()
    if len(encoded) <= _LONGEST_KEY:
        return text
    # No JSON text starts so.
    return f"#{hashlib.sha256(encoded).hexdigest()}"


# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys
_LONGEST_KEY = 2048
_KEYS = (
    bool,
    bytes,
    datetime.date,
    datetime.datetime,
    float,
    int,
    str,
    tuple,
    uuid.UUID,
    type(None),
)


def _check_key(key: Any) -> None:
    if type(key) not in _KEYS or (isinstance(key, float) and math.isnan(key)):
        raise KeyTypeError(
            f"a key of type {type(key).__qualname__} cannot be stored: use str, int, float, bool, "
            "None, bytes, date, datetime, UUID or a tuple of these"
        )
    if isinstance(key, datetime.datetime) and key.tzinfo is not None:
        raise KeyTypeError("a datetime with a time zone cannot be a key: two of them may be equal")
    if isinstance(key, tuple):
        for part in key:
            _check_key(part)


def _canonical(key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(_canonical(part) for part in key)
    if isinstance(key, bool) or (isinstance(key, float) and key.is_integer()):
        return int(key)
    return key


def _dumped(value: Any) -> Any:
    kind = type(value)
    if kind in _ITSELF:
        return value
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    # What `_loose` gives back are these, and nothing else is.
    if kind is list or (isinstance(value, Changeable) and isinstance(value, list)):
        return [_dumped(part) for part in value]
    if kind is dict or (isinstance(value, Changeable) and isinstance(value, dict)):
        if all(type(name) is str and not name.startswith("$") for name in value):
            return {name: _dumped(part) for name, part in value.items()}
        return {"$dict": [[_dumped(name), _dumped(part)] for name, part in value.items()]}
    if isinstance(value, Changeable):
        kind = value.plain
    written = _WRITERS.get(kind)
    if written is None:
        raise TypeError(f"a value of type {kind.__qualname__} cannot be stored: {_HINT}")
    name, write = written
    return {f"${name}": write(value)}


class Changeable:
    """Marks the types that stand in for a list, dict or set that was read: see ``_changes``."""

    __slots__ = ()
    #: The type that it stands in for.
    plain: type


def _parts(value: Any) -> list[Any]:
    return [_dumped(part) for part in value]


def _zone(zone: datetime.tzinfo | None) -> Any:
    if zone is None:
        return None
    if type(zone) is datetime.timezone:
        return _seconds(zone.utcoffset(None))
    if isinstance(zone, ZoneInfo) and zone.key is not None:
        return zone.key
    raise TypeError(f"a time zone of type {type(zone).__qualname__} cannot be stored: use ZoneInfo")


def _read_zone(zone: Any) -> datetime.tzinfo | None:
    if zone is None:
        return None
    if isinstance(zone, str):
        return ZoneInfo(zone)
    offset = datetime.timedelta(*zone)
    return datetime.timezone.utc if not offset else datetime.timezone(offset)


def _seconds(delta: datetime.timedelta) -> list[int]:
    return [delta.days, delta.seconds, delta.microseconds]


def _write_datetime(value: datetime.datetime) -> list[Any]:
    return [value.replace(tzinfo=None, fold=0).isoformat(), value.fold, _zone(value.tzinfo)]


def _read_datetime(parts: list[Any]) -> datetime.datetime:
    text, fold, zone = parts
    return datetime.datetime.fromisoformat(text).replace(fold=fold, tzinfo=_read_zone(zone))


def _write_time(value: datetime.time) -> list[Any]:
    return [value.replace(tzinfo=None, fold=0).isoformat(), value.fold, _zone(value.tzinfo)]


def _read_time(parts: list[Any]) -> datetime.time:
    text, fold, zone = parts
    return datetime.time.fromisoformat(text).replace(fold=fold, tzinfo=_read_zone(zone))


def _write_bytes(value: bytes | bytearray) -> str:
    return base64.b64encode(value).decode("ascii")


def _iso(value: Any) -> str:
    text: str = value.isoformat()
    return text


_ITSELF = frozenset({bool, int, str, type(None)})
_WRITERS: dict[type, tuple[str, Callable[[Any], Any]]] = {
    bytearray: ("bytearray", _write_bytes),
    bytes: ("bytes", _write_bytes),
    datetime.date: ("date", _iso),
    datetime.datetime: ("datetime", _write_datetime),
    datetime.time: ("time", _write_time),
    datetime.timedelta: ("timedelta", _seconds),
    decimal.Decimal: ("decimal", str),
    frozenset: ("frozenset", _parts),
    set: ("set", _parts),
    tuple: ("tuple", _parts),
    uuid.UUID: ("uuid", str),
}
_READERS: dict[str, Callable[[Any], Any]] = {
    # What units in JavaScript write, which know integers of two types, and objects apart from maps.
    "$bigint": int,
    "$bytearray": lambda text: bytearray(base64.b64decode(text)),
    "$bytes": base64.b64decode,
    "$date": datetime.date.fromisoformat,
    "$datetime": _read_datetime,
    "$decimal": decimal.Decimal,
    "$dict": lambda pairs: {_loaded(name): _loaded(part) for name, part in pairs},
    "$float": float,
    "$frozenset": lambda parts: frozenset(_loaded(part) for part in parts),
    "$object": lambda pairs: {name: _loaded(part) for name, part in pairs},
    "$set": lambda parts: {_loaded(part) for part in parts},
    "$time": _read_time,
    "$timedelta": lambda parts: datetime.timedelta(*parts),
    "$tuple": lambda parts: tuple(_loaded(part) for part in parts),
    "$uuid": uuid.UUID,
}


def _loaded(value: Any) -> Any:
    if isinstance(value, list):
        return [_loaded(part) for part in value]
    if isinstance(value, dict):
        if len(value) == 1:
            [(name, written)] = value.items()
            read = _READERS.get(name)
            if read is not None:
                return read(written)
        return {name: _loaded(part) for name, part in value.items()}
    return value
