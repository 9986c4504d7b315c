"""Addresses on which real servers can listen, for what has an endpoint in a VPC."""

import itertools
import threading

_LOCK = threading.Lock()
_ADDRESSES: dict[str, str] = {}
_NUMBERS = itertools.count(1)


def begin(first: int) -> None:
    """The first one is 127.0.1.`first`."""
    global _NUMBERS
    _NUMBERS = itertools.count(first)


def of(name: str) -> str:
    """127.0.1.N, always the same for one name: all of 127.0.0.0/8 is loopback on Linux, so each store has an address
    with its own port."""
    with _LOCK:
        if name not in _ADDRESSES:
            _ADDRESSES[name] = f"127.0.1.{next(_NUMBERS)}"
        return _ADDRESSES[name]
