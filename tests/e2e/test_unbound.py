"""A compiled unit on a developer's machine, with no binding in the environment, behaves as the original."""

import shutil
from contextlib import nullcontext

from harness import redis_server


def test_the_unit_passes_the_applications_own_tests(application, output, tmp_path):
    """The unit's copy of the code under the original's own tests and development dependencies."""
    directory = application.copy(tmp_path / "unit")
    unit = output.unit_directory(application.unit)
    shutil.copytree(unit, directory, dirs_exist_ok=True)
    redis = redis_server.on_localhost(tmp_path / "redis") if application.needs_redis else nullcontext()
    with redis:
        report = application.own_tests(directory)
    assert report.fine, report.output
