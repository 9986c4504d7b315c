"""Connects an application to the infrastructure that inferra planned for it.

The application's own code calls this package in one place per annotation, and only in the
unit's copy of the file. Where the binding's environment variables are absent, such a call
changes nothing.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from . import _binding

__all__ = ["keywords"]

_T = TypeVar("_T")


def keywords(callee: Callable[..., _T], prefix: str, /, **mapping: str) -> Callable[..., _T]:
    """Makes ``callee`` take some of its arguments from the environment.

    Each item of ``mapping`` is ``property="keyword"``: the variable ``PREFIX_PROPERTY`` holds
    the value for the parameter ``keyword``. Values are strings, except ``port`` (an integer)
    and ``tls`` (``true`` or ``false``)::

        keywords(redis.Redis, "INFERRA_PERSIST_REDIS", host="host", port="port", tls="ssl")

    The environment is read once, here, and not when the result is called. Credentials, certificates
    and the socket of the local server are left out, and a ``connection_pool`` is led to the bound
    server.

    Args:
        callee: A class or function, such as ``redis.Redis``.
        prefix: The binding's name, ``INFERRA_<CAPABILITY>_<ID>``.
        **mapping: The binding's properties and the parameters that they set.

    Returns:
        ``callee`` itself when none of the variables is set. Otherwise a function that calls
        ``callee`` with the arguments it is given, those of ``mapping`` replaced or added. It
        raises ``TypeError`` when an argument that is not None, such as ``startup_nodes``,
        would make ``callee`` connect elsewhere whatever the replaced ones say.

    Raises:
        RuntimeError: Only some of the variables are set, or the value of one does not have its
            property's type. The message names the variable and never shows its value.
    """
    found = _binding.read(prefix, mapping)
    if found is None:
        return callee
    return _with_values(callee, prefix, {mapping[name]: value for name, value in found.items()})


def _with_values(
    callee: Callable[..., _T], prefix: str, values: dict[str, Any]
) -> Callable[..., _T]:
    parameters = inspect.signature(callee).parameters
    positional = _positional_parameters(callee)
    forbidden = _CONNECT_ELSEWHERE - values.keys()
    if values.get("ssl") and "ssl_check_hostname" in parameters:
        # Older versions of redis-py take any server's certificate unless they are told not to.
        values = {**values, "ssl_check_hostname": True}

    def call(*args: Any, **kwargs: Any) -> _T:
        given = {**dict(zip(positional, args)), **kwargs}
        for name in sorted(forbidden & given.keys()):
            if given[name] is not None:
                raise TypeError(
                    f"argument {name!r} names a server of its own, but {prefix}_* in the "
                    f"environment says where to connect: leave out {name!r} and pass "
                    f"{', '.join(values)} instead"
                )
        if given.get("connection_pool") is not None:
            from .redis_clients import redirect

            redirect(given["connection_pool"], prefix)
            return callee(*args, **kwargs)
        own = [
            parameters[name].default if is_local(name) else values.get(name, arg)
            for name, arg in zip(positional, args)
        ]
        added = {
            name: value for name, value in values.items() if name not in positional[: len(args)]
        }
        kept = {name: value for name, value in kwargs.items() if not is_local(name)}
        return callee(*own, *args[len(own) :], **{**kept, **added})

    return call


def is_local(name: str) -> bool:
    """Whether a parameter of a client speaks of the server that the developer has.

    Its credentials must not be sent to another one, and its certificates say nothing of another
    one's: what the client does without them is to verify the server against the system's own.
    """
    return name in _LOCAL or (name.startswith("ssl_") and name not in _TLS_CHOICES)


def _positional_parameters(callee: Callable[..., Any]) -> list[str]:
    """Names, in order, the parameters that positional arguments are bound to."""
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(callee).parameters.values()
    return [parameter.name for parameter in parameters if parameter.kind in by_position]


# redis-py's parameters: https://redis.readthedocs.io/en/stable/connections.html.
_LOCAL = frozenset({"credential_provider", "password", "unix_socket_path", "username"})
_TLS_CHOICES = frozenset({"ssl_ciphers", "ssl_min_version"})

# Parameters of known clients that decide alone where to connect. A signature cannot tell which
# ones do, so they are listed; what is redis-py's own has its function in redis_clients.py.
_CONNECT_ELSEWHERE = frozenset({"address_remap", "path", "startup_nodes", "url"})
