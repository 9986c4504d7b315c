from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiocache
import pytest
import redis
import redis.asyncio
import redis_servers
from redis.asyncio.cluster import ClusterNode as AsyncClusterNode
from redis.cluster import ClusterNode

from inferra_runtime import keywords, redis_clients

PREFIX = "INFERRA_PERSIST_REDIS"

pytestmark = pytest.mark.skipif(
    shutil.which("redis-server") is None or shutil.which("openssl") is None,
    reason="needs redis-server and openssl",
)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("certificates")
    redis_servers.make_certificates(directory)
    return directory


@pytest.fixture(scope="module")
def node(certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with redis_servers.tls_server(certificates, tmp_path_factory.mktemp("node") / "data") as port:
        yield port


@pytest.fixture(scope="module")
def cluster_node(certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    options = [
        "--cluster-enabled",
        "yes",
        "--tls-cluster",
        "yes",
        "--cluster-announce-ip",
        "127.0.0.1",
    ]
    directory = tmp_path_factory.mktemp("cluster") / "data"
    with redis_servers.tls_server(certificates, directory, *options) as port:
        redis_servers.make_cluster(certificates, port)
        yield port


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch, certificates: Path, node: int) -> int:
    bind(monkeypatch, certificates, node)
    return node


def bind(monkeypatch: pytest.MonkeyPatch, certificates: Path, port: int) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.pem"))
    for name, value in {"HOST": "127.0.0.1", "PORT": str(port), "TLS": "true"}.items():
        monkeypatch.setenv(f"{PREFIX}_{name}", value)


def node_of(callee: Any) -> Any:
    return keywords(callee, PREFIX, host="host", port="port", tls="ssl")


# What people write, for a server on their own machine that is not there, with its credentials.
LOCAL = "redis://me:hunter2@localhost:1/2?decode_responses=True&health_check_interval=7&ssl_cert_reqs=none"
WAYS = {
    "arguments": lambda module: node_of(module.Redis)(
        host="localhost", port=1, db=2, password="hunter2", decode_responses=True
    ),
    "strict": lambda module: node_of(module.StrictRedis)(
        unix_socket_path="/no/such", db=2, decode_responses=True
    ),
    "from_url": lambda module: redis_clients.from_url(module.from_url, PREFIX)(LOCAL),
    "class": lambda module: redis_clients.from_url(module.Redis.from_url, PREFIX)(
        url=LOCAL, password="hunter2"
    ),
    "socket": lambda module: redis_clients.from_url(module.from_url, PREFIX)(
        "unix:///no/such?db=2&password=x", decode_responses=True
    ),
    "pool": lambda module: module.Redis(
        connection_pool=redis_clients.pool(module.ConnectionPool, PREFIX)(
            host="localhost", port=1, db=2, password="hunter2", decode_responses=True
        )
    ),
    "blocking": lambda module: module.Redis(
        connection_pool=redis_clients.pool(module.BlockingConnectionPool, PREFIX)(
            max_connections=2, timeout=3, db=2, decode_responses=True
        )
    ),
    "pool url": lambda module: module.Redis(
        connection_pool=redis_clients.from_url(module.ConnectionPool.from_url, PREFIX)(LOCAL)
    ),
    "unix pool": lambda module: module.Redis(
        connection_pool=redis_clients.pool(module.ConnectionPool, PREFIX)(
            connection_class=module.UnixDomainSocketConnection,
            path="/no/such",
            db=2,
            decode_responses=True,
        )
    ),
    "through pool": lambda module: node_of(module.Redis)(
        connection_pool=module.ConnectionPool.from_url(LOCAL)
    ),
    "from pool": lambda module: redis_clients.from_pool(module.Redis.from_pool, PREFIX)(
        module.ConnectionPool.from_url(LOCAL)
    ),
    "single": lambda module: node_of(module.Redis)(
        db=2, single_connection_client=True, decode_responses=True
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_client_reaches_the_bound_server(bound: int, way: Any) -> None:
    with way(redis) as client:
        assert client.set("key", "value") is True
        assert client.get("key") == "value"
        assert client.client_info()["db"] == 2
        settings = client.connection_pool.connection_kwargs
        assert settings.get("password") is None
        assert settings.get("username") is None
        assert settings.get("ssl_check_hostname") is True
        assert settings.get("ssl_cert_reqs", "required") == "required"


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_asynchronous_client_reaches_the_bound_server(bound: int, way: Any) -> None:
    async def steps() -> None:
        async with way(redis.asyncio) as client:
            assert await client.set("key", "value") is True
            assert await client.get("key") == "value"
            assert (await client.client_info())["db"] == 2
            await client.connection_pool.disconnect()

    asyncio.run(steps())


def test_positional_arguments_are_kept(bound: int) -> None:
    assert node_of(redis.Redis)("localhost", 1, 2, "hunter2", 3).client_info()["db"] == 2


def test_options_are_kept(bound: int) -> None:
    retry = redis.retry.Retry(redis.backoff.NoBackoff(), 1)
    client = redis_clients.from_url(redis.from_url, PREFIX)(LOCAL, retry=retry, socket_timeout=3)
    settings = client.connection_pool.connection_kwargs
    assert (settings["health_check_interval"], settings["socket_timeout"], settings["retry"]) == (
        7,
        3,
        retry,
    )
    pool = redis_clients.pool(redis.BlockingConnectionPool, PREFIX)(max_connections=3, timeout=4)
    assert (pool.max_connections, pool.timeout) == (3, 4)


def test_without_a_url_it_is_the_default_one(bound: int) -> None:
    assert redis_clients.from_url(redis.from_url, PREFIX)(None).ping() is True


def test_without_a_binding_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    for wire in (
        redis_clients.from_url,
        redis_clients.cluster,
        redis_clients.pool,
        redis_clients.from_pool,
    ):
        assert wire(redis.from_url, PREFIX) is redis.from_url
    cache = aiocache.RedisCache(endpoint="localhost", port=1, password="x")
    assert redis_clients.cache(cache, PREFIX) is cache
    assert cache.client.connection_pool.connection_kwargs["host"] == "localhost"


def test_without_tls_the_scheme_is_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "::1", "PORT": "7", "TLS": "false"}.items():
        monkeypatch.setenv(f"{PREFIX}_{name}", value)
    client = redis_clients.from_url(redis.from_url, PREFIX)("rediss://u:p@a/1")
    settings = client.connection_pool.connection_kwargs
    assert client.connection_pool.connection_class is redis.Connection
    assert (settings["host"], settings["port"], settings["db"]) == ("::1", 7, 1)


def test_an_unknown_authority_is_refused(bound: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    client = redis_clients.from_url(redis.from_url, PREFIX)(LOCAL, retry=None)
    with pytest.raises(redis.ConnectionError, match="certificate verify failed"):
        client.ping()


def test_another_name_of_the_server_is_refused(bound: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # It listens there, too, but its certificate does not say so.
    monkeypatch.setenv(f"{PREFIX}_HOST", "127.0.0.2")
    for client in (
        redis.Redis(connection_pool=redis_clients.pool(redis.ConnectionPool, PREFIX)()),
        redis_clients.from_url(redis.from_url, PREFIX)(LOCAL + "&ssl_check_hostname=False"),
        node_of(redis.Redis)(ssl_check_hostname=False, retry=None),
    ):
        with pytest.raises(redis.ConnectionError, match="IP address mismatch"):
            client.ping()


def test_connections_of_a_class_of_ones_own_must_speak_tls(bound: int) -> None:
    class Plain(redis.Connection):
        pass

    class Secure(redis.SSLConnection):
        pass

    wired = redis_clients.pool(redis.ConnectionPool, PREFIX)
    assert redis.Redis(connection_pool=wired(connection_class=Secure)).ping() is True
    with pytest.raises(TypeError, match="derive it from"):
        wired(connection_class=Plain)


def test_a_connection_that_the_server_closed_is_opened_again(
    bound: int, certificates: Path
) -> None:
    client = node_of(redis.Redis)()
    first = client.client_id()
    assert client.client_id() == first
    redis_servers.tell(certificates, bound, "CLIENT", "KILL", "TYPE", "normal")
    assert client.client_id() != first


@pytest.mark.parametrize("way", ["arguments", "from_url", "pool", "through pool"])
def test_so_is_one_of_the_asynchronous_client(bound: int, certificates: Path, way: str) -> None:
    async def steps() -> None:
        client = WAYS[way](redis.asyncio)
        first = await client.client_id()
        assert await client.client_id() == first
        kill = ("CLIENT", "KILL", "TYPE", "normal")
        await asyncio.to_thread(redis_servers.tell, certificates, bound, *kill)
        assert await client.client_id() != first
        await client.connection_pool.disconnect()

    asyncio.run(steps())


CLUSTERS = {
    "arguments": lambda classes: redis_clients.cluster(classes[0], PREFIX)(
        "localhost", 1, password="x", decode_responses=True
    ),
    "nodes": lambda classes: redis_clients.cluster(classes[0], PREFIX)(
        startup_nodes=[classes[1]("localhost", 1), classes[1]("localhost", 2)],
        decode_responses=True,
        ssl_cert_reqs="none",
    ),
    "from_url": lambda classes: redis_clients.from_url(classes[0].from_url, PREFIX)(
        "redis://:hunter2@localhost:1/0?decode_responses=True"
    ),
}


@pytest.mark.parametrize("way", CLUSTERS.values(), ids=CLUSTERS)
def test_a_cluster_is_found(
    monkeypatch: pytest.MonkeyPatch, certificates: Path, cluster_node: int, way: Any
) -> None:
    bind(monkeypatch, certificates, cluster_node)
    client = way((redis.RedisCluster, ClusterNode))
    assert client.set("key", "value") is True
    assert client.get("key") == "value"
    client.close()


@pytest.mark.parametrize("way", CLUSTERS.values(), ids=CLUSTERS)
def test_a_cluster_is_found_by_the_asynchronous_client(
    monkeypatch: pytest.MonkeyPatch, certificates: Path, cluster_node: int, way: Any
) -> None:
    bind(monkeypatch, certificates, cluster_node)

    async def steps() -> None:
        async with way((redis.asyncio.RedisCluster, AsyncClusterNode)) as client:
            assert await client.set("key", "value") is True
            assert await client.get("key") == "value"

    asyncio.run(steps())


def test_an_argument_that_the_cluster_client_does_not_know_is_its_own_to_refuse(
    monkeypatch: pytest.MonkeyPatch, certificates: Path, cluster_node: int
) -> None:
    bind(monkeypatch, certificates, cluster_node)
    with pytest.raises(Exception, match="colour"):
        redis_clients.cluster(redis.asyncio.RedisCluster, PREFIX)(colour="red")


@pytest.mark.filterwarnings("ignore:Call to deprecated:DeprecationWarning")
def test_aiocache_reaches_the_bound_server(bound: int) -> None:
    async def steps() -> None:
        own = aiocache.Cache(
            aiocache.Cache.REDIS,
            endpoint="localhost",
            port=1,
            db=2,
            password="hunter2",
            namespace="n",
        )
        async with redis_clients.cache(own, PREFIX) as cache:
            assert await cache.set("key", {"a": 1}, ttl=5) is True
            assert await cache.get("key") == {"a": 1}
            assert cache.client.connection_pool.connection_kwargs["db"] == 2
            assert "hunter2" not in repr(vars(cache))

    asyncio.run(steps())
