import json

import pytest

from inferra_runtime import _database
from inferra_runtime._database import Credentials, Server, credentials, credentials_async

PREFIX = "INFERRA_PERSIST_DB"
ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!db-1"
BINDING = {"HOST": "db.internal", "PORT": "5432", "NAME": "shop", "SECRET": ARN, "TLS": "true"}


class SecretsManager:
    """Counts what it is asked for."""

    def __init__(self) -> None:
        self.password = "first"
        self.calls: list[str] = []
        self.text: str | None = None

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803
        self.calls.append(SecretId)
        own = json.dumps({"username": "app", "password": self.password})
        return {"SecretString": own if self.text is None else self.text}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> SecretsManager:
    fake = SecretsManager()
    monkeypatch.setattr(_database, "_clients", [fake])
    monkeypatch.setattr(_database, "_known", {})
    monkeypatch.setenv(f"{PREFIX}_SECRET", ARN)
    return fake


def bind(monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
    for name, value in {**BINDING, **changed}.items():
        monkeypatch.setenv(f"{PREFIX}_{name}", value)


def test_without_a_binding_there_is_no_server() -> None:
    assert Server.read(PREFIX) is None


def test_the_server_is_what_the_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch)
    server = Server.read(PREFIX)
    assert server is not None
    assert server.parameters() == {
        "host": "db.internal",
        "port": 5432,
        "dbname": "shop",
        "sslmode": "require",
    }


def test_with_authorities_the_server_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, CA="certs/global-bundle.pem")
    server = Server.read(PREFIX)
    assert server is not None
    assert server.parameters()["sslmode"] == "verify-full"
    assert server.parameters()["sslrootcert"].endswith("/certs/global-bundle.pem")


def test_a_url_quotes_what_a_password_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch)
    server = Server.read(PREFIX)
    assert server is not None
    url = server.url(Credentials("app", "a/b@c:d%"))
    assert url == "postgresql://app:a%2Fb%40c%3Ad%25@db.internal:5432/shop?sslmode=require"


@pytest.mark.parametrize(("name", "value"), [("PORT", "x1"), ("TLS", "maybe"), ("NAME", "")])
def test_a_wrong_variable_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    bind(monkeypatch, **{name: value})
    with pytest.raises(RuntimeError, match=f"{PREFIX}_{name}") as raised:
        Server.read(PREFIX)
    assert not value or value not in str(raised.value).replace(f"{PREFIX}_{name}", "")


def test_the_secret_is_fetched_once(secrets: SecretsManager) -> None:
    first, second = credentials(PREFIX), credentials(PREFIX)
    assert first == second == Credentials("app", "first")
    assert secrets.calls == [ARN]


def test_a_refused_password_is_fetched_anew_once(secrets: SecretsManager) -> None:
    refused = credentials(PREFIX)
    secrets.password = "second"
    assert credentials(PREFIX, refused=refused).password == "second"
    assert credentials(PREFIX, refused=refused).password == "second"
    assert len(secrets.calls) == 2


def test_the_same_without_blocking_the_loop(secrets: SecretsManager) -> None:
    import asyncio

    async def both() -> list[str]:
        first = await credentials_async(PREFIX)
        secrets.password = "second"
        second = await credentials_async(PREFIX, refused=first)
        return [first.password, second.password]

    assert asyncio.run(both()) == ["first", "second"]


@pytest.mark.parametrize("text", ["no json: hunter2", '{"username": "hunter2"}', '"hunter2"'])
def test_a_secret_of_another_form_is_not_shown(secrets: SecretsManager, text: str) -> None:
    secrets.text = text
    with pytest.raises(RuntimeError, match=f"{PREFIX}_SECRET") as raised:
        credentials(PREFIX)
    assert "hunter2" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_a_password_is_not_in_the_text_of_its_object() -> None:
    assert "hunter2" not in repr(Credentials("app", "hunter2"))
