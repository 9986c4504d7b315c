"""Files as objects of a bucket of S3."""

from __future__ import annotations

import contextlib
import errno
import io
import random
import secrets
import time
from collections.abc import Callable, Iterator
from typing import IO, Any

from ._aws import client, code_of
from ._store import ChangedError, Entry, Found, Store

# What is held in memory of a file while it is uploaded. S3 takes parts from 5 MiB on, at most
# 10,000 of them: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
_PART = 8 * 1024 * 1024
_MOST_PARTS = 10_000
# The largest object that one request can copy.
_LARGEST_COPY = 5 * 1024**3

_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
_DENIED = frozenset({"403", "AccessDenied"})
_CHANGED = frozenset({"409", "412", "ConditionalRequestConflict", "PreconditionFailed"})
# The metadata of an object that names the writes that made it. The client sends a request again
# whose answer was lost, and S3 then finds that the file is not what it had to be: the name tells
# that this was the write itself.
_MARKS = "inferra-writes"
_MOST_MARKS = 16
# How often a write is tried that S3 refused for another that was going on, and was not there in the
# end.
_TRIES = 4
_PAUSE_S = 0.1
_BEYOND_THE_END = frozenset({"416", "InvalidRange"})


class S3(Store):
    """The files of one bucket."""

    def __init__(self, bucket: str) -> None:
        """Files in ``bucket``; nothing is asked of S3 yet."""
        self._bucket = bucket

    def find(self, key: str) -> Found | None:
        if not key:
            return None
        try:
            with self._speaking(key):
                return _found(self._s3.head_object(**self._object(key)))
        except FileNotFoundError:
            return None

    def start(self, key: str, length: int) -> tuple[bytes, Found]:
        if not key:
            raise self.absent(key, key)
        try:
            with self._speaking(key):
                answer = self._s3.get_object(**self._object(key), Range=f"bytes=0-{length - 1}")
                found = _found(answer)
                whole = answer.get("ContentRange", "").rpartition("/")[2]
                found = found._replace(size=int(whole)) if whole.isdigit() else found
                return answer["Body"].read(), found
        except _EmptyError:
            found_empty = self.find(key)
            if found_empty is None:
                raise self.absent(key, key) from None
            return b"", found_empty

    def read(self, key: str, at: int, length: int, tag: str) -> bytes:
        try:
            with self._speaking(key):
                span = f"bytes={at}-{at + length - 1}"
                answer = self._s3.get_object(**self._object(key), Range=span, IfMatch=tag)
                return bytes(answer["Body"].read())
        except _EmptyError:
            return b""

    def write(
        self, key: str, content: IO[bytes], size: int, *, replacing: Found | None = None
    ) -> None:
        condition: dict[str, Any] = {}
        if replacing is not None:
            tag = replacing.tag
            condition = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
        mark = secrets.token_hex(8)
        marks = (mark, *(replacing.marks if replacing else ()))[:_MOST_MARKS]
        metadata = {_MARKS: " ".join(marks)}

        def put() -> None:
            content.seek(0)
            if size <= 2 * _PART:
                # A body that is read by position is sent again as it is where a try fails.
                body = io.BytesIO(content.read())
                self._s3.put_object(**self._object(key), Body=body, Metadata=metadata, **condition)
            else:
                self._write_in_parts(key, content, size, condition, metadata)

        self._once(key, mark, replacing, put)

    def _once(self, key: str, mark: str, replacing: Found | None, put: Callable[[], None]) -> None:
        """Does a write once, also where it was done and only its answer was lost."""
        for left in reversed(range(_TRIES)):
            try:
                with self._speaking(key):
                    return put()
            # An upload that was completed is no upload any more.
            except (ChangedError, FileNotFoundError) as error:
                try:
                    found = self.find(key)
                except OSError:
                    raise error from None
                if found is not None and mark in found.marks:
                    return None
                before = replacing is not None and replacing.tag == (found.tag if found else "")
                if not (isinstance(error, ChangedError) and before and left):
                    raise
            pause = _PAUSE_S * (_TRIES - left)
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - nothing depends on it
        return None

    def remove(self, key: str) -> None:
        with self._speaking(key):
            self._s3.delete_object(**self._object(key))

    def copy(self, source: str, target: str) -> None:
        with self._speaking(source):
            origin = self._object(source)
            found = _found(self._s3.head_object(**origin))
            if found.size <= _LARGEST_COPY:
                self._s3.copy_object(
                    **self._object(target), CopySource=origin, CopySourceIfMatch=found.tag
                )
            else:
                self._copy_in_parts(origin, target, found)

    def below(self, key: str) -> Iterator[tuple[str, Found]]:
        for page in self._pages(key):
            for one in page.get("Contents", ()):
                # A key that ends so is a mark that other tools make for a directory.
                if not one["Key"].endswith("/"):
                    yield one["Key"], _listed(one)

    def entries(self, key: str) -> Iterator[Entry]:
        prefix = f"{key}/" if key else ""
        found: dict[str, Entry] = {}
        for page in self._pages(key, Delimiter="/"):
            for one in page.get("Contents", ()):
                name = one["Key"][len(prefix) :]
                if name:
                    found[name] = Entry(name, _listed(one))
            for one in page.get("CommonPrefixes", ()):
                name = one["Prefix"][len(prefix) :].rstrip("/")
                # A file and a directory of one name, which only S3 can have, are the file here.
                if name:
                    found.setdefault(name, Entry(name, None))
        yield from (found[name] for name in sorted(found))

    def is_directory(self, key: str) -> bool:
        if not key:
            return True
        with self._speaking(key):
            page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=f"{key}/", MaxKeys=1)
            return bool(page.get("Contents"))

    @property
    def _s3(self) -> Any:
        return client("s3")

    def _object(self, key: str) -> dict[str, Any]:
        return {"Bucket": self._bucket, "Key": key}

    def _pages(self, key: str, **others: Any) -> Iterator[dict[str, Any]]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=f"{key}/" if key else "", **others
        )
        with self._speaking(key):
            yield from pages

    def _write_in_parts(
        self,
        key: str,
        content: IO[bytes],
        size: int,
        condition: dict[str, Any],
        metadata: dict[str, str],
    ) -> None:
        length = max(_PART, -(-size // _MOST_PARTS))
        with self._upload(key, condition, metadata) as (upload, parts):
            for number, _ in enumerate(range(0, size, length), start=1):
                body = io.BytesIO(content.read(length))
                part = self._s3.upload_part(**upload, PartNumber=number, Body=body)
                parts.append({"PartNumber": number, "ETag": part["ETag"]})

    def _copy_in_parts(self, origin: dict[str, Any], target: str, found: Found) -> None:
        length = max(_LARGEST_COPY // 10, -(-found.size // _MOST_PARTS))
        with self._upload(target, {}, {}) as (upload, parts):
            for number, at in enumerate(range(0, found.size, length), start=1):
                span = f"bytes={at}-{min(at + length, found.size) - 1}"
                part = self._s3.upload_part_copy(
                    **upload,
                    PartNumber=number,
                    CopySource=origin,
                    CopySourceRange=span,
                    CopySourceIfMatch=found.tag,
                )
                parts.append({"PartNumber": number, "ETag": part["CopyPartResult"]["ETag"]})

    @contextlib.contextmanager
    def _upload(
        self, key: str, condition: dict[str, Any], metadata: dict[str, str]
    ) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """An upload that becomes the file at the end, and leaves nothing where it fails."""
        begun = self._s3.create_multipart_upload(**self._object(key), Metadata=metadata)
        upload = {**self._object(key), "UploadId": begun["UploadId"]}
        parts: list[dict[str, Any]] = []
        try:
            yield upload, parts
            self._s3.complete_multipart_upload(
                **upload, MultipartUpload={"Parts": parts}, **condition
            )
        except BaseException:
            # What cannot be taken away now, the bucket's own rule deletes after some days.
            with contextlib.suppress(Exception):
                self._s3.abort_multipart_upload(**upload)
            raise

    @contextlib.contextmanager
    def _speaking(self, key: str) -> Iterator[None]:
        """Makes what S3 says an error of files; none shows more than the key."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except ClientError as error:
            raise self._error(error, key) from error
        except BotoCoreError as error:
            reason = f"S3 could not be asked: {type(error).__name__}"
            raise OSError(errno.EIO, reason, key) from error

    def _error(self, error: Exception, key: str) -> Exception:
        code = code_of(error)
        if code in _ABSENT:
            return FileNotFoundError(errno.ENOENT, "No such file or directory", key)
        if code in _DENIED:
            reason = f"the unit's role may not do this in the bucket {self._bucket}"
            return PermissionError(errno.EACCES, reason, key)
        if code in _CHANGED:
            return ChangedError(key)
        if code in _BEYOND_THE_END:
            return _EmptyError(key)
        return OSError(errno.EIO, f"S3 answered {code or 'with an error'}", key)


class _EmptyError(Exception):
    """There is nothing at that place of the object."""


def _found(answer: dict[str, Any]) -> Found:
    marks = tuple(answer.get("Metadata", {}).get(_MARKS, "").split())
    return Found(answer["ContentLength"], answer["LastModified"].timestamp(), answer["ETag"], marks)


def _listed(one: dict[str, Any]) -> Found:
    return Found(one["Size"], one["LastModified"].timestamp(), one["ETag"])
