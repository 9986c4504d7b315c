from __future__ import annotations

from typing import Any

import pytest
import redis
import redis.asyncio
import redis.cluster

from inferra_runtime import keywords

PREFIX = "INFERRA_PERSIST_REDIS"
BOUND = {"HOST": "cache.internal", "PORT": "6380", "TLS": "true"}


def bind(monkeypatch: pytest.MonkeyPatch, **properties: str) -> None:
    for name, value in properties.items():
        monkeypatch.setenv(f"{PREFIX}_{name}", value)


def wire(callee: Any) -> Any:
    return keywords(callee, PREFIX, host="host", port="port", tls="ssl")


def connect(host: str = "localhost", port: int = 6379, db: int = 0, **others: Any) -> Any:
    return {"host": host, "port": port, "db": db, **others}


def test_without_variables_the_callee_itself_is_returned() -> None:
    assert wire(redis.Redis) is redis.Redis


def test_without_a_mapping_the_callee_itself_is_returned() -> None:
    assert keywords(connect, PREFIX) is connect


def test_variables_of_another_binding_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFERRA_PERSIST_OTHER_HOST", "elsewhere")
    assert wire(connect) is connect


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((), {}),
        ((), {"host": "localhost", "port": 6379, "ssl": False}),
        (("localhost",), {}),
        (("localhost", 6379), {}),
        (("localhost", 6379), {"ssl": False}),
        (("localhost",), {"port": 6379}),
    ],
)
def test_values_replace_arguments_however_they_are_given(
    monkeypatch: pytest.MonkeyPatch, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> None:
    bind(monkeypatch, **BOUND)
    assert wire(connect)(*args, **kwargs) == {
        "host": "cache.internal",
        "port": 6380,
        "db": 0,
        "ssl": True,
    }


def test_other_arguments_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, **BOUND)
    result = wire(connect)("localhost", 6379, 3, client_name="a=b", retry=None)
    assert (result["db"], result["client_name"], result["retry"]) == (3, "a=b", None)


def test_what_belongs_to_the_local_server_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def through(host: str, password: str | None = None, ssl: bool = False, **others: Any) -> Any:
        return {"host": host, "password": password, **others}

    monkeypatch.setenv(f"{PREFIX}_HOST", "cache.internal")
    wired = keywords(through, PREFIX, host="host")
    local = {"username": "me", "unix_socket_path": "/r.sock", "ssl_ca_certs": "dev.pem", "db": 1}
    assert wired("localhost", "hunter2", **local) == {
        "host": "cache.internal",
        "password": None,
        "db": 1,
    }
    bind(monkeypatch, **BOUND)
    client = wire(redis.Redis)(
        password="hunter2", ssl=True, ssl_cert_reqs="none", ssl_check_hostname=False
    )
    settings = client.connection_pool.connection_kwargs
    assert (settings["password"], settings["ssl_cert_reqs"], settings["ssl_check_hostname"]) == (
        None,
        "required",
        True,
    )


def test_tls_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, **{**BOUND, "TLS": "false"})
    assert wire(connect)(ssl=True)["ssl"] is False


def test_the_environment_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, **BOUND)
    wired = wire(connect)
    monkeypatch.setenv(f"{PREFIX}_HOST", "later.internal")
    assert wired()["host"] == wired()["host"] == "cache.internal"


def test_the_callee_reports_its_own_argument_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    def narrow(host: str, port: int, ssl: bool) -> None:
        raise AssertionError(host, port, ssl)

    bind(monkeypatch, **BOUND)
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        wire(narrow)(colour="red")
    with pytest.raises(TypeError, match="positional arguments"):
        wire(narrow)("localhost", 6379, False, 1)


@pytest.mark.parametrize("absent", sorted(BOUND))
def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, absent: str) -> None:
    bind(monkeypatch, **{name: value for name, value in BOUND.items() if name != absent})
    with pytest.raises(RuntimeError, match=f"{PREFIX}_{absent} must be set"):
        wire(connect)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("HOST", "", "a text that is not empty"),
        ("PORT", "sixty", "an integer"),
        ("PORT", "", "an integer"),
        ("TLS", "yes-please", "'true' or 'false'"),
        ("TLS", "", "'true' or 'false'"),
    ],
)
def test_a_malformed_value_is_named_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    bind(monkeypatch, **{**BOUND, name: value})
    with pytest.raises(RuntimeError) as caught:
        wire(connect)
    assert str(caught.value) == f"{PREFIX}_{name} must be {expected}"
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("name", ["startup_nodes", "url"])
def test_an_argument_that_connects_elsewhere_is_rejected(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    bind(monkeypatch, **BOUND)
    with pytest.raises(TypeError, match=f"argument '{name}' names a server of its own"):
        wire(connect)(**{name: object()})
    assert wire(connect)(**{name: None})["host"] == "cache.internal"


def test_such_an_argument_is_rejected_by_position_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def through(host: str, port: int, startup_nodes: object, ssl: bool = False) -> None:
        raise AssertionError(host, port, startup_nodes, ssl)

    bind(monkeypatch, **BOUND)
    with pytest.raises(TypeError, match="'startup_nodes'"):
        wire(through)("localhost", 6379, object())


def test_a_parameter_that_the_binding_sets_is_not_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    def open_url(url: str) -> str:
        return url

    monkeypatch.setenv("INFERRA_PERSIST_DB_URL", "postgres://db.internal/app")
    wired = keywords(open_url, "INFERRA_PERSIST_DB", url="url")
    assert wired("postgres://localhost/app") == "postgres://db.internal/app"


def test_redis_is_configured_for_the_bound_server(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, **BOUND)
    client = wire(redis.Redis)(host="localhost", port=6379, db=2)
    settings = client.connection_pool.connection_kwargs
    assert isinstance(client, redis.Redis)
    assert client.connection_pool.connection_class is redis.SSLConnection
    assert (settings["host"], settings["port"], settings["db"]) == ("cache.internal", 6380, 2)


def test_asyncio_redis_is_configured_for_the_bound_server(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch, **BOUND)
    pool = wire(redis.asyncio.Redis)(host="localhost").connection_pool
    assert pool.connection_class is redis.asyncio.SSLConnection
    assert pool.connection_kwargs["host"] == "cache.internal"


def test_a_cluster_client_takes_no_nodes_beside_the_binding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bind(monkeypatch, **BOUND)
    with pytest.raises(TypeError, match="'startup_nodes'"):
        wire(redis.cluster.RedisCluster)(startup_nodes=["localhost:7000"])
