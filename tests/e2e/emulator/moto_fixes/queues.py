"""SQS: attributes of queues, and receivers that wait."""

import json
import socket
import threading
import time

import flask
from moto.sqs.models import Queue, SQSBackend

POLL_SECONDS = 0.05


def install() -> None:
    """Replaces how attributes are read and set, and how messages are received."""
    _read_as_aws_does()
    _set_only_what_is_given()
    _give_to_one_who_listens()


def _give_to_one_who_listens() -> None:
    """moto goes on waiting for a receiver that has gone away, and then gives it a message; and two that ask at the same
    time may get the same one."""
    receive = SQSBackend.receive_message
    one_at_a_time = threading.Lock()

    def receive_message(self, queue_name, count, wait_seconds_timeout, *options):
        end = time.monotonic() + wait_seconds_timeout
        while not _has_gone():
            with one_at_a_time:
                messages = receive(self, queue_name, count, 0, *options)
            if messages or time.monotonic() >= end:
                return messages
            time.sleep(POLL_SECONDS)
        return []

    SQSBackend.receive_message = receive_message


def _has_gone() -> bool:
    """Whether the client of this request has closed its connection."""
    connection = flask.request.environ["werkzeug.socket"]
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


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
