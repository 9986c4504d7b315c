"""Hands the records of SNS and SQS events, and events of EventBridge, to the listeners here.

https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
https://docs.aws.amazon.com/lambda/latest/dg/services-eventbridge.html
"""

from __future__ import annotations

import json
from typing import Any, Callable

from . import _deliver
from ._loop import finished


def deliver_records(event: dict[str, Any]) -> None:
    """Delivers every record, or the one event.

    Raises:
        Exception: As ``_deliver.deliver`` does; Lambda then tries the event again.
    """
    if "detail-type" in event:
        arrivals = [_deliver.Arrival(f"EventBridge event {event.get('id')}", json.dumps(event))]
    else:
        arrivals = [_arrival(record) for record in event["Records"]]
    _deliver.deliver(arrivals, _run)


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
