"""The Dockerfiles of compiled units, as a linter of them sees them."""

import subprocess
import sys

import pytest

from harness import environments, variants
from harness.paths import E2E


@pytest.fixture(scope="session")
def hadolint():
    """The linter."""
    python = environments.virtual_environment(sys.executable, [E2E / "requirements-images.txt"])
    return python.parent / "hadolint"


def lint(hadolint, text: str) -> str:
    """What it finds, warnings and advice included, with no rule left out."""
    command = [hadolint, "--no-color", "--failure-threshold", "style", "--disable-ignore-pragma", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert (done.returncode == 0) == (done.stdout == ""), done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("variant", variants.IN_CONTAINERS, ids=lambda variant: variant.name)
def test_nothing_is_found(compiled, hadolint):
    """In no unit's Dockerfile."""
    files = {unit: compiled.unit_directory(unit) / "Dockerfile" for unit in compiled.containers}
    assert files
    assert {unit: lint(hadolint, file.read_text()) for unit, file in files.items()} == dict.fromkeys(files, "")


def test_the_linter_finds_something(hadolint):
    """A base image without a tag, and a command that a shell starts."""
    found = lint(hadolint, "FROM python\nCMD python main.py\n")
    assert "DL3006" in found
    assert "DL3025" in found
