"""Engines of SQLAlchemy, and URLs of which others make engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .._database import Server

__all__ = ["create_engine", "engine_from_config", "url"]

_T = TypeVar("_T")


def create_engine(callee: Callable[..., _T], prefix: str, /) -> Callable[..., _T]:
    """Makes ``sqlalchemy.create_engine``, or one like it, connect where the environment says.

    The user's own arguments are kept, but for what says where to connect and what only SQLite
    understands. Connections are checked before they are used, unless the user says otherwise.

    Args:
        callee: ``create_engine`` of SQLAlchemy or SQLModel.
        prefix: The binding's name, ``INFERRA_PERSIST_<ID>``.

    Returns:
        ``callee`` itself where none of the binding's variables is set.

    Raises:
        RuntimeError: Only some of the variables are set, or one is not what it must be.
    """
    return with_url(callee, prefix, asynchronous=False)


def engine_from_config(callee: Callable[..., _T], prefix: str, /) -> Callable[..., _T]:
    """Does the same for ``sqlalchemy.engine_from_config``."""
    return with_configured_url(callee, prefix, asynchronous=False)


def url(given: Any, prefix: str, /) -> Any:
    """Replaces the URL of a database, of which another library makes an engine.

    Args:
        given: The user's own URL; it is returned where none of the binding's variables is set.
        prefix: The binding's name.
    """
    if Server.read(prefix) is None:
        return given
    from ._plugin import planned_url

    planned = planned_url(given, prefix, asynchronous=False)
    # There is no password in it: the plugin that it names fetches that.
    return planned.render_as_string() if planned is not None else given


def with_url(callee: Callable[..., _T], prefix: str, *, asynchronous: bool) -> Callable[..., _T]:
    """Makes ``callee`` take its first argument, or ``url``, from the environment."""
    if Server.read(prefix) is None:
        return callee
    from ._plugin import planned_url

    def call(*args: Any, **kwargs: Any) -> _T:
        own = args[0] if args else kwargs.pop("url", None)
        return callee(planned_url(own, prefix, asynchronous=asynchronous), *args[1:], **kwargs)

    return call


def with_configured_url(
    callee: Callable[..., _T], prefix: str, *, asynchronous: bool
) -> Callable[..., _T]:
    """Makes ``callee`` take the URL of its configuration from the environment."""
    if Server.read(prefix) is None:
        return callee
    from ._plugin import planned_url

    # The parameter of that name is the user's own.
    binding = prefix

    def call(configuration: Any, prefix: str = "sqlalchemy.", **kwargs: Any) -> _T:
        key = f"{prefix}url"
        planned = planned_url(configuration.get(key), binding, asynchronous=asynchronous)
        return callee({**configuration, key: planned}, prefix, **kwargs)

    return call
