"""Servers that a test starts. Each ends with the block that started it."""

import ctypes
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60.0
STOP_SECONDS = 10.0


# Below the ports that the kernel gives to outgoing connections, of which the tests make thousands: one of those could
# take a port between its choice and its use. https://docs.kernel.org/networking/ip-sysctl.html (ip_local_port_range)
_CANDIDATES = itertools.count(20_000 + os.getpid() % 10_000)


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on; never the same twice."""
    for port in _CANDIDATES:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("unreachable: the candidates do not end")


def listens(host: str, port: int) -> bool:
    """Whether something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((host, port)) == 0


def wait_until(condition: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    """Polls; fails by name."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {seconds:g} s")
        time.sleep(0.05)


@contextmanager
def running(
    command: list,
    *,
    host: str,
    port: int,
    log: Path,
    cwd: Path | None = None,
    environment: dict[str, str] | None = None,
) -> Iterator[subprocess.Popen]:
    """A server that listens on `host:port` inside the block."""
    if listens(host, port):
        raise AssertionError(f"{host}:{port}, which {command[0]} needs, is in use")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        arguments = [str(part) for part in command]
        process = subprocess.Popen(
            arguments, cwd=cwd, env=environment, stdout=output, stderr=output, preexec_fn=_end_with_the_tests
        )
    try:
        wait_until(lambda: process.poll() is not None or listens(host, port), f"start of {command[0]}")
        if process.poll() is not None:
            raise AssertionError(f"{command[0]} exited with {process.returncode}:\n{log.read_text(errors='replace')}")
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_the_tests() -> None:
    """Where the tests are killed, no block is left in order: the kernel then ends the server.
    https://man7.org/linux/man-pages/man2/pr_set_pdeathsig.2const.html"""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
