"""Real servers behind the endpoints of a cloud's stores, each started when its endpoint is there.

Terraform invokes functions that use a store while it still applies, so nobody can wait for its end.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

from . import postgres_server, redis_server
from .certificates import Authority
from .cloud import Cloud
from .security import MEMORY, SERVERLESS, Database, databases, endpoints, memory_clusters, serverless_caches, shards

POLL_SECONDS = 1.0
START_SECONDS = 120.0
# Those that speak as PostgreSQL does.
ENGINES = {"postgres", "aurora-postgresql"}


class Stores:
    """Those of one cloud. One thread starts them all and lives as long as they do: a server ends with the thread that
    started it."""

    def __init__(self, cloud: Cloud, authority: Authority, directory: Path):
        self._cloud = cloud
        self._authority = authority
        self._directory = directory
        self._started: set[str] = set()
        self._wanted, self._complete, self._end = threading.Event(), threading.Event(), threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def complete(self) -> None:
        """Every store that there is now runs; none is looked for any more."""
        self._wanted.set()
        assert self._complete.wait(START_SECONDS), "the stores did not start"
        if self._failure:
            raise AssertionError(f"a store did not start: {self._failure}") from self._failure

    def _run(self) -> None:
        with ExitStack() as until:
            try:
                while not self._wanted.wait(POLL_SECONDS):
                    self._start_new(until)
                self._start_new(until)
            except BaseException as failure:
                self._failure = failure
            self._complete.set()
            self._end.wait()

    def _start_new(self, until: ExitStack) -> None:
        for name, server in self._servers():
            if name not in self._started:
                until.enter_context(server())
                self._started.add(name)

    def _servers(self) -> Iterator[tuple[str, Callable[[], AbstractContextManager]]]:
        elasticache = self._cloud.client("elasticache")
        for group in elasticache.describe_replication_groups()["ReplicationGroups"]:
            yield f"elasticache/{group['ReplicationGroupId']}", partial(self._redis, group)
        for cache in serverless_caches(self._cloud):
            yield SERVERLESS + cache["ServerlessCacheName"], partial(self._serverless, cache)
        for cluster in memory_clusters(self._cloud):
            yield MEMORY + cluster["Name"], partial(self._memory, cluster)
        for name, database in databases(self._cloud).items():
            yield name, partial(self._postgres, database)

    def _redis(self, group: dict) -> AbstractContextManager:
        """One server, or a cluster where the group has a configuration endpoint."""
        addresses = endpoints(self._cloud, group)
        if group["ClusterEnabled"]:
            return redis_server.cluster_with_tls(addresses, self._authority, self._directory)
        return redis_server.with_tls(addresses[0], self._authority, self._directory)

    def _serverless(self, cache: dict) -> AbstractContextManager:
        """One address, behind which keys have slots all the same."""
        return redis_server.cluster_with_tls([cache["Endpoint"]["Address"]], self._authority, self._directory)

    def _memory(self, cluster: dict) -> AbstractContextManager:
        """A cluster, of one node even: MemoryDB has nothing else."""
        return redis_server.cluster_with_tls(shards(cluster), self._authority, self._directory)

    def _postgres(self, database: Database) -> AbstractContextManager:
        assert database.engine in ENGINES, f"there is no server for {database.engine}"
        return postgres_server.with_tls(database, self._cloud, self._authority, self._directory)


@contextmanager
def following(cloud: Cloud, authority: Authority, directory: Path) -> Iterator[Stores]:
    """The stores that appear in the cloud inside the block; they end with it."""
    stores = Stores(cloud, authority, directory)
    stores._thread.start()
    try:
        yield stores
    finally:
        stores._wanted.set()
        stores._end.set()
        stores._thread.join()
