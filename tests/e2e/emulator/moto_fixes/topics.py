"""SNS to Lambda, as AWS does it: with the permission checked, asynchronously, and with the event's real shape."""

import sys
import time
import uuid

from moto.awslambda.models import lambda_backends
from moto.sns.models import Subscription

from ..asynchronous import AsynchronousInvoker
from ..permissions import permits
from ..settings import ACCOUNT, REGION


def install(asynchronous: AsynchronousInvoker) -> None:
    """Replaces the fan-out to functions; other protocols stay moto's."""
    others = Subscription.publish

    def publish(self, message, message_id, subject=None, message_attributes=None, **options):
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
