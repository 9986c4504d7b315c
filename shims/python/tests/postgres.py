"""A PostgreSQL server of a test's own, with TLS, and Secrets Manager beside it."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from process import free_ports

USER = "app"
_PROGRAMS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
# PostgreSQL does not run as root.
_OTHER = "nobody" if os.geteuid() == 0 else None


@dataclass
class Postgres:
    """A running server."""

    port: int
    #: The certificate of the authority that signed the server's own: itself.
    authority: str
    password: str = "first"

    def administer(self, *statements: str) -> list[Any]:
        """Runs statements as the server's first user; returns the rows of the last."""
        found: list[Any] = []
        url = f"host=127.0.0.1 port={self.port} user=postgres password=admin dbname=postgres"
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
                found = cursor.fetchall() if cursor.description else []
        return found

    def change_password(self, password: str) -> None:
        self.password = password
        self.administer(f"ALTER ROLE {USER} PASSWORD '{password}'")

    def end_connections(self) -> int:
        """Ends every session of the application, as a restart of the server does."""
        sessions = f"FROM pg_stat_activity WHERE usename = '{USER}'"
        ended = self.administer(f"SELECT count(pg_terminate_backend(pid, 5000)) {sessions}")
        return int(ended[0][0])

    def secret(self) -> str:
        return json.dumps({"username": USER, "password": self.password})


def is_there() -> bool:
    return bool(_PROGRAMS)


@contextlib.contextmanager
def running() -> Iterator[Postgres]:
    """A server on 127.0.0.1 with a user and database `app`; it takes connections with TLS alone."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="inferra-postgres-"))
    try:
        data, port = folder / "data", free_ports()[0]
        (folder / "password").write_text("admin")
        _give_away(folder)
        _run("initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8",
             f"--pwfile={folder / 'password'}", "--no-sync")  # fmt: skip
        _certify(data)
        (data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
        settings = {"port": port, "listen_addresses": "127.0.0.1", "ssl": "on", "fsync": "off"}
        settings |= {"unix_socket_directories": "", "shared_buffers": "16MB"}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        _run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            server = Postgres(port, str(data / "server.crt"))
            server.administer(f"CREATE ROLE {USER} LOGIN PASSWORD 'first'")
            server.administer(f"CREATE DATABASE {USER} OWNER {USER}")
            yield server
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _certify(data: pathlib.Path) -> None:
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(data / "server.key"), "-out", str(data / "server.crt")]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    for name in ("server.key", "server.crt"):
        _give_away(data / name)
    (data / "server.key").chmod(0o600)


def _give_away(path: pathlib.Path) -> None:
    if _OTHER:
        user = pwd.getpwnam(_OTHER)
        for one in (path, *path.glob("*")):
            os.chown(one, user.pw_uid, user.pw_gid)


def _run(program: str, *arguments: object) -> None:
    command = [str(_PROGRAMS[-1] / program), *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=_OTHER, cwd="/")
