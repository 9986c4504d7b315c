"""Real Redis servers that speak TLS, as ElastiCache with encryption in transit does."""

from __future__ import annotations

import contextlib
import random
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

# Python 3.13 verifies strictly: https://docs.python.org/3.13/library/ssl.html#ssl.create_default_context
_OF_THE_SERVER = """subjectAltName=IP:127.0.0.1,DNS:localhost
extendedKeyUsage=serverAuth
keyUsage=critical,digitalSignature,keyEncipherment
basicConstraints=critical,CA:FALSE
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
"""


def make_certificates(directory: Path) -> None:
    """Writes ``ca.pem``, ``server.pem`` and ``server.key``."""
    (directory / "server.ext").write_text(_OF_THE_SERVER)
    key = ["-newkey", "rsa:2048", "-nodes", "-subj", "/CN=tests"]
    usage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"]
    for command in (
        ["req", "-x509", *key, *usage, "-keyout", "ca.key", "-out", "ca.pem"],
        ["req", *key, "-keyout", "server.key", "-out", "server.csr"],
        [
            "x509",
            "-req",
            "-in",
            "server.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-extfile",
            "server.ext",
            "-out",
            "server.pem",
        ],
    ):
        subprocess.run(["openssl", *command], cwd=directory, check=True, capture_output=True)


@contextlib.contextmanager
def tls_server(certificates: Path, directory: Path, *options: str) -> Iterator[int]:
    """Runs a server, and yields its port."""
    port = _free_port()
    directory.mkdir(parents=True)
    command = [
        "redis-server",
        "--bind",
        "127.0.0.1",
        "127.0.0.2",
        "--port",
        "0",
        "--tls-port",
        str(port),
        "--save",
        "",
    ]
    command += [
        "--tls-cert-file",
        str(certificates / "server.pem"),
        "--tls-key-file",
        str(certificates / "server.key"),
    ]
    command += [
        "--tls-ca-cert-file",
        str(certificates / "ca.pem"),
        "--tls-auth-clients",
        "no",
        "--dir",
        str(directory),
    ]
    server = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port
    finally:
        server.terminate()
        server.wait(10)


def tell(certificates: Path, port: int, *words: str) -> str:
    """Sends a command as the server's operator."""
    command = [
        "redis-cli",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "--tls",
        "--cacert",
        str(certificates / "ca.pem"),
        *words,
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def make_cluster(certificates: Path, port: int) -> None:
    """Gives a server in cluster mode all slots."""
    tell(certificates, port, "CLUSTER", "ADDSLOTSRANGE", "0", "16383")
    deadline = time.monotonic() + 20
    while "cluster_state:ok" not in tell(certificates, port, "CLUSTER", "INFO"):
        assert time.monotonic() < deadline, "the cluster did not form"
        time.sleep(0.05)


def _free_port() -> int:
    # A cluster's bus has its port 10000 above.
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def _wait(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < deadline, "redis-server did not start"
            time.sleep(0.02)
