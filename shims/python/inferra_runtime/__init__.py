"""Connects an application to the infrastructure that inferra planned for it.

The application's own code calls this package in one place per annotation, and only in the
unit's copy of the file. Where the binding's environment variables are absent, such a call
changes nothing.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["keywords"]

_T = TypeVar("_T")


def keywords(callee: Callable[..., _T], prefix: str, /, **mapping: str) -> Callable[..., _T]:
    """Makes ``callee`` take some of its arguments from the environment.

    Each item of ``mapping`` is ``property="keyword"``: the variable ``PREFIX_PROPERTY`` holds
    the value for the parameter ``keyword``. Values are strings, except ``port`` (an integer)
    and ``tls`` (``true`` or ``false``)::

        keywords(redis.Redis, "INFERRA_PERSIST_REDIS", host="host", port="port", tls="ssl")

    The environment is read once, here, and not when the result is called.

    Args:
        callee: A class or function, such as ``redis.Redis``.
        prefix: The binding's name, ``INFERRA_<CAPABILITY>_<ID>``.
        **mapping: The binding's properties and the parameters that they set.

    Returns:
        ``callee`` itself when none of the variables is set. Otherwise a function that calls
        ``callee`` with the arguments it is given, those of ``mapping`` replaced or added. It
        raises ``TypeError`` when an argument that is not None, such as ``connection_pool``,
        would make ``callee`` connect elsewhere whatever the replaced ones say.

    Raises:
        RuntimeError: Only some of the variables are set, or the value of one does not have its
            property's type. The message names the variable and never shows its value.
    """
    variables = {name: f"{prefix}_{name.upper()}" for name in mapping}
    missing = [variable for variable in variables.values() if variable not in os.environ]
    if len(missing) == len(variables):
        return callee
    if missing:
        raise RuntimeError(
            f"{prefix} is only partly configured: {', '.join(missing)} must be set as well"
        )
    values = {mapping[name]: _read(name, variable) for name, variable in variables.items()}
    return _with_values(callee, prefix, values)


def _with_values(
    callee: Callable[..., _T], prefix: str, values: dict[str, Any]
) -> Callable[..., _T]:
    positional = _positional_parameters(callee)
    forbidden = _CONNECT_ELSEWHERE - values.keys()

    def call(*args: Any, **kwargs: Any) -> _T:
        given = {**dict(zip(positional, args)), **kwargs}
        for name in sorted(forbidden & given.keys()):
            if given[name] is not None:
                raise TypeError(
                    f"argument {name!r} names a server of its own, but {prefix}_* in the "
                    f"environment says where to connect: leave out {name!r} and pass "
                    f"{', '.join(values)} instead"
                )
        own = [values.get(name, arg) for name, arg in zip(positional, args)]
        added = {
            name: value for name, value in values.items() if name not in positional[: len(args)]
        }
        return callee(*own, *args[len(own) :], **{**kwargs, **added})

    return call


def _positional_parameters(callee: Callable[..., Any]) -> list[str]:
    """Names, in order, the parameters that positional arguments are bound to."""
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(callee).parameters.values()
    return [parameter.name for parameter in parameters if parameter.kind in by_position]


def _read(name: str, variable: str) -> Any:
    text = os.environ[variable]
    expected, parse = _TYPES.get(name, ("a text that is not empty", _text))
    try:
        return parse(text)
    except (KeyError, ValueError):
        # Not chained: the cause's message holds the value.
        raise RuntimeError(f"{variable} must be {expected}") from None


def _text(text: str) -> str:
    if not text:
        raise ValueError
    return text


# How the value of a property is written in the environment; a property that is not here is text.
_TYPES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "port": ("an integer", int),
    "tls": ("'true' or 'false'", {"true": True, "false": False}.__getitem__),
}

# Parameters of known clients that decide alone where to connect. A signature cannot tell which
# ones do, so they are listed. redis-py: connection_pool and unix_socket_path of Redis
# (https://redis.readthedocs.io/en/stable/connections.html), the others of RedisCluster.
_CONNECT_ELSEWHERE = frozenset(
    {"address_remap", "connection_pool", "path", "startup_nodes", "unix_socket_path", "url"}
)
