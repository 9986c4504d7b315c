"""Connections and pools of psycopg 3."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from typing import Any

from .._database import Server
from ._encryption import for_libpq
from ._refused import open_connection, open_connection_async, own_options

__all__ = ["connect", "pool"]

# Without an answer for so long, a connection is asked whether it still is one.
_QUIET_S = 5.0


def connect(callee: Callable[..., Any], prefix: str, /) -> Callable[..., Any]:
    """Makes ``psycopg.connect`` open connections where the environment says.

    The user's own arguments are kept, but for what says where to connect. A connection that the
    server has closed while nobody used it is opened anew at its next use; an asynchronous one is
    not.

    Args:
        callee: ``psycopg.connect``, or ``connect`` of one of its classes.
        prefix: The binding's name, ``INFERRA_PERSIST_<ID>``.

    Returns:
        ``callee`` itself where none of the binding's variables is set.
    """
    server = Server.read(prefix)
    if server is None:
        return callee
    planned: Callable[..., Any] = _connecting(callee.__self__, prefix, server).connect  # type: ignore[attr-defined]
    return planned


def pool(callee: Callable[..., Any], prefix: str, /) -> Callable[..., Any]:
    """Makes a pool of ``psycopg_pool`` open its connections where the environment says.

    A connection is checked before it is handed out, unless the user says otherwise.
    """
    server = Server.read(prefix)
    if server is None:
        return callee

    def call(*args: Any, **kwargs: Any) -> Any:
        import psycopg
        from psycopg_pool import AsyncConnectionPool

        asynchronous = isinstance(callee, type) and issubclass(callee, AsyncConnectionPool)
        default = psycopg.AsyncConnection if asynchronous else psycopg.Connection
        base = kwargs.get("connection_class") or default
        kwargs["connection_class"] = _connecting(base, prefix, server)
        if hasattr(callee, "check_connection"):
            kwargs.setdefault("check", callee.check_connection)
        sized = {"min_size", "max_size"} & kwargs.keys()
        if "AWS_LAMBDA_FUNCTION_NAME" in os.environ and not sized:
            # One request at a time: as many connections as ever while it lasts, one in between.
            kwargs.update(min_size=1, max_size=4)
        return callee(*args, **kwargs)

    return call


def _connecting(base: Any, prefix: str, server: Server) -> Any:
    import psycopg

    make = _asynchronous if issubclass(base, psycopg.AsyncConnection) else _synchronous
    return make(base, prefix, server)


def _options(conninfo: Any, kwargs: dict[str, Any], server: Server) -> dict[str, Any]:
    from psycopg.conninfo import conninfo_to_dict

    own = {**conninfo_to_dict(conninfo or ""), **kwargs}
    return {**own_options(own), **server.parameters(), **for_libpq(own, server)}


def _asynchronous(base: Any, prefix: str, server: Server) -> Any:
    class Planned(base):  # type: ignore[misc]
        @classmethod
        async def connect(cls, conninfo: str = "", **kwargs: Any) -> Any:
            options, opened = _options(conninfo, kwargs, server), super().connect
            return await open_connection_async(
                prefix,
                lambda user: opened(**options, user=user.username, password=user.password),
            )

    return Planned


def _synchronous(base: Any, prefix: str, server: Server) -> Any:
    class Planned(base):  # type: ignore[misc]
        @classmethod
        def connect(cls, conninfo: str = "", **kwargs: Any) -> Any:
            options, opened = _options(conninfo, kwargs, server), super().connect
            connection = open_connection(
                prefix,
                lambda user: opened(**options, user=user.username, password=user.password),
            )
            connection._inferra = (conninfo, kwargs)
            connection._inferra_used = time.time()
            return connection

        def cursor(self, *args: Any, **kwargs: Any) -> Any:
            _reopen_if_lost(self)
            return super().cursor(*args, **kwargs)

        def transaction(self, *args: Any, **kwargs: Any) -> Any:
            _reopen_if_lost(self)
            return super().transaction(*args, **kwargs)

    return Planned


def _reopen_if_lost(connection: Any) -> None:
    """Gives ``connection`` another session where its own has ended outside of a transaction."""
    if _is_usable(connection):
        connection._inferra_used = time.time()
        return
    conninfo, kwargs = connection._inferra
    fresh = type(connection).connect(conninfo, **kwargs)
    lost, before = connection.pgconn, dict(connection.__dict__)
    # psycopg's own initialisation, so that nothing of the old session is left ...
    connection.__init__(fresh.pgconn)
    # ... but for what the application has set on the object.
    for name in _KEPT & before.keys():
        setattr(connection, name, before[name])
    fresh.pgconn = lost
    lost.finish()
    connection._inferra, connection._inferra_used = (conninfo, kwargs), time.time()


_KEPT = frozenset(
    {
        *("_adapters", "_autocommit", "_begin_statement", "_deferrable", "_isolation_level"),
        *("_notice_handlers", "_notify_handlers", "_read_only", "cursor_factory", "lock"),
        *("prepare_threshold", "row_factory", "server_cursor_factory"),
    }
)


def _is_usable(connection: Any) -> bool:
    from psycopg.pq import ConnStatus, TransactionStatus

    pgconn = connection.pgconn
    # What the application has closed, or what belongs to a pool, is not opened behind its back.
    if connection._closed or getattr(connection, "_pool", None) is not None:
        return True
    if pgconn.status != ConnStatus.OK:
        return False
    if pgconn.transaction_status != TransactionStatus.IDLE or connection._pipeline is not None:
        return True
    poll = select.poll()
    poll.register(pgconn.socket, select.POLLIN)
    # An idle server has nothing to say, but when it closes the connection. After a freeze not even
    # that may have arrived.
    if not poll.poll(0) and time.time() - connection._inferra_used < _QUIET_S:
        return True
    pgconn.exec_(b"")
    return bool(pgconn.status == ConnStatus.OK)
