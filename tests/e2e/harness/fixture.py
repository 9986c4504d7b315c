"""A folder of fixtures/apps, and how its own tests are run: pytest, `npm test`, or both where it has both."""

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from . import environments, node_packages, tools
from .cloud import FUNCTION_PYTHON
from .paths import APPLICATIONS

IGNORED = shutil.ignore_patterns("node_modules", ".venv", "__pycache__", ".pytest_cache", "expected")
TEST_SECONDS = 180
# What tells an application, or its tests, where they are: not to be taken over from whoever runs the harness.
SETTINGS = ("APP_", "INFERRA_", "GREETINGS_", "JOBS_", "SITE_")


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


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """A folder of fixtures/apps."""

    name: str

    @property
    def folder(self) -> str:
        """What its folder is called."""
        return self.name

    @property
    def source(self) -> Path:
        """The application as its author wrote it."""
        return APPLICATIONS / self.folder

    def copy(self, directory: Path) -> Path:
        """A copy to work in; the original is never written to."""
        shutil.copytree(self.source, directory, ignore=IGNORED)
        return directory

    def own_tests(
        self, directory: Path, places: Mapping[str, str] | None = None, *, patience: float = TEST_SECONDS
    ) -> Report:
        """Runs the tests in a copy of the application: against the places that variables such as APP_URL name, or
        against what they start themselves. Tests that are not through when the patience ends have failed."""
        environment = environment_for(directory) | (places or {})
        suites = suites_of(directory)
        assert suites, f"{self.name} has no tests"
        reports = [self._report(command, directory, environment, patience) for command in suites]
        output = "\n".join(report.output for report in reports)
        return Report(sum(one.passed for one in reports), sum(one.failed for one in reports), output)

    def _report(self, command: list, directory: Path, environment: dict[str, str], patience: float) -> Report:
        status, output = tools.run_within(patience, command, directory, environment)
        if status is None:
            return Report(0, 1, f"{output}\nnot through after {patience:g} s")
        passed, failed = _counts(output)
        # A suite that could not run at all must not look like one whose tests failed for the reason looked for.
        assert passed + failed > 0, f"no test of {self.name} ran:\n{output}"
        assert (failed == 0) == (status == 0), output
        return Report(passed, failed, output)


def suites_of(directory: Path) -> list[list]:
    """What runs the tests of an application: one command for each language that it has tests in."""
    commands = [["npm", "test"]] if "test" in scripts(directory) else []
    if any(directory.glob("tests/**/test_*.py")):
        python = environments.virtual_environment(tools.python(FUNCTION_PYTHON), [_requirements(directory)])
        commands.append([python, "-m", "pytest", "-q", "-p", "no:cacheprovider"])
    return commands


def scripts(directory: Path) -> dict[str, str]:
    """Those of its package.json, where it has one."""
    manifest = directory / "package.json"
    return json.loads(manifest.read_text()).get("scripts", {}) if manifest.exists() else {}


def environment_for(directory: Path) -> dict[str, str]:
    """What the tests of an application see, with the packages that they import: `node_modules` in its folder, and the
    programs of a virtual environment first on PATH, so that tests in one language can start a unit in the other."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
    if (directory / "package.json").exists():
        tools.require("node", "npm")
        node_packages.install(directory)
        # `prisma generate` would download this program, which only migrations use: one that is there stands in for it.
        environment["PRISMA_SCHEMA_ENGINE_BINARY"] = shutil.which("node")
    if _requirements(directory).exists():
        python = environments.virtual_environment(tools.python(FUNCTION_PYTHON), [_requirements(directory)])
        environment["PATH"] = f"{python.parent}{os.pathsep}{environment['PATH']}"
    return environment


def _requirements(directory: Path) -> Path:
    """What the development of its Python needs."""
    return directory / "requirements-dev.txt"


def _counts(output: str) -> tuple[int, int]:
    """Passed and failed, from the summary of pytest or of Node's test runner."""

    def total(pattern: str) -> int:
        return sum(int(number) for number in re.findall(pattern, output, re.MULTILINE))

    passed = total(r"(\d+) passed\b") + total(r"^(?:#|\u2139) pass (\d+)$")
    failed = total(r"(\d+) (?:failed|errors?)\b.* in [\d.]+s") + total(r"^(?:#|\u2139) fail (\d+)$")
    return passed, failed
