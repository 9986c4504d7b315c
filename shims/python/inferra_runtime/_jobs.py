"""Finds and runs jobs: functions that a schedule or a deployment calls, without arguments."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Callable

from ._loop import finished

#: Job id -> ``module:function``.
Jobs = Mapping[str, str]


class UnknownJobError(LookupError):
    """There is no job of that id."""

    def __init__(self, jobs: Jobs) -> None:
        """Names the ids that there are; the one that was asked for may be anybody's text."""
        known = ", ".join(sorted(jobs)) or "none"
        super().__init__(f"this unit has no such job; its jobs are: {known}")


def run(jobs: Jobs, job_id: Any) -> None:
    """Runs one job to its end, also where its function is asynchronous.

    Raises:
        UnknownJobError: ``jobs`` has no such id.
        Exception: Whatever the job raised.
    """
    target = jobs.get(job_id) if isinstance(job_id, str) else None
    if target is None:
        raise UnknownJobError(jobs)
    finished(_function(target)())


def _function(target: str) -> Callable[[], Any]:
    module, _, name = target.partition(":")
    function: Any = importlib.import_module(module)
    for part in name.split("."):
        function = getattr(function, part)
    result: Callable[[], Any] = function
    return result
