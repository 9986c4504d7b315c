"""Tells a refused password from other reasons for which a connection is not opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from .._database import Credentials, credentials, credentials_async

__all__ = ["PLACES", "open_connection", "open_connection_async", "own_options"]

_T = TypeVar("_T")

#: Parameters that say where to connect, as whom, and how the server is told apart from another:
#: libpq's (https://www.postgresql.org/docs/current/libpq-connect.html) and those of other drivers.
PLACES = frozenset(
    {
        *("channel_binding", "database", "dbname", "direct_tls", "dsn", "gssencmode", "host"),
        *("hostaddr", "krbsrvname", "passfile", "password", "port", "require_auth", "service"),
        *("ssl", "ssl_context", "sslcert", "sslcrl", "sslkey", "sslmode", "sslnegotiation"),
        *("sslpassword", "sslrootcert", "user"),
    }
)

# Invalid authorization: https://www.postgresql.org/docs/current/errcodes-appendix.html.
_REFUSED_CLASS = "28"
# libpq hands on no code while it connects, only the server's text. RDS speaks English.
_REFUSED_TEXT = "authentication failed"


def own_options(given: dict[str, Any]) -> dict[str, Any]:
    """Returns what of the user's own arguments does not say where to connect."""
    return {name: value for name, value in given.items() if name not in PLACES}


def open_connection(
    prefix: str,
    connect: Callable[[Credentials], _T],
    fetch: Callable[..., Credentials] = credentials,
) -> _T:
    """Calls ``connect`` with the user of ``prefix``, once more where the password was replaced.

    Raises:
        Exception: What ``connect`` raised; the first one where there is no other password.
    """
    user = fetch(prefix)
    try:
        return connect(user)
    except Exception as error:
        if not _refuses(error):
            raise
        other = fetch(prefix, refused=user)
        if other == user:
            raise
    return connect(other)


async def open_connection_async(prefix: str, connect: Callable[[Credentials], Awaitable[_T]]) -> _T:
    """Does what ``open_connection`` does, without blocking the event loop."""
    user = await credentials_async(prefix)
    try:
        return await connect(user)
    except Exception as error:
        if not _refuses(error):
            raise
        other = await credentials_async(prefix, refused=user)
        if other == user:
            raise
    return await connect(other)


def _refuses(error: Any) -> bool:
    code = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    if code is not None:
        return str(code).startswith(_REFUSED_CLASS)
    # pg8000 hands on the fields of the server's answer, by their letters:
    # https://www.postgresql.org/docs/current/protocol-error-fields.html.
    fields = error.args[0] if error.args else None
    if isinstance(fields, dict):
        return str(fields.get("C", "")).startswith(_REFUSED_CLASS)
    return _REFUSED_TEXT in str(error)
