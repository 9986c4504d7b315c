"""Addresses on which real servers can listen, for what has an endpoint in a VPC."""

import itertools
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address

_LOCK = threading.Lock()
_ADDRESSES: dict[str, str] = {}
_FREE: Iterator[IPv4Address] = iter(())


def begin(first: str) -> None:
    """At that one."""
    global _FREE
    _FREE = map(IPv4Address, itertools.count(int(IPv4Address(first))))


def of(name: str) -> str:
    """Always the same for one name: all of 127.0.0.0/8 is loopback on Linux, so each store has an address with its own
    port."""
    with _LOCK:
        if name not in _ADDRESSES:
            _ADDRESSES[name] = str(next(_FREE))
        return _ADDRESSES[name]
