"""File objects over a store, with the meaning that Python's own have.

What is read comes in ranges, of the content that was there when the file was opened. What is
written is gathered in memory, and in a temporary file once it is large, until the file is closed;
only then is it there for others, all of it at once. As on a local disk, an exception in between
changes nothing about that: what was written before it is kept.
"""

from __future__ import annotations

import errno
import io
import os
from typing import Any

from ._keys import key_of, means_a_directory
from ._reading import Reading
from ._store import Store
from ._writing import Writing


def open_file(
    store: Store,
    file: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Any = None,
) -> Any:
    """Opens a file of ``store`` as the built-in ``open`` opens a local one.

    Returns:
        What ``open`` returns for such a mode: an ``io.TextIOWrapper``, ``io.BufferedReader``,
        ``io.BufferedWriter``, ``io.BufferedRandom``, or without buffering an ``io.RawIOBase``.
    """
    kind, updating, binary = _mode(mode)
    _check(binary, buffering, encoding, errors, newline)
    if opener is not None:
        raise NotImplementedError("a file of the store has no descriptor that an opener could open")
    if not closefd:
        raise ValueError("Cannot use closefd=False with file name")
    raw = _raw(store, file, kind, updating)
    try:
        return _wrapped(raw, mode, kind, updating, binary, buffering, encoding, errors, newline)
    except BaseException:
        raw.forget()
        raw.close()
        raise


def _mode(mode: str) -> tuple[str, bool, bool]:
    if not isinstance(mode, str):
        raise TypeError(f"open() argument 'mode' must be str, not {type(mode).__name__}")
    given = set(mode)
    if given - set("axrwb+tU") or len(mode) > len(given) or "U" in given:
        raise ValueError(f"invalid mode: {mode!r}")
    kinds = given & set("axrw")
    if "b" in given and "t" in given:
        raise ValueError("can't have text and binary mode at once")
    if len(kinds) != 1:
        raise ValueError("must have exactly one of create/read/write/append mode")
    return kinds.pop(), "+" in given, "b" in given


def _check(
    binary: bool,
    buffering: int,
    encoding: str | None,
    errors: str | None,
    newline: str | None,
) -> None:
    if binary:
        for name, value in (("encoding", encoding), ("errors", errors), ("newline", newline)):
            if value is not None:
                raise ValueError(f"binary mode doesn't take {_article(name)} argument")
    elif buffering == 0:
        raise ValueError("can't have unbuffered text I/O")
    if newline not in (None, "", "\n", "\r", "\r\n"):
        raise ValueError(f"illegal newline value: {newline}")


def _article(name: str) -> str:
    return f"an {name}" if name != "newline" else "a newline"


def _raw(store: Store, file: Any, kind: str, updating: bool) -> Reading | Writing:
    key = key_of(file)
    if not key or means_a_directory(file):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), file)
    try:
        if kind == "r" and not updating:
            return Reading(store, key, file)
        return Writing(store, key, file, kind, updating)
    except FileNotFoundError:
        raise store.absent(key, file) from None


def _wrapped(
    raw: Reading | Writing,
    mode: str,
    kind: str,
    updating: bool,
    binary: bool,
    buffering: int,
    encoding: str | None,
    errors: str | None,
    newline: str | None,
) -> Any:
    if buffering == 0:
        return raw
    size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
    buffer: Any
    if updating:
        buffer = io.BufferedRandom(raw, size)
    elif kind == "r":
        buffer = io.BufferedReader(raw, size)
    else:
        buffer = io.BufferedWriter(raw, size)
    if binary:
        return buffer
    text = io.TextIOWrapper(buffer, encoding, errors, newline, line_buffering=buffering == 1)
    text.mode = mode  # type: ignore[misc]
    return text
