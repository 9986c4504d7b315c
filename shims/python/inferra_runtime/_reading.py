"""The reading side of file objects over a store."""

from __future__ import annotations

import errno
import io
import os
from typing import Any

from ._store import ChangedError, Store

# What is fetched at once, and held in memory: much where a file is read through, little where it is
# read here and there.
AHEAD = 8 * 1024 * 1024
APART = 256 * 1024


class Reading(io.RawIOBase):
    """A file's content, fetched as it is asked for."""

    def __init__(self, store: Store, key: str, name: Any) -> None:
        """Opens the file and fetches its start."""
        self.name = name
        self.mode = "rb"
        self._store = store
        self._key = key
        self._at = 0
        self._window_at = 0
        self._window, self._found = store.start(key, AHEAD)

    def forget(self) -> None:
        """Nothing was written."""

    def readable(self) -> bool:
        self._check_open()
        return True

    def seekable(self) -> bool:
        self._check_open()
        return True

    def tell(self) -> int:
        self._check_open()
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._check_open()
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._found.size}
        if whence not in start:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        at = start[whence] + offset
        if at < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._at = at
        return at

    def readinto(self, buffer: Any) -> int:
        self._check_open()
        view = memoryview(buffer).cast("B")
        piece = self._piece(len(view))
        view[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def write(self, _: Any) -> int:
        self._check_open()
        raise io.UnsupportedOperation("File not open for writing")

    def truncate(self, _: int | None = None) -> int:
        self._check_open()
        raise io.UnsupportedOperation("File not open for writing")

    def readall(self) -> bytes:
        self._check_open()
        pieces = []
        while self._at < self._found.size:
            piece = bytes(self._piece(AHEAD))
            self._at += len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def _piece(self, most: int) -> memoryview:
        """Some of what comes next, at least one byte where there is one."""
        if most == 0 or self._at >= self._found.size:
            return memoryview(b"")
        end = self._window_at + len(self._window)
        if not self._window_at <= self._at < end:
            ahead = AHEAD if self._at == end else max(APART, min(most, AHEAD))
            length = min(ahead, self._found.size - self._at)
            try:
                self._window = self._store.read(self._key, self._at, length, self._found.tag)
            except ChangedError:
                raise stale(self.name, "it was replaced while it was being read") from None
            except FileNotFoundError:
                raise stale(self.name, "it was removed while it was being read") from None
            self._window_at = self._at
        start = self._at - self._window_at
        return memoryview(self._window)[start : start + most]

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")


def stale(name: Any, reason: str) -> OSError:
    """The error for a file that is no longer what it was when it was opened."""
    return OSError(errno.ESTALE, reason, name)
