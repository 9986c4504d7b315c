from __future__ import annotations

import copy
import gc
import json
import logging
import os
import pickle
import random
import threading
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from table import NAME, PREFIX

from inferra_runtime import _redis, kv_mapping
from inferra_runtime._dynamodb import Table
from inferra_runtime.kv_mapping import StoredMapping, mapping


@pytest.fixture(autouse=True, params=["dynamodb", "elasticache"])
def backing(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


of_dynamodb = pytest.mark.parametrize("backing", ["dynamodb"], indirect=True)
of_elasticache = pytest.mark.parametrize("backing", ["elasticache"], indirect=True)


def made(own: Any = None) -> Any:
    return mapping({} if own is None else own, PREFIX)


def test_without_a_binding_it_is_the_dict_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TABLE", "HOST", "PORT", "TLS"):
        monkeypatch.delenv(f"{PREFIX}_{name}", raising=False)
    own: dict[str, int] = {}
    assert mapping(own, PREFIX) is own


def test_it_is_a_mapping() -> None:
    users = made()
    users["ann"] = {"age": 7, "score": 0.1, "tags": ["a"], "nick": None}
    assert users["ann"] == {"age": 7, "score": 0.1, "tags": ["a"], "nick": None}
    assert type(users["ann"]["age"]) is int
    assert "ann" in users
    assert "bob" not in users
    assert users != ["x"]
    assert users.get("ann")["age"] == 7
    assert (users.get("bob"), users.get("bob", 3)) == (None, 3)
    assert len(users) == 1
    assert bool(users)


def test_none_and_missing_differ() -> None:
    users = made()
    users["a"] = None
    assert users["a"] is None
    assert users.get("a", 1) is None
    assert users.setdefault("a", 1) is None
    with pytest.raises(KeyError, match="'b'"):
        users["b"]


def test_missing_keys_are_key_errors() -> None:
    users = made()
    for act in (
        lambda: users["x"],
        lambda: users.pop("x"),
        lambda: users.pop("x"),
        users.popitem,
    ):
        with pytest.raises(KeyError):
            act()
    assert users.pop("x", None) is None
    with pytest.raises(TypeError):
        users.pop("x", 1, 2)


def test_keys_of_a_type_that_is_never_there_are_missing() -> None:
    users = made()
    assert frozenset({1}) not in users
    assert users.get(frozenset()) is None
    assert users.pop(frozenset(), 1) == 1
    with pytest.raises(KeyError):
        users[frozenset()]
    for act in (
        lambda: [] in users,
        lambda: users.get([]),
        lambda: users.__setitem__(frozenset(), 1),
    ):
        with pytest.raises(TypeError):
            act()


def test_what_cannot_be_stored_is_refused_where_it_is_assigned() -> None:
    users = made()
    for act in (
        lambda: users.__setitem__("a", object()),
        lambda: users.update(a=object()),
        lambda: users.setdefault("a", object()),
    ):
        with pytest.raises(TypeError, match="of type object cannot be stored"):
            act()  # type: ignore[no-untyped-call]
    assert len(users) == 0


def test_every_page_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_redis, "_AT_ONCE", 7)
    users = made()
    # More than the megabyte of one page of DynamoDB's.
    users.update({f"k{number}": "x" * 100_000 for number in range(25)})
    assert len(users) == len(list(users)) == len(users.items()) == 25
    users.clear()
    assert users == {}


def steps(random_: random.Random) -> Iterator[tuple[str, tuple[Any, ...]]]:
    keys: list[Any] = ["a", "b", 1, True, 1.0, (1, "a"), None, b"x", "1"]
    while True:
        key, value = random_.choice(keys), random_.choice([1, None, "x", [1], {"a": 1}, (1,)])
        yield random_.choice(
            [
                ("__setitem__", (key, value)),
                ("__setitem__", (key, value)),
                ("__delitem__", (key,)),
                ("__getitem__", (key,)),
                ("get", (key,)),
                ("get", (key, 5)),
                ("setdefault", (key, value)),
                ("setdefault", (key,)),
                ("pop", (key,)),
                ("pop", (key, 7)),
                ("popitem", ()),
                ("__contains__", (key,)),
                ("__len__", ()),
                ("update", ({key: value, "z": 1},)),
                ("__ior__", ({key: 2},)),
                ("copy", ()),
                ("__or__", ({key: 2},)),
                ("__ror__", ({key: 2},)),
                ("__reversed__", ()),
                ("__iter__", ()),
            ]
        )
        if random_.random() < 0.02:
            yield ("clear", ())


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("new", [dict, lambda: defaultdict(int)], ids=["dict", "defaultdict"])
def test_it_does_what_a_dict_does(seed: int, new: Any) -> None:
    plain, stored = new(), made(new())
    for number, (method, arguments) in zip(range(80), steps(random.Random(seed)), strict=False):
        outcomes = []
        for one in (plain, stored):
            try:
                result = getattr(one, method)(*arguments)
            except KeyError as error:
                outcomes.append(("KeyError", error.args if method != "popitem" else ()))
            else:
                if method in ("__iter__", "__reversed__"):
                    result = list(result)
                if result is one:
                    result = "itself"
                outcomes.append((method, result))
        assert outcomes[0] == outcomes[1], (method, arguments)
        if number % 4 == 0:
            assert repr(list(plain.items())) == repr(list(stored.items())), (method, arguments)
    assert (list(plain), list(plain.values())) == (list(stored), list(stored.values()))
    assert (list(reversed(plain.items())), repr(dict(plain))) == (
        list(reversed(stored.items())),
        repr(stored.copy() if new is dict else dict(stored)),
    )
    assert stored == plain
    assert stored == made()


def test_views_read_what_there_is() -> None:
    users = made()
    keys, values, items = users.keys(), users.values(), users.items()
    users["a"] = 1
    assert (list(keys), list(values), list(items)) == (["a"], [1], [("a", 1)])
    assert "a" in keys
    assert 1 in values
    assert ("a", 1) in items
    assert keys & {"a", "b"} == {"a"}


def test_a_defaultdict_makes_what_is_missing() -> None:
    counts = made(defaultdict(int))
    counts["a"] += 1
    counts["a"] += 1
    assert (counts["a"], counts.get("b"), "b" in counts) == (2, None, False)
    assert counts["b"] == 0
    assert "b" in counts


def test_entries_are_written_once() -> None:
    first = made({"a": 1, "b": [2]})
    assert first == {"a": 1, "b": [2]}
    first["a"] = 5
    del first["b"]
    assert made({"a": 1, "b": [2]}) == {"a": 5}
    # A new version of the code has one more.
    assert made({"a": 1, "b": [2], "c": 3}) == {"a": 5, "c": 3}
    assert len(first) == 2


def test_entries_do_not_replace_what_is_there() -> None:
    made()["a"] = 9
    assert made({"a": 1})["a"] == 9


def test_processes_that_start_at_once_agree() -> None:
    entries = {f"k{number}": number for number in range(20)}
    threads = [threading.Thread(target=made, args=(entries,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made() == entries


def test_entries_that_cannot_be_stored_are_refused_when_the_module_is_loaded() -> None:
    with pytest.raises(TypeError, match="of type function"):
        made({"a": 1, "b": lambda: None})
    assert len(made()) == 0


@pytest.fixture
def lost(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    found: list[str] = []
    with caplog.at_level(logging.ERROR, "inferra_runtime.kv"):
        yield found
        gc.collect()


@pytest.mark.parametrize(
    "change",
    [
        lambda users: users["a"].update(x=1),
        lambda users: users["a"]["list"].append(1),
        lambda users: users["a"]["list"].__iadd__([1]),
        lambda users: users["a"]["tuple"][0].append(1),
        lambda users: users["a"]["set"].add(1),
        lambda users: users.get("a").pop("list"),
        lambda users: users.setdefault("a", {}).clear(),
        lambda users: [value.update(x=1) for value in users.values()],
        lambda users: [value["list"].sort() for _, value in users.items()],
    ],
)
def test_a_change_that_is_not_assigned_is_told(
    change: Any, caplog: pytest.LogCaptureFixture
) -> None:
    users = made()
    users["a"] = {"list": [3], "tuple": ([],), "set": {2}}
    change(users)
    gc.collect()
    assert [
        record.levelname for record in caplog.records if record.name == "inferra_runtime.kv"
    ] == ["ERROR"]
    assert PREFIX in caplog.text
    assert "list" not in caplog.text
    assert users["a"] == {"list": [3], "tuple": ([],), "set": {2}}


@pytest.mark.parametrize(
    "change",
    [
        lambda users, value: value["list"].append(4) or users.__setitem__("a", value),
        lambda users, value: value["list"].append(4) or users.__setitem__("a", {**value}),
        lambda users, value: value["list"].append(4) or users.update({"a": value}),
        lambda users, value: dict(value).update(x=1),
        lambda users, value: sorted(value["list"]),
        lambda users, value: copy.deepcopy(value)["list"].append(1),
        lambda users, value: value["list"].append(4) or users.pop("a"),
    ],
)
def test_a_change_that_is_assigned_is_kept_in_silence(
    change: Any, caplog: pytest.LogCaptureFixture
) -> None:
    users = made()
    users["a"] = {"list": [3]}
    change(users, users["a"])
    gc.collect()
    assert caplog.records == []


def test_what_is_read_passes_for_what_it_is() -> None:
    users = made()
    users["a"] = {"list": [1, {"b": 2}], "set": {1}}
    read = users["a"]
    assert isinstance(read, dict)
    assert isinstance(read["list"], list)
    assert json.loads(json.dumps(read["list"])) == [1, {"b": 2}]
    assert repr(read) == "{'list': [1, {'b': 2}], 'set': {1}}"
    for copied in (pickle.loads(pickle.dumps(read)), copy.deepcopy(read)):
        assert copied == read
        assert type(copied) is dict
        assert type(copied["list"][1]) is dict
        assert type(copied["set"]) is set
    users["b"] = read
    assert users["b"] == read


def test_it_is_never_pickled_or_hashed() -> None:
    users = made()
    with pytest.raises(TypeError, match=r"use its copy\(\)"):
        pickle.dumps(users)
    with pytest.raises(TypeError, match="unhashable"):
        hash(users)
    users["a"] = 1
    assert type(copy.copy(users)) is dict
    assert copy.deepcopy(users) == {"a": 1}


@of_dynamodb
def test_errors_of_the_cloud_surface(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}_TABLE", "no-such-table")
    users = made()
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        users["a"]


@of_elasticache
def test_errors_of_redis_surface_and_quote_nothing(backing: Any) -> None:
    users = made({"a": "secret"})
    backing.config_set("maxmemory", 1)
    try:
        with pytest.raises(redis.ResponseError, match="used memory") as refused:
            users["a"] = "secret"
        assert "secret" not in str(refused.value)
        assert users["a"] == "secret"
    finally:
        backing.config_set("maxmemory", 0)


@of_elasticache
def test_a_connection_that_was_lost_is_opened_again(backing: Any) -> None:
    users = made({"a": 1})
    backing.client_kill_filter(_type="normal", skipme=False)
    assert users["a"] == 1


@of_elasticache
def test_others_keys_are_left_alone(backing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "TLS"):
        monkeypatch.setenv(f"{PREFIX}_2_{name}", os.environ[f"{PREFIX}_{name}"])
    backing.set("theirs", 1)
    other = mapping({"theirs": 1}, f"{PREFIX}_2")
    users = made({"a": 1})
    users.clear()
    assert users == {}
    assert backing.get("theirs") == "1"
    assert other == {"theirs": 1}
    assert made({"a": 1}) == {}


@of_elasticache
def test_it_uses_the_keys_that_are_its_own(backing: Any) -> None:
    made({"ann": {"age": 7}})
    item = backing.hgetall(f'{PREFIX}:item:"ann"')
    assert int(item.pop("at")) > 0
    assert item == {"name": '"ann"', "value": '{"age":7}'}
    assert sorted(backing.keys()) == [f'{PREFIX}:item:"ann"', f"{PREFIX}:marks:#entries"]


@of_dynamodb
def test_it_uses_the_table_that_it_is_told(backing: Any) -> None:
    made()["ann"] = {"age": 7}
    [item] = backing.scan(TableName=NAME)["Items"]
    at = item.pop("at")
    assert int(at["N"]) > 0
    assert item == {"key": {"S": '"ann"'}, "name": {"S": '"ann"'}, "value": {"S": '{"age":7}'}}


def test_a_reader_of_the_log_is_not_flooded_with_forgotten_values() -> None:
    users = StoredMapping(Table(NAME), PREFIX)
    for number in range(1100):
        users._readings.watched(str(number), [])
    assert len(users._readings._of_key) < 1100
    assert kv_mapping.__all__
