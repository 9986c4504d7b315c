"""How connections are encrypted: as the binding says, and never less than the application asks."""

from __future__ import annotations

import functools
import os
import ssl
from collections.abc import Mapping
from typing import Any

from .._database import Server

__all__ = ["ENCRYPTION", "for_libpq", "for_sockets"]

#: Parameters of clients and of URLs that say how the server is verified.
ENCRYPTION = frozenset({"ssl", "ssl_context", "sslcert", "sslcrl", "sslkey", "sslmode"}) | {
    "sslrootcert"
}
# https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION
_VERIFYING = ("verify-ca", "verify-full")


def for_libpq(given: Mapping[str, Any], server: Server) -> dict[str, Any]:
    """Returns the parameters of a client that libpq connects.

    Where the binding names no authorities, and the application verifies the server, it goes on
    doing so against its own.

    Args:
        given: The application's own parameters.
        server: The binding.
    """
    own = {name: given[name] for name in ENCRYPTION & given.keys() if name.startswith("sslc")}
    own.update({name: given[name] for name in ("sslkey", "sslrootcert") if name in given})
    mode = given.get("sslmode") or os.environ.get("PGSSLMODE")
    if server.authorities is None and _verifies(mode, own):
        return {**own, "sslmode": mode}
    planned = {"sslmode": server.sslmode}
    return {**planned, "sslrootcert": server.authorities} if server.authorities else planned


def for_sockets(given: Mapping[str, Any], server: Server) -> ssl.SSLContext | None:
    """Returns what encrypts the connections of a client that speaks PostgreSQL by itself.

    Raises:
        RuntimeError: The application verifies the server, and the binding has no encryption.
    """
    own = _own_context(given)
    if server.authorities:
        return _context(server.authorities)
    if own is not None:
        if not server.tls:
            raise RuntimeError(
                "the application verifies the database's certificate, and the variable of the "
                "binding that ends in _TLS says that connections are not encrypted"
            )
        return own
    return _context(None) if server.tls else None


def _own_context(given: Mapping[str, Any]) -> ssl.SSLContext | None:
    """With what the application verifies the server; None where it does not."""
    context = given.get("ssl_context") or given.get("ssl")
    if isinstance(context, ssl.SSLContext):
        return context if context.verify_mode != ssl.CERT_NONE else None
    mode = given.get("sslmode") or os.environ.get("PGSSLMODE")
    mode = context if isinstance(context, str) else mode
    if context is not True and not _verifies(mode, given):
        return None
    own = ssl.create_default_context(cafile=given.get("sslrootcert"))
    own.check_hostname = mode != "verify-ca"
    if given.get("sslcert"):
        own.load_cert_chain(given["sslcert"], given.get("sslkey"))
    return own


def _verifies(mode: Any, own: Mapping[str, Any]) -> bool:
    # With authorities, `require` is `verify-ca`.
    return mode in _VERIFYING or (mode == "require" and bool(own.get("sslrootcert")))


@functools.cache
def _context(authorities: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authorities)
    if authorities is None:
        # As `sslmode=require`: what is sent is encrypted, the server is not verified.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
