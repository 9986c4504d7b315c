import os
import signal
import threading
import time
import urllib.parse
from collections.abc import Iterator

import pytest
from test_database import ARN, PREFIX, SecretsManager, bind, secrets

from inferra_runtime import _at_work, environment, lambda_entry

__all__ = ["secrets"]


def test_without_a_binding_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///own.db")
    environment.set_connection_strings({"DATABASE_URL": PREFIX})
    assert os.environ["DATABASE_URL"] == "sqlite:///own.db"
    assert threading.active_count() == 1


def test_a_variable_holds_what_any_client_reads(
    monkeypatch: pytest.MonkeyPatch, secrets: SecretsManager
) -> None:
    bind(monkeypatch)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///own.db")
    monkeypatch.setattr(environment, "_watch", lambda told: None)
    secrets.password = "a/b?c@d e%"
    environment.set_connection_strings({"DATABASE_URL": PREFIX})
    url = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    assert (url.scheme, url.hostname, url.port, url.path) == (
        "postgresql",
        "db.internal",
        5432,
        "/shop",
    )
    assert urllib.parse.unquote(url.password or "") == "a/b?c@d e%"
    assert url.query == "sslmode=require"


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Whether a process with the first password was told to end."""
    bind(monkeypatch)
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setattr(environment, "_LOOK_S", 0.05)
    monkeypatch.setattr(environment, "_WAKE_S", 0.01)
    monkeypatch.setattr(_at_work, "_awaits_work", False)
    ended = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: ended.set())
    yield ended
    signal.signal(signal.SIGTERM, before)


def wait_next_invocation(ended: threading.Event) -> bool:
    """What Lambda's own program is in between two invocations."""
    until = time.time() + 2
    while not ended.is_set() and time.time() < until:
        # In short waits: a signal's handler runs between them, whichever thread is told.
        time.sleep(0.01)
    return ended.is_set()


def test_a_process_with_a_replaced_password_ends(
    ended: threading.Event, secrets: SecretsManager, capfd: pytest.CaptureFixture[str]
) -> None:
    environment.set_connection_strings({"DATABASE_URL": PREFIX})
    assert not ended.wait(0.3)
    secrets.password = "second"
    assert ended.wait(5)
    printed = capfd.readouterr().err
    assert f"{PREFIX}_SECRET" in printed
    assert "second" not in printed
    assert ARN not in printed


def test_an_invocation_is_answered_before_the_process_ends(
    ended: threading.Event, secrets: SecretsManager
) -> None:
    environment.set_connection_strings({"DATABASE_URL": PREFIX})

    def work(*_: object) -> bool:
        secrets.password = "second"
        return ended.wait(0.6)

    handler = lambda_entry.handler_of(http=work)
    request = {"requestContext": {"http": {"method": "GET"}}, "version": "2.0"}
    assert handler(request, None) is False
    # The answer is on its way.
    time.sleep(0.02)
    assert not ended.is_set()
    assert wait_next_invocation(ended)


def test_a_function_that_was_frozen_is_not_ended_when_the_next_invocation_wakes_it(
    ended: threading.Event, secrets: SecretsManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_at_work, "_BETWEEN_S", 0.0)
    _at_work.expect_work()
    environment.set_connection_strings({"DATABASE_URL": PREFIX})
    secrets.password = "second"
    time.sleep(0.3)
    with _at_work.at_work():
        assert not ended.wait(0.1)
    assert not wait_next_invocation(ended)
    monkeypatch.setattr(_at_work, "_BETWEEN_S", 0.1)
    with _at_work.at_work():
        assert not ended.wait(0.1)
    assert wait_next_invocation(ended)


def test_a_job_ends_before_its_process(ended: threading.Event, secrets: SecretsManager) -> None:
    environment.set_connection_strings({"DATABASE_URL": PREFIX})
    with _at_work.at_work():
        secrets.password = "second"
        assert not ended.wait(0.6)
    # Its process has nothing else to do.
    assert ended.wait(5)
