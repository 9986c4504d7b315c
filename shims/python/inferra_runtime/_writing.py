"""The writing side of file objects over a store."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from typing import IO, Any

from ._reading import AHEAD, APART, Reading, stale
from ._store import ABSENT, ChangedError, Found, Store

# Above this, what is written is on disk until it is uploaded.
_IN_MEMORY = 8 * 1024 * 1024
# How often an append starts over because somebody else was faster.
_TRIES = 20


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
        self._base: Found | None = None
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
            self._store.write(self._key, io.BytesIO(), 0, replacing=ABSENT)
        except ChangedError:
            code = errno.EEXIST
            raise FileExistsError(code, os.strerror(code), self.name) from None

    def _take_up(self, must_exist: bool) -> None:
        found = _fetch(self._store, self._key, self._draft)
        if found is None:
            if must_exist:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self.name)
            self._base = ABSENT
            self._changed = True
            return
        self._base, self._base_size = found, found.size
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
                missing -= self._draft.write(bytes(min(missing, APART)))

    def _publish(self) -> None:
        for _ in range(_TRIES):
            try:
                size = self._end()
                self._store.write(self._key, self._draft, size, replacing=self._base)
            except ChangedError:
                if not (self._appends and self._whole):
                    raise stale(
                        self.name, "another writer changed it after it was opened"
                    ) from None
                self._start_over()
            else:
                return
        raise stale(self.name, "other writers changed it each time that this one wanted to")

    def _start_over(self) -> None:
        """Puts what was appended behind what others have appended in the meantime."""
        # pylint: disable-next=consider-using-with
        fresh: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        found = _fetch(self._store, self._key, fresh)
        self._draft.seek(self._base_size)
        while piece := self._draft.read(APART):
            fresh.write(piece)
        self._draft.close()
        self._draft = fresh
        self._base = found or ABSENT
        self._base_size = self._base.size

    def _check_open(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")


def _fetch(store: Store, key: str, target: IO[bytes]) -> Found | None:
    """Writes a file's content to ``target``; None where there is no such file."""
    try:
        with Reading(store, key, key) as source:
            while piece := source.read(AHEAD):
                target.write(piece)
            return source._found
    except FileNotFoundError:
        return None
