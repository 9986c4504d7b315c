"""aiocache's cache in memory, kept in a table of DynamoDB or in a Redis.

Whatever the code configured stays: serializer, plugins, namespace, key builder, timeout, time to
live. A call of the table's runs in a thread, so the event loop goes on.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from typing import Any, TypeVar

from aiocache.base import BaseCache

from ._changes import Readings
from ._stored import dump_key, dump_value, identity, load_key, load_value
from ._table import Conflict, Item, Table, bound

__all__ = ["StoredCache", "cache", "decorator"]

_T = TypeVar("_T")


def cache(own: Any, prefix: str, /) -> Any:
    """Gives what stands for the cache ``own``: itself where there is no binding.

    Raises:
        RuntimeError: The binding is malformed.
    """
    table = bound(prefix)
    return own if table is None else StoredCache(table, prefix, own)


def decorator(own: Any, prefix: str, /) -> Any:
    """Gives what stands for ``own``, a decorator such as ``cached(ttl=10)``: see :func:`cache`."""
    table = bound(prefix)
    if table is None:
        return own

    def decorate(function: Callable[..., Any]) -> Any:
        wrapper = own(function)
        own.cache = wrapper.cache = StoredCache(table, prefix, own.cache)
        return wrapper

    return decorate


class StoredCache(BaseCache):  # type: ignore[misc]
    """A cache whose values are in a table."""

    def __init__(self, table: Table, label: str, like: Any) -> None:
        """A cache over ``table``, configured as ``like``; ``label`` is what the log calls it."""
        builder = like.build_key
        super().__init__(
            serializer=like.serializer,
            plugins=like.plugins,
            namespace=like.namespace,
            # Its own method would go on to ask the cache that is not used any more.
            key_builder=None if getattr(builder, "__self__", None) is like else builder,
            timeout=like.timeout,
            ttl=like.ttl,
        )
        self.NAME = table.BACKING
        self._table = table
        self._readings = Readings(label)

    async def _get(self, key: Any, encoding: Any = None, _conn: Any = None) -> Any:  # noqa: ARG002
        item = await _in_thread(self._table.get, identity(key))
        return None if item is None else self._read(item)

    async def _gets(self, key: Any, encoding: Any = "utf-8", _conn: Any = None) -> Any:
        return await self._get(key, encoding=encoding)

    async def _multi_get(
        self,
        keys: Any,
        encoding: Any = None,  # noqa: ARG002 - the table holds text
        _conn: Any = None,
    ) -> list[Any]:
        wanted = [identity(key) for key in keys]
        found = await _in_thread(self._table.get_many, wanted)
        return [self._read(found[key]) if key in found else None for key in wanted]

    async def _set(
        self, key: Any, value: Any, ttl: Any = None, _cas_token: Any = None, _conn: Any = None
    ) -> Any:
        item = _item(key, value, _end(ttl))
        if _cas_token is None:
            await _in_thread(self._table.put, item)
        else:
            try:
                await _in_thread(self._table.replace, item, dump_value(_cas_token))
            except Conflict:
                return 0
        self._readings.stored(item.key)
        return True

    async def _multi_set(self, pairs: Any, ttl: Any = None, _conn: Any = None) -> bool:
        until = _end(ttl)
        items = [_item(key, value, until) for key, value in pairs]
        await _in_thread(self._table.put_many, items)
        for item in items:
            self._readings.stored(item.key)
        return True

    async def _add(self, key: Any, value: Any, ttl: Any = None, _conn: Any = None) -> bool:
        try:
            await _in_thread(self._table.add, _item(key, value, _end(ttl)))
        except Conflict:
            # The words of aiocache's own caches.
            message = f"Key {key} already exists, use .set to update the value"
            raise ValueError(message) from None
        return True

    async def _exists(self, key: Any, _conn: Any = None) -> bool:
        return await _in_thread(self._table.get, identity(key)) is not None

    async def _increment(self, key: Any, delta: Any, _conn: Any = None) -> Any:
        return await _in_thread(self._increment_now, key, delta)

    def _increment_now(self, key: Any, delta: Any) -> Any:
        while True:
            item = self._table.get(identity(key))
            try:
                if item is None:
                    self._table.add(_item(key, delta, None))
                    return delta
                try:
                    value = int(load_value(item.value)) + delta
                except ValueError:
                    raise TypeError("Value is not an integer") from None
                self._table.replace(_item(key, value, item.until), item.value)
                return value
            except Conflict:
                # Somebody else was faster: their value is the one to add to.
                continue

    async def _expire(self, key: Any, ttl: Any, _conn: Any = None) -> bool:
        try:
            await _in_thread(self._table.set_end, identity(key), _end(ttl))
        except Conflict:
            return False
        return True

    async def _delete(self, key: Any, _conn: Any = None) -> int:
        return int(await _in_thread(self._table.delete, identity(key)) is not None)

    async def _clear(self, namespace: Any = None, _conn: Any = None) -> bool:
        await _in_thread(self._clear_now, namespace)
        return True

    def _clear_now(self, namespace: Any) -> None:
        items = self._table.scan(values=False)
        if namespace:
            items = [item for item in items if load_key(item.name).startswith(namespace)]
        self._table.delete_many([item.key for item in items])

    async def _raw(self, command: Any, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(
            "there is no dict behind this cache: use get, set, delete, exists and increment"
        )

    async def _redlock_release(self, key: Any, value: Any) -> int:
        try:
            await _in_thread(self._table.delete_where, identity(key), dump_value(value))
        except Conflict:
            return 0
        return 1

    def _read(self, item: Item) -> Any:
        return self._readings.watched(item.key, load_value(item.value))


async def _in_thread(function: Callable[..., _T], *args: Any) -> _T:
    return await asyncio.to_thread(function, *args)


def _item(key: Any, value: Any, until: int | None) -> Item:
    return Item(identity(key), dump_key(key), dump_value(value), until)


def _end(ttl: float | None) -> int | None:
    # As of the cache in memory, 0 is no end.
    return math.ceil((time.time() + ttl) * 1000) if ttl else None
