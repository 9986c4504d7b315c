"""External programs. One that is missing skips the test that needs it, by name; it never passes it."""

import os
import shutil
import signal
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

# Longer than anything takes here; a test that hangs is a failure with a name.
RUN_SECONDS = 900


def require(*names: str) -> None:
    """Skips the calling test where a program is missing."""
    for name in names:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not on PATH")


def has(name: str) -> bool:
    """Whether a program is there."""
    return shutil.which(name) is not None


def output(command: list[str]) -> str:
    """What a program prints, without its warnings."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def python(minor: str) -> Path:
    """An interpreter of that version, from PATH or from pyenv."""
    found = find_python(minor)
    if found is None:
        pytest.skip(f"no Python {minor} on PATH or in pyenv")
    return found


@cache
def find_python(minor: str) -> Path | None:
    """Like `python`, without skipping. pyenv's shims answer for versions that are not selected, so each candidate is
    run."""
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    on_path = [shutil.which(name) for name in (f"python{minor}", "python3", "python")]
    candidates = [Path(found) for found in on_path if found]
    candidates += sorted(root.glob(f"versions/{minor}*/bin/python{minor}"))
    return next((candidate for candidate in candidates if _version(candidate) == minor), None)


def _version(interpreter: Path) -> str:
    command = [interpreter, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def run(command: list, *, cwd: Path | None = None, environment: dict[str, str] | None = None) -> str:
    """Runs to success and returns the output; a failure carries all that was printed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        shown = " ".join(map(str, command))
        raise AssertionError(f"`{shown}` in {cwd or Path.cwd()} exited with {done.returncode}:\n{done.stdout}")
    return done.stdout


def run_within(seconds: float, command: list, cwd: Path, environment: dict[str, str]) -> tuple[int | None, str]:
    """Exit status and output. The status is None where time ran out; then all that the command started has ended, too:
    test runners start processes of their own, which would keep their ports."""
    with tempfile.TemporaryFile(mode="w+", errors="replace") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            status = process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        return status, output.read()
