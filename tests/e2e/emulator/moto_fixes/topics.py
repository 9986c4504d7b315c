"""SNS to Lambda and to SQS, as AWS does it: with the permission checked, and to functions asynchronously and with the
event's real shape."""

import json
import sys
import time
import uuid

from moto.awslambda.models import lambda_backends
from moto.sns.models import Subscription
from moto.sqs.models import Queue, sqs_backends

from ..asynchronous import AsynchronousInvoker
from ..permissions import permits, queue_permits
from ..settings import ACCOUNT, REGION


def install(asynchronous: AsynchronousInvoker) -> None:
    """Replaces the fan-out to functions, and asks queues whether they take it; moto asks nobody."""
    others = Subscription.publish

    def publish(self, message, message_id, subject=None, message_attributes=None, **options):
        if self.protocol == "sqs" and not _takes(_queue(self.endpoint), self.topic.arn):
            print(f"[sns] {self.endpoint} does not permit {self.topic.arn}", file=sys.stderr, flush=True)
            _undelivered(self, message)
            return None
        if self.protocol != "lambda":
            return others(self, message, message_id, subject, message_attributes, **options)
        matcher = self._filter_policy_matcher
        if matcher is not None and not matcher.matches(message_attributes, message):
            return None
        function = lambda_backends[ACCOUNT][REGION].get_function(self.endpoint)
        if not permits(function, "sns.amazonaws.com", self.topic.arn):
            print(f"[sns] {function.function_name} does not permit {self.topic.arn}", file=sys.stderr)
            return None
        asynchronous.invoke(function, _event(self, message, message_id, subject, message_attributes))
        return None

    Subscription.publish = publish


def _queue(arn: str) -> Queue:
    return sqs_backends[ACCOUNT][REGION].get_queue(arn.rsplit(":", 1)[-1])


def _takes(queue: Queue, topic_arn: str) -> bool:
    return queue_permits(queue.policy, "sns.amazonaws.com", topic_arn, queue.queue_arn)


def _undelivered(subscription: Subscription, message: str) -> None:
    """To the subscription's dead-letter queue: https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html"""
    redrive = json.loads(subscription.attributes.get("RedrivePolicy") or "{}")
    dead = redrive.get("deadLetterTargetArn")
    if dead and _takes(_queue(dead), subscription.topic.arn):
        sqs_backends[ACCOUNT][REGION].send_message(dead.rsplit(":", 1)[-1], message)


def _event(subscription: Subscription, message: str, message_id: str, subject: str | None, attributes) -> dict:
    """https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html"""
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": subscription.arn,
                "Sns": {
                    "Type": "Notification",
                    "MessageId": message_id or str(uuid.uuid4()),
                    "TopicArn": subscription.topic.arn,
                    "Subject": subject,
                    "Message": message,
                    "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
                    "SignatureVersion": "1",
                    "Signature": "unsigned",
                    "SigningCertUrl": "https://sns.invalid/certificate.pem",
                    "UnsubscribeUrl": "https://sns.invalid/unsubscribe",
                    "MessageAttributes": attributes or {},
                },
            }
        ]
    }
