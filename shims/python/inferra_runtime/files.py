"""Connects what opens files to the store that was planned for them.

``PREFIX_BUCKET`` names a bucket of S3, ``PREFIX_DIRECTORY`` a folder in which a file system is
mounted; ``PREFIX_SECRET`` is the ARN of a secret, whose value is then the one file that there is,
and ``PREFIX_PARAMETER`` the name of an encrypted parameter that is the same. Where none is set,
every function here gives what it was given.
"""

from __future__ import annotations

import functools
import os
from typing import Any

from ._store import Store

__all__ = ["aiofiles", "opened", "path"]


def opened(own: Any, prefix: str) -> Any:
    """What stands in for the built-in ``open``.

    In a unit it is called like this::

        with opened(open, "INFERRA_PERSIST_NOTES")("notes.txt") as file: ...
    """
    store = _store(prefix)
    if store is None:
        return own

    def open(file: Any, *args: Any, **kwargs: Any) -> Any:  # It is that name.
        if isinstance(file, int):
            return own(file, *args, **kwargs)
        from ._files import open_file

        return open_file(store, file, *args, **kwargs)

    return open


def path(own: Any, prefix: str) -> Any:
    """What stands in for a ``pathlib.Path``; everything made of it is in the store as well."""
    store = _store(prefix)
    if store is None:
        return own
    from ._paths import stored

    return stored(own, store, prefix)


def aiofiles(own: Any, prefix: str) -> Any:
    """What stands in for the module ``aiofiles``, ``aiofiles.os``, or the function ``open``."""
    store = _store(prefix)
    if store is None:
        return own
    from ._aiofiles import wired

    return wired(own, store, prefix)


def _store(prefix: str) -> Store | None:
    for name, make in (
        ("BUCKET", _bucket),
        ("DIRECTORY", _directory),
        ("SECRET", _secret),
        ("PARAMETER", _secret),
    ):
        value = os.environ.get(f"{prefix}_{name}")
        if value is not None:
            if not value:
                raise RuntimeError(f"{prefix}_{name} must be a text that is not empty")
            return make(value)
    return None


@functools.cache
def _bucket(name: str) -> Store:
    from ._s3 import S3

    return S3(name)


@functools.cache
def _directory(path: str) -> Store:
    from ._directory import Directory

    return Directory(path)


@functools.cache
def _secret(arn: str) -> Store:
    from ._secrets import Secret

    return Secret(arn)
