"""Faults that are put in on purpose. If the tests passed in spite of them, passing would prove nothing."""

import httpx
import pytest

from harness import mutations, servers

# Several times what the tests take where nothing is wrong.
PATIENCE = 30


@pytest.fixture
def alone_on_localhost():
    """A Redis that happens to run where the untouched code looks would hide that the wiring does not work."""
    if servers.listens("127.0.0.1", 6379):
        pytest.skip("a server on 127.0.0.1:6379 would serve unwired code")


@pytest.mark.usefixtures("alone_on_localhost")
def test_a_broken_shim_is_noticed(deployment, tmp_path):
    """The wired code asks a shim that does nothing."""
    with mutations.broken_shim(deployment, tmp_path / "broken"):
        works, printed = deployment.works(patience=PATIENCE)
    assert not works, printed


@pytest.mark.usefixtures("alone_on_localhost")
def test_a_misnamed_variable_is_noticed(deployment):
    """Terraform sets a variable that the shim does not read."""
    with mutations.misnamed_bindings(deployment):
        works, printed = deployment.works(patience=PATIENCE)
    assert not works, printed


def test_a_missing_action_is_noticed(typescript_deployment):
    """The sender's role may not publish."""
    deployment = typescript_deployment
    before = len(deployment.cloud.decisions())
    with mutations.without_action(deployment, "sns:Publish") as roles:
        works, printed = deployment.works(patience=PATIENCE)
    denied = [decision for decision in deployment.cloud.decisions()[before:] if decision["decision"] == "DENY"]
    assert not works, printed
    assert {(decision["role"], decision["action"]) for decision in denied} == {(role, "sns:Publish") for role in roles}


def test_a_missing_permission_is_noticed(deployment):
    """API Gateway may not invoke the function."""
    request = deployment.application.request
    with mutations.without_api_permission(deployment):
        answer = httpx.request(request.method, deployment.url + request.path, json=request.body)
    assert answer.status_code == 500


def test_the_faults_are_undone(deployment):
    """What follows, and whoever adds a fault, starts from an application that works."""
    works, printed = deployment.works()
    assert works, printed
