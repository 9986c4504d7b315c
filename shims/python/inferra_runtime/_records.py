"""Hands the records of SNS and SQS events to the listeners of this process.

https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
"""

from __future__ import annotations

from typing import Any, Callable

from . import _deliver
from ._loop import finished


def deliver_records(event: dict[str, Any]) -> None:
    """Delivers every record.

    Raises:
        Exception: As ``_deliver.deliver`` does; Lambda then tries the event again.
    """
    _deliver.deliver([_arrival(record) for record in event["Records"]], _run)


def _run(call: Callable[[], Any], on_loop: bool) -> None:
    if not on_loop:
        finished(call())
        return

    async def there() -> Any:
        return call()

    finished(finished(there()))


def _arrival(record: dict[str, Any]) -> _deliver.Arrival:
    if "Sns" in record:
        return _deliver.Arrival(
            f"SNS message {record['Sns']['MessageId']}", record["Sns"]["Message"]
        )
    return _deliver.Arrival(f"SQS message {record['messageId']}", record["body"])
