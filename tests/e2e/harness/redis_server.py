"""Real Redis servers: one that stands in for ElastiCache, one as a developer has it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import servers, tools
from .certificates import Authority

PORT = 6379
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
