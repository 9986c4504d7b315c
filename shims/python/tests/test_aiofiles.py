from __future__ import annotations

import asyncio
import io
from collections.abc import Coroutine
from typing import Any

import aiofiles
import aiofiles.os
import pytest
from store import PREFIX, Kept

from inferra_runtime import files


@pytest.fixture
def fs(kept: Kept) -> Any:
    return files.aiofiles(aiofiles, PREFIX)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def test_text_and_binary(fs: Any, kept: Kept) -> None:
    async def work() -> list[Any]:
        async with fs.open("a/file.txt", "w", encoding="utf-8") as file:
            await file.write("one\ntwo\n")
            await file.writelines(["th", "ree\n"])
        file = await fs.open("a/file.txt", "rb")
        try:
            first = await file.readline()
            rest = [line async for line in file]
            await file.seek(1)
            return [first, rest, await file.tell(), await file.read(2), file.name]
        finally:
            await file.close()

    assert run(work()) == [b"one\n", [b"two\n", b"three\n"], 1, b"ne", "a/file.txt"]
    assert kept.names() == ["a/file.txt"]


def test_every_mode_has_its_own_object(fs: Any) -> None:
    async def work() -> list[str]:
        names = []
        for mode, buffering in [
            ("w", -1),
            ("wb", -1),
            ("rb", -1),
            ("r+b", -1),
            ("rb", 0),
            ("ab", 0),
        ]:
            async with fs.open("file", mode, buffering) as file:
                names.append(type(file).__name__)
        return names

    expected = [
        "AsyncTextIOWrapper",
        "AsyncBufferedIOBase",
        "AsyncBufferedReader",
        "AsyncBufferedReader",
    ]
    assert run(work()) == [*expected, "AsyncFileIO", "AsyncFileIO"]


def test_errors_are_those_of_files(fs: Any) -> None:
    async def work() -> None:
        with pytest.raises(FileNotFoundError):
            await fs.open("none")
        with pytest.raises(PermissionError):
            async with fs.open("../out", "w"):
                pass
        async with fs.open("file", "w") as file:
            with pytest.raises(io.UnsupportedOperation):
                await file.read()
        with pytest.raises(FileExistsError):
            await fs.open("file", "x")

    run(work())


def test_it_is_a_context_even_where_the_body_raises(fs: Any, kept: Kept) -> None:
    async def work() -> None:
        async with fs.open("file", "w") as file:
            await file.write("half")
            raise KeyError

    with pytest.raises(KeyError):
        run(work())
    assert kept.get("file") == b"half"


def test_os(fs: Any, kept: Kept) -> None:
    async def work() -> None:
        kept.put("a/one", b"123")
        assert await fs.os.listdir("a") == ["one"]
        assert await fs.os.listdir() == ["a"]
        assert await fs.os.path.exists("a/one")
        assert not await fs.os.path.exists("a/two")
        assert await fs.os.path.isdir("a")
        assert await fs.os.path.isfile("a/one")
        assert await fs.os.path.getsize("a/one") == 3
        assert (await fs.os.stat("a/one")).st_size == 3
        assert await fs.os.rename("a/one", "b/two") is None
        assert kept.names() == ["b/two"]
        await fs.os.makedirs("a/b/c", exist_ok=True)
        await fs.os.mkdir("d")
        with pytest.raises(OSError, match="not empty"):
            await fs.os.rmdir("b")
        await fs.os.remove("b/two")
        with pytest.raises(FileNotFoundError):
            await fs.os.remove("b/two")
        assert kept.names() == []
        with pytest.raises(NotImplementedError, match=r"aiofiles\.os\.symlink has no meaning"):
            await fs.os.symlink("a", "b")
        with pytest.raises(AttributeError):
            fs.os.nothing  # noqa: B018

    run(work())


def test_what_was_imported_from_it(kept: Kept) -> None:
    open_file = files.aiofiles(aiofiles.open, PREFIX)
    operations = files.aiofiles(aiofiles.os, PREFIX)

    async def work() -> Any:
        async with open_file("file", "w") as file:
            await file.write("x")
        return await operations.path.exists("file")

    assert run(work())
    with pytest.raises(NotImplementedError, match="cannot stand for a store"):
        files.aiofiles(aiofiles.os.stat, PREFIX)


def test_temporary_files_and_standard_streams_stay_local(fs: Any) -> None:
    import aiofiles.tempfile

    assert fs.tempfile is aiofiles.tempfile
    assert fs.stdout is aiofiles.stdout


def test_unbound_it_is_the_module_itself() -> None:
    assert files.aiofiles(aiofiles, PREFIX) is aiofiles
    assert files.aiofiles(aiofiles.open, PREFIX) is aiofiles.open
