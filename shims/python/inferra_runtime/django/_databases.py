"""The setting ``DATABASES``, with the planned database in place of the one on a laptop.

It is called while Django reads its settings, so nothing of Django may be needed here.
"""

from __future__ import annotations

from typing import Any

from .._database import Server
from ..database._refused import PLACES

#: The database backend, beside this module.
BACKEND = "inferra_runtime.django.postgresql"
#: The key under which the backend finds the binding's name.
PREFIX = "INFERRA_PREFIX"

# What of the user's own entry holds for any database:
# https://docs.djangoproject.com/en/5.2/ref/settings/#databases
_KEPT = frozenset(
    {
        *("ATOMIC_REQUESTS", "AUTOCOMMIT", "CONN_MAX_AGE", "DISABLE_SERVER_SIDE_CURSORS"),
        *("TEST", "TIME_ZONE"),
    }
)

# Last parts of the names of backends: PostgreSQL's, and those that it can stand in for.
_POSTGRESQL = frozenset({"postgresql", "postgresql_psycopg2"})
_REPLACED = frozenset({"sqlite3", "dummy", ""})

# Weakest first: https://www.postgresql.org/docs/current/libpq-ssl.html
_SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

# A frozen sandbox does not answer, and neither does a server that failed over meanwhile. Without
# these a request could wait for minutes for a connection that is gone:
# https://www.postgresql.org/docs/current/libpq-connect.html
_PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "tcp_user_timeout": 10_000}


def databases(own: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Returns what ``DATABASES`` is where the project runs.

    The entry ``default`` becomes the database of the binding, which is PostgreSQL; the others stay
    as they are. Of the user's own entry, what says where to connect is replaced. Options are kept
    where it was of PostgreSQL already, and no encryption is weakened. Connections live as long as
    their thread and are looked at before each request, unless ``CONN_MAX_AGE`` says otherwise. User
    and password are in no setting: the backend fetches them when it connects.

    Args:
        own: The user's own setting.
        prefix: The binding's name, ``INFERRA_PERSIST_<ID>``.

    Returns:
        ``own`` itself where none of the binding's variables is set.

    Raises:
        RuntimeError: Only some of them are set, or the user's entry is of a database that speaks
            another SQL.
    """
    server = Server.read(prefix)
    if server is None:
        return own
    default = dict(own.get("default") or {})
    kind = str(default.get("ENGINE", "")).rpartition(".")[2]
    if kind not in _POSTGRESQL | _REPLACED:
        raise RuntimeError(
            f"{prefix} is a PostgreSQL database, and cannot stand in for one of the engine {kind!r}"
        )
    options = dict(default.get("OPTIONS") or {}) if kind in _POSTGRESQL else {}
    entry = {name: value for name, value in default.items() if name in _KEPT}
    # 0 is what `dj_database_url` writes where nobody asked for anything.
    entry["CONN_MAX_AGE"] = entry.get("CONN_MAX_AGE") or None
    planned = {
        "ENGINE": BACKEND,
        "HOST": server.host,
        "PORT": str(server.port),
        "NAME": server.name,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_PATIENCE, **_kept(options), **_encryption(options, server)},
        PREFIX: prefix,
    }
    return {**own, "default": {**entry, **planned}}


def _kept(options: dict[str, Any]) -> dict[str, Any]:
    """The options that do not say where to connect.

    Django's pool would keep the password that it was made with, and RDS replaces it.
    """
    return {name: value for name, value in options.items() if name not in PLACES | {"pool"}}


def _encryption(options: dict[str, Any], server: Server) -> dict[str, Any]:
    planned: dict[str, Any] = {"sslmode": server.sslmode}
    if server.authorities:
        planned["sslrootcert"] = server.authorities
    own: dict[str, Any] = {
        name: options[name] for name in ("sslmode", "sslrootcert") if name in options
    }
    mode = own.get("sslmode")
    stronger = mode in _SSL_MODES and _SSL_MODES.index(mode) > _SSL_MODES.index(planned["sslmode"])
    return own if stronger else planned
