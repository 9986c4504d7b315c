"""What the tests of files keep them in: a bucket of moto's, or a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import boto3
import pytest
from moto import mock_aws

from inferra_runtime import _aws, _keys, _secrets

PREFIX = "INFERRA_PERSIST_FILES"
BUCKET = "shop-files"
REGION = "eu-central-1"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setattr(_aws, "_clients", {})
    monkeypatch.setattr(_secrets, "_kept", {})
    with mock_aws():
        yield


@pytest.fixture
def bucket(aws: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bound bucket, as seen by S3, with the process in an application's folder."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    monkeypatch.setenv(f"{PREFIX}_BUCKET", BUCKET)
    _enter(tmp_path / "unit", monkeypatch)
    return Bucket(s3)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bound folder, as other machines see it, with the process in an application's folder."""
    root = tmp_path / "mounted"
    root.mkdir()
    monkeypatch.setenv(f"{PREFIX}_DIRECTORY", str(root))
    _enter(tmp_path / "unit", monkeypatch)
    return Folder(root)


@pytest.fixture(params=["bucket", "folder"])
def kept(request: pytest.FixtureRequest) -> Any:
    """Either of them, one after the other."""
    return request.getfixturevalue(request.param)


def _enter(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setattr(_keys, "ROOT", str(root))


class Kept(Protocol):
    """What is kept, for a test to look at and to change behind the store's back."""

    def names(self) -> list[str]: ...

    def put(self, key: str, body: bytes) -> None: ...

    def get(self, key: str) -> bytes: ...

    def delete(self, key: str) -> None: ...

    def modified(self, key: str) -> float: ...


class Folder:
    """What is in the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self) -> list[str]:
        found = (one.relative_to(self.root) for one in self.root.rglob("*") if one.is_file())
        return sorted(one.as_posix() for one in found if one.parts[0] != ".inferra")

    def put(self, key: str, body: bytes) -> None:
        place = self.root / key
        place.parent.mkdir(parents=True, exist_ok=True)
        # As other writers do: a new file of that name.
        place.unlink(missing_ok=True)
        place.write_bytes(body)

    def get(self, key: str) -> bytes:
        return (self.root / key).read_bytes()

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)

    def modified(self, key: str) -> float:
        return (self.root / key).stat().st_mtime

    def left(self) -> list[str]:
        """What is left of the work on files."""
        return [one.name for one in (self.root / ".inferra").iterdir()]


class Bucket:
    """What is in the bucket, for a test to look at and to change behind the store's back."""

    def __init__(self, s3: Any) -> None:
        self.s3 = s3

    def names(self) -> list[str]:
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())]

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)

    def get(self, key: str) -> bytes:
        return bytes(self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=BUCKET, Key=key)

    def modified(self, key: str) -> float:
        answer = self.s3.head_object(Bucket=BUCKET, Key=key)
        return float(answer["LastModified"].timestamp())
