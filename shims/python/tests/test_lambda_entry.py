from __future__ import annotations

import asyncio
import pathlib
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import gateway
import pytest
from fastapi import FastAPI

from inferra_runtime._jobs import UnknownJobError
from inferra_runtime.lambda_entry import UnsupportedEventError, handler_of
from inferra_runtime.lambda_http import asgi_handler

SECRET = "hunter2"

JOBS = """
    import asyncio
    ran = []
    loops = []

    def plain():
        ran.append("plain")
        return "ignored"

    async def patient():
        await asyncio.sleep(0)
        ran.append("patient")
        loops.append(asyncio.get_running_loop())

    def broken():
        raise LookupError("no such report")

    class Report:
        @staticmethod
        def write():
            ran.append("write")
"""


@pytest.fixture
def module(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    (tmp_path / "jobs_of_test.py").write_text(textwrap.dedent(JOBS))
    monkeypatch.syspath_prepend(str(tmp_path))
    import jobs_of_test  # type: ignore[import-not-found]

    yield jobs_of_test
    del sys.modules["jobs_of_test"]


def job(job_id: Any) -> dict[str, Any]:
    return {"inferra": {"job": job_id}}


def test_a_job_runs_by_its_id(module: Any) -> None:
    names = {"daily": "plain", "weekly": "patient", "monthly": "Report.write"}
    handler = handler_of(jobs={key: f"jobs_of_test:{name}" for key, name in names.items()})
    for job_id in names:
        assert handler(job(job_id), None) is None
    assert module.ran == ["plain", "patient", "write"]


def test_a_job_shares_the_loop_of_the_web_application(module: Any) -> None:
    app = FastAPI()

    @app.get("/")
    async def root() -> None:
        module.loops.append(asyncio.get_running_loop())

    handler = handler_of(http=asgi_handler(app), jobs={"weekly": "jobs_of_test:patient"})
    handler(job("weekly"), None)
    assert handler(gateway.http_api("GET", "/"), None)["statusCode"] == 200
    handler(job("weekly"), None)
    assert len(set(module.loops)) == 1
    assert len(module.loops) == 3


def test_a_job_that_fails_fails_the_invocation(module: Any) -> None:
    handler = handler_of(jobs={"daily": "jobs_of_test:broken"})
    with pytest.raises(LookupError, match="no such report"):
        handler(job("daily"), None)


@pytest.mark.parametrize("job_id", [SECRET, None, 7, ["daily"]])
def test_an_unknown_job_is_an_error_that_names_the_known_ones(job_id: Any) -> None:
    with pytest.raises(UnknownJobError) as caught:
        handler_of(jobs={"weekly": "a:b", "daily": "a:b"})(job(job_id), None)
    assert str(caught.value) == "this unit has no such job; its jobs are: daily, weekly"


def test_a_warm_ping_calls_nothing() -> None:
    def never(event: Any, context: Any) -> Any:
        raise AssertionError("nothing but an instance is asked for")

    assert handler_of(http=never)({"inferra": {"warm": True}}, None) is None
    assert handler_of()({"inferra": {"warm": True}}, None) is None


OTHERS: list[tuple[Any, str]] = [
    (gateway.http_api("GET", f"/{SECRET}"), "an HTTP request"),
    (gateway.rest_api("GET", f"/{SECRET}"), "an HTTP request"),
    (job(SECRET), "a job event"),
    ({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": SECRET}}]}, "an SNS event"),
    ({"Records": [{"eventSource": "aws:sqs", "body": SECRET}]}, "an SQS event"),
    ({"inferra": {"warm": SECRET}}, "an event of unknown kind"),
    ({"inferra": {"warm": True, "more": SECRET}}, "an event of unknown kind"),
    ({"inferra": {"warm": True}, "more": SECRET}, "an event of unknown kind"),
    ({"inferra": SECRET}, "an event of unknown kind"),
    (SECRET, "an event that is not a JSON object"),
]


@pytest.mark.parametrize(("event", "kind"), OTHERS)
def test_an_event_that_the_unit_does_not_take_is_an_error(event: Any, kind: str) -> None:
    with pytest.raises(UnsupportedEventError) as caught:
        handler_of()(event, None)
    assert str(caught.value) == f"this function takes no events; it was invoked with {kind}"


def test_the_error_says_what_the_unit_takes() -> None:
    handler = handler_of(http=lambda event, context: None, jobs={"daily": "a:b"})
    with pytest.raises(UnsupportedEventError, match="takes HTTP requests and jobs; "):
        handler({"Records": [{"EventSource": "aws:sns"}]}, None)
