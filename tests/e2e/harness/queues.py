"""The queue of a unit that handles events, and the one for what it could not handle."""

import json
from dataclasses import dataclass

from .cloud import Cloud

COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]


@dataclass(frozen=True)
class Queues:
    """Their URLs, and after how many tries a message goes from one to the other."""

    cloud: Cloud
    events: str
    dead: str
    tries: int

    @classmethod
    def of(cls, cloud: Cloud) -> "Queues":
        """Of the one unit that handles events."""
        queues = cloud.client("sqs")
        attributes = {url: _attributes(queues, url) for url in queues.list_queues()["QueueUrls"]}
        [(events, redrive)] = [
            (url, json.loads(found["RedrivePolicy"])) for url, found in attributes.items() if "RedrivePolicy" in found
        ]
        [dead] = [url for url, found in attributes.items() if found["QueueArn"] == redrive["deadLetterTargetArn"]]
        return cls(cloud, events, dead, int(redrive["maxReceiveCount"]))

    def kept(self) -> tuple[int, int]:
        """How many messages are in each of the two, received or not."""
        queues = self.cloud.client("sqs")
        found = [_attributes(queues, url) for url in (self.events, self.dead)]
        events, dead = (sum(int(one[name]) for name in COUNTS) for one in found)
        return events, dead

    def take_dead(self) -> list[dict]:
        """Receives and deletes what could not be handled: the events."""
        return self._take(self.dead)

    def clear(self) -> None:
        """Receives and deletes everything in both."""
        for url in (self.events, self.dead):
            while self._take(url):
                pass

    def _take(self, url: str) -> list[dict]:
        queues = self.cloud.client("sqs")
        options = {"MaxNumberOfMessages": 10, "WaitTimeSeconds": 0}
        messages = queues.receive_message(QueueUrl=url, **options).get("Messages", [])
        for message in messages:
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]


def _attributes(queues, url: str) -> dict[str, str]:
    return queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
