"""SQS queue attributes."""

import json

from moto.sqs.models import SQSBackend


def install() -> None:
    """AWS returns RedrivePolicy without spaces and lets RedriveAllowPolicy be read; moto does neither, which the
    provider reads as a difference."""
    read = SQSBackend.get_queue_attributes

    def get_queue_attributes(self, queue_name, attribute_names):
        wanted = [name for name in attribute_names if name != "RedriveAllowPolicy"]
        attributes = dict(read(self, queue_name, wanted))
        allow = getattr(self.get_queue(queue_name), "redrive_allow_policy", None)
        if allow and {"RedriveAllowPolicy", "All"} & set(attribute_names):
            attributes["RedriveAllowPolicy"] = allow if isinstance(allow, str) else json.dumps(allow)
        if attributes.get("RedrivePolicy"):
            attributes["RedrivePolicy"] = json.dumps(json.loads(attributes["RedrivePolicy"]), separators=(",", ":"))
        return attributes

    SQSBackend.get_queue_attributes = get_queue_attributes
