"""What one emulator is started with."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

ACCOUNT = "123456789012"
REGION = "us-east-1"


@dataclass(frozen=True)
class Settings:
    """The command line, checked."""

    port: int
    data_port: int
    directory: Path
    python: Path
    node: str
    retry_delay: float
    first_store: str = "127.0.1.1"
    machine_environment: dict[str, str] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        """Where the control plane listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def iam_log(self) -> Path:
        """One JSON object per authorisation decision."""
        return self.directory / "iam.jsonl"

    @property
    def invocation_log(self) -> Path:
        """One JSON object per invocation."""
        return self.directory / "invocations.jsonl"

    @property
    def sandboxes(self) -> Path:
        """Unzipped functions and what they print."""
        return self.directory / "sandboxes"


def parse(arguments: list[str] | None = None) -> Settings:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="emulator", description="AWS on loopback with functions that run")
    parser.add_argument("--port", type=int, required=True, help="control plane (moto)")
    parser.add_argument("--data-port", type=int, required=True, help="HTTP APIs, at /<api id>/<path>")
    parser.add_argument("--directory", type=Path, required=True, help="logs and unzipped functions")
    parser.add_argument("--python", type=Path, required=True, help="interpreter that has awslambdaric")
    parser.add_argument("--node", default="node", help="Node.js executable")
    parser.add_argument("--retry-delay", type=float, default=0.05, help="seconds between asynchronous attempts")
    parser.add_argument("--first-store", default="127.0.1.1", metavar="IP", help="stores are there and after it")
    parser.add_argument(
        "--machine-environment",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what the machine image would set for every function, such as the certificate authorities it trusts",
    )
    options = vars(parser.parse_args(arguments))
    options["machine_environment"] = dict(pair.split("=", 1) for pair in options["machine_environment"])
    return Settings(**options)
