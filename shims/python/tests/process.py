"""A program of the tests in a process of its own, with the probes that an orchestrator sends."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator, Mapping
from typing import Callable

import httpx

PREFIX = "INFERRA_EXECUTION_UNIT_MAIN"
_ROOT = pathlib.Path(__file__).parents[1]
_PATIENCE_S = 20


class Process:
    """A started program, its two ports, and what it writes."""

    def __init__(
        self, folder: pathlib.Path, entry: str, grace_s: int, environment: Mapping[str, str]
    ) -> None:
        self.port, self.health_port = free_ports()
        environment = {
            **os.environ,
            **environment,
            "PYTHONPATH": f"{_ROOT}{os.pathsep}{folder}",
            "PYTHONUNBUFFERED": "1",
            f"{PREFIX}_PORT": str(self.port),
            f"{PREFIX}_HEALTH_PORT": str(self.health_port),
            f"{PREFIX}_GRACE_S": str(grace_s),
        }
        self._output = (folder / "output").open("w+")
        self._child = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(entry)],
            env=environment,
            cwd=folder,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    @property
    def output(self) -> str:
        self._output.seek(0)
        return self._output.read()

    def get(self, path: str, **headers: str) -> httpx.Response:
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.get(url, headers=headers, timeout=_PATIENCE_S)

    def probe(self, path: str) -> int | None:
        """The status, or None where nobody answers."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.health_port}{path}").status_code
        except httpx.TransportError:
            return None

    def wait_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, self.output
            assert self._child.poll() is None, self.output
            time.sleep(0.02)

    def wait_until_ready(self) -> None:
        self.wait_until(lambda: self.probe("/ready") == 200)

    def signal(self, number: int = signal.SIGTERM) -> None:
        self._child.send_signal(number)

    def end(self) -> int:
        """Waits for the end; the exit status."""
        return self._child.wait(_PATIENCE_S)

    def close(self) -> None:
        self._child.kill()
        self._child.wait()
        self._output.close()


@contextlib.contextmanager
def running(
    folder: pathlib.Path,
    entry: str,
    grace_s: int = 10,
    environment: Mapping[str, str] | None = None,
    **modules: str,
) -> Iterator[Process]:
    """Runs ``entry`` beside modules of the given names and texts."""
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(textwrap.dedent(text))
    with contextlib.closing(Process(folder, entry, grace_s, environment or {})) as process:
        yield process


def free_ports() -> tuple[int, int]:
    with socket.create_server(("", 0)) as one, socket.create_server(("", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]
