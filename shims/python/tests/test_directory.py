"""What only a folder that several have mounted can do, or must not."""

from __future__ import annotations

import builtins
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from store import PREFIX, Folder

from inferra_runtime import _directory_claim
from inferra_runtime._directory import Directory
from inferra_runtime._store import ABSENT, ChangedError
from inferra_runtime.files import opened, path


def remote() -> Any:
    return opened(builtins.open, PREFIX)


def write(store: Directory, key: str, content: bytes, replacing: Any = None) -> None:
    store.write(key, io.BytesIO(content), len(content), replacing=replacing)


def test_writers_of_one_file_come_one_after_the_other(folder: Folder) -> None:
    def append(number: int) -> None:
        with remote()("log", "a") as file:
            file.write(f"{number}\n")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(40)))
    assert sorted(map(int, folder.get("log").split())) == list(range(40))
    assert folder.left() == []


def test_one_of_several_makes_a_file_that_must_be_new(folder: Folder) -> None:
    def make(number: int) -> bool:
        try:
            remote()("lock", "x").close()
        except FileExistsError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(make, range(16))) == 1
    assert folder.left() == []


def test_who_believes_another_file_to_be_there_replaces_nothing(folder: Folder) -> None:
    store = Directory(str(folder.root))
    write(store, "a", b"1", ABSENT)
    first = store.find("a")
    write(store, "a", b"2", first)
    with pytest.raises(ChangedError):
        write(store, "a", b"3", first)
    with pytest.raises(ChangedError):
        write(store, "a", b"3", ABSENT)
    assert folder.get("a") == b"2"
    assert first is not None
    with pytest.raises(ChangedError):
        store.read("a", 0, 1, first.tag)


def test_folders_come_and_go_with_what_is_in_them(folder: Folder) -> None:
    def churn(name: str) -> None:
        one = path(Path("d/e") / name, PREFIX)
        for _ in range(30):
            one.write_text("x")
            one.unlink()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(churn, "abcd"))
    assert not (folder.root / "d").exists()
    (folder.root / "left" / "over").mkdir(parents=True)
    assert list(path(Path(), PREFIX).iterdir()) == []
    assert not path(Path("left"), PREFIX).exists()
    (folder.root / "name").mkdir()
    path(Path("name"), PREFIX).write_text("a file after all")
    assert folder.get("name") == b"a file after all"


def test_no_symbolic_link_leads_out(folder: Folder, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("s")
    (folder.root / "way").symlink_to(outside)
    (folder.root / "link").symlink_to(outside / "secret")
    for name in ("way/secret", "link"):
        with pytest.raises(PermissionError) as refused:
            remote()(name)
        assert str(folder.root) not in str(refused.value)
    for name in ("way/new", "way/deep/new"):
        with pytest.raises(PermissionError):
            remote()(name, "w").close()
    with pytest.raises(PermissionError):
        path(Path("way/secret"), PREFIX).unlink()
    assert list(path(Path(), PREFIX).rglob("*")) == []
    with remote()("link", "w") as file:
        file.write("its own")
    assert os.listdir(outside) == ["secret"]
    assert (outside / "secret").read_text() == "s"


def test_what_is_being_written_is_nobodys_file(folder: Folder) -> None:
    remote()("a", "w").close()
    assert list(path(Path(), PREFIX).rglob("*")) == [Path("a")]
    with pytest.raises(PermissionError):
        remote()(".inferra/x")
    with pytest.raises(PermissionError):
        remote()(".inferra/x", "w").close()


def test_who_has_a_file_open_goes_on_reading_it(folder: Folder) -> None:
    store = Directory(str(folder.root))
    write(store, "a", b"old")
    with store._opened("a") as (file, _):
        write(store, "a", b"new")
        assert file.read() == b"old"
    assert folder.get("a") == b"new"


def test_a_file_system_that_is_not_mounted_is_no_empty_one(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}_DIRECTORY", str(folder.root / "gone"))
    for mode in "rwa":
        with pytest.raises(OSError, match="no file system is mounted"):
            remote()("a", mode).close()
    with pytest.raises(OSError, match="no file system is mounted"):
        list(path(Path(), PREFIX).iterdir())


def test_errors_name_the_key_alone(folder: Folder) -> None:
    folder.put("a", b"")
    with pytest.raises(NotADirectoryError) as wrong:
        remote()("a/b", "w").close()
    assert str(folder.root) not in str(wrong.value)
    with pytest.raises(OSError, match="too long") as long:
        remote()("x" * 300, "w").close()
    assert str(folder.root) not in str(long.value)


def test_a_claim_of_somebody_who_is_gone_is_taken(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Directory(str(folder.root))
    write(store, "a", b"first")
    draft = folder.root / ".inferra" / "gone.new"
    draft.write_bytes(b"of who is gone")
    seconds = iter(range(1000))
    monkeypatch.setattr(_directory_claim, "_now", lambda: float(next(seconds)))
    with _directory_claim.claimed(str(folder.root), "a", str(draft)) as held:
        write(store, "a", b"mine")
        assert folder.get("a") == b"mine"
        with pytest.raises(FileNotFoundError):
            held.become(str(folder.root / "a"))
    draft.unlink()
    assert folder.get("a") == b"mine"
    assert folder.left() == []


def test_what_was_left_behind_is_swept_away(folder: Folder) -> None:
    work = folder.root / ".inferra"
    work.mkdir()
    for name in ("old.new", "new.new"):
        (work / name).touch()
    os.utime(work / "old.new", (0, 0))
    remote()("a", "w").close()
    assert folder.left() == ["new.new"]
