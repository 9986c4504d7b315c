from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import aiocache
import pytest
from aiocache.base import SENTINEL
from aiocache.lock import OptimisticLock, OptimisticLockError, RedLock
from aiocache.plugins import HitMissRatioPlugin
from aiocache.serializers import JsonSerializer, PickleSerializer, StringSerializer
from table import NAME, PREFIX

from inferra_runtime import kv_cache
from inferra_runtime.kv_cache import StoredCache


@pytest.fixture(autouse=True, params=["dynamodb", "elasticache"])
def backing(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


of_dynamodb = pytest.mark.parametrize("backing", ["dynamodb"], indirect=True)
of_elasticache = pytest.mark.parametrize("backing", ["elasticache"], indirect=True)


def stored(**kwargs: Any) -> Any:
    return kv_cache.cache(aiocache.Cache(**kwargs), PREFIX)


@pytest.fixture(params=["memory", "stored"])
def new(request: pytest.FixtureRequest) -> Any:
    """What must be the same of both."""
    return aiocache.Cache if request.param == "memory" else stored


def run(steps: Any) -> Any:
    return asyncio.run(steps)


def test_without_a_binding_it_is_the_cache_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TABLE", "HOST", "PORT", "TLS"):
        monkeypatch.delenv(f"{PREFIX}_{name}", raising=False)
    own = aiocache.Cache()
    assert kv_cache.cache(own, PREFIX) is own
    decorator = aiocache.cached()
    assert kv_cache.decorator(decorator, PREFIX) is decorator


def test_values(new: Any) -> None:
    async def steps() -> None:
        cache = new()
        assert await cache.get("a") is None
        assert await cache.get("a", default=3) == 3
        assert await cache.set("a", {"n": 1, "f": 0.5}) is True
        assert await cache.get("a") == {"n": 1, "f": 0.5}
        assert type((await cache.get("a"))["n"]) is int
        assert (await cache.exists("a"), await cache.exists("b")) == (True, False)
        assert await cache.add("b", (1, None)) is True
        assert await cache.get("b") == (1, None)
        with pytest.raises(
            ValueError, match=r"Key b already exists, use \.set to update the value"
        ):
            await cache.add("b", 2)
        assert (await cache.delete("b"), await cache.delete("b")) == (1, 0)
        await cache.close()

    run(steps())


def test_many(new: Any) -> None:
    async def steps() -> None:
        cache = new()
        assert await cache.multi_set([[f"k{n}", n] for n in range(130)]) is True
        assert await cache.multi_get([f"k{n}" for n in range(131)]) == [*range(130), None]
        assert await cache.multi_get([]) == []
        await cache.multi_set([("k0", "x"), ("k0", "y")])
        assert await cache.multi_get(["k0", "k0"]) == ["y", "y"]
        assert await cache.clear() is True
        assert await cache.exists("k1") is False

    run(steps())


def test_increment(new: Any) -> None:
    async def steps() -> None:
        cache = new()
        assert [
            await cache.increment("n"),
            await cache.increment("n", 5),
            await cache.increment("n", -8),
        ] == [1, 6, -2]
        assert await cache.get("n") == -2
        await cache.set("text", "12")
        assert await cache.increment("text") == 13
        await cache.set("text", "x")
        with pytest.raises(TypeError, match="Value is not an integer"):
            await cache.increment("text")

    run(steps())


def test_increments_at_once_all_count(backing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if hasattr(backing, "_make_api_call"):
        # The emulator may look at a condition and write in two steps.
        lock, call = threading.Lock(), backing._make_api_call

        def one_by_one(*args: Any) -> Any:
            with lock:
                return call(*args)

        monkeypatch.setattr(backing, "_make_api_call", one_by_one)

    async def steps() -> None:
        cache = stored(timeout=60)
        await asyncio.gather(*(cache.increment("n") for _ in range(20)))
        assert await cache.get("n") == 20

    run(steps())


def test_time_to_live(new: Any) -> None:
    async def steps() -> None:
        cache = new(ttl=100)
        await cache.set("short", 1, ttl=0.2)
        await cache.multi_set([("also", 1)], ttl=0.2)
        await cache.set("kept", 1, ttl=0.2)
        assert await cache.expire("kept", 0) is True
        await cache.set("default", 1)
        await cache.set("ever", 1, ttl=None)
        await cache.set("sentinel", 1, ttl=SENTINEL)
        await cache.set("later", 1)
        assert await cache.expire("later", 0.2) is True
        assert await cache.expire("never", 5) is False
        await asyncio.sleep(0.35)
        names = ["short", "also", "kept", "default", "ever", "sentinel", "later"]
        assert [await cache.exists(name) for name in names] == [
            False,
            False,
            True,
            True,
            True,
            True,
            False,
        ]
        assert await cache.multi_get(["short", "kept"]) == [None, 1]
        assert await cache.expire("short", 5) is False
        assert await cache.add("short", 2) is True
        assert await cache.get("short") == 2
        await cache.set("again", 1, ttl=0.2)
        await cache.set("again", 2, ttl=None)
        assert await cache.increment("again") == 3
        await asyncio.sleep(0.3)
        assert await cache.get("again") == 3

    run(steps())


def test_an_increment_keeps_the_time_to_live() -> None:
    async def steps() -> None:
        cache = stored()
        await cache.set("n", 1, ttl=0.3)
        await cache.increment("n")
        await asyncio.sleep(0.4)
        assert await cache.get("n") is None

    run(steps())


@of_elasticache
def test_redis_deletes_an_item_in_its_time(backing: Any) -> None:
    async def steps() -> None:
        cache = stored()
        await cache.set("a", 1, ttl=50.4)
        await cache.multi_set([("b", 1)], ttl=50.4)
        await cache.set("c", 1)
        await cache.expire("c", 50.4)
        await cache.set("d", 1, ttl=50.4)
        await cache.set("d", 1)
        await cache.set("e", 1, ttl=50.4)
        await cache.increment("e")

    run(steps())
    left = {name: backing.pttl(f'{PREFIX}:item:"{name}"') for name in "abcde"}
    assert left.pop("d") == -1
    assert all(49_000 < one <= 51_000 for one in left.values())


@of_dynamodb
def test_dynamodb_is_told_when_an_item_may_go(backing: Any) -> None:
    run(stored().set("a", 1, ttl=50.4))
    [item] = backing.scan(TableName=NAME)["Items"]
    assert 50 <= int(item["expires"]["N"]) - time.time() <= 52
    assert int(item["until"]["N"]) <= int(item["expires"]["N"]) * 1000


def test_namespaces_and_key_builders(new: Any) -> None:
    async def steps() -> None:
        cache = new(namespace="one:")
        await cache.set("a", 1)
        await cache.set("a", 2, namespace="two:")
        assert (await cache.get("a"), await cache.get("a", namespace="two:")) == (1, 2)
        assert cache.build_key("a") == "one:a"
        cache.namespace = "two:"
        assert await cache.get("a") == 2
        await cache.clear(namespace="two:")
        assert (await cache.get("a", namespace="one:"), await cache.get("a")) == (1, None)
        built = new(key_builder=lambda key, namespace: f"{namespace}/{key}")
        await built.set("x", 1, namespace="n")
        assert await built.get("x", namespace="n") == 1

    run(steps())


@pytest.mark.parametrize("serializer", [StringSerializer, PickleSerializer, JsonSerializer])
def test_serializers(new: Any, serializer: Any) -> None:
    async def steps() -> None:
        cache = new(serializer=serializer())
        await cache.set("a", {"x": 1})
        expected = "{'x': 1}" if serializer is StringSerializer else {"x": 1}
        assert await cache.get("a") == expected
        await cache.set("b", 1, dumps_fn=lambda value: f"<{value}>")
        assert await cache.get("b", loads_fn=lambda text: text) == "<1>"

    run(steps())


def test_plugins(new: Any) -> None:
    async def steps() -> None:
        cache = new(plugins=[HitMissRatioPlugin()])
        await cache.set("a", 1)
        await cache.get("a")
        await cache.get("b")
        assert cache.hit_miss_ratio["hit_ratio"] == 0.5

    run(steps())


def test_locks(new: Any) -> None:
    async def steps() -> None:
        cache = new()
        async with RedLock(cache, "a", lease=5):
            await cache.set("a", 1)
        assert await cache.exists("a-lock") is False
        async with OptimisticLock(cache, "a") as lock:
            await lock.cas(2)
        async with OptimisticLock(cache, "a") as lock:
            await cache.set("a", 5)
            with pytest.raises(OptimisticLockError):
                await lock.cas(3)
        assert await cache.get("a") == 5

    run(steps())


def test_connections_and_contexts(new: Any) -> None:
    async def steps() -> None:
        async with new() as cache, cache.get_connection() as connection:
            await connection.set("a", 1)
            assert await connection.get("a") == 1

    run(steps())


def test_a_call_does_not_stop_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    async def steps() -> None:
        cache = stored()
        monkeypatch.setattr(cache._table, "get", lambda _: released.wait(5) and None)
        waiting = asyncio.ensure_future(cache.get("a"))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        released.set()
        assert await waiting is None

    run(steps())


def test_a_call_that_takes_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps() -> None:
        cache = stored(timeout=0.05)
        monkeypatch.setattr(cache._table, "get", lambda _: time.sleep(0.3))
        with pytest.raises(asyncio.TimeoutError):
            await cache.get("a")

    run(steps())


def test_the_decorator(new: Any) -> None:
    calls = []

    async def steps(decorator: Any) -> None:
        @decorator  # type: ignore[untyped-decorator]
        async def double(value: int) -> dict[str, int]:
            calls.append(value)
            return {"double": value * 2}

        assert [await double(2), await double(2), await double(3)] == [
            {"double": 4},
            {"double": 4},
            {"double": 6},
        ]
        assert double.__name__ == "double"
        assert isinstance(
            double.cache, aiocache.SimpleMemoryCache if new is aiocache.Cache else StoredCache
        )
        if double.cache.namespace == "s":
            return
        assert await double(2, cache_read=False) == {"double": 4}

    for own, expected in (
        (aiocache.cached(ttl=10, namespace="n"), [2, 3, 2]),
        (aiocache.cached_stampede(namespace="s"), [2, 3]),
    ):
        calls.clear()
        run(steps(own if new is aiocache.Cache else kv_cache.decorator(own, PREFIX)))
        assert calls == expected


def test_what_cannot_be_stored_is_refused() -> None:
    async def steps() -> None:
        with pytest.raises(TypeError, match="of type object cannot be stored"):
            await stored().set("a", object())
        with pytest.raises(NotImplementedError, match="there is no dict"):
            await stored().raw("keys")

    run(steps())


def test_it_is_a_cache_of_aiocache(backing: Any) -> None:
    assert isinstance(stored(), aiocache.base.BaseCache)
    name = kv_cache.cache(aiocache.Cache.from_url("memory://"), PREFIX).NAME
    assert name == ("redis" if hasattr(backing, "pttl") else "dynamodb")
