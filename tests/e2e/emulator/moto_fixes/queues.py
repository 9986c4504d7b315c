"""SQS queue attributes."""

import json

from moto.sqs.models import Queue, SQSBackend


def install() -> None:
    """Replaces how attributes are read and set."""
    _read_as_aws_does()
    _set_only_what_is_given()


def _set_only_what_is_given() -> None:
    """moto takes a queue's policy away with every change of another attribute."""
    change = Queue._set_attributes

    def set_attributes(self, attributes, now=None):
        policy = getattr(self, "policy", None)
        change(self, attributes, now)
        if "Policy" not in attributes:
            self.policy = policy

    Queue._set_attributes = set_attributes


def _read_as_aws_does() -> None:
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
