"""The fixture applications: where they are, and how each runs its own tests."""

import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import environments, tools
from .cloud import FUNCTION_PYTHON
from .paths import APPLICATIONS

IGNORED = shutil.ignore_patterns("node_modules", ".venv", "__pycache__", ".pytest_cache", "expected")
TEST_SECONDS = 180


@dataclass(frozen=True)
class Report:
    """What a run of an application's own tests said."""

    passed: int
    failed: int
    output: str

    @property
    def fine(self) -> bool:
        """All of them ran and passed."""
        return self.passed > 0 and self.failed == 0


@dataclass(frozen=True)
class Request:
    """A request that the application takes, and with which it does all that it does."""

    method: str
    path: str
    body: object


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """A folder of fixtures/apps, and how its own tests are run."""

    name: str
    test_command: Callable[[Path], list]

    @property
    def source(self) -> Path:
        """The application as its author wrote it."""
        return APPLICATIONS / self.name

    def copy(self, directory: Path) -> Path:
        """A copy to work in; the original is never written to."""
        shutil.copytree(self.source, directory, ignore=IGNORED)
        return directory

    def own_tests(
        self, directory: Path, places: Mapping[str, str] | None = None, *, patience: float = TEST_SECONDS
    ) -> Report:
        """Runs the tests in a copy of the application: against the places that variables such as APP_URL name, or
        against what they start themselves. Tests that are not through when the patience ends have failed."""
        settings = ("APP_", "INFERRA_", "GREETINGS_", "JOBS_", "SITE_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
        environment |= places or {}
        status, output = tools.run_within(patience, self.test_command(directory), directory, environment)
        if status is None:
            return Report(0, 1, f"{output}\nnot through after {patience:g} s")
        passed, failed = _counts(output)
        # A suite that could not run at all must not look like one whose tests failed for the reason looked for.
        assert passed + failed > 0, f"no test of {self.name} ran:\n{output}"
        assert (failed == 0) == (status == 0), output
        return Report(passed, failed, output)


@dataclass(frozen=True, kw_only=True)
class Application(Fixture):
    """One that is compiled for every target and broken on purpose."""

    # The unit whose copy of the code is the whole application, so that it runs alone.
    unit: str
    request: Request
    needs_redis: bool
    shim_break: Callable[[Path], None]


def _counts(output: str) -> tuple[int, int]:
    """Passed and failed, from the summary of pytest or of Node's test runner."""

    def total(pattern: str) -> int:
        return sum(int(number) for number in re.findall(pattern, output, re.MULTILINE))

    passed = total(r"(\d+) passed\b") + total(r"^(?:#|\u2139) pass (\d+)$")
    failed = total(r"(\d+) (?:failed|errors?)\b.* in [\d.]+s") + total(r"^(?:#|\u2139) fail (\d+)$")
    return passed, failed


def pytest_command(directory: Path) -> list:
    """pytest, with what the application's development needs."""
    requirements = [directory / "requirements-dev.txt"]
    python = environments.virtual_environment(tools.python(FUNCTION_PYTHON), requirements)
    return [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]


def _npm_test(directory: Path) -> list:
    tools.require("node", "npm")
    modules = directory / "node_modules"
    if not modules.exists():
        modules.symlink_to(environments.node_modules(directory))
    return ["npm", "test"]


def _break_python_shim(unit: Path) -> None:
    """A shim that wires nothing."""
    with (unit / "inferra_runtime" / "__init__.py").open("a") as module:
        module.write("\n\ndef keywords(callee, prefix, /, **mapping):\n    return callee\n")


def _break_node_shim(unit: Path) -> None:
    """A shim that the wired code does not find."""
    installed = "globalThis.inferra ="
    modules = [file for file in (unit / "inferra_runtime" / "src").rglob("*.ts") if installed in file.read_text()]
    assert len(modules) == 1, f"the shim installs itself in {len(modules)} places"
    [module] = modules
    text = module.read_text().replace(installed, "(globalThis as { elsewhere?: unknown }).elsewhere =")
    module.write_text(text)


PYTHON_FASTAPI_REDIS = Application(
    name="python-fastapi-redis",
    unit="main",
    request=Request("POST", "/users", {"name": "ann", "email": "ann@example.com"}),
    needs_redis=True,
    shim_break=_break_python_shim,
    test_command=pytest_command,
)
TYPESCRIPT_EXPRESS_PUBSUB = Application(
    name="typescript-express-pubsub",
    unit="sender",
    request=Request("POST", "/greetings", {"name": "Ann"}),
    needs_redis=False,
    shim_break=_break_node_shim,
    test_command=_npm_test,
)
ALL = [PYTHON_FASTAPI_REDIS, TYPESCRIPT_EXPRESS_PUBSUB]
