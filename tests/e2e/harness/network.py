"""A network of its own for each container, beside this machine's.

A container has an address that this machine can reach, all ports to itself, and no way out but the places that it is
given: those are relayed to the same address on this machine, where the emulator and the stores listen on loopback.
"""

import ctypes
import itertools
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from . import tools

# https://www.rfc-editor.org/rfc/rfc2544#appendix-C.2.2: for tests between devices, so no network of this machine's.
_FIRST = "198.18"
_PAIRS = 128 * 256
_NUMBERS = itertools.count((os.getpid() * 97) % _PAIRS)
_CLONE_NEWNET = 0x40000000
_BUFFER = 65_536

Place = tuple[str, int]


@dataclass
class Network:
    """The network of one container, which ends with its last process."""

    pid: int
    address: str
    _listeners: list[socket.socket] = field(default_factory=list)

    @classmethod
    def attach(cls, pid: int) -> "Network":
        """Connects the namespace of that process with this machine."""
        while True:
            number = next(_NUMBERS) % _PAIRS
            link = f"inferra{number}"
            if not Path(f"/sys/class/net/{link}").exists():
                break
        third, fourth = divmod(number * 2, 256)
        here, there = f"{_FIRST}.{third}.{fourth}", f"{_FIRST}.{third}.{fourth + 1}"
        tools.run(["ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", pid])
        tools.run(["ip", "address", "add", f"{here}/31", "dev", link])
        tools.run(["ip", "link", "set", link, "up"])
        inside = ["nsenter", f"--net=/proc/{pid}/ns/net", "ip"]
        tools.run([*inside, "address", "add", f"{there}/31", "dev", "eth0"])
        tools.run([*inside, "link", "set", "eth0", "up"])
        return cls(pid, there)

    def listen(self, place: Place) -> socket.socket:
        """A listening socket inside; an address that is not there yet is added."""
        host, port = place
        if not host.startswith("127."):
            inside = ["nsenter", f"--net=/proc/{self.pid}/ns/net", "ip"]
            tools.run([*inside, "address", "replace", f"{host}/32", "dev", "lo"])
        with _inside(self.pid):
            listener = socket.create_server((host, port))
        self._listeners.append(listener)
        return listener

    def relay(self, place: Place, permitted: Callable[[], bool]) -> None:
        """Connections to that place inside go to the same place outside, where they are permitted."""
        listener = self.listen(place)
        threading.Thread(target=_accept, args=(listener, place, permitted), daemon=True).start()

    def close(self) -> None:
        """The link ends with the container's processes."""
        for listener in self._listeners:
            with suppress(OSError):
                # Wakes the thread that accepts, which would keep the network alive.
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


@contextmanager
def _inside(pid: int) -> Iterator[None]:
    """The calling thread is in that process's network inside the block. Sockets stay where they were made."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/thread-self/ns/net").open() as own, Path(f"/proc/{pid}/ns/net").open() as other:
        _enter(libc, other.fileno())
        try:
            yield
        finally:
            _enter(libc, own.fileno())


def _enter(libc: ctypes.CDLL, namespace: int) -> None:
    if libc.setns(namespace, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def _accept(listener: socket.socket, place: Place, permitted: Callable[[], bool]) -> None:
    while True:
        try:
            inner, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_connect, args=(inner, place, permitted), daemon=True).start()


def _connect(inner: socket.socket, place: Place, permitted: Callable[[], bool]) -> None:
    with inner:
        if not permitted():
            return
        try:
            outer = socket.create_connection(place, timeout=5.0)
        except OSError:
            return
        outer.settimeout(None)
        with outer:
            back = threading.Thread(target=_pump, args=(outer, inner), daemon=True)
            back.start()
            _pump(inner, outer)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(_BUFFER):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        # One side is gone: so is what it would have said.
        for side in (source, target):
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
