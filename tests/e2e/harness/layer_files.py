"""Keeps what is equal in the layers of images once, by hard links: most of a layer is in another one too."""

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path

from .paths import CACHE

FILES = CACHE / "containers" / "files"
# Below this, a file costs little more than its name.
SMALLEST = 4096


def share(layer: Path) -> None:
    """Of a layer that no RUN step changes any more: such a step is given a copy of all files."""
    FILES.mkdir(parents=True, exist_ok=True)
    for folder, _, names in os.walk(layer):
        for path in (Path(folder, name) for name in names):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and status.st_size >= SMALLEST:
                _share(path, status)


def _share(path: Path, status: os.stat_result) -> None:
    kept = FILES / _key(path, status)
    try:
        os.link(path, kept)
    except FileExistsError:
        # Another run may forget a file that none of its layers holds.
        with contextlib.suppress(FileNotFoundError), tempfile.TemporaryDirectory(dir=path.parent) as folder:
            replacement = Path(folder) / path.name
            os.link(kept, replacement)
            replacement.replace(path)


def _key(path: Path, status: os.stat_result) -> str:
    """Of content and rights; for a Python source also of its time, which the compiled file names."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "blake2b").hexdigest()[:40]
    time = f"-{status.st_mtime_ns}" if path.suffix == ".py" else ""
    return f"{digest}-{status.st_mode:o}-{status.st_uid}-{status.st_gid}{time}"


def forget_unused() -> None:
    """Those that no layer holds any more."""
    for kept in FILES.glob("*"):
        if kept.stat().st_nlink == 1:
            kept.unlink()
