"""A unit in a container, with SNS and SQS of an emulator."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer
from process import PREFIX, running

BINDING = "INFERRA_PUBSUB_ORDERS"
EVENTS = ("placed", "paid")

SERVE = f"""
    import importlib
    from inferra_runtime.container import serve_asgi
    if __name__ == "__main__":
        importlib.import_module("work")
        serve_asgi(importlib.import_module("web").app, {PREFIX!r})
"""
RUN = f"""
    from inferra_runtime.container import run_worker
    if __name__ == "__main__":
        run_worker(["store", "work"], {PREFIX!r})
"""
STORE = f"""
    from pyee import EventEmitter
    from inferra_runtime.pubsub import pyee_emitter
    orders = pyee_emitter(EventEmitter(), {BINDING!r})
"""
WORK = """
    import time
    from store import orders
    tries = []

    @orders.on("placed")
    def placed(order, **more):
        tries.append(order)
        print(f"placed {order} {more}\\n", end="")
        if order == "slow":
            time.sleep(3)
            print(f"done {order}\\n", end="")
        if order == "broken":
            raise LookupError("no such order")
        if order == "flaky" and tries.count("flaky") < 2:
            raise LookupError("not yet")

    @orders.on("paid")
    async def paid(order):
        print(f"paid {order}\\n", end="")
"""
WEB = """
    from fastapi import FastAPI
    from store import orders
    app = FastAPI()

    @app.get("/place/{order}")
    def place(order: str) -> bool:
        return orders.emit("placed", order, by="web")
"""


class Cloud:
    """A queue with a dead-letter queue, and the topics that it is subscribed to."""

    def __init__(self, endpoint: str) -> None:
        self.environment = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        options: dict[str, Any] = {
            "endpoint_url": endpoint,
            "region_name": "us-east-1",
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }
        self.sqs, sns = boto3.client("sqs", **options), boto3.client("sns", **options)
        self.dead = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        redrive = {"deadLetterTargetArn": self._arn(self.dead), "maxReceiveCount": 2}
        attributes = {"RedrivePolicy": json.dumps(redrive)}
        self.queue = self.sqs.create_queue(QueueName="events", Attributes=attributes)["QueueUrl"]
        topics = {event: sns.create_topic(Name=event)["TopicArn"] for event in EVENTS}
        for arn in topics.values():
            sns.subscribe(
                TopicArn=arn,
                Protocol="sqs",
                Endpoint=self._arn(self.queue),
                Attributes={"RawMessageDelivery": "true"},
            )
        self.environment[f"{BINDING}_TOPICS"] = json.dumps(topics)
        self.environment[f"{BINDING}_QUEUE"] = self.queue
        self.environment[f"{BINDING}_VISIBILITY_S"] = "10"

    def _arn(self, url: str) -> str:
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn: str = found["Attributes"]["QueueArn"]
        return arn

    def send(self, event: str, *args: Any) -> None:
        body = json.dumps({"emitter": BINDING, "event": event, "args": args})
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def left(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    server = ThreadedMotoServer(port=0)
    server.start()
    _, port = server.get_host_and_port()
    yield Cloud(f"http://127.0.0.1:{port}")
    server.stop()


def test_a_web_unit_handles_what_it_publishes(tmp_path: pathlib.Path, cloud: Cloud) -> None:

    with running(
        tmp_path, SERVE, environment=cloud.environment, store=STORE, work=WORK, web=WEB
    ) as process:
        process.wait_until_ready()
        assert process.get("/place/7").json() is True
        process.wait_until(lambda: "placed 7 {'by': 'web'}" in process.output)
        cloud.send("paid", 8)
        process.wait_until(lambda: "paid 8" in process.output)
        process.wait_until(lambda: cloud.left(cloud.queue) == 0)
        cloud.send("placed", "slow")
        process.wait_until(lambda: "placed slow" in process.output)
        process.signal()
        assert process.end() == 0, process.output
        assert "done slow" in process.output
    assert cloud.left(cloud.queue) == 0


def test_a_worker_handles_events_until_it_is_stopped(tmp_path: pathlib.Path, cloud: Cloud) -> None:

    with running(tmp_path, RUN, environment=cloud.environment, store=STORE, work=WORK) as process:
        process.wait_until_ready()
        cloud.send("paid", 8)
        process.wait_until(lambda: "paid 8" in process.output)
        cloud.send("placed", "slow")
        process.wait_until(lambda: "placed slow" in process.output)
        process.signal()
        assert process.end() == 0, process.output
        assert "done slow" in process.output
        assert process.output.count("placed slow") == 1
    assert cloud.left(cloud.queue) == 0


def test_a_message_that_fails_is_tried_again_and_then_kept_once(
    tmp_path: pathlib.Path, cloud: Cloud
) -> None:

    with running(tmp_path, RUN, environment=cloud.environment, store=STORE, work=WORK) as process:
        process.wait_until_ready()
        cloud.send("placed", "flaky")
        cloud.send("placed", "broken")
        process.wait_until(lambda: cloud.left(cloud.dead) == 1)
        process.wait_until(lambda: cloud.left(cloud.queue) == 0)
        assert process.output.count("placed flaky") == 2
        assert process.output.count("placed broken") == 2
        assert "LookupError: no such order" in process.output
    assert cloud.left(cloud.dead) == 1
