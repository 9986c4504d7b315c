"""Events on a queue: none is lost, whatever happens to the container that has it in hand or to what it calls."""

import threading
import uuid

import httpx
import pytest

from harness import servers, variants, webhook
from harness.deployment import Deployment
from harness.queues import Queues
from harness.variants import VISIBILITY_SECONDS

WITH_A_QUEUE = [variants.TYPESCRIPT_EKS, variants.TYPESCRIPT_ECS, variants.MIXED]
pytestmark = pytest.mark.parametrize("variant", WITH_A_QUEUE, ids=lambda variant: variant.name)
# How long an event takes after its container was told to stop.
SECONDS = 1.5


@pytest.fixture
def queues(deployed):
    """Empty before the test and, whatever it leaves visible, after it."""
    found = Queues.of(deployed.cloud)
    assert found.kept() == (0, 0)
    yield found
    found.clear()


def greet(deployment: Deployment) -> str:
    """Makes an event; the text that it is delivered with."""
    name = f"Ada {uuid.uuid4()}"
    answer = httpx.post(f"{deployment.url}/greetings", json={"name": name})
    assert answer.status_code == 202, answer.text
    return f"Hello, {name}!"


def test_an_event_in_hand_is_finished_and_deleted(containers, queues):
    """The container is told to stop while it delivers."""
    with webhook.serving(hold=True) as service, containers.running(replicas=1) as running:
        text = greet(containers.deployment)
        servers.wait_until(lambda: service.texts == [text], "the delivery")
        threading.Timer(SECONDS, service.release).start()
        [end] = running.stop("receiver")
        assert (end.status, end.killed) == (0, False), running.logs()
        assert end.seconds > SECONDS / 2
        assert queues.kept() == (0, 0)
    assert service.texts == [text]


def test_an_event_of_a_lost_container_is_given_to_another(containers, queues):
    """After the visibility timeout, for which nobody else sees it."""
    with webhook.serving(hold=True) as service, containers.running(replicas=1) as running:
        text = greet(containers.deployment)
        servers.wait_until(lambda: service.texts == [text], "the delivery")
        running.more()
        assert running.lose("receiver").killed
        assert queues.kept() == (1, 0)
        service.release()
        servers.wait_until(lambda: len(service.texts) == 2, "the other delivery", 3 * VISIBILITY_SECONDS)
        servers.wait_until(lambda: queues.kept() == (0, 0), "the deletion", VISIBILITY_SECONDS / 2)
    assert service.texts == [text, text]


def test_an_event_that_fails_is_tried_again_and_kept_once(containers, queues):
    """What it is delivered to refuses it each time."""
    with webhook.serving(status=500) as service, containers.running() as running:
        text = greet(containers.deployment)
        servers.wait_until(lambda: queues.kept() == (0, 1), "the dead letter")
        assert service.texts == [text] * queues.tries, running.logs()
        # The next one is not held up by it, and only what failed is kept.
        service.status = 204
        other = greet(containers.deployment)
        servers.wait_until(lambda: other in service.texts, "the other delivery")
        servers.wait_until(lambda: queues.kept() == (0, 1), "its deletion")
    [event] = queues.take_dead()
    assert event["event"] == "hello"
    assert f"Hello, {event['args'][0]['name']}!" == text
