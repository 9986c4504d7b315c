"""Values of the process's environment that are kept elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

from ._secrets import ValueUnavailableError, parameter, secret

__all__ = ["ValueUnavailableError", "value"]

_T = TypeVar("_T")


def value(own: Callable[[], _T], prefix: str) -> _T | str:
    """The value that is bound to ``prefix``, or where none is, what ``own`` gives.

    In a unit it is called like this::

        value(lambda: os.environ["LOG_LEVEL"], "INFERRA_CONFIG_LOG_LEVEL")

    ``PREFIX_PARAMETER`` holds a name in Parameter Store, ``PREFIX_SECRET`` the ARN of a secret of
    Secrets Manager. The parameter of a store is a secret, too. A value is fetched once, and anew
    when it is asked for after five minutes. One line break at the end of a secret is no part of it:
    editors put one there.

    Raises:
        ValueUnavailableError: What the variable names has no value, or may not be read. The code's
            own default is for where nothing is bound; a secret that somebody forgot to put in must
            not become one that everybody knows.
    """
    name = os.environ.get(f"{prefix}_PARAMETER")
    if name and not prefix.startswith("INFERRA_PERSIST_"):
        return parameter(name)
    arn = name or os.environ.get(f"{prefix}_SECRET")
    if not arn:
        return own()
    found = secret(arn)
    if isinstance(found, bytes):
        try:
            found = found.decode()
        except UnicodeDecodeError:
            # Not chained: the cause's message holds the value.
            raise ValueUnavailableError(
                f"the secret {arn} is no text, as a value of the environment has to be"
            ) from None
    for end in ("\r\n", "\n"):
        if found.endswith(end):
            return found[: -len(end)]
    return found
