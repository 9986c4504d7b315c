"""Paths whose files are in a store."""

from __future__ import annotations

import errno
import functools
import os
import pathlib
import re
import stat
import sys
from collections.abc import Iterator
from typing import Any

from ._files import open_file
from ._keys import key_of, text_of
from ._store import Found, Store

_Own = type(pathlib.Path())

_FILE = stat.S_IFREG | 0o644
_DIRECTORY = stat.S_IFDIR | 0o755

# What takes the place of what a store does not have; the start of the message is the method.
_INSTEAD = {
    "chmod": "who may read a file is up to the unit's rights",
    "fileno": "use the file's own methods",
    "hardlink_to": "write the file twice",
    "link_to": "write the file twice",
    "symlink_to": "write the file under both names",
    "owner": "every file is the application's",
    "group": "every file is the application's",
}


def stored(path: pathlib.PurePath, store: Store, prefix: str) -> Any:
    """The path, with its files in ``store``; what is made of it is in there as well."""
    return _class(store, prefix)(path)


@functools.cache
def _class(store: Store, prefix: str) -> Any:
    # Each store has a class of its own: paths are made of paths by their class, in every version.
    return type("StorePath", (StorePath,), {"_store": store, "_prefix": prefix})


def _restored(prefix: str, text: str) -> Any:
    from .files import path

    return path(pathlib.Path(text), prefix)


class StorePath(_Own):  # type: ignore[misc,valid-type]
    """A ``pathlib.Path`` whose files are in a store.

    What has to do with names is ``pathlib``'s own. Directories are implied: to make one changes
    nothing, and one that nothing is in cannot be told from one that is not there. Code that is
    given such a path and wants to open it by itself, as ``os`` and ``shutil`` do, gets a
    ``NotImplementedError``: it would look for a local file.
    """

    _store: Store
    _prefix: str

    def _inferra_text(self) -> str:
        return str(self)

    def __fspath__(self) -> str:
        raise NotImplementedError(
            "the files of this path are in a store, where the operating system does not find "
            "them: use the path's own methods, such as open() and read_bytes()"
        )

    def __reduce__(self) -> Any:
        return (_restored, (self._prefix, str(self)))

    # Contents.

    def open(
        self,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> Any:
        return open_file(self._store, self, mode, buffering, encoding, errors, newline)

    def read_bytes(self) -> bytes:
        with self.open("rb") as file:
            return bytes(file.read())

    def read_text(
        self, encoding: str | None = None, errors: str | None = None, newline: str | None = None
    ) -> str:
        with self.open("r", -1, encoding, errors, newline) as file:
            return str(file.read())

    def write_bytes(self, data: Any) -> int:
        view = memoryview(data)
        with self.open("wb") as file:
            return int(file.write(view))

    def write_text(
        self,
        data: str,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> int:
        if not isinstance(data, str):
            raise TypeError(f"data must be str, not {type(data).__name__}")
        with self.open("w", -1, encoding, errors, newline) as file:
            return int(file.write(data))

    def touch(self, mode: int = 0o666, exist_ok: bool = True) -> None:
        try:
            self.open("xb").close()
        except FileExistsError:
            if not exist_ok:
                raise
            with self.open("rb+", buffering=0) as file:
                # The same content anew, which is what gives a file a new time.
                file.truncate(file.seek(0, os.SEEK_END))

    # What there is.

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        key = key_of(self)
        found = self._store.find(key)
        if found is not None:
            return _status(_FILE, found)
        if self._store.is_directory(key):
            return _status(_DIRECTORY, Found(0, 0.0, ""))
        raise self._store.absent(key, str(self))

    def lstat(self) -> os.stat_result:
        return self.stat()

    def exists(self, *, follow_symlinks: bool = True) -> bool:
        key = key_of(self)
        return self._store.find(key) is not None or self._store.is_directory(key)

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return self._store.find(key_of(self)) is not None

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        key = key_of(self)
        return self._store.is_directory(key) and self._store.find(key) is None

    def _is_not(self) -> bool:
        return False

    is_symlink = is_junction = is_mount = is_socket = is_fifo = _is_not
    is_block_device = is_char_device = _is_not

    def samefile(self, other_path: Any) -> bool:
        self.stat()
        type(self)(text_of(other_path)).stat()
        return key_of(self) == key_of(other_path)

    def iterdir(self) -> Iterator[Any]:
        self._must_be_no_file()
        for entry in self._store.entries(key_of(self)):
            yield self / entry.name

    def walk(
        self, top_down: bool = True, on_error: Any = None, follow_symlinks: bool = False
    ) -> Iterator[tuple[Any, list[str], list[str]]]:
        entries = list(self._store.entries(key_of(self)))
        directories = [entry.name for entry in entries if entry.found is None]
        files = [entry.name for entry in entries if entry.found is not None]
        if top_down:
            yield self, directories, files
        for name in directories:
            yield from (self / name).walk(top_down, on_error, follow_symlinks)
        if not top_down:
            yield self, directories, files

    def glob(self, pattern: Any, **options: Any) -> Iterator[Any]:
        parts = _pattern(pattern, options)
        seen = set()
        for names, is_directory in self._everything():
            if names not in seen and _fits(names, parts, is_directory):
                seen.add(names)
                yield self.joinpath(*names)

    def rglob(self, pattern: Any, **options: Any) -> Iterator[Any]:
        return self.glob(os.path.join("**", str(pattern)), **options)

    def _everything(self) -> Iterator[tuple[tuple[str, ...], bool]]:
        """Everything below, directories before what is in them, as names from here on."""
        key = key_of(self)
        yield (), True
        known: set[tuple[str, ...]] = set()
        for found, _ in self._store.below(key):
            names = tuple(found[len(key) + 1 if key else 0 :].split("/"))
            for length in range(1, len(names)):
                if names[:length] not in known:
                    known.add(names[:length])
                    yield names[:length], True
            yield names, False

    # Changes.

    def mkdir(self, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        if self._store.find(key_of(self)) is not None:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self))

    def rmdir(self) -> None:
        self._must_be_no_file()
        if any(True for _ in self._store.entries(key_of(self))):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(self))

    def unlink(self, missing_ok: bool = False) -> None:
        key = key_of(self)
        if self._store.find(key) is None:
            problem = self._store.absent(key, str(self))
            if missing_ok and isinstance(problem, FileNotFoundError):
                return
            raise problem
        self._store.remove(key)

    def rename(self, target: Any) -> Any:
        source, goal = key_of(self), key_of(target)
        if source != goal:
            self._move(source, goal)
        return type(self)(target)

    replace = rename

    def _move(self, source: str, goal: str) -> None:
        if self._store.find(source) is not None:
            if self._store.is_directory(goal):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(self))
            self._store.copy(source, goal)
            self._store.remove(source)
            return
        if goal.startswith(f"{source}/"):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(self))
        moved = [key for key, _ in self._store.below(source)]
        if not moved:
            raise self._store.absent(source, str(self))
        if self._store.is_directory(goal):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(self))
        # One by one: whoever looks in between sees a part on each side.
        for key in moved:
            self._store.copy(key, goal + key[len(source) :])
        for key in moved:
            self._store.remove(key)

    def _must_be_no_file(self) -> None:
        if self._store.find(key_of(self)) is not None:
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(self))

    # Names.

    def absolute(self) -> Any:
        return type(self)(os.path.join(os.getcwd(), str(self)))

    def resolve(self, strict: bool = False) -> Any:
        if strict and not self.exists():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self))
        # There are no symbolic links, so `..` is what it says.
        return type(self)(os.path.normpath(os.path.join(os.getcwd(), str(self))))

    def expanduser(self) -> Any:
        return type(self)(os.path.expanduser(str(self)))


def _unsupported(name: str) -> Any:
    def method(*_: Any, **__: Any) -> Any:
        instead = _INSTEAD.get(name, "use the path's other methods")
        raise NotImplementedError(f"{name}() has no meaning for a file in a store: {instead}")

    method.__name__ = name
    return method


# Whatever else a version of Python has would look at the local disk.
for _name in set(dir(_Own)) - set(dir(pathlib.PurePath)) - set(vars(StorePath)):
    if not _name.startswith("_"):
        setattr(StorePath, _name, _unsupported(_name))


def _status(mode: int, found: Found) -> os.stat_result:
    time = int(found.modified)
    # Behind the ten fields of a tuple are the times as floats and in nanoseconds, by name.
    exact = int(found.modified * 1e9)
    times = {"st_atime": found.modified, "st_mtime": found.modified, "st_ctime": found.modified}
    nanoseconds = {"st_atime_ns": exact, "st_mtime_ns": exact, "st_ctime_ns": exact}
    fields = (mode, 0, 0, 1, 0, 0, found.size, time, time, time)
    return os.stat_result(fields, {**times, **nanoseconds})


def _pattern(pattern: Any, options: dict[str, Any]) -> list[Any]:
    text = os.fspath(pattern) if not isinstance(pattern, str) else pattern
    if not text:
        raise ValueError(f"Unacceptable pattern: {text!r}")
    if text.startswith("/"):
        raise NotImplementedError("Non-relative patterns are unsupported")
    flags = re.IGNORECASE if options.get("case_sensitive") is False else 0
    parts: list[Any] = []
    for part in text.split("/"):
        if part == "**":
            if not parts or parts[-1] != "**":
                parts.append("**")
        elif part and part != ".":
            parts.append(re.compile(_expression(part), flags))
    # Before 3.11 such a pattern meant files as well.
    if text.endswith("/") and sys.version_info >= (3, 11):
        parts.append("/")
    return parts


def _expression(part: str) -> str:
    import fnmatch

    return fnmatch.translate(part)


def _fits(names: tuple[str, ...], parts: list[Any], is_directory: bool) -> bool:
    if parts and parts[-1] == "/":
        return is_directory and _matches(names, parts[:-1], is_directory=True)
    return _matches(names, parts, is_directory)


def _matches(names: tuple[str, ...], parts: list[Any], is_directory: bool) -> bool:
    if not parts:
        return not names
    if parts[0] == "**":
        if len(parts) == 1:
            # Before 3.13 this meant directories only.
            return is_directory or sys.version_info >= (3, 13)
        return any(
            _matches(names[skip:], parts[1:], is_directory) for skip in range(len(names) + 1)
        )
    if not names or parts[0].match(names[0]) is None:
        return False
    return _matches(names[1:], parts[1:], is_directory)
