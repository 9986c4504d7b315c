"""Real Redis servers: one that stands in for ElastiCache, one as a developer has it."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from . import servers, tools
from .certificates import Authority

PORT = 6379
SLOTS = 16_384
LOCAL_CLUSTER = (7000, 7001, 7002)
IN_MEMORY = ["--save", "", "--appendonly", "no"]


@contextmanager
def with_tls(address: str, files: Authority, directory: Path) -> Iterator[None]:
    """TLS only, as ElastiCache with encryption in transit; clients need no certificate."""
    tools.require("redis-server")
    command = ["redis-server", "--bind", address, "--port", "0", "--tls-port", PORT, *IN_MEMORY]
    command += ["--tls-cert-file", files.certificate, "--tls-key-file", files.key]
    command += ["--tls-ca-cert-file", files.authority, "--tls-auth-clients", "no"]
    directory.mkdir(parents=True, exist_ok=True)
    log = directory / f"redis-{address}.log"
    with servers.running([*command, "--dir", directory], host=address, port=PORT, log=log):
        yield


@contextmanager
def cluster_with_tls(addresses: list[str], files: Authority, directory: Path) -> Iterator[None]:
    """One node with a share of the slots on each address, as ElastiCache with cluster mode."""
    tools.require("redis-server", "redis-cli")
    tls = ["--tls-cert-file", files.certificate, "--tls-key-file", files.key, "--tls-ca-cert-file", files.authority]
    tls += ["--tls-auth-clients", "no", "--port", "0", "--tls-port", PORT, "--tls-cluster", "yes"]
    with ExitStack() as until:
        for address in addresses:
            until.enter_context(_node(address, PORT, tls, directory))
        _join([(address, PORT) for address in addresses], ["--tls", "--cacert", files.authority])
        yield


@contextmanager
def cluster_on_localhost(directory: Path) -> Iterator[None]:
    """127.0.0.1:7000 to 7002, as in https://redis.io/docs/latest/operate/oss_and_stack/management/scaling/."""
    tools.require("redis-server", "redis-cli")
    with ExitStack() as until:
        for port in LOCAL_CLUSTER:
            until.enter_context(_node("127.0.0.1", port, ["--port", port], directory))
        _join([("127.0.0.1", port) for port in LOCAL_CLUSTER], [])
        yield


@contextmanager
def _node(address: str, port: int, options: list, directory: Path) -> Iterator[None]:
    folder = directory / f"node-{address}-{port}"
    folder.mkdir(parents=True, exist_ok=True)
    command = ["redis-server", "--bind", address, *options, *IN_MEMORY, "--cluster-enabled", "yes", "--dir", folder]
    command += ["--cluster-announce-ip", address]
    with servers.running(command, host=address, port=port, log=directory / f"redis-{address}-{port}.log"):
        yield


def _join(nodes: list[tuple[str, int]], options: list) -> None:
    """Slots and acquaintance; returns when all nodes agree. `redis-cli --cluster create` refuses less than three."""

    def tell(node: tuple[str, int], *words) -> str:
        return tools.run(["redis-cli", *options, "-h", node[0], "-p", node[1], *words])

    share = -(-SLOTS // len(nodes))
    for number, node in enumerate(nodes):
        first = number * share
        tell(node, "CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        tell(node, "CLUSTER", "ADDSLOTSRANGE", first, min(first + share, SLOTS) - 1)
    for node in nodes[1:]:
        tell(nodes[0], "CLUSTER", "MEET", *node)
    every = f"cluster_known_nodes:{len(nodes)}"
    for node in nodes:

        def agrees(node=node) -> bool:
            told = tell(node, "CLUSTER", "INFO")
            return "cluster_state:ok" in told and every in told

        servers.wait_until(agrees, f"agreement of {node[0]}:{node[1]}")


@contextmanager
def on_localhost(directory: Path) -> Iterator[None]:
    """localhost:6379, which the untouched application names. A Redis that is there already is used."""
    if servers.listens("127.0.0.1", PORT):
        if not _is_redis():
            raise AssertionError(f"127.0.0.1:{PORT} is taken by something that is not Redis")
        yield
        return
    tools.require("redis-server")
    directory.mkdir(parents=True, exist_ok=True)
    command = ["redis-server", "--bind", "127.0.0.1", "--port", PORT, *IN_MEMORY, "--dir", directory]
    with servers.running(command, host="127.0.0.1", port=PORT, log=directory / "redis-localhost.log"):
        yield


class Store:
    """A running Redis with TLS, as its operator sees it."""

    def __init__(self, address: str, files: Authority):
        self._command = ["redis-cli", "-h", address, "-p", str(PORT), "--tls", "--cacert", str(files.authority)]

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Commands that write wait until the block ends."""
        self._tell("CLIENT", "PAUSE", "60000", "WRITE")
        try:
            yield
        finally:
            self.resume()

    def resume(self) -> None:
        """Ends a pause early; what waited is done."""
        self._tell("CLIENT", "UNPAUSE")

    def someone_waits(self) -> bool:
        """Whether a command waits for the end of a pause."""
        return "blocked_clients:0" not in self._tell("INFO", "clients")

    def _tell(self, *words: str) -> str:
        return tools.run([*self._command, *words])


def _is_redis() -> bool:
    with socket.create_connection(("127.0.0.1", PORT), timeout=2.0) as connection:
        connection.sendall(b"PING\r\n")
        try:
            return connection.recv(64).startswith((b"+PONG", b"-NOAUTH"))
        except TimeoutError:
            return False
