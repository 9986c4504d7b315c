"""A store of texts by key, wherever it is kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Protocol

from . import _binding

__all__ = ["Conflict", "Item", "Table", "bound"]


class Conflict(Exception):  # noqa: N818 - no failure: the answer to a condition
    """The condition of a write did not hold."""


@dataclasses.dataclass(frozen=True)
class Item:
    """What is stored under a key."""

    #: The identity of its key.
    key: str
    #: The key as it was given.
    name: str
    value: str
    #: The millisecond in which it ends by itself.
    until: int | None = None


class Table(Protocol):
    """One store. Its methods may be called by several threads."""

    #: What keeps it, as aiocache names a cache.
    BACKING: str

    def get(self, key: str) -> Item | None:
        """The item, or ``None`` where there is none or its time is over."""

    def get_many(self, keys: Iterable[str]) -> dict[str, Item]:
        """The items that there are, by key."""

    def put(self, item: Item) -> None:
        """Writes the item in place of what there is."""

    def add(self, item: Item) -> None:
        """Writes the item where there is none, or else raises :class:`Conflict`."""

    def replace(self, item: Item, expected: str) -> None:
        """Writes the item where the value is the expected one, or else raises :class:`Conflict`."""

    def assign(self, item: Item) -> None:
        """Writes the value; a key that is there keeps its place among the others, and its form."""

    def set_default(self, item: Item) -> str:
        """Writes the value where there is no item, and gives the one that is there then."""

    def set_end(self, key: str, until: int | None) -> None:
        """Changes when the item ends by itself; :class:`Conflict` where there is none."""

    def put_many(self, items: Sequence[Item]) -> None:
        """Writes the items in place of what there is; of one key's items, the last."""

    def delete(self, key: str) -> Item | None:
        """Takes the item away and gives what it was."""

    def delete_where(self, key: str, expected: str) -> None:
        """Takes the item away where the value is the expected one, or raises :class:`Conflict`."""

    def delete_many(self, keys: Sequence[str]) -> None:
        """Takes the items away."""

    def scan(self, values: bool = True) -> list[Item]:
        """Every item, in the order in which their keys were new."""

    def count(self) -> int:
        """The number of items."""

    def marks(self, key: str) -> frozenset[str]:
        """The texts that :meth:`mark` added under this key, which is no item's."""

    def mark(self, key: str, texts: Iterable[str]) -> None:
        """Adds texts under a key that no item has."""


def bound(prefix: str) -> Table | None:
    """The store of which the environment says that it is; ``None`` where it says nothing.

    ``PREFIX_TABLE`` names a table of DynamoDB; ``_HOST``, ``_PORT`` and ``_TLS`` a Redis.

    Raises:
        RuntimeError: The binding is incomplete or malformed.
    """
    found = _binding.read(prefix, ["table"])
    if found is not None:
        from . import _dynamodb

        return _dynamodb.Table(found["table"])
    found = _binding.read(prefix, ["host", "port", "tls"])
    if found is not None:
        from . import _redis

        return _redis.Table(prefix, found["host"], found["port"], found["tls"])
    return None
