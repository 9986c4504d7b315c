"""Real PostgreSQL servers: one that stands in for RDS, one as a developer has it."""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import servers, tools
from .certificates import Authority
from .cloud import Cloud
from .security import Database

PORT = 5432
# Of the official image and of Debian's package: https://hub.docker.com/_/postgres
ON_LOCALHOST = ("postgres", "postgres")
# It forgets what it was told when the machine stops, and is small.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "16MB"}
USERS = ("postgres", "nobody")


@dataclass(frozen=True)
class Master:
    """The user that a server begins with, and the database that it makes for it."""

    user: str
    password: str
    database: str


@contextmanager
def with_tls(database: Database, cloud: Cloud, authority: Authority, directory: Path) -> Iterator[None]:
    """What RDS says of a server or a cluster: its address, its master user as in the secret that RDS keeps, its
    database. TLS only, as RDS has it from version 15 on:
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html"""
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=database.secret)
    credentials = json.loads(secret["SecretString"])
    master = Master(credentials["username"], credentials["password"], database.name or "postgres")
    with _running(database.address, database.port, master, directory, authority):
        yield


@contextmanager
def on_localhost(directory: Path) -> Iterator[None]:
    """127.0.0.1:5432, user, password and database `postgres`. A PostgreSQL that is there already is used."""
    if servers.listens("127.0.0.1", PORT):
        yield
        return
    user, password = ON_LOCALHOST
    with _running("127.0.0.1", PORT, Master(user, password, "postgres"), directory, None):
        yield


@contextmanager
def _running(address: str, port: int, master: Master, logs: Path, authority: Authority | None) -> Iterator[None]:
    programs = _programs()
    # Its user must be able to reach the folder, which below those of the tests it is not.
    with tempfile.TemporaryDirectory(prefix="inferra-postgres-") as folder:
        data, password = Path(folder) / "data", Path(folder) / "password"
        password.write_text(master.password + "\n")
        _give(Path(folder), password)
        initialise = [programs / "initdb", "--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C.UTF-8"]
        initialise += ["--auth=scram-sha-256", f"--username={master.user}", f"--pwfile={password}", "-D", data]
        tools.run([*_as_user(), *initialise], cwd=Path(folder))
        settings = QUICK | {"listen_addresses": address, "port": str(port), "unix_socket_directories": ""}
        if authority:
            settings |= _tls(data, authority)
        if master.database != "postgres":
            _create(programs, data, master)
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [*_as_user(), programs / "postgres", "-D", data, *options]
        log = logs / f"postgres-{address}.log"
        with servers.running(command, host=address, port=port, log=log, cwd=Path(folder)):
            servers.wait_until(lambda: _answers(programs, address, port), f"PostgreSQL on {address}")
            yield


def _tls(data: Path, authority: Authority) -> dict[str, str]:
    """The server wants a key that nobody else can read."""
    for name, source in {"server.pem": authority.certificate, "server.key": authority.key}.items():
        shutil.copyfile(source, data / name)
        _give(data / name)
        (data / name).chmod(0o600)
    (data / "pg_hba.conf").write_text("hostssl all all all scram-sha-256\n")
    return {"ssl": "on", "ssl_cert_file": "server.pem", "ssl_key_file": "server.key"}


def _create(programs: Path, data: Path, master: Master) -> None:
    """The database, before the server can be reached."""
    quoted = master.database.replace('"', '""')
    command = [*_as_user(), str(programs / "postgres"), "--single", "-D", str(data), "postgres"]
    statement = f'CREATE DATABASE "{quoted}"\n'
    done = subprocess.run(command, input=statement, capture_output=True, text=True, check=False, cwd=data)
    assert done.returncode == 0 and "ERROR" not in done.stderr, done.stderr


def _answers(programs: Path, address: str, port: int) -> bool:
    """It listens a little earlier than it answers."""
    command = [str(programs / "pg_isready"), "--quiet", f"--host={address}", f"--port={port}"]
    return subprocess.run(command, check=False).returncode == 0


def _programs() -> Path:
    """Of the newest version on this machine: Debian keeps them off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    tools.require("initdb", "postgres", "pg_isready")
    return Path(shutil.which("initdb")).resolve().parent


def _user() -> pwd.struct_passwd | None:
    """PostgreSQL does not run as root: whom it runs as instead."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name: user for user in pwd.getpwall()}
    return next(known[name] for name in USERS if name in known)


def _as_user() -> list[str]:
    user = _user()
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"] if user else []


def _give(*paths: Path) -> None:
    user = _user()
    for path in paths:
        if user:
            os.chown(path, user.pw_uid, user.pw_gid)
