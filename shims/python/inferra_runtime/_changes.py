"""What is read from a store, so that a change of it that is never stored does not pass in silence.

A list, dict or set that was read is a copy. Code that changes it and assigns it again is right;
code that only changes it has lost the change. Nobody can tell one from the other when the change is
made, so it is told when the last reference goes: a line in the log says that a change was lost. The
line says where the value came from, and nothing of what is in it.
"""

from __future__ import annotations

import functools
import logging
import threading
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from ._stored import Changeable

_logger = logging.getLogger("inferra_runtime.kv")
_T = TypeVar("_T")


class Reading:
    """One value that was read, and whether it was changed since."""

    def __init__(self, store: str) -> None:
        """Starts without a change; ``store`` is what the log calls the store."""
        self.changed = False
        self._store = store

    def __del__(self) -> None:
        """Says that a change was lost."""
        if self.changed:
            _logger.error(
                "a change inside a value of %s was lost: what is read is a copy, so assign the "
                "value again after changing it",
                self._store,
            )


class Readings:
    """The values of one store that were read and are still in use."""

    def __init__(self, store: str) -> None:
        """Starts without any."""
        self._store = store
        self._of_key: dict[str, weakref.WeakSet[Reading]] = {}
        self._lock = threading.Lock()

    def watched(self, key: str, value: Any) -> Any:
        """``value`` as it is handed out: equal to it, and watched where it can change."""
        if type(value) not in _STAND_INS:
            return value
        reading = Reading(self._store)
        with self._lock:
            self._forget_unused()
            self._of_key.setdefault(key, weakref.WeakSet()).add(reading)
        return _stand_in(value, reading)

    def stored(self, key: str) -> None:
        """Something was assigned to ``key``: whatever was changed before may be in it."""
        with self._lock:
            for reading in self._of_key.pop(key, ()):
                reading.changed = False

    def _forget_unused(self) -> None:
        if len(self._of_key) > 1000:
            self._of_key = {key: uses for key, uses in self._of_key.items() if len(uses)}


def _stand_in(value: Any, reading: Reading) -> Any:
    kind = _STAND_INS.get(type(value))
    if kind is None:
        # A tuple may hold a list.
        if type(value) is tuple:
            return tuple(_stand_in(part, reading) for part in value)
        return value
    if isinstance(value, dict):
        made = kind({name: _stand_in(part, reading) for name, part in value.items()})
    elif isinstance(value, list):
        made = kind([_stand_in(part, reading) for part in value])
    else:
        made = kind(value)
    made._reading = reading
    return made


def _noting(plain: type, name: str) -> Callable[..., Any]:
    method = getattr(plain, name)

    @functools.wraps(method)
    def noting(self: Any, *args: Any, **kwargs: Any) -> Any:
        reading = getattr(self, "_reading", None)
        if reading is not None:
            reading.changed = True
        return method(self, *args, **kwargs)

    return noting


def _reduced(self: Any, _: Any) -> Any:
    return (type(self).plain, (type(self).plain(self),))


def _watching(plain: type[_T], changing: str) -> type[_T]:
    """A subclass of ``plain`` whose methods named in ``changing`` note that they ran."""
    members: dict[str, Any] = {name: _noting(plain, name) for name in changing.split()}
    # A pickle or a deep copy is of the plain type.
    members.update(
        __slots__=("_reading",),
        __reduce_ex__=_reduced,
        plain=plain,
        __module__=__name__,
        # That of a set would tell the name of its type.
        __repr__=(lambda self: repr(set(self))) if plain is set else plain.__repr__,
    )
    made: Any = type(f"Stored{plain.__name__.title()}", (plain, Changeable), members)
    return made  # type: ignore[no-any-return]


_STAND_INS: dict[type, Any] = {
    dict: _watching(dict, "__delitem__ __ior__ __setitem__ clear pop popitem setdefault update"),
    list: _watching(
        list,
        "__delitem__ __iadd__ __imul__ __setitem__ append clear extend insert pop remove "
        "reverse sort",
    ),
    set: _watching(
        set,
        "__iand__ __ior__ __isub__ __ixor__ add clear difference_update discard "
        "intersection_update pop remove symmetric_difference_update update",
    ),
}
