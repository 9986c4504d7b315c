"""What files are kept in, whatever it is."""

from __future__ import annotations

import abc
import errno
import os
from collections.abc import Iterator
from typing import IO, NamedTuple


class Found(NamedTuple):
    """What is known of a file without reading it."""

    size: int
    #: Seconds since 1970.
    modified: float
    #: What changes whenever the content does.
    tag: str
    #: Names of the writes that made the file what it is, the last one first; some of them.
    marks: tuple[str, ...] = ()


#: What a file is where there has to be none.
ABSENT = Found(0, 0.0, "")


class Entry(NamedTuple):
    """A name in a directory."""

    name: str
    #: Absent for a directory.
    found: Found | None


class ChangedError(Exception):
    """The file is no longer, or already, what the caller took it to be."""


class Store(abc.ABC):
    """Files by key. Directories are implied by the keys below them; the empty key is the root.

    Whatever goes wrong is an ``OSError``, as of the local file system.
    """

    @abc.abstractmethod
    def find(self, key: str) -> Found | None:
        """What is known of a file; None where there is none."""

    @abc.abstractmethod
    def start(self, key: str, length: int) -> tuple[bytes, Found]:
        """The first ``length`` bytes of a file, with what is known of it."""

    @abc.abstractmethod
    def read(self, key: str, at: int, length: int, tag: str) -> bytes:
        """Bytes of the very content that has ``tag``."""

    @abc.abstractmethod
    def write(
        self, key: str, content: IO[bytes], size: int, *, replacing: Found | None = None
    ) -> None:
        """Makes ``content``, from its start, the file. It is there as a whole or not at all.

        It is written once: where a request was sent again that had been done, that is no change by
        somebody else.

        Args:
            key: The file.
            content: Its new content.
            size: The number of bytes of that.
            replacing: What the file must be, ``ABSENT`` where there must be none; None where that
                does not matter.

        Raises:
            ChangedError: It is another one.
        """

    @abc.abstractmethod
    def remove(self, key: str) -> None:
        """Removes a file, if there is one."""

    @abc.abstractmethod
    def copy(self, source: str, target: str) -> None:
        """Makes ``target`` what ``source`` is."""

    @abc.abstractmethod
    def below(self, key: str) -> Iterator[tuple[str, Found]]:
        """Every file below a directory, at whatever depth, by its key, sorted."""

    @abc.abstractmethod
    def entries(self, key: str) -> Iterator[Entry]:
        """What is in a directory itself, sorted."""

    @abc.abstractmethod
    def is_directory(self, key: str) -> bool:
        """Whether there is anything below ``key``, or it is the root."""

    def absent(self, key: str, shown: str) -> OSError:
        """What opening ``key`` fails with, where there is no such file."""
        if self.is_directory(key):
            return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), shown)
        return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), shown)
