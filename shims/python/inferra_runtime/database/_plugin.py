"""The plugin of SQLAlchemy by which an engine finds the planned server.

A URL names it, ``postgresql+psycopg:///?plugin=inferra&inferra=PREFIX``, so that it works wherever
an application, Flask-SQLAlchemy or a configuration file makes the engine
(https://docs.sqlalchemy.org/en/20/core/connections.html#sqlalchemy.engine.CreateEnginePlugin).
What the user passes beside the URL is kept, but for what only SQLite understands.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

from sqlalchemy import event, pool
from sqlalchemy.dialects import plugins
from sqlalchemy.engine import URL, CreateEnginePlugin, make_url

from .._database import Credentials, Server, credentials, credentials_async
from ._encryption import ENCRYPTION, for_libpq, for_sockets
from ._refused import open_connection, own_options

__all__ = ["planned_url"]

_NAME = "inferra"
# Says that the user's own arguments are for another database.
_REPLACES = "inferra_replaces"
# A number that no application is likely to lock for itself.
_LOCK = 0x696E6665727261
# Pools that keep one connection because SQLite's memory is lost with it.
_ONE_CONNECTION = (pool.StaticPool, pool.SingletonThreadPool)
# Arguments of the engine that SQLite's dialects alone take.
_SQLITE_ONLY = ("native_datetime",)
_SYNC_DRIVERS = ("psycopg", "psycopg2", "pg8000")
_ASYNC_DRIVERS = ("asyncpg", "psycopg")
# What the drivers are called in a URL, each with its module.
_MODULES = {
    "asyncpg": "asyncpg",
    "pg8000": "pg8000",
    "psycopg": "psycopg",
    "psycopg2": "psycopg2",
    "psycopg_async": "psycopg",
}


def planned_url(given: Any, prefix: str, *, asynchronous: bool) -> URL | None:
    """Returns the URL of the server that the variables of ``prefix`` name.

    Args:
        given: The user's own URL, as text or as SQLAlchemy's object. Its driver is kept where it is
            one for PostgreSQL, and so are its parameters that do not say where to connect.
        prefix: The binding's name.
        asynchronous: Which drivers to choose from where the user's URL names none.

    Returns:
        None where there is no binding.

    Raises:
        ValueError: The user's URL is of another database than PostgreSQL and SQLite.
        RuntimeError: No driver for PostgreSQL is installed, or the binding is not complete.
    """
    server = Server.read(prefix)
    if server is None:
        return None
    own = make_url(given) if given else None
    if isinstance(given, str) and given.startswith("postgres://"):
        own = make_url(given.replace("postgres://", "postgresql://", 1))
    backend = own.get_backend_name() if own is not None else "sqlite"
    if backend not in ("sqlite", "postgresql"):
        raise ValueError(
            f"the application's own URL is of a {backend} database, and {prefix} of PostgreSQL: "
            "only PostgreSQL and SQLite can be replaced by it"
        )
    query: dict[str, Any] = {_NAME: prefix, "plugin": _NAME}
    if own is not None and backend == "postgresql":
        options: dict[str, Any] = dict(own.query)
        query.update(own_options(options))
        # The plugin takes them out again, and keeps of them what verifies the server.
        query.update({name: options[name] for name in ENCRYPTION & options.keys()})
    else:
        query[_REPLACES] = backend
    return URL.create(
        f"postgresql+{_driver(own if backend == 'postgresql' else None, asynchronous)}",
        host=server.host,
        port=server.port,
        database=server.name,
        query=query,
    )


def _driver(own: URL | None, asynchronous: bool) -> str:
    if own is not None and "+" in own.drivername:
        driver = own.drivername.partition("+")[2]
        if driver not in _MODULES:
            known = ", ".join(_MODULES)
            raise ValueError(f"the driver {driver} cannot be connected: use one of {known}")
        return driver
    drivers = _ASYNC_DRIVERS if asynchronous else _SYNC_DRIVERS
    for driver in drivers:
        if find_spec(_MODULES[driver]) is not None and _is_known(driver):
            return driver
    raise RuntimeError(f"no driver for PostgreSQL is installed: one of {', '.join(drivers)}")


def _is_known(driver: str) -> bool:
    # SQLAlchemy 1.4 has no dialect for psycopg 3.
    return find_spec(f"sqlalchemy.dialects.postgresql.{driver}") is not None


class Plugin(CreateEnginePlugin):
    """Connects one engine."""

    def __init__(self, url: URL, kwargs: dict[str, Any]) -> None:
        """Takes what is the plugin's from the URL, and what is SQLite's from the arguments."""
        super().__init__(url, kwargs)
        self._prefix = str(url.query[_NAME])
        server = Server.read(self._prefix)
        if server is None:
            raise RuntimeError(f"{self._prefix}_* in the environment must be set")
        self._server = server
        self._driver = url.get_driver_name()
        for name in ("creator", "async_creator", "pool"):
            if kwargs.get(name) is not None:
                raise TypeError(
                    f"argument {name!r} opens connections of its own, but {self._prefix}_* in the "
                    f"environment says where to connect: leave it out"
                )
        for name in _SQLITE_ONLY:
            kwargs.pop(name, None)
        own_pool = kwargs.get("poolclass")
        if isinstance(own_pool, type) and issubclass(own_pool, _ONE_CONNECTION):
            del kwargs["poolclass"]
        if _REPLACES in url.query:
            # They are arguments of `sqlite3.connect`, which no driver of PostgreSQL knows.
            kwargs.pop("connect_args", None)
        # A connection may have been closed while nobody used it: by the server, or while Lambda
        # kept the process frozen.
        kwargs.setdefault("pool_pre_ping", True)
        sized = {"max_overflow", "pool_size", "poolclass"} & kwargs.keys()
        if "AWS_LAMBDA_FUNCTION_NAME" in os.environ and not sized:
            # One request at a time: as many connections as ever while it lasts, one in between.
            kwargs.update(pool_size=1, max_overflow=14)

    def update_url(self, url: URL) -> URL:
        """Leaves in the URL what the driver understands."""
        return url.difference_update_query([_NAME, _REPLACES])

    def engine_created(self, engine: Any) -> None:
        """Opens the engine's connections as the user that the secret names."""
        event.listen(engine, "do_connect", self._connect)
        _make_tables_one_by_one(engine.dialect)

    def _connect(self, dialect: Any, record: Any, cargs: Any, cparams: dict[str, Any]) -> Any:  # noqa: ARG002
        place = {**own_options(cparams), **self._place(cparams)}

        def connect(user: Credentials) -> Any:
            who = {"user": user.username, "password": user.password}
            return dialect.connect(*cargs, **{**place, **who})

        return open_connection(
            self._prefix, connect, _fetch_async if dialect.is_async else credentials
        )

    def _place(self, given: dict[str, Any]) -> dict[str, Any]:
        """Where the server is, in the words of the driver."""
        server = self._server
        if self._driver in ("psycopg", "psycopg2", "psycopg_async"):
            return {**server.parameters(), **for_libpq(given, server)}
        place: dict[str, Any] = {
            "host": server.host,
            "port": server.port,
            "database": server.name,
        }
        context = for_sockets(given, server)
        if context is not None:
            place["ssl" if self._driver == "asyncpg" else "ssl_context"] = context
        return place


def _make_tables_one_by_one(dialect: Any) -> None:
    """Lets one process at a time look for tables that it is going to make.

    ``create_all`` looks first, and then makes what is not there: where two instances of a unit
    start at once, the second would fail. The lock ends with its transaction.
    """

    def locked(look: Any) -> Any:
        def looked(connection: Any, *args: Any, **kwargs: Any) -> Any:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            return look(connection, *args, **kwargs)

        return looked

    # From 2.1 on, SQLAlchemy looks for all tables at once.
    for name in ("has_table", "has_multi_table"):
        if hasattr(dialect, name):
            setattr(dialect, name, locked(getattr(dialect, name)))


def _fetch_async(prefix: str, *, refused: Credentials | None = None) -> Credentials:
    # It needs greenlet, which only applications with asynchronous engines have.
    from sqlalchemy.util import await_only

    # Such engines open connections in a greenlet, which waits as a coroutine does.
    user: Credentials = await_only(credentials_async(prefix, refused=refused))
    return user


plugins.register(_NAME, __name__, "Plugin")
