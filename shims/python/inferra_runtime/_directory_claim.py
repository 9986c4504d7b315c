"""Writers of one file, one after the other.

Whoever has the claim to a file may look what it is and replace it. A claim is a name that only one
can make: a file system that is mounted over the network makes a name for one of several alone, and
units in other languages claim files the same way. The claim is another name of the draft that is to
become the file, so that one rename both makes it the file and gives the claim up: who was taken to
be gone, and is not, has nothing to rename.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import random
import secrets
import time
from collections.abc import Iterator

# What is being written, beside what was. No file of a store is in there.
WORK = ".inferra"

# A claim that lasts longer than this is that of somebody who is gone: what it is held for takes
# milliseconds.
_GONE_S = 30.0
# As long as somebody else is at work, but not for ever.
_PATIENCE_S = 90.0
_PAUSE_S = 0.01


class Claim:
    """The claim to one file."""

    def __init__(self, path: str, own: str | None) -> None:
        """It is at ``path``, and is the file ``own``."""
        self._path = path
        self._own = own
        self._held = True

    def become(self, place: str) -> None:
        """Makes the draft the file at ``place``.

        Raises:
            FileNotFoundError: The claim was taken for one of somebody who is gone.
        """
        if _identity(self._path) != self._own:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), self._path)
        os.rename(self._path, place)
        self._held = False

    def release(self) -> None:
        """Lets others have it."""
        if self._held:
            with contextlib.suppress(OSError):
                if _identity(self._path) == self._own:
                    os.unlink(self._path)


@contextlib.contextmanager
def claimed(root: str, key: str, draft: str) -> Iterator[Claim]:
    """Claims the file of ``key`` with the draft at ``draft``, for as long as this lasts."""
    name = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:40]
    path = os.path.join(root, WORK, f"{name}.claim")
    _wait(path, draft)
    claim = Claim(path, _identity(draft))
    try:
        yield claim
    finally:
        claim.release()


def _wait(path: str, draft: str) -> None:
    start = _now()
    holder, since = None, start
    while True:
        try:
            os.link(draft, path)
        except FileExistsError:
            now, other = _now(), _identity(path)
            if other != holder:
                holder, since = other, now
            elif other is not None and now - since > _GONE_S:
                _remove(path, other)
            if now - start > _PATIENCE_S:
                reason = "other writers do not come to an end"
                raise OSError(errno.EIO, reason, os.path.basename(path)) from None
            time.sleep(_PAUSE_S * random.uniform(0.5, 1.5))  # noqa: S311 - nothing depends on it
        else:
            return


def _remove(path: str, holder: str) -> None:
    """Takes a claim away from who is gone."""
    aside = f"{path}.{secrets.token_hex(8)}"
    with contextlib.suppress(FileNotFoundError):
        os.rename(path, aside)
        # Somebody else was faster, and this is the claim of a third.
        if _identity(aside) != holder:
            with contextlib.suppress(FileExistsError):
                os.link(aside, path)
        os.unlink(aside)


def _identity(path: str) -> str | None:
    """Which file a name is of, as the server says it.

    One that is only looked at may be what it was seconds ago.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    try:
        status = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    return f"{status.st_dev}-{status.st_ino}"


def _now() -> float:
    return time.monotonic()
