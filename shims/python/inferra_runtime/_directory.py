"""Files in a folder that several machines have mounted, as EFS is.

A file is never changed in place. Its content is written beside, and becomes the file by a rename,
so that whoever has it open goes on reading what was there, and whoever opens it finds it whole.
https://docs.aws.amazon.com/efs/latest/ug/features.html#consistency
"""

from __future__ import annotations

import contextlib
import errno
import os
import random
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from typing import IO, BinaryIO

from ._directory_claim import WORK, Claim, claimed
from ._store import ChangedError, Entry, Found, Store

# What was left behind longer ago than this belongs to nobody who is still at work.
_LEFT_S = 24 * 3600
# How often what is written is tried again because the folder for it went, with the last file in it.
_TRIES = 20
_PAUSE_S = 0.005
# What stands in for a file that was removed while it is open.
_REMOVED = re.compile(r"\.nfs[0-9a-f]{8,}")


class Directory(Store):
    """The files below one folder."""

    def __init__(self, root: str) -> None:
        """Files below ``root``; nothing is looked at yet."""
        self._root = os.path.abspath(root)
        self._swept = False

    def find(self, key: str) -> Found | None:
        try:
            with self._opened(key) as (_, found):
                return found
        except (FileNotFoundError, NotADirectoryError):
            return None

    def start(self, key: str, length: int) -> tuple[bytes, Found]:
        try:
            with self._opened(key) as (file, found):
                return file.read(length), found
        except NotADirectoryError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), key) from None

    def read(self, key: str, at: int, length: int, tag: str) -> bytes:
        with self._opened(key) as (file, found):
            if found.tag != tag:
                raise ChangedError(key)
            file.seek(at)
            return file.read(length)

    def write(
        self,
        key: str,
        content: IO[bytes],
        size: int,  # noqa: ARG002 - whatever there is, is written
        *,
        replacing: Found | None = None,
    ) -> None:
        with _speaking(key), self._draft() as (draft, file):
            content.seek(0)
            shutil.copyfileobj(content, file, 1024 * 1024)
            self._publish(key, draft, file, replacing)

    def remove(self, key: str) -> None:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), _speaking(key):
            place = self._place(key)
            with self._draft() as (draft, _), claimed(self._root, key, draft):
                os.unlink(place)
            self._prune(os.path.dirname(place))

    def copy(self, source: str, target: str) -> None:
        with _speaking(target), self._draft() as (draft, file):
            with self._opened(source) as (origin, _):
                shutil.copyfileobj(origin, file, 1024 * 1024)
            self._publish(target, draft, file, None)

    def below(self, key: str) -> Iterator[tuple[str, Found]]:
        found: list[tuple[str, Found]] = []
        folders = [key]
        while folders:
            folder = folders.pop()
            for name, file in self._listed(folder):
                one = f"{folder}/{name}" if folder else name
                if file is None:
                    folders.append(one)
                else:
                    found.append((one, file))
        yield from sorted(found, key=lambda one: os.fsencode(one[0]))

    def entries(self, key: str) -> Iterator[Entry]:
        found = [
            entry
            for entry in self._listed(key)
            if entry.found or self.is_directory(f"{key}/{entry.name}" if key else entry.name)
        ]
        yield from sorted(found)

    def is_directory(self, key: str) -> bool:
        # One that nothing is in is on its way to be made, or to go.
        return not key or any(
            entry.found or self.is_directory(f"{key}/{entry.name}") for entry in self._listed(key)
        )

    def _listed(self, key: str) -> Iterator[Entry]:
        """What is in a directory, in no order; what is neither file nor directory is not there."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), _speaking(key):
            folder = self._place(f"{key}/" if key else "")
            with os.scandir(folder) as entries:
                for entry in entries:
                    if _REMOVED.fullmatch(entry.name) or (not key and entry.name == WORK):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        yield Entry(entry.name, None)
                    elif entry.is_file(follow_symlinks=False):
                        with contextlib.suppress(FileNotFoundError):
                            yield Entry(entry.name, _found(entry.stat(follow_symlinks=False)))

    def _place(self, key: str) -> str:
        """Where the file of a key is; of a key that ends in ``/``, where that directory is.

        Raises:
            PermissionError: A symbolic link leads there: whatever made one, what it leads to is no
                part of the store.
        """
        if key == WORK or key.startswith(f"{WORK}/"):
            reason = "the store keeps there what is being written"
            raise PermissionError(errno.EACCES, reason, key)
        try:
            root = _real(self._root)
        except FileNotFoundError:
            reason = f"no file system is mounted at {self._root}"
            raise OSError(errno.EIO, reason, key) from None
        folder = os.path.dirname(key)
        if folder and _real(os.path.join(self._root, folder)) != os.path.join(root, folder):
            raise PermissionError(errno.EACCES, "a symbolic link leads there", key)
        return os.path.join(self._root, key)

    @contextlib.contextmanager
    def _opened(self, key: str) -> Iterator[tuple[BinaryIO, Found]]:
        """The file, opened, which asks the server for what is there now."""
        with _speaking(key):
            descriptor = os.open(self._place(key), os.O_RDONLY | os.O_NOFOLLOW)
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                os.close(descriptor)
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), key)
            with os.fdopen(descriptor, "rb") as file:
                yield file, _found(status)

    @contextlib.contextmanager
    def _draft(self) -> Iterator[tuple[str, BinaryIO]]:
        """What a file is to be, under a name that nobody looks for, and that is gone afterwards."""
        self._place("")
        folder = os.path.join(self._root, WORK)
        if not self._swept:
            os.makedirs(folder, mode=0o750, exist_ok=True)
            self._swept = True
            _sweep(folder)
        path = os.path.join(folder, f"{secrets.token_hex(12)}.new")
        with open(path, "xb") as file:
            try:
                yield path, file
            finally:
                # Whatever became of it has another name.
                with contextlib.suppress(OSError):
                    os.unlink(path)

    def _publish(self, key: str, draft: str, file: BinaryIO, replacing: Found | None) -> None:
        """Makes a draft the file of ``key``, where that is what it has to be."""
        file.flush()
        os.fsync(file.fileno())
        for tries in range(1, _TRIES + 1):
            try:
                self._make_folder_of(key)
                place = self._place(key)
                if replacing is not None and not replacing.tag:
                    _make_new(key, draft, place)
                else:
                    with claimed(self._root, key, draft) as mine:
                        self._replace(key, place, mine, replacing)
            except (FileNotFoundError, IsADirectoryError) as error:
                # The folder went with the last file in it, or the claim was taken for one of
                # somebody who is gone; or there is a folder where the file is to be, in which
                # nothing is left.
                again = isinstance(error, FileNotFoundError) or self._emptied(key)
                if not again or tries == _TRIES:
                    raise
                time.sleep(_PAUSE_S * tries * random.random())  # noqa: S311 - nothing depends on it
            else:
                return

    def _replace(self, key: str, place: str, mine: Claim, replacing: Found | None) -> None:
        if replacing is not None:
            found = self.find(key)
            if found is None or found.tag != replacing.tag:
                raise ChangedError(key)
        mine.become(place)

    def _make_folder_of(self, key: str) -> None:
        names = key.split("/")[:-1]
        for depth in range(1, len(names) + 1):
            # Each by itself: none is made where a symbolic link leads.
            with contextlib.suppress(FileExistsError):
                os.mkdir(self._place("/".join(names[:depth])), 0o750)

    def _emptied(self, key: str) -> bool:
        if self.is_directory(key):
            return False
        try:
            os.rmdir(self._place(key))
        except OSError:
            return False
        return True

    def _prune(self, folder: str) -> None:
        """Removes folders that nothing is in any more."""
        with contextlib.suppress(OSError):
            while folder.startswith(self._root + os.sep):
                os.rmdir(folder)
                folder = os.path.dirname(folder)


def _make_new(key: str, draft: str, place: str) -> None:
    """Only one of several succeeds, whatever any of them believes to be there."""
    try:
        os.link(draft, place)
    except FileExistsError:
        raise ChangedError(key) from None


def _sweep(folder: str) -> None:
    # Somebody else sweeps as well, or may; it changes nothing that a file says.
    with contextlib.suppress(OSError):
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if time.time() - os.lstat(path).st_mtime > _LEFT_S:
                os.unlink(path)


def _real(path: str) -> str:
    """Where a path leads, which has to be there."""
    os.stat(path)
    return os.path.realpath(path)


def _found(status: os.stat_result) -> Found:
    # No two contents have the same number and were written at the same moment.
    tag = f"{status.st_ino}-{status.st_mtime_ns}-{status.st_size}"
    return Found(status.st_size, status.st_mtime, tag)


@contextlib.contextmanager
def _speaking(key: str) -> Iterator[None]:
    """Errors name the key, and no place on this machine."""
    try:
        yield
    except OSError as error:
        if error.filename is not None and not os.path.isabs(error.filename):
            raise
        raise _error(error, key) from None


def _error(error: OSError, key: str) -> OSError:
    code = error.errno or errno.EIO
    # A symbolic link in place of a file.
    code = errno.EACCES if code in (errno.ELOOP, errno.EPERM) else code
    return OSError(code, os.strerror(code), key)
