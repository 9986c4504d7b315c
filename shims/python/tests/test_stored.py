from __future__ import annotations

import datetime
import decimal
import json
import math
import uuid
from collections import OrderedDict
from enum import IntEnum
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from inferra_runtime._stored import dump_key, dump_value, identity, load_key, load_value

DAY = datetime.datetime(2026, 10, 25, 2, 30, 1, 250)
VALUES = [
    None,
    True,
    False,
    0,
    1,
    -(2**90),
    0.1,
    -0.0,
    1e308,
    5e-324,
    math.inf,
    "",
    "Zoë \ud800 \x00",
    [],
    {},
    [[1], {"a": None}],
    {"": 1, "$": 2},
    {"$tuple": [1]},
    {"$bytes": "AA=="},
    {1: "int", "1": "str", None: 0, (1, "a"): []},
    (),
    (1, [2], (3,)),
    b"",
    b"\x00\xff",
    bytearray(b"ab"),
    set(),
    {1, "a"},
    frozenset({b"x"}),
    DAY,
    DAY.replace(fold=1),
    DAY.date(),
    DAY.time(),
    DAY.replace(tzinfo=datetime.timezone.utc),
    DAY.replace(tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
    DAY.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=-3, minutes=-30))),
    datetime.timedelta(-1, 2, 3),
    decimal.Decimal("1.10"),
    decimal.Decimal("NaN"),
    uuid.UUID(int=7),
]


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        pairs = zip(one.items(), other.items(), strict=True)
        return all(same(a, b) for (a, b) in pairs)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return repr(one) == repr(other) or one == other


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_what_is_read_is_what_was_written(value: Any) -> None:
    assert same(load_value(dump_value(value)), value)


def test_times_keep_their_zone_and_their_fold() -> None:
    value = DAY.replace(tzinfo=ZoneInfo("Europe/Berlin"), fold=1)
    read = load_value(dump_value(value))
    assert (read.tzinfo, read.fold, read.utcoffset()) == (value.tzinfo, 1, value.utcoffset())


def test_plain_values_are_plain_json() -> None:
    value = {"name": "Ann", "age": 7, "tags": ["a", None, 1.5]}
    assert json.loads(dump_value(value)) == value


class Colour(IntEnum):
    RED = 1


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [
        object(),
        Colour.RED,
        Text("a"),
        OrderedDict(a=1),
        1j,
        lambda: None,
        [1, {"a": {2: object()}}],
        DAY.replace(tzinfo=type("Zone", (datetime.tzinfo,), {})()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_could_not_be_read_back_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        dump_value(value)


def test_the_message_shows_nothing_of_the_value() -> None:
    with pytest.raises(TypeError) as caught:
        dump_value({"password": Text("hunter2")})
    assert "hunter2" not in str(caught.value)


def test_a_value_that_contains_itself_is_refused() -> None:
    value: list[Any] = []
    value.append(value)
    with pytest.raises(TypeError, match="contains itself"):
        dump_value(value)


@pytest.mark.parametrize(
    "key", [None, True, 0, 1.5, "", "ü", b"x", (1, ("a",)), DAY, DAY.date(), uuid.UUID(int=1)]
)
def test_keys_keep_their_type(key: Any) -> None:
    assert same(load_key(dump_key(key)), key)


def test_keys_are_one_where_a_dict_takes_them_for_one() -> None:
    keys: list[Any] = [
        0,
        False,
        -0.0,
        1,
        True,
        1.0,
        (1, 2),
        (True, 2.0),
        "1",
        b"1",
        None,
        1.5,
        "",
        2**70,
        float(2**70),
    ]
    for one in keys:
        for other in keys:
            assert (identity(one) == identity(other)) == (one == other), (one, other)


def test_a_long_key_has_a_short_identity() -> None:
    assert len(identity("é" * 5000)) == 65
    assert identity("a" * 5000) != identity("a" * 5001)


@pytest.mark.parametrize(
    "key",
    [
        math.nan,
        frozenset({1}),
        Colour.RED,
        (1, object()),
        DAY.replace(tzinfo=datetime.timezone.utc),
    ],
)
def test_a_key_that_could_not_be_read_back_is_refused(key: Any) -> None:
    with pytest.raises(TypeError):
        identity(key)


@pytest.mark.parametrize("key", [[], {}, (1, [])])
def test_what_is_not_hashable_is_no_key(key: Any) -> None:
    with pytest.raises(TypeError, match="unhashable"):
        identity(key)


def test_what_units_in_javascript_write_is_read() -> None:
    assert load_value('{"$bigint":"12345678901234567890"}') == 12345678901234567890
    assert load_value('{"$object":[["$a",{"$set":[1]}],["b",null]]}') == {"$a": {1}, "b": None}


@pytest.mark.parametrize(
    "text",
    [
        "hunter2",
        '{"$bigint":"hunter2"}',
        '{"$date":"hunter2"}',
        '{"$decimal":"hunter2"}',
        '{"$uuid":"hunter2"}',
        '{"$datetime":["hunter2",0,null]}',
        '{"$datetime":["2024-01-01",0,"hunter2"]}',
        '{"$dict":["hunter2"]}',
        '{"$bytes":"hunter2"}',
    ],
)
def test_what_is_no_value_is_refused_without_a_word_of_it(text: str) -> None:
    with pytest.raises(TypeError, match=r"^a stored value is none that inferra wrote$") as caught:
        load_value(text)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
