"""A container that is told to stop finishes the request that it has in hand, and takes no other."""

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from harness import security, servers, variants, webhook
from harness.containers import Container
from harness.queues import Queues
from harness.redis_server import Store

# How long the request takes after the container was told to stop.
SECONDS = 1.5
HEALTH_PORT = 8081


class Later:
    """Looks at a stopping container's probes after a while, and then does what its request waits for."""

    def __init__(self, container: Container, action):
        self.ready = self.live = None
        self._container = container
        self._action = action
        self._timer = threading.Timer(SECONDS, self._act)
        self._timer.start()

    def _act(self) -> None:
        self.ready, self.live = (self._container.probe(HEALTH_PORT, path) for path in ("/ready", "/live"))
        self._action()


@pytest.mark.parametrize("variant", [variants.PYTHON_EKS, variants.PYTHON_ECS], ids=lambda variant: variant.name)
def test_python_finishes_a_request(containers, work):
    """Redis is paused meanwhile, so that the request waits for it."""
    deployment = containers.deployment
    [(address, _, _)] = security.stores(deployment.cloud)
    store = Store(address, work.authority)
    request = deployment.application.request
    with containers.running(replicas=1) as running, store.paused(), ThreadPoolExecutor() as threads:
        answer = threads.submit(
            httpx.request, request.method, deployment.url + request.path, json=request.body, timeout=30
        )
        servers.wait_until(store.someone_waits, "the request's command")
        later = Later(running.containers("main")[0], store.resume)
        [end] = running.stop("main")
        assert answer.result().status_code == 201, running.logs()
        assert answer.result().json() == request.body
        assert httpx.get(f"{deployment.url}/users/ann").status_code == 503
    assert (end.status, end.killed) == (0, False)
    assert end.seconds > SECONDS / 2
    assert (later.ready, later.live) == (False, True)


@pytest.mark.parametrize(
    "variant", [variants.TYPESCRIPT_EKS, variants.TYPESCRIPT_ECS], ids=lambda variant: variant.name
)
def test_node_finishes_a_request(containers):
    """The rest of the request's body comes when the container is already stopping."""
    body = json.dumps({"name": "Ada"}).encode()
    head = (
        f"POST /greetings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with webhook.serving() as service, containers.running(replicas=1) as running:
        [container] = running.containers("sender")
        with socket.create_connection((container.address, 3000), timeout=30) as connection:
            connection.sendall(head.encode() + body[:5])
            # Its beginning has arrived when a request that came after it is answered.
            assert httpx.get(f"http://{container.address}:3000/health").status_code == 200
            later = Later(container, lambda: connection.sendall(body[5:]))
            [end] = running.stop("sender")
            answer = b"".join(iter(lambda: connection.recv(4096), b""))
        assert answer.startswith(b"HTTP/1.1 202"), running.logs()
        # What it published before it ended is delivered.
        servers.wait_until(lambda: service.texts == ["Hello, Ada!"], "the delivery")
        servers.wait_until(lambda: Queues.of(containers.deployment.cloud).kept() == (0, 0), "its deletion")
    assert (end.status, end.killed) == (0, False)
    assert end.seconds > SECONDS / 2
    assert (later.ready, later.live) == (False, True)
