"""The library ``aiofiles`` over a store: the same work, in the same threads."""

from __future__ import annotations

import asyncio
import errno
import functools
import os
import pathlib
import types
from collections.abc import Generator
from typing import Any, Callable

from ._files import open_file
from ._keys import key_of, text_of
from ._paths import stored
from ._reading import Reading
from ._store import Store
from ._writing import Writing

# What has nothing to do with files of the application's.
_UNTOUCHED = frozenset({"stdin", "stdin_bytes", "stdout", "stdout_bytes", "stderr", "stderr_bytes"})


def wired(target: Any, store: Store, prefix: str) -> Any:
    """What stands in for ``aiofiles``, or what was imported from it."""
    if isinstance(target, types.ModuleType):
        parts = {"aiofiles": _module, "aiofiles.os": _os, "aiofiles.ospath": _ospath}
        make = parts.get(target.__name__)
        if make is not None:
            return make(target, store, prefix)
    elif getattr(target, "__name__", "") == "open":
        return _open(store)
    raise NotImplementedError(
        f"{getattr(target, '__name__', target)!r} cannot stand for a store: import aiofiles, "
        "aiofiles.os or aiofiles.open"
    )


class _Module(types.ModuleType):
    """A module with some names of its own; what it does not have would look at the local disk."""

    def __init__(self, own: types.ModuleType, names: dict[str, Any], kept: frozenset[str]) -> None:
        super().__init__(own.__name__, own.__doc__)
        self._own = own
        self._kept = kept
        self.__dict__.update(names)

    def __getattr__(self, name: str) -> Any:
        if name in self._kept or name.startswith("__"):
            return getattr(self._own, name)
        if hasattr(self._own, name):
            raise NotImplementedError(
                f"{self._own.__name__}.{name} has no meaning for files in a store"
            )
        raise AttributeError(f"module {self._own.__name__!r} has no attribute {name!r}")


def _module(own: types.ModuleType, store: Store, prefix: str) -> Any:
    import aiofiles.os

    names = {"open": _open(store), "os": _os(aiofiles.os, store, prefix)}
    # Temporary files are meant to be local, and to go.
    return _Module(own, names, _UNTOUCHED | {"tempfile", "threadpool", "base"})


def _open(store: Store) -> Callable[..., Any]:
    def open(  # It is the library's name.
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
        *,
        loop: Any = None,
        executor: Any = None,
    ) -> Any:
        call = functools.partial(
            open_file, store, file, mode, buffering, encoding, errors, newline, closefd, opener
        )
        return _Opening(call, loop, executor)

    return open


class _Opening:
    """A file that is being opened: to be awaited, or to be entered by ``async with``."""

    def __init__(self, call: Callable[[], Any], loop: Any, executor: Any) -> None:
        self._call = call
        self._loop = loop
        self._executor = executor
        self._file: Any = None

    async def _opened(self) -> Any:
        from aiofiles.threadpool import wrap
        from aiofiles.threadpool.binary import AsyncFileIO

        for raw in (Reading, Writing):
            wrap.register(raw, _raw_wrapper(AsyncFileIO))
        loop = self._loop or asyncio.get_running_loop()
        file = await loop.run_in_executor(self._executor, self._call)
        return wrap(file, loop=loop, executor=self._executor)

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._opened().__await__()

    async def __aenter__(self) -> Any:
        self._file = await self._opened()
        return self._file

    async def __aexit__(self, *_: object) -> None:
        await self._file.close()


def _raw_wrapper(wrapper: Any) -> Callable[..., Any]:
    def wrap(file: Any, *, loop: Any = None, executor: Any = None) -> Any:
        return wrapper(file, loop=loop, executor=executor)

    return wrap


def _threaded(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def call(*args: Any, loop: Any = None, executor: Any = None, **kwargs: Any) -> Any:
        loop = loop or asyncio.get_running_loop()
        return await loop.run_in_executor(executor, functools.partial(function, *args, **kwargs))

    return call


def _os(own: types.ModuleType, store: Store, prefix: str) -> Any:
    import aiofiles.ospath

    def path(value: Any) -> Any:
        return stored(pathlib.Path(text_of(value)), store, prefix)

    def makedirs(name: Any, mode: int = 0o777, exist_ok: bool = False) -> None:
        path(name).mkdir(exist_ok=exist_ok)

    def access(name: Any, mode: int) -> bool:
        return bool(path(name).exists()) and not mode & os.X_OK

    def listdir(name: Any = ".") -> list[str]:
        if not path(name).is_dir() and store.find(key_of(name)) is not None:
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), name)
        return [entry.name for entry in store.entries(key_of(name))]

    functions: dict[str, Callable[..., Any]] = {
        "access": access,
        "listdir": listdir,
        "makedirs": makedirs,
        "mkdir": lambda name, mode=0o777: path(name).mkdir(),
        "remove": lambda name: path(name).unlink(),
        "removedirs": lambda name: path(name).rmdir(),
        "rename": lambda source, target: path(source).rename(target) and None,
        "renames": lambda source, target: path(source).rename(target) and None,
        "replace": lambda source, target: path(source).replace(target) and None,
        "rmdir": lambda name: path(name).rmdir(),
        "stat": lambda name, **_: path(name).stat(),
        "unlink": lambda name: path(name).unlink(),
    }
    names: dict[str, Any] = {name: _threaded(call) for name, call in functions.items()}
    names["path"] = _ospath(aiofiles.ospath, store, prefix)
    return _Module(own, names, frozenset({"getcwd"}))


def _ospath(own: types.ModuleType, store: Store, prefix: str) -> Any:
    def path(value: Any) -> Any:
        return stored(pathlib.Path(text_of(value)), store, prefix)

    functions: dict[str, Callable[..., Any]] = {
        "abspath": lambda name: os.path.abspath(text_of(name)),
        "exists": lambda name: path(name).exists(),
        "getatime": lambda name: path(name).stat().st_atime,
        "getctime": lambda name: path(name).stat().st_ctime,
        "getmtime": lambda name: path(name).stat().st_mtime,
        "getsize": lambda name: path(name).stat().st_size,
        "isdir": lambda name: path(name).is_dir(),
        "isfile": lambda name: path(name).is_file(),
        "islink": lambda name: False,
        "ismount": lambda name: False,
        "samefile": lambda name, other: path(name).samefile(other),
    }
    names = {name: _threaded(call) for name, call in functions.items()}
    return _Module(own, names, frozenset())
