"""The servers that an untouched application finds on its developer's machine.

`python -m harness.laptop NAME` runs the own tests of a Python application as they are in fixtures/apps, between the
servers that it needs.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from . import postgres_server, python_apps, redis_server
from .python_apps import PythonApplication


@contextmanager
def servers_for(application: PythonApplication, directory: Path) -> Iterator[None]:
    """Inside the block they listen where their own documentation has them."""
    with ExitStack() as until:
        if "redis" in application.needs:
            until.enter_context(redis_server.on_localhost(directory / "redis"))
        if "redis_cluster" in application.needs:
            until.enter_context(redis_server.cluster_on_localhost(directory / "redis"))
        if "postgres" in application.needs:
            until.enter_context(postgres_server.on_localhost(directory / "postgres"))
        yield


def main() -> None:
    """The command line of this module; what pytest prints is for the caller to read."""
    application = python_apps.named(sys.argv[1])
    try:
        with tempfile.TemporaryDirectory() as directory, servers_for(application, Path(directory)):
            command = [str(word) for word in application.test_command(application.source)]
            done = subprocess.run(command, cwd=application.source, env=os.environ, check=False)
    except pytest.skip.Exception as missing:
        # Counted as pytest's own summary is.
        print(f"SKIPPED: {missing}\n1 skipped in 0.00s")
        return
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
