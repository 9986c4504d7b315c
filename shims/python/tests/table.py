"""A table as the plan has it, in an emulated DynamoDB."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto import mock_aws

from inferra_runtime import _dynamodb

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
