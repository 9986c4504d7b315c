"""A dict of the application's, kept in a table of DynamoDB or in a Redis.

What a read gives is a copy; see ``_changes``. Each method of the mapping is one or more calls of
the table's, so a change of what was read before, as ``counts[key] += 1`` is, is not atomic.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import (
    Callable,
    ItemsView,
    Iterator,
    KeysView,
    Mapping,
    MutableMapping,
    ValuesView,
)
from typing import Any

from ._changes import Readings
from ._stored import KeyTypeError, dump_key, dump_value, identity, load_key, load_value
from ._table import Conflict, Item, Table, bound

__all__ = ["StoredMapping", "mapping"]

_ABSENT = object()
# Holds which of the first entries were written once. No key's identity is this.
_ENTRIES = "#entries"


def mapping(own: Any, prefix: str, /) -> Any:
    """Gives what stands for the dict or defaultdict ``own``: itself where there is no binding.

    With one, its entries are written to the table here, while the module is loaded, where they are
    absent; each of them once in the life of the table. An entry that the application deletes or
    changes later is not brought back by the next process that starts. Processes that start at the
    same time may both try; the entry of one of them is written, and they are equal.

    Raises:
        RuntimeError: The binding is malformed.
        TypeError: An entry cannot be stored.
    """
    table = bound(prefix)
    if table is None:
        return own
    factory = own.default_factory if isinstance(own, defaultdict) else None
    stored = StoredMapping(table, prefix, factory)
    stored._write_entries(own)
    return stored


class StoredMapping(MutableMapping[Any, Any]):
    """A mapping whose items are in a table."""

    def __init__(
        self, table: Table, label: str, default_factory: Callable[[], Any] | None = None
    ) -> None:
        """A view of ``table``; ``label`` is what the log calls it."""
        #: What makes the value of a key that is read and not there, as of a defaultdict.
        self.default_factory = default_factory
        self._table = table
        self._readings = Readings(label)

    def __getitem__(self, key: Any) -> Any:
        item = self._find(key)
        if item is not None:
            return self._read(item)
        if self.default_factory is None:
            raise KeyError(key)
        return self.setdefault(key, self.default_factory())

    def __setitem__(self, key: Any, value: Any) -> None:
        item = _item(key, value)
        self._table.assign(item)
        self._readings.stored(item.key)

    def __delitem__(self, key: Any) -> None:
        if self._take(key) is None:
            raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return self._find(key) is not None

    def __iter__(self) -> Iterator[Any]:
        return iter([load_key(item.name) for item in self._table.scan(values=False)])

    def __reversed__(self) -> Iterator[Any]:
        return iter(list(self)[::-1])

    def __len__(self) -> int:
        return self._table.count()

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of ``key``, or ``default``; nothing is made."""
        item = self._find(key)
        return default if item is None else self._read(item)

    def setdefault(self, key: Any, default: Any = None) -> Any:
        """The value of ``key``, after writing ``default`` where there is none."""
        item = _item(key, default)
        value = self._table.set_default(item)
        return self._readings.watched(item.key, load_value(value))

    def pop(self, key: Any, *default: Any) -> Any:
        """Takes an item away and gives its value."""
        if len(default) > 1:
            raise TypeError(f"pop expected at most 2 arguments, got {1 + len(default)}")
        item = self._take(key)
        if item is not None:
            return load_value(item.value)
        if default:
            return default[0]
        raise KeyError(key)

    def popitem(self) -> tuple[Any, Any]:
        """Takes the item whose key is the newest away and gives it."""
        for item in reversed(self._table.scan(values=False)):
            taken = self._table.delete(item.key)
            # Another process may have been faster.
            if taken is not None:
                self._readings.stored(taken.key)
                return load_key(taken.name), load_value(taken.value)
        raise KeyError("popitem(): dictionary is empty")

    def clear(self) -> None:
        """Takes every item away."""
        keys = [item.key for item in self._table.scan(values=False)]
        self._table.delete_many(keys)
        for key in keys:
            self._readings.stored(key)

    def keys(self) -> KeysView[Any]:
        """A view of the keys."""
        return KeysView(self)

    def values(self) -> ValuesView[Any]:
        """A view of the values, each look at which reads the table once."""
        return _Values(self)

    def items(self) -> ItemsView[Any, Any]:
        """A view of the items, each look at which reads the table once."""
        return _Items(self)

    def copy(self) -> Any:
        """A dict with the items that there are now."""
        plain = {key: load_value(item.value) for key, item in self._all()}
        return plain if self.default_factory is None else defaultdict(self.default_factory, plain)

    __copy__ = copy

    def __deepcopy__(self, _: Any) -> Any:
        return self.copy()

    def __reduce__(self) -> Any:
        raise TypeError("a stored mapping cannot be pickled: use its copy()")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        own = self.copy()
        return bool(own == (other.copy() if isinstance(other, StoredMapping) else other))

    __hash__ = None  # type: ignore[assignment]

    def __or__(self, other: Any) -> Any:
        return self.copy() | other

    def __ror__(self, other: Any) -> Any:
        return other | self.copy()

    def __ior__(self, other: Any) -> StoredMapping:
        self.update(other)
        return self

    def __repr__(self) -> str:
        return repr(self.copy())

    def _find(self, key: Any) -> Item | None:
        try:
            return self._table.get(identity(key))
        except KeyTypeError:
            # A dict would not have it either.
            return None

    def _take(self, key: Any) -> Item | None:
        try:
            item = self._table.delete(identity(key))
        except KeyTypeError:
            return None
        if item is not None:
            self._readings.stored(item.key)
        return item

    def _read(self, item: Item) -> Any:
        return self._readings.watched(item.key, load_value(item.value))

    def _all(self) -> list[tuple[Any, Item]]:
        return [(load_key(item.name), item) for item in self._table.scan()]

    def _write_entries(self, entries: Mapping[Any, Any]) -> None:
        items = {_digest(key): _item(key, value) for key, value in entries.items()}
        if not items:
            return
        written = self._table.marks(_ENTRIES)
        missing = {digest: item for digest, item in items.items() if digest not in written}
        for item in missing.values():
            try:
                self._table.add(item)
            except Conflict:
                continue
        if missing:
            self._table.mark(_ENTRIES, missing)


class _Values(ValuesView[Any]):
    _mapping: StoredMapping

    def __iter__(self) -> Iterator[Any]:
        return iter([self._mapping._read(item) for _, item in self._mapping._all()])

    def __reversed__(self) -> Iterator[Any]:
        return iter(list(self)[::-1])


class _Items(ItemsView[Any, Any]):
    _mapping: StoredMapping

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter([(key, self._mapping._read(item)) for key, item in self._mapping._all()])

    def __reversed__(self) -> Iterator[tuple[Any, Any]]:
        return iter(list(self)[::-1])


def _item(key: Any, value: Any) -> Item:
    return Item(identity(key), dump_key(key), dump_value(value))


def _digest(key: Any) -> str:
    return hashlib.sha256(identity(key).encode()).hexdigest()[:16]
