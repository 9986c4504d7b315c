"""A store as the plan has it: a table in an emulated DynamoDB, or a real Redis."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
import redis_servers
from moto import mock_aws

from inferra_runtime import _dynamodb, _redis

PREFIX = "INFERRA_PERSIST_USERS"
NAME = "shop-users"


@contextmanager
def table() -> Iterator[Any]:
    """Yields the shim's client of an AWS that has nothing but the table."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ.setdefault(name, "none")
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = _dynamodb._client()
        client.create_table(
            TableName=NAME,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        )
        yield client


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The port of a server with TLS, and the certificate of who vouches for it."""
    if shutil.which("redis-server") is None or shutil.which("openssl") is None:
        pytest.skip("needs redis-server and openssl")
    certificates = tmp_path_factory.mktemp("certificates-of-kv")
    redis_servers.make_certificates(certificates)
    directory = tmp_path_factory.mktemp("kv") / "data"
    with redis_servers.tls_server(certificates, directory) as port:
        yield port, certificates / "ca.pem"


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Its client; the binding leads to the table."""
    with table() as client:
        monkeypatch.setenv(f"{PREFIX}_TABLE", NAME)
        yield client


@pytest.fixture
def elasticache(
    redis_server: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[redis.Redis]:
    """A client of the server, which is empty; the binding leads there."""
    port, authority = redis_server
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    for name, value in {"HOST": "localhost", "PORT": str(port), "TLS": "true"}.items():
        monkeypatch.setenv(f"{PREFIX}_{name}", value)
    client = _redis._client("localhost", port, True)
    client.flushall()
    yield client
    client.connection_pool.disconnect()
