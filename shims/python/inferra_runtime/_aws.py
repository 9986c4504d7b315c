"""Clients of AWS, made when they are first needed and kept for the life of the process."""

from __future__ import annotations

import os
import threading
from typing import Any

_lock = threading.Lock()
_clients: dict[tuple[int, str], Any] = {}


def client(service: str) -> Any:
    """The client of ``service``. Botocore's clients may be shared by threads, but not by processes.

    A connection that was cut while Lambda had the process frozen is opened anew by botocore.
    """
    key = (os.getpid(), service)
    found = _clients.get(key)
    if found is not None:
        return found
    with _lock:
        if key not in _clients:
            # Where a binding stands in, boto3 is there: Lambda's runtime and the images have it.
            import boto3
            from botocore.config import Config

            config = Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"mode": "standard", "total_max_attempts": 4},
                max_pool_connections=50,
            )
            _clients[key] = boto3.session.Session().client(service, config=config)
        return _clients[key]


def code_of(error: BaseException) -> str:
    """AWS's name for an error, or the HTTP status where there is no name; empty for any other."""
    response = getattr(error, "response", None)
    if not isinstance(response, dict):
        return ""
    return str(response.get("Error", {}).get("Code", ""))
