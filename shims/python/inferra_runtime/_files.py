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
import tempfile
from typing import IO, Any

from ._keys import key_of, means_a_directory
from ._store import ChangedError, Found, Store

# What is fetched at once, and held in memory: much where a file is read through, little where it is
# read here and there.
_AHEAD = 8 * 1024 * 1024
_APART = 256 * 1024
# Above this, what is written is on disk until it is uploaded.
_IN_MEMORY = 8 * 1024 * 1024
# How often an append starts over because somebody else was faster.
_TRIES = 20


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
        self._window, self._found = store.start(key, _AHEAD)

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
            piece = bytes(self._piece(_AHEAD))
            self._at += len(piece)
            pieces.append(piece)
        return b"".join(pieces)

    def _piece(self, most: int) -> memoryview:
        """Some of what comes next, at least one byte where there is one."""
        if most == 0 or self._at >= self._found.size:
            return memoryview(b"")
        end = self._window_at + len(self._window)
        if not self._window_at <= self._at < end:
            ahead = _AHEAD if self._at == end else max(_APART, min(most, _AHEAD))
            length = min(ahead, self._found.size - self._at)
            try:
                self._window = self._store.read(self._key, self._at, length, self._found.tag)
            except ChangedError:
                raise _stale(self.name, "it was replaced while it was being read") from None
            except FileNotFoundError:
                raise _stale(self.name, "it was removed while it was being read") from None
            self._window_at = self._at
        start = self._at - self._window_at
        return memoryview(self._window)[start : start + most]

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")


class Writing(io.RawIOBase):
    """A file's content to be, which becomes the file when it is closed."""

    def __init__(self, store: Store, key: str, name: Any, kind: str, updating: bool) -> None:
        """Opens the file. ``x`` makes it at once, so that nobody else can."""
        self.name = name
        self.mode = {"r": "rb+", "w": "wb", "x": "xb", "a": "ab"}[kind] + "+" * updating
        self.mode = {"rb++": "rb+", "wb+": "rb+"}.get(self.mode, self.mode)
        self._store = store
        self._key = key
        self._readable = updating
        self._appends = kind == "a"
        # What the file has to be when this replaces it; None where that does not matter.
        self._base: str | None = None
        self._base_size = 0
        # Whether everything that was there is still there.
        self._whole = True
        self._changed = kind in "wx"
        # pylint: disable-next=consider-using-with
        self._draft: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        try:
            if kind == "x":
                self._reserve()
            elif kind in "ra":
                self._take_up(must_exist=kind == "r")
        except BaseException:
            self.forget()
            self.close()
            raise

    def _reserve(self) -> None:
        try:
            self._store.write(self._key, io.BytesIO(), 0, replacing="")
        except ChangedError:
            code = errno.EEXIST
            raise FileExistsError(code, os.strerror(code), self.name) from None

    def _take_up(self, must_exist: bool) -> None:
        found = _fetch(self._store, self._key, self._draft)
        if found is None:
            if must_exist:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.name)
            self._base = ""
            self._changed = True
            return
        self._base, self._base_size = found.tag, found.size
        if not self._appends:
            self._draft.seek(0)

    def forget(self) -> None:
        """Leaves the file as it was."""
        self._changed = False

    def readable(self) -> bool:
        self._check_open()
        return self._readable

    def writable(self) -> bool:
        self._check_open()
        return True

    def seekable(self) -> bool:
        self._check_open()
        return True

    def tell(self) -> int:
        self._check_open()
        return self._draft.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._check_open()
        start = 0 if whence == os.SEEK_SET else self._draft.tell()
        if whence == os.SEEK_END:
            start = self._draft.seek(0, os.SEEK_END) or self._draft.tell()
        elif whence not in (os.SEEK_SET, os.SEEK_CUR):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        if start + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._draft.seek(start + offset)
        return start + offset

    def readinto(self, buffer: Any) -> int:
        self._check_open()
        if not self._readable:
            raise io.UnsupportedOperation("File not open for reading")
        view = memoryview(buffer).cast("B")
        piece = self._draft.read(len(view))
        view[: len(piece)] = piece
        return len(piece)

    def write(self, data: Any) -> int:
        self._check_open()
        view = memoryview(data).cast("B")
        if len(view) == 0:
            return 0
        if self._appends:
            self._draft.seek(0, os.SEEK_END)
        self._fill()
        self._draft.write(view)
        self._changed = True
        return len(view)

    def truncate(self, size: int | None = None) -> int:
        self._check_open()
        at = self._draft.tell()
        wanted = at if size is None else size
        if wanted < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        end = self._end()
        if wanted <= end:
            self._draft.truncate(wanted)
        else:
            self._draft.seek(wanted)
            self._fill()
        self._draft.seek(at)
        self._whole = self._whole and wanted >= self._base_size
        self._changed = True
        return wanted

    def close(self) -> None:
        if self.closed:
            return
        try:
            if self._changed:
                self._changed = False
                self._publish()
        finally:
            super().close()
            draft = getattr(self, "_draft", None)
            if draft is not None:
                draft.close()

    def _end(self) -> int:
        at = self._draft.tell()
        self._draft.seek(0, os.SEEK_END)
        end = self._draft.tell()
        self._draft.seek(at)
        return end

    def _fill(self) -> None:
        """Fills with zeros from the end to the position, where that is beyond the end."""
        at, end = self._draft.tell(), self._end()
        if at > end:
            self._draft.seek(end)
            missing = at - end
            while missing > 0:
                missing -= self._draft.write(bytes(min(missing, _APART)))

    def _publish(self) -> None:
        for _ in range(_TRIES):
            try:
                size = self._end()
                self._store.write(self._key, self._draft, size, replacing=self._base)
            except ChangedError:
                if not (self._appends and self._whole):
                    raise _stale(
                        self.name, "another writer changed it after it was opened"
                    ) from None
                self._start_over()
            else:
                return
        raise _stale(self.name, "other writers changed it each time that this one wanted to")

    def _start_over(self) -> None:
        """Puts what was appended behind what others have appended in the meantime."""
        # pylint: disable-next=consider-using-with
        fresh: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        found = _fetch(self._store, self._key, fresh)
        self._draft.seek(self._base_size)
        while piece := self._draft.read(_APART):
            fresh.write(piece)
        self._draft.close()
        self._draft = fresh
        self._base, self._base_size = (found.tag, found.size) if found else ("", 0)

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")


def _fetch(store: Store, key: str, target: IO[bytes]) -> Found | None:
    """Writes a file's content to ``target``; None where there is no such file."""
    try:
        with Reading(store, key, key) as source:
            while piece := source.read(_AHEAD):
                target.write(piece)
            return source._found
    except FileNotFoundError:
        return None


def _stale(name: Any, reason: str) -> OSError:
    return OSError(errno.ESTALE, reason, name)
