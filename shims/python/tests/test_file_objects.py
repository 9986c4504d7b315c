"""File objects over a store do what local ones do: the same operations on both, compared."""

from __future__ import annotations

import builtins
import io
import os
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from store import PREFIX, Bucket, Kept

from inferra_runtime import _aws, _keys, _reading
from inferra_runtime.files import opened

MODES = ["r", "w", "x", "a", "r+", "w+", "x+", "a+"]
MODES += [f"{mode[0]}b{mode[1:]}" for mode in MODES]
CONTENTS = [
    None,
    b"",
    b"one\ntwo\nthree\n",
    b"a\r\nb\rc\n",
    "h\u00e9llo\n\u4e16\u754c".encode(),
    bytes(range(128)) * 300,
]


def remote() -> Callable[..., Any]:
    return opened(builtins.open, PREFIX)  # type: ignore[no-any-return]


class Pair:
    """One local file and one in the kept, with the same content."""

    def __init__(self, kept: Kept, local: Path) -> None:
        self.kept = kept
        self.local = local

    def start(self, content: bytes | None) -> None:
        self.local.unlink(missing_ok=True)
        self.kept.delete("file")
        if content is not None:
            self.local.write_bytes(content)
            self.kept.put("file", content)

    def contents(self) -> tuple[bytes | None, bytes | None]:
        local = self.local.read_bytes() if self.local.exists() else None
        return local, self.kept.get("file") if "file" in self.kept.names() else None


@pytest.fixture
def pair(kept: Kept, tmp_path: Path) -> Pair:
    return Pair(kept, tmp_path / "local")


def outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except (OSError, ValueError, TypeError) as error:
        return (type(error), error.errno if isinstance(error, OSError) else None)


def steps(chance: random.Random, binary: bool) -> list[tuple[str, Callable[[Any], Any]]]:
    """Operations on a file, each a function of it."""
    words = ["", "x", "line\n", "a\r\nb", "\u00fc\u20ac", "long " * 3000]

    def piece() -> Any:
        word = chance.choice(words)
        return word.encode() if binary else word

    def step() -> tuple[str, Callable[[Any], Any]]:
        amount, text, place = (
            chance.choice([-1, 0, 1, 5, 9000]),
            piece(),
            chance.choice([0, 3, 40000]),
        )
        whence = chance.choice([0, 1, 2]) if binary else 0
        back = chance.choice([0, -2, 2])
        return chance.choice(
            [
                (f"read({amount})", lambda file: file.read(amount)),
                ("readline()", lambda file: file.readline()),
                (f"readlines({amount})", lambda file: file.readlines(amount)),
                ("next()", lambda file: next(file, None)),
                (f"write({text!r:.20})", lambda file: file.write(text)),
                (f"writelines({text!r:.20})", lambda file: file.writelines([text, text])),
                (f"seek({place})", lambda file: file.seek(place)),
                (f"seek({back}, {whence})", lambda file: file.seek(back, whence)),
                ("seek(0, 2)", lambda file: file.seek(0, 2)),
                ("tell()", lambda file: file.tell()),
                (f"truncate({place})", lambda file: file.truncate(place)),
                ("truncate()", lambda file: file.truncate()),
                ("flush()", lambda file: file.flush()),
                ("readable()", lambda file: (file.readable(), file.writable(), file.seekable())),
                ("mode", lambda file: (file.mode, file.closed)),
                ("isatty()", lambda file: file.isatty()),
            ]
        )

    return [step() for _ in range(chance.randrange(1, 12))]


@pytest.mark.parametrize("first", range(0, 200, 40))
def test_random_operations_have_the_same_outcome(pair: Pair, first: int) -> None:
    for seed in range(first, first + 40):
        compare(pair, random.Random(seed))


def compare(pair: Pair, chance: random.Random) -> None:
    mode = chance.choice(MODES)
    binary = "b" in mode
    options: dict[str, Any] = {"buffering": chance.choice([-1, -1, 0, 1, 16])}
    if options["buffering"] == (1 if binary else 0):
        options = {}
    if not binary:
        options["encoding"] = chance.choice(["utf-8", "utf-8", "utf-16", "latin-1"])
        options["newline"] = chance.choice([None, "", "\n", "\r\n", "\r"])
        options["errors"] = "replace"
    pair.start(chance.choice(CONTENTS))
    names = [f"open({mode!r}, {options})"]
    local = outcome(partial(builtins.open, pair.local, mode, **options))
    stored = outcome(lambda: remote()("file", mode, **options))
    if isinstance(local, tuple):
        assert stored == local, names
        assert len(set(pair.contents())) == 1
        return
    for name, step in steps(chance, binary):
        names.append(name)
        expected, found = outcome(partial(step, local)), outcome(partial(step, stored))
        assert found == expected, names
    expected, found = outcome(local.close), outcome(stored.close)
    assert found == expected, names
    assert outcome(lambda: stored.read()) == outcome(lambda: local.read())
    expected_content, content = pair.contents()
    assert content == expected_content, names


@pytest.mark.parametrize("mode", ["", "z", "rw", "rr", "rU", "b", "rbt", "+"])
def test_a_wrong_mode_is_the_same_error(kept: Kept, mode: str) -> None:
    expected = outcome(partial(builtins.open, "file", mode))
    assert outcome(lambda: remote()("file", mode)) == expected


def test_text_is_lines_and_binary_is_bytes(kept: Kept) -> None:
    with remote()("notes/one.txt", "w", encoding="utf-8") as file:
        assert isinstance(file, io.TextIOWrapper)
        assert file.name == "notes/one.txt"
        file.writelines(["first\n", "second\n"])
        assert kept.names() == []
    assert kept.get("notes/one.txt") == b"first\nsecond\n"
    with remote()(b"notes/one.txt") as file:
        assert list(file) == ["first\n", "second\n"]
    with remote()(Path("notes") / "one.txt", "rb") as file:
        assert isinstance(file, io.BufferedReader)
        buffer = bytearray(5)
        assert (file.readinto(buffer), bytes(buffer)) == (5, b"first")
        with pytest.raises(io.UnsupportedOperation):
            file.fileno()


def test_what_was_written_before_an_exception_is_kept_as_on_a_disk(kept: Kept) -> None:
    def work() -> None:
        with remote()("file", "w") as file:
            file.write("half")
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert kept.get("file") == b"half"


def test_a_file_that_nobody_closes_is_written_when_it_goes(kept: Kept) -> None:
    remote()("file", "wb", buffering=0).write(b"content")
    assert kept.get("file") == b"content"


def test_a_missing_file_a_directory_and_a_way_out(kept: Kept) -> None:
    kept.put("dir/file", b"")
    with pytest.raises(FileNotFoundError) as missing:
        remote()("none")
    assert (missing.value.errno, missing.value.filename) == (2, "none")
    for directory in ("dir", "dir/", ".", "dir/.."):
        with pytest.raises(IsADirectoryError):
            remote()(directory)
    with pytest.raises(IsADirectoryError):
        remote()("dir/", "w")
    for outside in ("../file", "/etc/passwd", "dir/../../file", _keys.ROOT + "2/file"):
        with pytest.raises(PermissionError):
            remote()(outside)
        with pytest.raises(PermissionError):
            remote()(outside, "w")
    with pytest.raises(ValueError, match="null byte"):
        remote()("a\0b")
    with pytest.raises(OSError, match="too long"):
        remote()("x" * 1025, "w")


def test_an_absolute_path_into_the_application_is_the_same_file(kept: Kept) -> None:
    with remote()(os.path.join(_keys.ROOT, "a", "..", "file"), "w") as file:
        file.write("x")
    assert kept.names() == ["file"]


def test_a_descriptor_is_not_a_path(kept: Kept, tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "local", os.O_CREAT | os.O_WRONLY)
    with remote()(descriptor, "w") as file:
        file.write("x")
    assert (tmp_path / "local").read_text() == "x"
    assert kept.names() == []


def test_only_one_makes_a_file_exclusively(kept: Kept) -> None:
    first = remote()("lock", "x")
    with pytest.raises(FileExistsError):
        remote()("lock", "x")
    first.write("mine")
    first.close()
    assert kept.get("lock") == b"mine"


def lose_answers(times: int) -> None:
    """Does the next writes without that anybody is told, so that they are sent again."""
    lost = iter(range(times))

    def retried(operation: Any, **_: Any) -> float | None:
        if operation.name in ("PutObject", "CompleteMultipartUpload"):
            return None if next(lost, None) is None else 0.0
        return None

    _aws.client("s3").meta.events.register_first("needs-retry.s3", retried)


def test_a_write_whose_answer_is_lost_is_done_once(bucket: Bucket) -> None:
    lose_answers(3)
    for text in "12":
        with remote()("log", "a") as file:
            file.write(text)
    assert bucket.get("log") == b"12"
    lose_answers(1)
    with remote()("new", "x") as file:
        file.write("x")
    assert bucket.get("new") == b"x"
    with pytest.raises(FileExistsError):
        remote()("new", "x")
    lose_answers(1)
    with remote()("new", "r+") as file:
        file.write("z")
    assert bucket.get("new") == b"z"
    lose_answers(1)
    with remote()("big", "ab") as file:
        file.write(b"x" * (17 * 1024 * 1024))
    assert len(bucket.get("big")) == 17 * 1024 * 1024


def test_an_append_whose_answer_is_lost_is_not_repeated_behind_anothers(bucket: Bucket) -> None:
    with remote()("log", "a") as file:
        file.write("1")
    steps = iter(["other", "none"])

    def retried(operation: Any, **_: Any) -> float | None:
        if operation.name != "PutObject" or next(steps, "none") == "none":
            return None
        with remote()("log", "a") as other:
            other.write("o")
        return 0.0

    _aws.client("s3").meta.events.register_first("needs-retry.s3", retried)
    with remote()("log", "a") as file:
        file.write("2")
    assert bucket.get("log") == b"12o"


def test_appends_of_several_are_all_kept(kept: Kept) -> None:
    kept.put("log", b"0\n")
    files = [remote()("log", "a") for _ in range(5)]
    for number, file in enumerate(files, start=1):
        file.write(f"{number}\n")
    for file in files:
        file.close()
    assert kept.get("log") == b"0\n1\n2\n3\n4\n5\n"
    with remote()("new", "a") as first, remote()("new", "a") as second:
        first.write("second\n")
        second.write("first\n")
    assert kept.get("new") == b"first\nsecond\n"


def test_a_change_in_place_does_not_undo_another(kept: Kept) -> None:
    kept.put("file", b"abc")
    file = remote()("file", "r+b", buffering=0)
    file.write(b"x")
    kept.put("file", b"other")
    with pytest.raises(OSError, match="another writer"):
        file.close()
    assert file.closed
    assert kept.get("file") == b"other"


def test_what_is_read_is_one_content(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_reading, "AHEAD", 1000)
    kept.put("file", b"a" * 3000)
    with remote()("file", "rb") as file:
        assert file.read(500) == b"a" * 500
        kept.put("file", b"b" * 3000)
        with pytest.raises(OSError, match="replaced while it was being read"):
            file.read()


def test_a_large_file_goes_in_parts_and_comes_in_ranges(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    from inferra_runtime import _aws

    client = _aws.client("s3")
    client.meta.events.register("before-call.s3", lambda model, **_: calls.append(model.name))
    content = random.Random(0).randbytes(20 * 1024 * 1024 + 7)
    with remote()("file", "wb") as file:
        for at in range(0, len(content), 1 << 20):
            file.write(content[at : at + (1 << 20)])
    assert calls == ["CreateMultipartUpload"] + ["UploadPart"] * 3 + ["CompleteMultipartUpload"]
    assert bucket.get("file") == content
    calls.clear()
    with remote()("file", "rb") as file:
        assert file.read() == content
        file.seek(-10, os.SEEK_END)
        assert file.read() == content[-10:]
    assert calls == ["GetObject"] * 3


def test_an_upload_that_fails_leaves_nothing(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inferra_runtime import _aws

    def fail(**_: Any) -> None:
        raise RuntimeError("no more")

    file = remote()("file", "wb")
    file.write(bytes(17 * 1024 * 1024))
    monkeypatch.setattr(_aws.client("s3"), "upload_part", fail)
    with pytest.raises(RuntimeError, match="no more"):
        file.close()
    assert bucket.names() == []
    assert "Uploads" not in bucket.s3.list_multipart_uploads(Bucket="shop-files")


def test_errors_of_s3_are_errors_of_files(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError, EndpointConnectionError

    from inferra_runtime import _aws

    def failing(error: Exception) -> Callable[..., Any]:
        def get_object(**_: Any) -> None:
            raise error

        return get_object

    denied = ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")
    monkeypatch.setattr(_aws.client("s3"), "get_object", failing(denied))
    with pytest.raises(PermissionError, match="the unit's role may not"):
        remote()("file")
    slow = ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")
    monkeypatch.setattr(_aws.client("s3"), "get_object", failing(slow))
    with pytest.raises(OSError, match="S3 answered SlowDown"):
        remote()("file")
    unreachable = EndpointConnectionError(endpoint_url="https://s3")
    monkeypatch.setattr(_aws.client("s3"), "get_object", failing(unreachable))
    with pytest.raises(OSError, match="could not be asked: EndpointConnectionError"):
        remote()("file")


def test_unbound_it_is_the_function_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened(builtins.open, PREFIX) is builtins.open
    monkeypatch.setenv(f"{PREFIX}_BUCKET", "")
    with pytest.raises(RuntimeError, match=f"{PREFIX}_BUCKET must be a text"):
        opened(builtins.open, PREFIX)


def test_text_needs_a_buffer(kept: Kept) -> None:
    with pytest.raises(ValueError, match="unbuffered text"):
        remote()("file", "w", buffering=0)
    assert kept.names() == []


def test_an_opener_is_refused(kept: Kept) -> None:
    with pytest.raises(NotImplementedError):
        remote()("file", opener=os.open)
    with pytest.raises(ValueError, match="closefd"):
        remote()("file", closefd=False)
