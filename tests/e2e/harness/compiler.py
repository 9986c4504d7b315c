"""The program under test, as a user runs it."""

import hashlib
import json
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import node_packages, timings, tools
from .cloud import FUNCTION_PYTHON
from .paths import INFERRA
from .variants import Variant

# The functions run on this machine, so their dependencies must be for its processor and not for the default one.
ARCHITECTURE = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
SETTINGS = ["--set", f"execution_unit.architecture={ARCHITECTURE}"]
# By `inferra build` and by Terraform, which may be at work while a test looks.
MADE_LATER = ("build/", "terraform/.terraform", "terraform/terraform.tfstate")


@dataclass(frozen=True)
class Output:
    """What `inferra compile` wrote."""

    directory: Path
    # Of several that were compiled for, the one to look at.
    environment: str | None = None

    @cached_property
    def plan(self) -> dict:
        """plan.json."""
        own = self.directory / "environments" / self.environment if self.environment else self.directory
        return json.loads((own / "plan.json").read_text())

    @property
    def units(self) -> dict[str, dict]:
        """The plan's units by id."""
        return self.plan["units"]

    @property
    def functions(self) -> list[str]:
        """The units that run on Lambda."""
        return [unit for unit, description in self.units.items() if description["backing"] == "lambda"]

    @property
    def containers(self) -> list[str]:
        """The units that run from an image."""
        return [unit for unit in self.units if unit not in self.functions]

    def zip(self, unit: str) -> Path:
        """What `inferra build` makes of a unit."""
        return self.directory / self.units[unit]["zip"]

    def unit_directory(self, unit: str) -> Path:
        """What runs, before it is zipped."""
        return self.directory / self.units[unit]["directory"]

    def hashes(self) -> dict[str, str]:
        """Every file that `inferra compile` wrote, by content."""
        files = (file for file in sorted(self.directory.rglob("*")) if file.is_file())
        relative = {file.relative_to(self.directory).as_posix(): file for file in files}
        return {path: sha256(file) for path, file in relative.items() if not path.startswith(MADE_LATER)}


def sha256(file: Path) -> str:
    """Of the file's content."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def compile_application(
    source: Path,
    directory: Path,
    target: str = "aws-lambda",
    settings: Iterable[str] = (),
    options: Iterable[str] = (),
) -> Output:
    """`inferra compile`."""
    _require_binary()
    more = [word for setting in settings for word in ("--set", setting)]
    tools.run([INFERRA, "compile", source, "--target", target, "-o", directory, *SETTINGS, *more, *options])
    return Output(directory)


def build(output: Output, **variables: str) -> dict[str, str]:
    """`inferra build`; the SHA-256 of the zip of each unit that has one."""
    _require_binary()
    # pip heeds what packages say of the Python that they need, and takes the Python that runs it for that.
    folders = [tools.python(FUNCTION_PYTHON).parent]
    folders += [found for unit in output.units if (found := node_packages.programs(output.unit_directory(unit)))]
    environment = {"PATH": os.pathsep.join([*map(str, dict.fromkeys(folders)), os.environ["PATH"]])}
    with timings.step(f"inferra build {output.directory.relative_to(output.directory.parents[2])}"):
        tools.run([INFERRA, "build", output.directory], environment=environment | variables)
    return {unit: sha256(output.zip(unit)) for unit in output.functions}


def prepared(variant: Variant, directory: Path) -> Output:
    """Compiled and built."""
    output = compile_application(variant.application.source, directory, variant.target, variant.settings)
    build(output)
    return output


def _require_binary() -> None:
    assert INFERRA.exists(), f"{INFERRA} is not there: run `cargo build --release`, or set INFERRA_BIN"
