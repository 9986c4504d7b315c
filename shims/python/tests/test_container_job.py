from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import textwrap
import time

ROOT = pathlib.Path(__file__).parents[1]

ENTRY = """
    from inferra_runtime.container import run_job
    if __name__ == "__main__":
        run_job({"daily": "work:plain", "hourly": "work:patient", "never": "work:broken",
                 "slow": "work:slow"})
        print("no job")
"""
WORK = """
    import asyncio, time

    def plain():
        print("plain", __name__)

    async def patient():
        await asyncio.sleep(0)
        print("patient")

    def broken():
        raise LookupError("no such report")

    def slow():
        try:
            print("started", flush=True)
            time.sleep(60)
        finally:
            print("tidied up")
"""


def started(folder: pathlib.Path, *arguments: str) -> subprocess.Popen[str]:
    (folder / "work.py").write_text(textwrap.dedent(WORK))
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(ENTRY), *arguments],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: pathlib.Path, *arguments: str) -> tuple[int, str, str]:
    with started(folder, *arguments) as process:
        output, errors = process.communicate(timeout=30)
        return process.returncode, output, errors


def test_the_job_of_the_command_line_runs_and_nothing_else(tmp_path: pathlib.Path) -> None:
    assert run(tmp_path, "job", "daily") == (0, "plain work\n", "")
    assert run(tmp_path, "job", "hourly") == (0, "patient\n", "")
    assert run(tmp_path) == (0, "no job\n", "")


def test_a_job_that_fails_says_why(tmp_path: pathlib.Path) -> None:
    status, output, errors = run(tmp_path, "job", "never")
    assert (status, output) == (1, "")
    assert errors.endswith("LookupError: no such report\n")


def test_what_is_no_job_is_told_which_there_are(tmp_path: pathlib.Path) -> None:
    status, _, errors = run(tmp_path, "job", "nightly")
    assert status == 2
    assert "its jobs are: daily, hourly, never, slow" in errors
    for arguments in (["daily"], ["job"], ["job", "daily", "now"]):
        assert run(tmp_path, *arguments)[:2] == (2, "")


def test_a_job_that_is_stopped_tidies_up_and_has_not_succeeded(tmp_path: pathlib.Path) -> None:
    with started(tmp_path, "job", "slow") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    assert (process.returncode, output) == (143, "tidied up\n")
    assert time.monotonic() - began < 10
