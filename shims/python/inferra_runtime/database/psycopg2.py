"""Connections and pools of psycopg2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._database import Server
from ._encryption import for_libpq
from ._refused import open_connection, own_options

__all__ = ["connect", "pool"]


def connect(callee: Callable[..., Any], prefix: str, /) -> Callable[..., Any]:
    """Makes ``psycopg2.connect`` open connections where the environment says.

    The user's own arguments are kept, but for what says where to connect.

    Args:
        callee: ``psycopg2.connect``.
        prefix: The binding's name, ``INFERRA_PERSIST_<ID>``.

    Returns:
        ``callee`` itself where none of the binding's variables is set.
    """
    server = Server.read(prefix)
    if server is None:
        return callee

    def call(
        dsn: str | None = None,
        connection_factory: Any = None,
        cursor_factory: Any = None,
        **kwargs: Any,
    ) -> Any:
        options = _options(dsn, kwargs, server)
        if connection_factory is not None:
            options["connection_factory"] = connection_factory
        if cursor_factory is not None:
            options["cursor_factory"] = cursor_factory
        return open_connection(
            prefix, lambda user: callee(**options, user=user.username, password=user.password)
        )

    return call


def pool(callee: Any, prefix: str, /) -> Any:
    """Makes a pool of ``psycopg2.pool`` open its connections where the environment says.

    A connection that was closed while it was in the pool is not handed out.

    Args:
        callee: One of its classes.
        prefix: The binding's name.
    """
    found = Server.read(prefix)
    if found is None:
        return callee
    server = found

    class Planned(callee):  # type: ignore[misc]
        def __init__(self, minconn: int, maxconn: int, *args: Any, **kwargs: Any) -> None:
            names = ("dsn", "connection_factory", "cursor_factory")
            given = {**dict(zip(names, args)), **kwargs}
            options = _options(given.pop("dsn", None), given, server)
            super().__init__(minconn, maxconn, **options)

        def _connect(self, key: Any = None) -> Any:
            def opened(user: Any) -> Any:
                self._kwargs.update(user=user.username, password=user.password)
                return super(Planned, self)._connect(key)

            return open_connection(prefix, opened)

        def _getconn(self, key: Any = None) -> Any:
            known = key is not None and key in self._used
            connection = super()._getconn(key)
            # As many as may wait in the pool, and one more, which is new.
            for _ in range(0 if known else self.minconn):
                if _answers(connection):
                    break
                super()._putconn(connection, key, close=True)
                connection = super()._getconn(key)
            return connection

        if callee.getconn is callee._getconn:
            # One without locks of its own has the same method under both names.
            getconn = _getconn

    return Planned


def _options(dsn: str | None, kwargs: dict[str, Any], server: Server) -> dict[str, Any]:
    from psycopg2.extensions import parse_dsn

    own = {**(parse_dsn(dsn) if dsn else {}), **kwargs}
    return {**own_options(own), **server.parameters(), **for_libpq(own, server)}


def _answers(connection: Any) -> bool:
    import psycopg2

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        # It began a transaction, unless the connection has none.
        connection.rollback()
    except psycopg2.Error:
        return False
    return True
