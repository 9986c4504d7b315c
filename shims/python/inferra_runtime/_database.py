"""Where a database of the plan is, and who may open connections to it.

The variables ``<prefix>_HOST``, ``_PORT``, ``_NAME``, ``_SECRET`` and ``_TLS`` say so; ``_CA``,
where it is set, names the file of the certificates that the server's own must come from. User and
password are no variables: they are in the secret that ``_SECRET`` names, which RDS makes and
replaces every seven days
(https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html).
"""

from __future__ import annotations

import asyncio
import json
import os
import pathlib
import threading
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Credentials", "Server", "credentials", "credentials_async"]

# Relative paths of the binding start where the unit's files are: beside the shim's folder.
_UNIT = pathlib.Path(__file__).resolve().parent.parent

_PROPERTIES = ("host", "port", "name", "secret", "tls")


@dataclass(frozen=True)
class Credentials:
    """A user of the database."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class Server:
    """What the binding's variables say."""

    host: str
    port: int
    #: The name of the database.
    name: str
    #: The ARN of the secret.
    secret: str
    #: Whether connections are encrypted.
    tls: bool
    #: The file of certificates against which the server's own is held; none to encrypt only.
    authorities: str | None

    @classmethod
    def read(cls, prefix: str) -> Server | None:
        """Reads the variables that start with ``prefix``.

        Returns:
            None where none of them is set: then the application's own arguments count.

        Raises:
            RuntimeError: Only some of them are set, or the value of one is not what it must be. The
                message names the variable and never shows its value.
        """
        variables = {name: f"{prefix}_{name.upper()}" for name in _PROPERTIES}
        missing = [variable for variable in variables.values() if not os.environ.get(variable)]
        if len(missing) == len(variables):
            return None
        if missing:
            raise RuntimeError(
                f"{prefix} is only partly configured: {', '.join(missing)} must be set as well"
            )
        values = {name: os.environ[variable] for name, variable in variables.items()}
        port, tls = values["port"], {"true": True, "false": False}.get(values["tls"])
        if not (port.isascii() and port.isdigit()):
            raise RuntimeError(f"{variables['port']} must be a number")
        if tls is None:
            raise RuntimeError(f"{variables['tls']} must be 'true' or 'false'")
        authorities = os.environ.get(f"{prefix}_CA")
        return cls(
            host=values["host"],
            port=int(port),
            name=values["name"],
            secret=values["secret"],
            tls=tls,
            authorities=str(_UNIT / authorities) if authorities else None,
        )

    @property
    def sslmode(self) -> str:
        """How libpq is to encrypt: https://www.postgresql.org/docs/current/libpq-ssl.html."""
        if self.authorities:
            return "verify-full"
        return "require" if self.tls else "prefer"

    def parameters(self) -> dict[str, Any]:
        """What libpq needs to find the server, by its own keywords, without user and password."""
        found = {
            "host": self.host,
            "port": self.port,
            "dbname": self.name,
            "sslmode": self.sslmode,
        }
        if self.authorities:
            found["sslrootcert"] = self.authorities
        return found

    def url(self, user: Credentials) -> str:
        """The same, with the user, as a URL that any client of PostgreSQL reads."""
        quoted = [urllib.parse.quote(part, safe="") for part in (user.username, user.password)]
        query = f"sslmode={self.sslmode}"
        if self.authorities:
            query += f"&sslrootcert={urllib.parse.quote(self.authorities)}"
        return f"postgresql://{':'.join(quoted)}@{self.host}:{self.port}/{self.name}?{query}"


def credentials(prefix: str, *, refused: Credentials | None = None) -> Credentials:
    """Returns the user that may open connections to the database of ``prefix``.

    The secret is fetched once, and kept for the life of the process. Where the server refuses it,
    it has been replaced: the caller passes it as ``refused`` and tries the result once.

    Args:
        prefix: The binding's name, ``INFERRA_PERSIST_<ID>``; its ``_SECRET`` is the secret's ARN.
        refused: What an earlier call returned and the server did not accept. Threads that are
            refused at the same time fetch once.

    Raises:
        RuntimeError: The variable is not set, or the secret holds no user and password.
        botocore.exceptions.ClientError: Secrets Manager does not give the secret.
    """
    arn = os.environ.get(f"{prefix}_SECRET")
    if not arn:
        raise RuntimeError(f"{prefix}_SECRET must be set: the ARN of the database's secret")
    with _lock:
        known = _known.get(arn)
        if known is None or known == refused:
            known = _known[arn] = _fetch(prefix, arn)
        return known


async def credentials_async(prefix: str, *, refused: Credentials | None = None) -> Credentials:
    """Does what ``credentials`` does, and lets the event loop go on while it waits."""
    known = _known.get(os.environ.get(f"{prefix}_SECRET", ""))
    if known is not None and known != refused:
        return known
    return await asyncio.to_thread(credentials, prefix, refused=refused)


_lock = threading.Lock()
_known: dict[str, Credentials] = {}
_clients: list[Any] = []


def _fetch(prefix: str, arn: str) -> Credentials:
    secret = _client().get_secret_value(SecretId=arn)
    try:
        content = json.loads(secret["SecretString"])
        username, password = content["username"], content["password"]
    except (KeyError, TypeError, ValueError):
        # Not chained: the cause's message holds the secret.
        raise RuntimeError(
            f"the secret that {prefix}_SECRET names must be JSON with a username and a password"
        ) from None
    return Credentials(username=username, password=password)


def _client() -> Any:
    if not _clients:
        # Only where there is a binding; it comes with Lambda's runtime, and images install it.
        import boto3
        from botocore.config import Config

        # Without an answer, as where a network lets nothing out, a request must still end in time.
        patience = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard"})
        _clients.append(boto3.client("secretsmanager", config=patience))
    return _clients[0]
