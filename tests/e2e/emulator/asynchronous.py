"""Asynchronous invocations: retries, then the on-failure destination.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
Lambda waits a minute and then two between attempts; here it is `--retry-delay`.
"""

import json
import sys
import threading
import time
import uuid

import boto3
from moto.sqs.models import sqs_backends

from . import iam
from .pool import Pool
from .sandbox import Outcome
from .settings import ACCOUNT, REGION, Settings

DEFAULT_RETRIES = 2


class AsynchronousInvoker:
    """Runs events in the background, as Lambda's internal queue does."""

    def __init__(self, pool: Pool, settings: Settings):
        self._pool = pool
        self._settings = settings

    def invoke(self, function, event: dict) -> None:
        """Accepts the event and returns."""
        threading.Thread(target=self._run, args=(function, event), daemon=True).start()

    def _run(self, function, event: dict) -> None:
        config = function.event_invoke_config[-1].config if function.event_invoke_config else {}
        attempts = 1 + config.get("MaximumRetryAttempts", DEFAULT_RETRIES)
        body = json.dumps(event).encode()
        for attempt in range(attempts):
            if attempt:
                time.sleep(self._settings.retry_delay)
            outcome = self._pool.invoke(function, body)
            if not outcome.failed:
                return
        destination = config.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        record = _invocation_record(function, event, outcome, attempts)
        if destination is None:
            destination = (function.dead_letter_config or {}).get("TargetArn")
            record = event
        if destination is None:
            print(f"[lambda] {function.function_name}: event dropped after {attempts} attempts", file=sys.stderr)
            return
        self._deliver(function, destination, json.dumps(record))

    def _deliver(self, function, destination: str, message: str) -> None:
        """Sends with the rights of the function's role, which is whose rights Lambda uses."""
        service = destination.split(":")[2]
        if service not in ("sqs", "sns"):
            raise ValueError(f"the emulator does not deliver failures to {destination}")
        action = {"sqs": "SendMessage", "sns": "Publish"}[service]
        role = function.role.rsplit("/", 1)[-1]
        if not iam.allowed(role, f"{service}:{action}", destination):
            print(f"[lambda] {role} may not {service}:{action} on {destination}", file=sys.stderr)
            return
        if service == "sqs":
            sqs_backends[ACCOUNT][REGION].send_message(destination.rsplit(":", 1)[-1], message)
        else:
            sns = boto3.client(
                "sns",
                endpoint_url=self._settings.endpoint,
                region_name=REGION,
                aws_access_key_id="deployer",
                aws_secret_access_key="deployer",
            )
            sns.publish(TopicArn=destination, Message=message)


def _invocation_record(function, event: dict, outcome: Outcome, attempts: int) -> dict:
    """What a destination receives."""
    return {
        "version": "1.0",
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": f"{function.function_arn}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": json.loads(outcome.payload),
    }
