import os
import signal
import threading
import urllib.parse

import pytest
from test_database import ARN, PREFIX, SecretsManager, bind, secrets

from inferra_runtime import environment

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


def test_a_process_with_a_replaced_password_ends(
    monkeypatch: pytest.MonkeyPatch, secrets: SecretsManager, capfd: pytest.CaptureFixture[str]
) -> None:
    bind(monkeypatch)
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setattr(environment, "_LOOK_S", 0.05)
    monkeypatch.setattr(environment, "_WAKE_S", 0.01)
    ended = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: ended.set())
    try:
        environment.set_connection_strings({"DATABASE_URL": PREFIX})
        assert not ended.wait(0.3)
        secrets.password = "second"
        assert ended.wait(5)
    finally:
        signal.signal(signal.SIGTERM, before)
    printed = capfd.readouterr().err
    assert f"{PREFIX}_SECRET" in printed
    assert "second" not in printed
    assert ARN not in printed
