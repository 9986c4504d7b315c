"""A Redis as a store of texts by key, with the items of inferra's Node package.

The keys of a store begin with its name, so that others may be beside it. An item is a hash with
``name`` (the key as it was given), ``value``, ``at`` (when its key was new, which orders the items)
and, where it ends by itself, ``until`` (the millisecond, at which Redis deletes it). Whatever takes
several commands is a script, which Redis runs at once.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ._table import Conflict, Item

__all__ = ["Table"]

# Commands that are sent before their answers are read.
_AT_ONCE = 500
_FIELDS = ("name", "value", "until")

# KEYS: of the item. ARGV: its name, its value, when it was new, when it ends or "".
# Where memory is full, Redis refuses a script's first write alone: that is one which needs some.
_PUT = """
redis.call('HSET', KEYS[1], 'name', ARGV[1], 'value', ARGV[2], 'at', ARGV[3])
if ARGV[4] == '' then
  redis.call('HDEL', KEYS[1], 'until')
  redis.call('PERSIST', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'until', ARGV[4])
  redis.call('PEXPIREAT', KEYS[1], ARGV[4])
end
return 1
"""
_ADD = f"if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end {_PUT}"
# The fifth argument is the value that is expected. What is not there has none.
_REPLACE = f"if redis.call('HGET', KEYS[1], 'value') ~= ARGV[5] then return 0 end {_PUT}"
_NEW = """
redis.call('HSETNX', KEYS[1], 'name', ARGV[1])
redis.call('HSETNX', KEYS[1], 'at', ARGV[3])
"""
_ASSIGN = f"{_NEW} return redis.call('HSET', KEYS[1], 'value', ARGV[2])"
_SET_DEFAULT = f"""
{_NEW}
redis.call('HSETNX', KEYS[1], 'value', ARGV[2])
return redis.call('HGET', KEYS[1], 'value')
"""
_DELETE = """
local item = redis.call('HMGET', KEYS[1], 'name', 'value', 'until')
redis.call('DEL', KEYS[1])
return item
"""
_DELETE_WHERE = """
if redis.call('HGET', KEYS[1], 'value') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""
_SET_END = """
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[1] == '' then
  redis.call('HDEL', KEYS[1], 'until')
  redis.call('PERSIST', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'until', ARGV[1])
  redis.call('PEXPIREAT', KEYS[1], ARGV[1])
end
return 1
"""

_CLIENTS: dict[tuple[str, int, bool], Any] = {}
_MAKING = threading.Lock()


def _client(host: str, port: int, tls: bool) -> Any:
    """The client of a server. It is only made when something is read or written."""
    with _MAKING:
        place = (host, port, tls)
        if place not in _CLIENTS:
            import redis
            from redis.backoff import ExponentialBackoff
            from redis.retry import Retry

            encrypted: dict[str, Any] = {"ssl": True, "ssl_check_hostname": True} if tls else {}
            _CLIENTS[place] = redis.Redis(
                host=host,
                port=port,
                decode_responses=True,
                socket_connect_timeout=3,
                socket_timeout=10,
                socket_keepalive=True,
                # A connection that died while Lambda's sandbox was frozen is found out, and a
                # failover is outlived where it is short.
                health_check_interval=30,
                retry=Retry(ExponentialBackoff(cap=1, base=0.05), 4),
                retry_on_error=[redis.ConnectionError, redis.TimeoutError],
                **encrypted,
            )
        return _CLIENTS[place]


class Table:
    """One store. Its methods may be called by several threads."""

    BACKING = "redis"

    def __init__(self, name: str, host: str, port: int, tls: bool) -> None:
        """Prepares to call; ``name`` is what its keys begin with: letters, digits and ``_``."""
        self._items = f"{name}:item:"
        self._marks = f"{name}:marks:"
        self._place = (host, port, tls)
        self._serial = itertools.count()

    @property
    def _client(self) -> Any:
        return _client(*self._place)

    def get(self, key: str) -> Item | None:
        """The item, or ``None`` where there is none or its time is over."""
        return _item(key, self._client.hmget(self._items + key, _FIELDS))

    def get_many(self, keys: Iterable[str]) -> dict[str, Item]:
        """The items that there are, by key."""
        read = self._read(list(dict.fromkeys(keys)), _FIELDS)
        found = ((key, _item(key, fields)) for key, fields in read)
        return {key: item for key, item in found if item is not None}

    def put(self, item: Item) -> None:
        """Writes the item in place of what there is."""
        self._eval(_PUT, item.key, *self._raw(item))

    def add(self, item: Item) -> None:
        """Writes the item where there is none.

        Raises:
            Conflict: There is one.
        """
        self._conditional(_ADD, item.key, *self._raw(item))

    def replace(self, item: Item, expected: str) -> None:
        """Writes the item where the value is the expected one.

        Raises:
            Conflict: It is another, or there is none.
        """
        self._conditional(_REPLACE, item.key, *self._raw(item), expected)

    def assign(self, item: Item) -> None:
        """Writes the value; a key that is there keeps its place among the others, and its form."""
        self._eval(_ASSIGN, item.key, *self._raw(item))

    def set_default(self, item: Item) -> str:
        """Writes the value where there is no item, and gives the one that is there then."""
        value: str = self._eval(_SET_DEFAULT, item.key, *self._raw(item))
        return value

    def set_end(self, key: str, until: int | None) -> None:
        """Changes when the item ends by itself.

        Raises:
            Conflict: There is none.
        """
        self._conditional(_SET_END, key, _end(until))

    def put_many(self, items: Sequence[Item]) -> None:
        """Writes the items in place of what there is; of one key's items, the last."""
        for some in _batches(list({item.key: item for item in items}.values())):
            with self._client.pipeline(transaction=False) as commands:
                for item in some:
                    commands.eval(_PUT, 1, self._items + item.key, *self._raw(item))
                _answers(commands)

    def delete(self, key: str) -> Item | None:
        """Takes the item away and gives what it was."""
        return _item(key, self._eval(_DELETE, key))

    def delete_where(self, key: str, expected: str) -> None:
        """Takes the item away where the value is the expected one.

        Raises:
            Conflict: It is another, or there is none.
        """
        self._conditional(_DELETE_WHERE, key, expected)

    def delete_many(self, keys: Sequence[str]) -> None:
        """Takes the items away."""
        for some in _batches(keys):
            self._client.unlink(*(self._items + key for key in some))

    def scan(self, values: bool = True) -> list[Item]:
        """Every item, in the order in which their keys were new."""
        wanted = ("at", *_FIELDS) if values else ("at", "name")
        found = []
        for key, (at, *fields) in self._read(self._keys(), wanted):
            item = _item(key, fields if values else [*fields, "", None])
            if item is not None:
                found.append((int(at or 0), item))
        found.sort(key=lambda one: (one[0], one[1].key))
        return [item for _, item in found]

    def count(self) -> int:
        """The number of items."""
        return len(self._keys())

    def marks(self, key: str) -> frozenset[str]:
        """The texts that :meth:`mark` added under this key, which is no item's."""
        return frozenset(self._client.smembers(self._marks + key))

    def mark(self, key: str, texts: Iterable[str]) -> None:
        """Adds texts under a key that no item has."""
        self._client.sadd(self._marks + key, *sorted(texts))

    def _keys(self) -> list[str]:
        """The keys of all items, page by page; what was there all the time is among them."""
        found = self._client.scan_iter(match=f"{self._items}*", count=_AT_ONCE)
        # A key may be in several pages: https://redis.io/docs/latest/commands/scan/.
        return list(dict.fromkeys(key[len(self._items) :] for key in found))

    def _read(
        self, keys: Sequence[str], fields: Sequence[str]
    ) -> Iterator[tuple[str, list[str | None]]]:
        for some in _batches(keys):
            with self._client.pipeline(transaction=False) as commands:
                for key in some:
                    commands.hmget(self._items + key, fields)
                yield from zip(some, _answers(commands))

    def _raw(self, item: Item) -> tuple[str, str, int, int | str]:
        return item.name, item.value, self._at(), _end(item.until)

    def _at(self) -> int:
        # Items of one process keep their order even where its clock stands still.
        return time.time_ns() // 1000 * 1000 + next(self._serial) % 1000

    def _eval(self, script: str, key: str, *arguments: Any) -> Any:
        return self._client.eval(script, 1, self._items + key, *arguments)

    def _conditional(self, script: str, key: str, *arguments: Any) -> None:
        if not self._eval(script, key, *arguments):
            raise Conflict


def _answers(commands: Any) -> list[Any]:
    """What Redis answers. The client's own message of an error would quote the command."""
    answers: list[Any] = commands.execute(raise_on_error=False)
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers


def _item(key: str, fields: Sequence[str | None]) -> Item | None:
    name, value, until = fields
    if name is None:
        return None
    return Item(key, name, value or "", None if until is None else int(until))


def _end(until: int | None) -> int | str:
    return "" if until is None else until


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
