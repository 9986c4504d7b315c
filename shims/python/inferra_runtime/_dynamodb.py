"""A table of DynamoDB as a store of texts by key.

An item has ``key`` (the identity of its key), ``name`` (the key as it was given), ``value``, ``at``
(when its key was new, which orders the items) and, where it ends by itself, ``until`` (the
millisecond) and ``expires`` (the second, by which DynamoDB deletes it some time later).
Reads are consistent and results are read to their last page.
"""

from __future__ import annotations

import itertools
import math
import random
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ._table import Conflict, Item

__all__ = ["Table"]

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
_READ_AT_ONCE = 100
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
_WRITTEN_AT_ONCE = 25
_CONNECTIONS = 10
_LIVE = "attribute_exists(#key) AND (attribute_not_exists(#until) OR #until > :now)"
_NOT_LIVE = "attribute_not_exists(#key) OR #until <= :now"


_CLIENTS: list[Any] = []
_MAKING = threading.Lock()


def _client() -> Any:
    """The client that all tables share. It is only made when something is read or written.

    botocore is slow to load, and clients are to be made by one thread at a time; then they may be
    used by several:
    https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
    """
    with _MAKING:
        if not _CLIENTS:
            import boto3
            from botocore.config import Config

            config = Config(
                connect_timeout=3,
                read_timeout=10,
                retries={"mode": "standard", "total_max_attempts": 5},
                max_pool_connections=_CONNECTIONS,
                # A connection that died while Lambda's sandbox was frozen is found out.
                tcp_keepalive=True,
            )
            _CLIENTS.append(boto3.session.Session().client("dynamodb", config=config))
        return _CLIENTS[0]


class Table:
    """One table. Its methods may be called by several threads."""

    BACKING = "dynamodb"

    def __init__(self, name: str) -> None:
        """Prepares to call; region, credentials and endpoint come from the environment."""
        self._name = name
        self._serial = itertools.count()

    @property
    def _client(self) -> Any:
        return _client()

    def get(self, key: str) -> Item | None:
        """The item, or ``None`` where there is none or its time is over."""
        answer = self._client.get_item(
            TableName=self._name, Key={"key": {"S": key}}, ConsistentRead=True
        )
        return _live(answer.get("Item"))

    def get_many(self, keys: Iterable[str]) -> dict[str, Item]:
        """The items that there are, by key."""
        found = {}
        for some in _batches(list(dict.fromkeys(keys)), _READ_AT_ONCE):
            request = {"Keys": [{"key": {"S": key}} for key in some], "ConsistentRead": True}
            for answer in self._until_done(
                self._client.batch_get_item, {self._name: request}, "UnprocessedKeys"
            ):
                for raw in answer["Responses"].get(self._name, ()):
                    item = _live(raw)
                    if item is not None:
                        found[item.key] = item
        return found

    def put(self, item: Item) -> None:
        """Writes the item in place of what there is."""
        self._client.put_item(TableName=self._name, Item=self._raw(item))

    def add(self, item: Item) -> None:
        """Writes the item where there is none.

        Raises:
            Conflict: There is one.
        """
        self._conditional(
            self._client.put_item, _NOT_LIVE, {":now": _number(_now())}, Item=self._raw(item)
        )

    def replace(self, item: Item, expected: str) -> None:
        """Writes the item where the value is the expected one.

        Raises:
            Conflict: It is another, or there is none.
        """
        self._conditional(
            self._client.put_item,
            f"{_LIVE} AND #value = :expected",
            {":now": _number(_now()), ":expected": {"S": expected}},
            Item=self._raw(item),
        )

    def assign(self, item: Item) -> None:
        """Writes the value; a key that is there keeps its place among the others, and its form."""
        self._update(item, "#value = :value", {}, "NONE")

    def set_default(self, item: Item) -> str:
        """Writes the value where there is no item, and gives the one that is there then."""
        answer = self._update(item, "#value = if_not_exists(#value, :value)", {}, "ALL_NEW")
        value: str = answer["Attributes"]["value"]["S"]
        return value

    def set_end(self, key: str, until: int | None) -> None:
        """Changes when the item ends by itself.

        Raises:
            Conflict: There is none.
        """
        names = {"#until": "until", "#expires": "expires", "#key": "key"}
        values = {":now": _number(_now())}
        update = "REMOVE #until, #expires"
        if until is not None:
            update = "SET #until = :until, #expires = :expires"
            values.update({":until": _number(until), ":expires": _number(_second(until))})
        self._checked(
            self._client.update_item,
            TableName=self._name,
            Key={"key": {"S": key}},
            UpdateExpression=update,
            ConditionExpression=_LIVE,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )

    def put_many(self, items: Sequence[Item]) -> None:
        """Writes the items in place of what there is; of one key's items, the last."""
        last = list({item.key: item for item in items}.values())
        for some in _batches(last, _WRITTEN_AT_ONCE):
            requests = [{"PutRequest": {"Item": self._raw(item)}} for item in some]
            for _ in self._until_done(
                self._client.batch_write_item, {self._name: requests}, "UnprocessedItems"
            ):
                pass

    def delete(self, key: str) -> Item | None:
        """Takes the item away and gives what it was."""
        answer = self._client.delete_item(
            TableName=self._name, Key={"key": {"S": key}}, ReturnValues="ALL_OLD"
        )
        return _live(answer.get("Attributes"))

    def delete_where(self, key: str, expected: str) -> None:
        """Takes the item away where the value is the expected one.

        Raises:
            Conflict: It is another, or there is none.
        """
        self._conditional(
            self._client.delete_item,
            f"{_LIVE} AND #value = :expected",
            {":now": _number(_now()), ":expected": {"S": expected}},
            Key={"key": {"S": key}},
        )

    def delete_many(self, keys: Sequence[str]) -> None:
        """Takes the items away: one call for each, because that is all that is granted."""
        client = self._client
        with ThreadPoolExecutor(_CONNECTIONS) as threads:
            done = [
                threads.submit(client.delete_item, TableName=self._name, Key={"key": {"S": key}})
                for key in keys
            ]
            for one in done:
                one.result()

    def scan(self, values: bool = True) -> list[Item]:
        """Every item, in the order in which their keys were new."""
        names = {"#key": "key", "#name": "name", "#at": "at", "#until": "until"}
        if values:
            names["#value"] = "value"
        found = list(self._pages(names))
        found.sort(key=lambda raw: (int(raw["at"]["N"]), raw["key"]["S"]))
        items = (_live(raw) for raw in found)
        return [item for item in items if item is not None]

    def count(self) -> int:
        """The number of items."""
        names = {"#key": "key", "#name": "name", "#at": "at", "#until": "until"}
        return sum(_live(raw) is not None for raw in self._pages(names))

    def marks(self, key: str) -> frozenset[str]:
        """The texts that :meth:`mark` added under this key, which is no item's."""
        answer = self._client.get_item(
            TableName=self._name, Key={"key": {"S": key}}, ConsistentRead=True
        )
        return frozenset(answer.get("Item", {}).get("marks", {}).get("SS", ()))

    def mark(self, key: str, texts: Iterable[str]) -> None:
        """Adds texts under a key that no item has."""
        self._client.update_item(
            TableName=self._name,
            Key={"key": {"S": key}},
            UpdateExpression="ADD marks :texts",
            ExpressionAttributeValues={":texts": {"SS": sorted(texts)}},
        )

    def _pages(self, names: dict[str, str]) -> Iterator[dict[str, Any]]:
        request: dict[str, Any] = {
            "TableName": self._name,
            "ConsistentRead": True,
            "ProjectionExpression": ", ".join(names),
            "ExpressionAttributeNames": names,
            # What has no name is a mark.
            "FilterExpression": "attribute_exists(#name)",
        }
        while True:
            answer = self._client.scan(**request)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _raw(self, item: Item) -> dict[str, Any]:
        raw = {
            "key": {"S": item.key},
            "name": {"S": item.name},
            "value": {"S": item.value},
            "at": _number(self._at()),
        }
        if item.until is not None:
            raw["until"] = _number(item.until)
            raw["expires"] = _number(_second(item.until))
        return raw

    def _at(self) -> int:
        # Items of one process keep their order even where its clock stands still.
        return time.time_ns() // 1000 * 1000 + next(self._serial) % 1000

    def _update(self, item: Item, value: str, values: dict[str, Any], returned: str) -> Any:
        names = {"#value": "value", "#name": "name", "#at": "at"}
        return self._client.update_item(
            TableName=self._name,
            Key={"key": {"S": item.key}},
            UpdateExpression=(
                f"SET {value}, #name = if_not_exists(#name, :name), #at = if_not_exists(#at, :at)"
            ),
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={
                ":value": {"S": item.value},
                ":name": {"S": item.name},
                ":at": _number(self._at()),
                **values,
            },
            ReturnValues=returned,
        )

    def _conditional(
        self, operation: Any, condition: str, values: dict[str, Any], **request: Any
    ) -> None:
        names = {"#key": "key", "#until": "until", "#value": "value"}
        self._checked(
            operation,
            TableName=self._name,
            ConditionExpression=condition,
            ExpressionAttributeNames={
                short: name for short, name in names.items() if short in condition
            },
            ExpressionAttributeValues=values,
            **request,
        )

    def _checked(self, operation: Any, **request: Any) -> None:
        try:
            operation(**request)
        except self._client.exceptions.ConditionalCheckFailedException:
            raise Conflict from None

    def _until_done(self, operation: Any, request: Any, left: str) -> Iterator[Any]:
        """Calls until nothing is left undone; what is, is the table asking for patience."""
        for attempt in itertools.count():
            answer = operation(RequestItems=request)
            yield answer
            request = answer.get(left)
            if not request:
                return
            time.sleep(random.uniform(0, min(2.0, 0.05 * 2**attempt)))  # noqa: S311 - no secret


def _live(raw: dict[str, Any] | None) -> Item | None:
    if not raw or "name" not in raw:
        return None
    until = int(raw["until"]["N"]) if "until" in raw else None
    if until is not None and until <= _now():
        return None
    value = raw.get("value", {}).get("S", "")
    return Item(raw["key"]["S"], raw["name"]["S"], value, until)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _second(millisecond: int) -> int:
    return math.ceil(millisecond / 1000)


def _number(value: int) -> dict[str, str]:
    return {"N": str(value)}


def _batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
