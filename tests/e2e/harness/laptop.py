"""The servers that an untouched application finds on its developer's machine.

`python -m harness.laptop test NAME` runs the own tests of an application of fixtures/apps as it is there, between the
servers that it needs; `python -m harness.laptop typecheck NAME` lets its compiler check its types.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from . import applications, environments, fixture, postgres_server, redis_server
from .applications import Application
from .paths import CACHE


@contextmanager
def servers_for(application: Application, directory: Path) -> Iterator[None]:
    """Inside the block they listen where their own documentation has them, for this application alone."""
    with ExitStack() as until:
        for need in sorted(application.needs):
            until.enter_context(environments.locked(CACHE / "laptop" / need))
        if "redis" in application.needs:
            until.enter_context(redis_server.on_localhost(directory / "redis"))
        if "redis_cluster" in application.needs:
            until.enter_context(redis_server.cluster_on_localhost(directory / "redis"))
        if "postgres" in application.needs:
            until.enter_context(postgres_server.on_localhost(directory / "postgres"))
        yield


def _run(application: Application, what: str, directory: Path) -> int:
    """The first exit status that is not 0."""
    copy = application.copy(directory / application.name)
    environment = fixture.environment_for(copy) | {"PYTHONDONTWRITEBYTECODE": "1"}
    commands = fixture.suites_of(copy) if what == "test" else [["npm", "run", "--silent", what]]
    with servers_for(application, directory):
        done = (subprocess.run([*map(str, one)], cwd=copy, env=environment, check=False) for one in commands)
        return next((one.returncode for one in done if one.returncode != 0), 0)


def main() -> None:
    """The command line of this module; what the suites print is for the caller to read."""
    what, name = sys.argv[1:]
    try:
        with tempfile.TemporaryDirectory() as directory:
            status = _run(applications.named(name), what, Path(directory))
    except pytest.skip.Exception as missing:
        # Counted as pytest's own summary is.
        print(f"SKIPPED: {missing}\n1 skipped in 0.00s")
        return
    sys.exit(status)


if __name__ == "__main__":
    main()
