"""EventBridge to Lambda and to SQS, as AWS does it: with the permission checked, to functions asynchronously, and what
nobody takes into the target's dead-letter queue. And tags by ARN: moto looks for the name alone, which rules of
several buses may have in common.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

import copy
import json
import sys
import time

from moto.awslambda.models import lambda_backends
from moto.events.exceptions import ResourceNotFoundException
from moto.events.models import EventsBackend, Rule
from moto.sqs.models import sqs_backends

from ..asynchronous import AsynchronousInvoker
from ..permissions import permits, queue_permits
from ..settings import ACCOUNT, REGION

SERVICE = "events.amazonaws.com"


def install(asynchronous: AsynchronousInvoker) -> None:
    """Replaces what a rule does with functions and queues; moto knows no functions, and asks no queue."""
    others = Rule.send_to_targets

    def send_to_targets(self, original_event, *options, **more):
        if self.state != "ENABLED" or not self.event_pattern.matches_event(original_event):
            return
        event = _as_it_arrives(original_event)
        for target in self.targets:
            service = target["Arn"].split(":")[2]
            if service == "lambda":
                taken = _invoke(asynchronous, self, target["Arn"], event)
            elif service == "sqs":
                taken = _send(self, target["Arn"], event)
            else:
                alone = copy.copy(self)
                alone.targets = [target]
                others(alone, original_event, *options, **more)
                continue
            if not taken:
                print(f"[events] {target['Arn']} does not permit {self.arn}", file=sys.stderr, flush=True)
                dead = target.get("DeadLetterConfig", {}).get("Arn")
                if dead:
                    _send(self, dead, event)

    Rule.send_to_targets = send_to_targets
    EventsBackend.list_tags_for_resource = _tags
    EventsBackend.tag_resource = _tag
    EventsBackend.untag_resource = _untag


def _tags(self: EventsBackend, arn: str) -> dict[str, list[dict[str, str]]]:
    return self.tagger.list_tags_for_resource(_known(self, arn))


def _tag(self: EventsBackend, arn: str, tags: dict[str, str]) -> None:
    self.tagger.tag_resource(_known(self, arn), self.tagger.convert_dict_to_tags_input(tags))


def _untag(self: EventsBackend, arn: str, tag_keys: list[str]) -> None:
    self.tagger.untag_resource_using_names(_known(self, arn), tag_keys)


def _known(backend: EventsBackend, arn: str) -> str:
    buses = backend.event_buses.values()
    if all(arn != one.arn for bus in buses for one in (bus, *bus.rules.values())):
        raise ResourceNotFoundException(f"{arn} does not exist.")
    return arn


def _as_it_arrives(event: dict) -> dict:
    """https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html"""
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(float(event["time"])))
    return {name: value for name, value in event.items() if name != "ingestion-time"} | {"time": when}


def _invoke(asynchronous: AsynchronousInvoker, rule: Rule, arn: str, event: dict) -> bool:
    function = lambda_backends[ACCOUNT][REGION].get_function(arn)
    if not permits(function, SERVICE, rule.arn):
        return False
    asynchronous.invoke(function, event)
    return True


def _send(rule: Rule, arn: str, event: dict) -> bool:
    name = arn.rsplit(":", 1)[-1]
    queue = sqs_backends[ACCOUNT][REGION].get_queue(name)
    if not queue_permits(queue.policy, SERVICE, rule.arn, queue.queue_arn):
        return False
    sqs_backends[ACCOUNT][REGION].send_message(name, json.dumps(event))
    return True
