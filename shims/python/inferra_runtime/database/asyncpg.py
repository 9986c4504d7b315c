"""Connections and pools of asyncpg."""

from __future__ import annotations

import contextlib
import os
import urllib.parse
from collections.abc import Callable
from typing import Any

from .._database import Server
from ._encryption import for_sockets
from ._refused import open_connection_async, own_options

__all__ = ["connect", "create_pool"]

# How long a connection may take to say that it still is one.
_ANSWER_S = 5.0


def connect(callee: Callable[..., Any], prefix: str, /) -> Callable[..., Any]:
    """Makes ``asyncpg.connect`` open connections where the environment says.

    The user's own arguments are kept, but for what says where to connect.

    Args:
        callee: ``asyncpg.connect``.
        prefix: The binding's name, ``INFERRA_PERSIST_<ID>``.

    Returns:
        ``callee`` itself where none of the binding's variables is set.
    """
    server = Server.read(prefix)
    if server is None:
        return callee

    async def call(dsn: str | None = None, **kwargs: Any) -> Any:
        options = _options(dsn, kwargs, server)
        return await open_connection_async(
            prefix, lambda user: callee(**options, user=user.username, password=user.password)
        )

    return call


def create_pool(callee: Callable[..., Any], prefix: str, /) -> Callable[..., Any]:
    """Makes ``asyncpg.create_pool`` open its connections where the environment says.

    A connection is checked before it is handed out.
    """
    server = Server.read(prefix)
    if server is None:
        return callee

    def call(dsn: str | None = None, **kwargs: Any) -> Any:
        options = _options(dsn, kwargs, server)
        if "AWS_LAMBDA_FUNCTION_NAME" in os.environ and "min_size" not in options:
            # One request at a time: as many connections as ever while it lasts, one in between.
            options["min_size"] = min(1, options.get("max_size", 10))

        pool = callee(**options)
        # It offers no other place to look at a connection and take another instead.
        pool.__class__ = _checking(type(pool), prefix)
        return pool

    return call


def _checking(base: Any, prefix: str) -> Any:
    import asyncpg

    class Planned(base):  # type: ignore[misc]
        __slots__ = ()

        async def _acquire(self, timeout: float | None) -> Any:
            # As many as may wait in the pool, and one more, which is new.
            for _ in range(self.get_max_size()):
                connection = await super()._acquire(timeout)
                answers = False
                try:
                    answers = await _answers(connection)
                finally:
                    if not answers:
                        await self._give_up(connection)
                if answers:
                    return connection
            return await super()._acquire(timeout)

        async def _give_up(self, connection: Any) -> None:
            # One that is known to be closed has gone back to the pool by itself.
            with contextlib.suppress(asyncpg.InterfaceError):
                connection.terminate()
            await self.release(connection)

        async def _get_new_connection(self) -> Any:
            async def opened(user: Any) -> Any:
                who = {"user": user.username, "password": user.password}
                self._connect_kwargs.update(who)
                # Before 0.30 a pool keeps what its first connection was opened with.
                if hasattr(self, "_working_addr"):
                    self._working_addr = None  # type: ignore[misc]
                return await super(Planned, self)._get_new_connection()

            return await open_connection_async(prefix, opened)

    Planned.__name__ = Planned.__qualname__ = base.__name__
    return Planned


async def _answers(connection: Any) -> bool:
    try:
        await connection.execute("SELECT 1", timeout=_ANSWER_S)
    except Exception:  # noqa: BLE001 - asyncpg has many words for a connection that is lost
        return False
    return True


def _options(dsn: str | None, kwargs: dict[str, Any], server: Server) -> dict[str, Any]:
    options, given = own_options(kwargs), dict(kwargs)
    if dsn:
        # What asyncpg does not know in a URL it sets in the session.
        of_url = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(dsn).query))
        given, own = {**of_url, **kwargs}, own_options(of_url)
        if own:
            options["server_settings"] = {**own, **(options.get("server_settings") or {})}
    options.update(host=server.host, port=server.port, database=server.name)
    options["ssl"] = for_sockets(given, server) or "prefer"
    return options
