"""Secrets and configuration values."""

from __future__ import annotations

import asyncio
import builtins
import os
import time
from pathlib import Path
from typing import Any

import aiofiles
import boto3
import pytest

from inferra_runtime import _keys, files
from inferra_runtime.config import ValueUnavailableError, value

PREFIX = "INFERRA_PERSIST_TOKEN"


@pytest.fixture
def secrets(aws: None) -> Any:
    return boto3.client("secretsmanager")


def make(secrets: Any, monkeypatch: pytest.MonkeyPatch, **content: Any) -> str:
    arn = str(secrets.create_secret(Name="shop/token", **content)["ARN"])
    monkeypatch.setenv(f"{PREFIX}_SECRET", arn)
    return arn


def test_a_secret_file(secrets: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_keys, "ROOT", str(tmp_path))
    make(secrets, monkeypatch, SecretString="line one\nl\u00efne two\n")
    with files.opened(builtins.open, PREFIX)("token.pem", encoding="utf-8") as file:
        assert list(file) == ["line one\n", "l\u00efne two\n"]
    token = files.path(Path("token.pem"), PREFIX)
    assert token.read_bytes() == "line one\nl\u00efne two\n".encode()
    assert token.exists()
    assert token.is_file()
    assert token.stat().st_size == 19

    async def read() -> Any:
        async with files.aiofiles(aiofiles, PREFIX).open("token.pem") as file:
            return await file.readline()

    assert asyncio.run(read()) == "line one\n"


def test_a_binary_secret(secrets: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_keys, "ROOT", str(tmp_path))
    arn = make(secrets, monkeypatch, SecretBinary=b"\xff\x00")
    with files.opened(builtins.open, PREFIX)("key", "rb") as file:
        assert file.read() == b"\xff\x00"
    with pytest.raises(ValueUnavailableError, match="is no text") as problem:
        value(lambda: "own", PREFIX)
    assert arn in str(problem.value)
    assert problem.value.__suppress_context__


def test_a_secret_is_only_read(
    secrets: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_keys, "ROOT", str(tmp_path))
    make(secrets, monkeypatch, SecretString="x")
    token = files.path(Path("token"), PREFIX)
    for call in (lambda: token.write_text("y"), token.unlink, lambda: token.rename("z")):
        with pytest.raises(PermissionError, match="is only read"):
            call()
    with pytest.raises(NotADirectoryError):
        list(token.parent.iterdir())
    assert secrets.get_secret_value(SecretId="shop/token")["SecretString"] == "x"


def test_a_secret_without_a_value_is_named(
    secrets: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_keys, "ROOT", str(tmp_path))
    arn = make(secrets, monkeypatch)
    with pytest.raises(ValueUnavailableError, match="has no value yet; put one in") as problem:
        value(lambda: "own", PREFIX)
    assert arn in str(problem.value)
    with pytest.raises(FileNotFoundError, match="has no value yet"):
        files.opened(builtins.open, PREFIX)("token")


def test_a_value_of_the_environment(secrets: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make(secrets, monkeypatch, SecretString="hush\n")
    assert value(lambda: os.environ["TOKEN"], PREFIX) == "hush"
    monkeypatch.delenv(f"{PREFIX}_SECRET")
    monkeypatch.setenv("TOKEN", "own")
    assert value(lambda: os.environ["TOKEN"], PREFIX) == "own"
    monkeypatch.delenv("TOKEN")
    with pytest.raises(KeyError):
        value(lambda: os.environ["TOKEN"], PREFIX)
    assert value(lambda: os.getenv("TOKEN"), PREFIX) is None


def test_a_parameter(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    parameters = boto3.client("ssm")
    parameters.put_parameter(Name="/config/shop/level", Value="debug", Type="String")
    monkeypatch.setenv("INFERRA_CONFIG_LEVEL_PARAMETER", "/config/shop/level")
    assert value(lambda: "info", "INFERRA_CONFIG_LEVEL") == "debug"
    monkeypatch.setenv("INFERRA_CONFIG_LEVEL_PARAMETER", "/config/shop/none")
    with pytest.raises(ValueUnavailableError, match="/config/shop/none does not exist"):
        value(lambda: "info", "INFERRA_CONFIG_LEVEL")


def test_a_value_is_fetched_anew_after_a_while(
    secrets: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(secrets, monkeypatch, SecretString="first")
    now = time.time()
    monkeypatch.setattr("inferra_runtime._secrets.time.time", lambda: now)
    assert value(lambda: "own", PREFIX) == "first"
    secrets.put_secret_value(SecretId="shop/token", SecretString="second")
    assert value(lambda: "own", PREFIX) == "first"
    now += 301
    assert value(lambda: "own", PREFIX) == "second"


def test_a_refusal_is_told_without_a_value(secrets: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError

    from inferra_runtime import _aws

    arn = make(secrets, monkeypatch, SecretString="hush")

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetSecretValue")

    monkeypatch.setattr(_aws.client("secretsmanager"), "get_secret_value", refuse)
    with pytest.raises(ValueUnavailableError, match="may not read the secret") as problem:
        value(lambda: "own", PREFIX)
    assert arn in str(problem.value)


def test_an_encrypted_parameter_is_a_secret(
    aws: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_keys, "ROOT", str(tmp_path))
    monkeypatch.setenv(f"{PREFIX}_PARAMETER", "/persist/shop/token")
    with pytest.raises(
        ValueUnavailableError, match="put one in: aws ssm put-parameter --name /persist/shop/token"
    ):
        value(lambda: "own", PREFIX)
    with pytest.raises(FileNotFoundError, match="has no value yet"):
        files.opened(builtins.open, PREFIX)("token")
    boto3.client("ssm").put_parameter(
        Name="/persist/shop/token", Type="SecureString", Value="s3cret\n"
    )
    assert value(lambda: "own", PREFIX) == "s3cret"
    with files.opened(builtins.open, PREFIX)("token") as file:
        assert file.read() == "s3cret\n"
    with pytest.raises(PermissionError, match="is only read"):
        files.path(Path("token"), PREFIX).write_text("x")
