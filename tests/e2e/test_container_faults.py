"""Faults in what containers are given, put in on purpose: the tests that passed before must notice each of them."""

import pytest

from harness import mutations, policies, variants
from harness.queues import Queues

# Several times what the tests take where nothing is wrong.
PATIENCE = 15
REDIS = 6379


def of(*wanted):
    """Runs a test with these variants."""
    return pytest.mark.parametrize("variant", wanted, ids=lambda variant: variant.name)


@of(variants.PYTHON_EKS)
def test_a_misnamed_variable_is_noticed(containers):
    """The chart sets a variable that the shim does not read."""
    with containers.running(replicas=1, change=mutations.misnamed_in) as running:
        works, printed = running.works(patience=PATIENCE)
    assert not works, printed


@of(variants.PYTHON_ECS)
def test_a_missing_rule_is_noticed(containers):
    """The unit's security group does not let it out to Redis."""
    with mutations.without_way(containers.deployment, REDIS), containers.running(replicas=1) as running:
        works, printed = running.works(patience=PATIENCE)
    assert not works, printed


@of(variants.TYPESCRIPT_ECS)
def test_a_missing_right_is_noticed(containers):
    """The receiver may not receive."""
    deployment = containers.deployment
    before = len(deployment.cloud.decisions())
    with mutations.without_action(deployment, "sqs:ReceiveMessage") as roles, containers.running(replicas=1) as running:
        works, printed = running.works(patience=PATIENCE)
    Queues.of(deployment.cloud).clear()
    denied = [decision for decision in deployment.cloud.decisions()[before:] if decision["decision"] == "DENY"]
    assert not works, printed
    assert policies.called(denied) == {(role, "sqs:ReceiveMessage") for role in roles}


@of(variants.PYTHON_ECS, variants.TYPESCRIPT_ECS)
def test_the_faults_are_undone(containers):
    """What follows, and whoever adds a fault, starts from an application that works."""
    with containers.running(replicas=1) as running:
        works, printed = running.works()
    assert works, printed
