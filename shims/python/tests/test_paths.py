"""Paths whose files are in a store, compared with local ones."""

from __future__ import annotations

import builtins
import errno
import os
import pickle
import random
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import Any

import pytest
from store import PREFIX, Kept

from inferra_runtime.files import opened, path

NAMES = [
    "a",
    "a/b.txt",
    "a/c",
    "a/c/d.txt",
    "e.txt",
    "e.txt.bak",
    "f",
    "f/.hidden",
    "none",
    "a/none",
]
FILES = {"a/b.txt": b"b", "a/c/d.txt": b"dd\r\n", "e.txt": b"\xff", "f/.hidden": b""}


def uploads() -> Any:
    return path(Path("uploads"), PREFIX)


@pytest.fixture
def both(kept: Kept, tmp_path: Path) -> tuple[Path, Any, Kept]:
    return tmp_path / "local", uploads(), kept


def fill(local: Path, kept: Kept) -> None:
    for key in kept.names():
        kept.delete(key)
    shutil.rmtree(local, ignore_errors=True)
    local.mkdir()
    for name, content in FILES.items():
        (local / name).parent.mkdir(parents=True, exist_ok=True)
        (local / name).write_bytes(content)
        kept.put(f"uploads/{name}", content)


def tree(local: Path, kept: Kept) -> tuple[dict[str, bytes], dict[str, bytes]]:
    found = {
        str(one.relative_to(local)): one.read_bytes() for one in local.rglob("*") if one.is_file()
    }
    return found, {key[len("uploads/") :]: kept.get(key) for key in kept.names()}


def outcome(root: Any, call: Callable[[Any], Any]) -> Any:
    """What a call gives, with paths as seen from ``root``."""
    try:
        value = call(root)
    except (OSError, ValueError, TypeError) as error:
        return (type(error), error.errno if isinstance(error, OSError) else None)
    if isinstance(value, PurePath):
        return value.relative_to(root).as_posix()
    if isinstance(value, (list, set)):
        return sorted(one.relative_to(root).as_posix() for one in value)
    if isinstance(value, os.stat_result):
        kind = stat.S_IFMT(value.st_mode)
        return (kind, value.st_size if kind == stat.S_IFREG else None)
    return value


def opened_and_read(one: Any) -> Any:
    with one.open("rb") as file:
        return file.read()


# What can be asked of a path whatever is there, and what takes a file or something that exists: a
# directory that is empty or not there is where a store and a disk differ.
OF_ANYTHING: dict[str, Callable[[Any], Any]] = {
    "exists": lambda one: one.exists(),
    "is_file": lambda one: (one.is_file(), one.is_dir()),
    "open": opened_and_read,
    "read_bytes": lambda one: one.read_bytes(),
    "read_text": lambda one: one.read_text(encoding="latin-1"),
    "stat": lambda one: one.stat(),
    "with_suffix": lambda one: one.with_suffix(".x").exists(),
}
OF_FILES: dict[str, Callable[[Any], Any]] = {
    "replace": lambda one: one.replace(one.with_name("e.txt")),
    "rename": lambda one: one.rename(one.with_name("moved")),
    "touch": lambda one: one.touch(),
    "touch anew": lambda one: one.touch(exist_ok=False),
    "unlink": lambda one: one.unlink(),
    "unlink twice": lambda one: (one.unlink(), one.unlink(missing_ok=True), one.exists()),
    "write_bytes": lambda one: one.write_bytes(b"new"),
    "write_text": lambda one: one.write_text("\u20ac\n", encoding="utf-8"),
}
OF_WHAT_IS_THERE: dict[str, Callable[[Any], Any]] = {
    "iterdir": lambda one: list(one.iterdir()),
    "parent": lambda one: one.parent.is_dir(),
    "samefile": lambda one: one.samefile(one.parent / one.name),
}
PATTERNS = [
    "*",
    "*.txt",
    "**/*.txt",
    "*/*",
    "**/c",
    "a/*",
    "e.*",
    "[ae]*",
    "*/",
    "**/",
    ".*",
    "**/*",
]


def step(chance: random.Random, local: Path) -> tuple[str, Callable[[Any], Any]]:
    name, pattern = chance.choice(NAMES), chance.choice(PATTERNS)
    kinds = [OF_ANYTHING]
    if (local / name).exists():
        kinds.append(OF_WHAT_IS_THERE)
    if (local / name).is_file():
        kinds += [OF_FILES] * 3
    calls = chance.choice(kinds)
    what = chance.choice([*calls, "glob", "rglob"])
    if what == "glob":
        return f"glob {pattern}", lambda root: set(root.glob(pattern))
    if what == "rglob":
        return f"rglob {pattern}", lambda root: set((root / "a").rglob(pattern))
    return f"{what} {name}", lambda root: calls[what](root / name)


@pytest.mark.parametrize("first", range(0, 120, 60))
def test_random_operations_have_the_same_outcome(both: tuple[Path, Any, Kept], first: int) -> None:
    local, stored, kept = both
    for seed in range(first, first + 60):
        chance = random.Random(seed)
        fill(local, kept)
        names = []
        for _ in range(6):
            # What a local directory that became empty still is, a store does not know.
            for one in sorted(local.rglob("*"), reverse=True):
                if one.is_dir() and not any(one.iterdir()):
                    one.rmdir()
            name, call = step(chance, local)
            names.append(name)
            assert outcome(stored, call) == outcome(local, call), names
        expected, found = tree(local, kept)
        assert found == expected, names


def test_whatever_is_made_of_a_path_is_in_the_store(kept: Kept) -> None:
    root = uploads()
    made = [
        root / "a" / "b.txt",
        root.joinpath("a", "b.txt"),
        (root / "a" / "c").with_name("b.txt"),
        (root / "a" / "b.png").with_suffix(".txt"),
        (root / "a" / "c" / "d").parent.parent / "b.txt",
        (root / "a" / "b.txt").resolve(),
        (root / "a" / "b.txt").absolute(),
        "" / root / "a" / "b.txt",
        type(root)("uploads", "a", "b.txt"),
        pickle.loads(pickle.dumps(root / "a" / "b.txt")),
    ]
    for number, one in enumerate(made):
        assert isinstance(one, Path), number
        one.write_text(str(number))
        assert kept.names() == ["uploads/a/b.txt"]
        assert kept.get("uploads/a/b.txt") == str(number).encode()
    assert str(made[0]) == "uploads/a/b.txt"
    assert made[0] == Path("uploads/a/b.txt")
    assert made[0].relative_to(root).parts == ("a", "b.txt")
    assert made[5].is_relative_to(root.resolve())
    assert not (root / ".." / "x").resolve().is_relative_to(root.resolve())


def test_what_stands_in_for_open_takes_such_a_path(kept: Kept) -> None:
    with opened(builtins.open, PREFIX)(uploads() / "file", "w") as file:
        file.write("x")
    assert kept.names() == ["uploads/file"]


def test_the_operating_system_is_not_asked(kept: Kept) -> None:
    one = uploads() / "file"
    one.write_text("x")
    for call in (os.stat, os.remove, os.listdir, os.path.exists, builtins.open, os.fspath):
        with pytest.raises(NotImplementedError, match="in a store"):
            call(one)
    with pytest.raises(NotImplementedError, match="in a store"):
        shutil.copy(one, "copy")
    refused = ["chmod", "lchmod", "symlink_to", "readlink", "owner", "group"]
    refused += ["hardlink_to"] if sys.version_info >= (3, 10) else []
    refused += ["copy", "move"] if sys.version_info >= (3, 14) else []
    for name in refused:
        with pytest.raises(NotImplementedError, match=rf"{name}\(\) has no meaning"):
            getattr(one, name)("x")


def test_a_path_that_leads_out_is_refused(kept: Kept) -> None:
    for outside in (uploads() / ".." / ".." / "file", path(Path("/etc/passwd"), PREFIX)):
        for call in (outside.read_text, outside.exists, outside.touch, outside.unlink):
            with pytest.raises(PermissionError):
                call()


def test_directories_are_implied(kept: Kept) -> None:
    root = uploads()
    root.mkdir(parents=True, exist_ok=True)
    (root / "new").mkdir()
    assert kept.names() == []
    assert list(root.iterdir()) == []
    assert not (root / "new").exists()
    assert path(Path(), PREFIX).is_dir()
    (root / "a" / "b").write_bytes(b"")
    assert (root / "a").is_dir()
    with pytest.raises(FileExistsError):
        (root / "a" / "b").mkdir()
    with pytest.raises(OSError, match="not empty") as full:
        root.rmdir()
    assert full.value.errno == errno.ENOTEMPTY
    with pytest.raises(NotADirectoryError):
        list((root / "a" / "b").iterdir())
    with pytest.raises(IsADirectoryError):
        (root / "a").unlink(missing_ok=True)


def test_a_directory_is_renamed_file_by_file(kept: Kept) -> None:
    for name in ("a/one", "a/b/two"):
        kept.put(f"uploads/{name}", name.encode())
    kept.put("uploads/ab", b"another")
    assert (uploads() / "a").rename(uploads() / "z") == Path("uploads/z")
    assert kept.names() == ["uploads/ab", "uploads/z/b/two", "uploads/z/one"]
    with pytest.raises(OSError, match="not empty"):
        (uploads() / "z").rename(uploads())
    with pytest.raises(FileNotFoundError):
        (uploads() / "a").rename(uploads() / "b")


def test_times_are_those_of_the_store(kept: Kept) -> None:
    kept.put("uploads/file", b"x")
    seen = kept.modified("uploads/file")
    status = (uploads() / "file").stat()
    assert (status.st_size, status.st_mtime, status.st_mtime_ns) == (1, seen, int(seen * 1e9))
    assert stat.S_ISREG(status.st_mode)
    assert stat.S_ISDIR(uploads().stat().st_mode)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="new in 3.12")
def test_walk(both: tuple[Path, Any, Kept]) -> None:
    local, stored, kept = both
    fill(local, kept)

    def seen(root: Any, top_down: bool) -> list[Any]:
        return [
            (at.relative_to(root).as_posix(), sorted(directories), sorted(files))
            for at, directories, files in root.walk(top_down)
        ]

    for top_down in (True, False):
        assert sorted(seen(stored, top_down)) == sorted(seen(local, top_down))


def test_many_files_are_listed_by_pages(kept: Kept) -> None:
    for number in range(1005):
        kept.put(f"uploads/{number:04}", b"")
    assert [one.name for one in uploads().iterdir()] == [f"{number:04}" for number in range(1005)]
    assert len(list(uploads().rglob("*"))) == 1005


def test_unbound_it_is_the_path_itself() -> None:
    own = Path("x")
    assert path(own, PREFIX) is own
