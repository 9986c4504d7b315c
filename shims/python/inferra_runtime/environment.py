"""Sets variables of the application's own names that hold a password, before it reads them.

Terraform cannot: what it sets is in its state, and in the settings of the function or container.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Mapping

from ._at_work import between_work
from ._database import Credentials, Server, credentials

__all__ = ["set_connection_strings"]

# How often it is looked whether a password was replaced, and how often a thread wakes to see that
# it is time: it sleeps while Lambda keeps the process frozen, and the clock goes on.
_LOOK_S = 60.0
_WAKE_S = 5.0


def set_connection_strings(variables: Mapping[str, str]) -> None:
    """Sets each variable to the URL of a database, with user and password.

    A variable whose binding is not there stays as it is. Where RDS replaces a password, which it
    does every seven days, only a new process can be told: this one gets SIGTERM, within a minute
    or two, and whatever runs it starts another. An invocation that is at work ends before that,
    which Lambda lets take 15 minutes at most; so does a job, whose process then ends by itself;
    requests and messages in a container have the grace of any stop.

    Args:
        variables: The binding's name, ``INFERRA_PERSIST_<ID>``, by the variable's.

    Raises:
        RuntimeError: A binding is not complete, or its secret is not what it must be.
        botocore.exceptions.ClientError: Secrets Manager does not give the secret.
    """
    told: dict[str, Credentials] = {}
    for variable, prefix in variables.items():
        server = Server.read(prefix)
        if server is not None:
            told[prefix] = credentials(prefix)
            os.environ[variable] = server.url(told[prefix])
    if told:
        threading.Thread(target=_watch, args=[told], daemon=True).start()


def _watch(told: Mapping[str, Credentials]) -> None:
    while True:
        # Not all processes of a unit at the same moment.
        until = time.time() + _LOOK_S * random.uniform(1, 2)  # noqa: S311 - nothing depends on it
        while time.time() < until:
            time.sleep(_WAKE_S)
        for prefix, user in told.items():
            if _is_replaced(prefix, user):
                between_work()
                print(
                    f"inferra: the password that {prefix}_SECRET names was replaced; "
                    "this process ends, so that another is told",
                    file=sys.stderr,
                    flush=True,
                )
                os.kill(os.getpid(), signal.SIGTERM)
                return


def _is_replaced(prefix: str, user: Credentials) -> bool:
    try:
        return credentials(prefix, refused=user) != user
    except Exception:  # noqa: BLE001 - whatever hinders it now, the next look is soon
        return False
