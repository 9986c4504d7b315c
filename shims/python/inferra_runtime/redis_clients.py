"""Clients of Redis that are made from a URL, a pool or a cluster's nodes, led to the bound server.

What the code says of its own server (where it is, who may use it, its certificates) is left out;
everything else is kept: the number of the database, decoding, retries, timeouts, limits. The
server's certificate is verified.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from . import _binding, is_local

__all__ = ["cache", "cluster", "from_pool", "from_url", "pool", "redirect"]

_T = TypeVar("_T")
_PROPERTIES = ("host", "port", "tls")
# Parameters, or options of a URL, that name a server beside those of which `is_local` speaks.
_PLACE = frozenset({"address_remap", "host", "path", "port", "ssl", "startup_nodes", "url"})


def from_url(callee: Callable[..., _T], prefix: str, /) -> Callable[..., _T]:
    """Makes ``callee``, such as ``redis.from_url``, connect to the bound server.

    The number of the database and the options of the URL stay. Without a binding the result is
    ``callee`` itself.

    Raises:
        RuntimeError: The binding is incomplete or malformed.
    """
    found = _binding.read(prefix, _PROPERTIES)
    if found is None:
        return callee

    def call(url: str | None = None, *args: Any, **kwargs: Any) -> _T:
        kept = _without_place(kwargs)
        if found["tls"]:
            kept["ssl_check_hostname"] = True
        made = callee(_moved(url or "redis://", found), *args, **kept)
        _open_again(getattr(made, "connection_pool", made))
        return made

    return call


def cluster(callee: Callable[..., _T], prefix: str, /) -> Callable[..., _T]:
    """Makes ``callee``, a ``RedisCluster``, find the bound cluster, however it names its nodes.

    Raises:
        RuntimeError: The binding is incomplete or malformed.
    """
    found = _binding.read(prefix, _PROPERTIES)
    if found is None:
        return callee

    def call(*args: Any, **kwargs: Any) -> _T:
        given = inspect.signature(callee).bind_partial(*args, **kwargs)
        arguments: dict[str, Any] = {}
        for name, value in given.arguments.items():
            kind = given.signature.parameters[name].kind
            arguments.update(value if kind is inspect.Parameter.VAR_KEYWORD else {name: value})
        arguments = _without_place(arguments)
        if found["tls"]:
            arguments.update(ssl=True, ssl_check_hostname=True)
        return callee(host=found["host"], port=found["port"], **arguments)

    return call


def pool(callee: Callable[..., _T], prefix: str, /) -> Callable[..., _T]:
    """Makes ``callee``, such as ``redis.ConnectionPool``, give a pool of the bound server.

    Raises:
        RuntimeError: The binding is incomplete or malformed.
    """
    if _binding.read(prefix, _PROPERTIES) is None:
        return callee

    def call(*args: Any, **kwargs: Any) -> _T:
        made = callee(*args, **kwargs)
        redirect(made, prefix)
        return made

    return call


def from_pool(callee: Callable[..., _T], prefix: str, /) -> Callable[..., _T]:
    """Makes ``callee``, such as ``redis.Redis.from_pool``, lead its pool to the bound server.

    Raises:
        RuntimeError: The binding is incomplete or malformed.
    """
    if _binding.read(prefix, _PROPERTIES) is None:
        return callee

    def call(connection_pool: Any, *args: Any, **kwargs: Any) -> _T:
        redirect(connection_pool, prefix)
        return callee(connection_pool, *args, **kwargs)

    return call


def cache(made: _T, prefix: str, /) -> _T:
    """Leads aiocache's ``RedisCache`` to the bound server.

    Raises:
        RuntimeError: The binding is incomplete or malformed.
    """
    found = _binding.read(prefix, _PROPERTIES)
    if found is not None:
        backend: Any = made
        redirect(backend.client.connection_pool, prefix)
        backend.endpoint, backend.port, backend.password = found["host"], found["port"], None
    return made


def redirect(connection_pool: Any, prefix: str) -> None:
    """Makes a pool that has not connected yet open its connections to the bound server.

    All clients that share the pool go there.

    Raises:
        RuntimeError: The binding is incomplete or malformed.
        TypeError: The pool has a class of connections of its own, to which TLS cannot be added.
    """
    found = _binding.read(prefix, _PROPERTIES)
    if found is None:
        return
    connection_pool.connection_class = _connection_class(connection_pool, found["tls"])
    settings = connection_pool.connection_kwargs
    for name in [name for name in settings if is_local(name) or name in _PLACE]:
        del settings[name]
    settings.update(host=found["host"], port=found["port"])
    if found["tls"]:
        settings["ssl_check_hostname"] = True
    _open_again(connection_pool)


def _open_again(connection_pool: Any) -> None:
    """Makes a pool replace a connection that died while nobody used it, as in a frozen sandbox.

    A client that is made from arguments tries again by default; one that is made from a pool or a
    URL does not, unless the code says so, and not every version of redis-py looks at a connection
    before it uses it.
    """
    own = getattr(connection_pool, "connection_class", None)
    # The clients of clusters have rules of their own.
    if own is None:
        return
    import redis.asyncio.connection
    import redis.asyncio.retry
    import redis.backoff
    import redis.retry

    settings = connection_pool.connection_kwargs
    if settings.get("retry") is None and not settings.get("retry_on_error"):
        asynchronous = issubclass(own, redis.asyncio.connection.AbstractConnection)
        retry = redis.asyncio.retry.Retry if asynchronous else redis.retry.Retry
        settings["retry"] = retry(redis.backoff.NoBackoff(), 1)


def _connection_class(connection_pool: Any, tls: bool) -> Any:
    import redis.asyncio.connection
    import redis.connection

    own = connection_pool.connection_class
    for module in (redis.connection, redis.asyncio.connection):
        wanted = module.SSLConnection if tls else module.Connection
        known = (module.Connection, module.SSLConnection, module.UnixDomainSocketConnection)
        if own in known:
            return wanted
        if issubclass(own, module.SSLConnection) is tls and issubclass(own, module.Connection):
            return own
    raise TypeError(
        f"the pool's connections are of {own.__name__}, which cannot be led to a server with TLS: "
        "derive it from redis.SSLConnection"
    )


def _moved(url: str, found: dict[str, Any]) -> str:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    # The path of a socket is none of a database.
    path = "" if parts.scheme == "unix" else unquote(parts.path)
    kept = urlencode(_without_place(options), quote_via=quote)
    host = f"[{found['host']}]" if ":" in found["host"] else found["host"]
    scheme = "rediss" if found["tls"] else "redis"
    return f"{scheme}://{host}:{found['port']}{quote(path)}{'?' if kept else ''}{kept}"


def _without_place(arguments: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in arguments.items()
        if not is_local(name) and name not in _PLACE
    }
