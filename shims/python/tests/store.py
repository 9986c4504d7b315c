"""A bucket of moto's, for the tests of files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    root = tmp_path / "unit"
    root.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setattr(_keys, "ROOT", str(root))
    return Bucket(s3)


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
