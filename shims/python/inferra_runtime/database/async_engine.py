"""Asynchronous engines of SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .engine import with_configured_url, with_url

__all__ = ["create_async_engine", "engine_from_config"]

_T = TypeVar("_T")


def create_async_engine(callee: Callable[..., _T], prefix: str, /) -> Callable[..., _T]:
    """Does what ``engine.create_engine`` does, for ``create_async_engine``."""
    return with_url(callee, prefix, asynchronous=True)


def engine_from_config(callee: Callable[..., _T], prefix: str, /) -> Callable[..., _T]:
    """Does what ``engine.engine_from_config`` does, for ``async_engine_from_config``."""
    return with_configured_url(callee, prefix, asynchronous=True)
