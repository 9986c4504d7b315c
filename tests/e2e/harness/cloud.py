"""One running emulator and the views of it that tests need."""

import itertools
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import boto3
from botocore.config import Config

from . import certificates, environments, servers, tools
from .paths import E2E

# Emulators that run at the same time have stores at different addresses.
STORES_OF_ONE = 4
_STORES = itertools.count(1)
_MAKING = threading.Lock()

# The runtime that inferra gives Python units by default.
FUNCTION_PYTHON = "3.13"


@dataclass(frozen=True)
class Cloud:
    """Addresses and logs of an emulator."""

    port: int
    data_port: int
    directory: Path

    @property
    def endpoint(self) -> str:
        """The control plane, for AWS_ENDPOINT_URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def data_plane(self) -> str:
        """Where HTTP APIs, sites and schedules are."""
        return f"http://127.0.0.1:{self.data_port}"

    def api(self, api_id: str) -> str:
        """Where that HTTP API answers."""
        return f"{self.data_plane}/{api_id}"

    def client(self, service: str):
        """A boto3 client with the deployer's rights. Making one costs a third of a second, and several threads may use
        the same one."""
        with _MAKING:
            return _client(self.endpoint, service)

    def decisions(self) -> list[dict[str, str]]:
        """Every authorisation decision about a function's role, oldest first."""
        return self._records("iam.jsonl")

    def invocations(self) -> list[dict]:
        """Every finished invocation: the function, the service that the event came from, and whether it failed."""
        return self._records("invocations.jsonl")

    def _records(self, file: str) -> list[dict]:
        return [json.loads(line) for line in (self.directory / file).read_text().splitlines()]

    def logs(self) -> str:
        """What the emulator and the functions printed, for the message of a failed test."""
        files = [self.directory / "emulator.log", *sorted((self.directory / "sandboxes").glob("*.log"))]
        tails = (f"--- {file.name}\n{file.read_text(errors='replace')[-4000:]}" for file in files if file.exists())
        return "\n".join(tails)


# Clients must be made by one thread at a time:
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#multithreading-or-multiprocessing-with-clients
@cache
def _client(endpoint: str, service: str):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="deployer",
        aws_secret_access_key="deployer",
        # Longer than a function may take.
        config=Config(read_timeout=300, max_pool_connections=20),
    )


@contextmanager
def running(directory: Path, machine_environment: dict[str, str], *, stores: int = STORES_OF_ONE) -> Iterator[Cloud]:
    """Starts an emulator with addresses for so many stores; the functions see `machine_environment` beside what Lambda
    and Terraform set."""
    lambda_python = environments.virtual_environment(tools.python(FUNCTION_PYTHON), [E2E / "requirements-lambda.txt"])
    cloud = Cloud(servers.free_port(), servers.free_port(), directory)
    command = [sys.executable, "-m", "emulator", "--port", cloud.port, "--data-port", cloud.data_port]
    command += ["--directory", directory, "--python", lambda_python]
    command += ["--first-store", f"{certificates.NETWORK}.{min(next(_STORES) for _ in range(stores))}"]
    for name, value in machine_environment.items():
        command += ["--machine-environment", f"{name}={value}"]
    log = directory / "emulator.log"
    with servers.running(command, host="127.0.0.1", port=cloud.port, log=log, cwd=E2E):
        yield cloud
