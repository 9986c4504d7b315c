"""From paths to the names that files have in a store."""

from __future__ import annotations

import errno
import os
from typing import Any

# The folder that the compiled unit lies in: this package is put beside the application's code.
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
_LONGEST = 1024


def key_of(path: Any) -> str:
    """The key of the file at ``path``: its place below the application's folder.

    A relative path is taken from the working directory, as ever. The folder itself has the empty
    key. Symbolic links do not exist in a store, so ``..`` is what it says.

    Raises:
        PermissionError: The path leads out of the application's folder. What is there is no part
            of the application, and nobody else would find it under the same key.
    """
    text = text_of(path)
    if "\0" in text:
        raise ValueError("embedded null byte")
    if not text:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), text)
    full = os.path.normpath(os.path.join(os.getcwd(), text))
    if full == ROOT:
        return ""
    if not full.startswith(ROOT.rstrip(os.sep) + os.sep):
        reason = "the store holds what is below the application's folder, and this leads out of it"
        raise PermissionError(errno.EACCES, reason, text)
    key = os.path.relpath(full, ROOT).replace(os.sep, "/")
    if len(key.encode()) > _LONGEST:
        raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), text)
    return key


def text_of(path: Any) -> str:
    """A path as text, whatever ``open`` takes as one."""
    # A path of a store refuses `os.fspath`, because nothing of the system's could open it.
    stored = getattr(path, "_inferra_text", None)
    return stored() if callable(stored) else os.fsdecode(os.fspath(path))


def means_a_directory(path: Any) -> bool:
    """Whether a path ends as only those of directories do."""
    return text_of(path).endswith((os.sep, f"{os.sep}."))
