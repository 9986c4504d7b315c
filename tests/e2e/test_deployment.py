"""The deployed application answers as the untouched one does, with the rights that it has and no others."""

import json

import httpx
import pytest

from harness import policies, servers, terraform, variants, webhook


@pytest.mark.parametrize("variant", variants.ALL, ids=lambda variant: variant.name)
def test_the_second_plan_is_empty(deployed):
    """What was applied reads back as it was written."""
    status, printed = deployed.second_plan
    assert status == terraform.NO_CHANGES, printed


@pytest.mark.parametrize("variant", variants.IN_CONTAINERS, ids=lambda variant: variant.name)
def test_the_applications_own_tests_pass_on_containers(containers):
    """Through the API, its link and its load balancer, against the images' own programs; and they end in order."""
    with containers.running() as running:
        works, printed = running.works()
        units = containers.deployment.output.containers
        assert works, printed
        ends = {unit: running.stop(unit) for unit in units}
    assert {(end.status, end.killed) for of_unit in ends.values() for end in of_unit} == {(0, False)}, ends
    assert {unit: len(of_unit) for unit, of_unit in ends.items()} == dict.fromkeys(units, 2)


def test_the_applications_own_tests_pass(deployment):
    """Over HTTP, through the API's data plane, against real processes."""
    works, printed = deployment.works()
    assert works, printed


def test_a_failing_subscriber_ends_in_the_dead_letter_queue(typescript_deployment):
    """An event whose handling fails at every attempt is kept, with what went wrong."""
    deployment = typescript_deployment
    queues = deployment.cloud.client("sqs")
    urls = queues.list_queues().get("QueueUrls", [])
    assert urls, "there is no dead-letter queue"
    before = len(deployment.cloud.invocations())
    with webhook.serving(status=500):
        request = deployment.application.request
        answer = httpx.request(request.method, deployment.url + request.path, json=request.body)
        assert answer.is_success, answer.text
        messages: list[dict] = []
        servers.wait_until(lambda: messages.extend(_received(queues, urls)) or bool(messages), "the dead letter")
    failed = [invocation for invocation in deployment.cloud.invocations()[before:] if invocation["failed"]]
    record = json.loads(messages[0]["Body"])
    assert len(messages) == 1
    assert record["requestPayload"]["Records"][0]["EventSource"] == "aws:sns"
    assert record["requestContext"]["approximateInvokeCount"] == len(failed) > 1


def _received(queues, urls: list[str]) -> list[dict]:
    return [message for url in urls for message in queues.receive_message(QueueUrl=url).get("Messages", [])]


def test_the_rights_are_exactly_those_that_are_used(deployment):
    """Every call was allowed, and every action that a policy grants was called. Runs after the tests above, whose
    calls it looks at."""
    decisions = deployment.cloud.decisions()
    assert [decision for decision in decisions if decision["decision"] != "ALLOW"] == []
    granted = {
        (role, action)
        for role, action in policies.granted(deployment.cloud)
        if not action.startswith(policies.USED_BY_THE_SERVICE)
    }
    assert granted == policies.called(decisions)
    assert not any("*" in action for _, action in policies.granted(deployment.cloud))
