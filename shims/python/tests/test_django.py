"""A Django project on a PostgreSQL server of the test's own.

Django has one set of settings per process, so each test has a process.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

import postgres
import pytest

from inferra_runtime.django import databases

PREFIX = "INFERRA_PERSIST_BOOKS"
ROOT = pathlib.Path(__file__).parents[1]
BINDING = {"HOST": "db.internal", "PORT": "5432", "NAME": "shop", "SECRET": "arn:x", "TLS": "true"}

SETTINGS = """
import os
import pathlib

HERE = pathlib.Path(__file__).parent
SECRET_KEY = "for this test"
ALLOWED_HOSTS = ["example.org"]
ROOT_URLCONF = "urls"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.staticfiles", "shop"]
MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware"]
STATIC_URL = "static/"
STATIC_ROOT = HERE / "collected"
STORAGES = {"staticfiles": {"BACKEND": os.environ.get(
    "STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")}}
DATABASES = __import__("inferra_runtime.django", fromlist=["_"]).databases({
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": HERE / "db.sqlite3"},
}, "INFERRA_PERSIST_BOOKS")
"""
URLS = """
from django.http import JsonResponse
from django.urls import path
from django.db import connection
from shop.models import Item

def pid(request):
    request.get_host()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return JsonResponse({"pid": cursor.fetchone()[0], "items": Item.objects.count()})

urlpatterns = [path("pid/", pid)]
"""
MODELS = """
from django.db import models

class Item(models.Model):
    name = models.CharField(max_length=20)
    extra = models.JSONField(null=True)
"""
MIGRATION = """
from django.db import migrations, models

class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.CreateModel("Item", [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=20)),
        ("extra", models.JSONField(null=True)),
    ])]
"""
# Secrets Manager, by a file; each question leaves a line.
START = """
import os
import sys

class Secrets:
    def get_secret_value(self, SecretId):
        with open("asked", "a") as file:
            print(SecretId, file=file)
        with open("secret") as file:
            return {"SecretString": file.read()}

from inferra_runtime import _database, django
_database._clients.append(Secrets())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
"""
SERVE = """
django.prepare("INFERRA_EXPOSE_API")
from django.core.wsgi import get_wsgi_application
from django.test import Client
application = get_wsgi_application()

def get(path, host="example.org", scheme="https"):
    import io
    status = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": host}
    environ |= {"SERVER_PORT": "443", "wsgi.url_scheme": scheme}
    environ |= {"wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr}
    body = application(environ, lambda line, headers, exc_info=None: status.append(line))
    text = b"".join(body)
    getattr(body, "close", lambda: None)()
    return int(status[0].split()[0]), text
"""


class Site:
    """A project in a folder of its own."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("INFERRA")
        }
        self.environment["PYTHONPATH"] = f"{ROOT}{os.pathsep}{folder}"
        files = {
            "settings.py": SETTINGS,
            "urls.py": URLS,
            "shop/__init__.py": "",
            "shop/models.py": MODELS,
            "shop/static/shop/shop.css": "body {}",
            "shop/migrations/__init__.py": "",
            "shop/migrations/0001_initial.py": MIGRATION,
        }
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)

    def bind(self, server: postgres.Postgres) -> None:
        binding = {"HOST": "localhost", "PORT": server.port, "NAME": postgres.USER, "TLS": "true"}
        binding |= {"SECRET": "arn:books", "CA": server.authority}
        self.environment |= {f"{PREFIX}_{name}": str(value) for name, value in binding.items()}
        (self.folder / "secret").write_text(server.secret())

    def run(self, program: str, before: str = START + SERVE) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", before + textwrap.dedent(program)],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def migrate(self) -> str:
        return self.run("django.migrate()", START)

    @property
    def questions(self) -> int:
        return len((self.folder / "asked").read_text().splitlines())


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Postgres]:
    if not postgres.is_there():
        pytest.skip("there is no PostgreSQL server on this machine")
    with postgres.running() as server:
        yield server


@pytest.fixture
def site(tmp_path: pathlib.Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def bound(site: Site, server: postgres.Postgres) -> Site:
    site.bind(server)
    site.migrate()
    return site


def bind(monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
    for name, value in {**BINDING, **changed}.items():
        monkeypatch.setenv(f"{PREFIX}_{name}", value)


SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": "db.sqlite3",
    "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 5},
    "ATOMIC_REQUESTS": True,
}


def test_without_a_binding_nothing_changes() -> None:
    own = {"default": SQLITE}
    assert databases(own, PREFIX) is own


def test_sqlite_becomes_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch)
    other = {"ENGINE": "django.db.backends.sqlite3", "NAME": "other"}
    found = databases({"default": SQLITE, "other": other}, PREFIX)
    assert found["other"] is other
    default = found["default"]
    assert default["ENGINE"] == "inferra_runtime.django.postgresql"
    place = [default[name] for name in ("HOST", "PORT", "NAME")]
    assert place == ["db.internal", "5432", "shop"]
    assert default["ATOMIC_REQUESTS"] is True
    assert default["CONN_MAX_AGE"] is None
    assert default["CONN_HEALTH_CHECKS"] is True
    assert "transaction_mode" not in default["OPTIONS"]
    assert default["OPTIONS"]["sslmode"] == "require"
    assert "PASSWORD" not in default


def test_options_of_postgresql_are_kept_but_for_places(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch)
    options = {"pool": True, "service": "x", "options": "-c statement_timeout=5000"}
    options |= {"sslmode": "disable", "connect_timeout": 3}
    own = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60, "OPTIONS": options}
    own |= {"USER": "me", "PASSWORD": "mine", "HOST": "localhost"}
    default = databases({"default": own}, PREFIX)["default"]
    assert default["OPTIONS"] == {
        "options": "-c statement_timeout=5000",
        "connect_timeout": 3,
        "keepalives_idle": 30,
        "tcp_user_timeout": 10_000,
        "sslmode": "require",
    }
    assert default["CONN_MAX_AGE"] == 60
    assert not {"USER", "PASSWORD"} & default.keys()


def test_no_encryption_is_weakened(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch)
    options = {"sslmode": "verify-full", "sslrootcert": "rds.pem"}
    own = {"ENGINE": "django.db.backends.postgresql", "OPTIONS": options}
    assert databases({"default": own}, PREFIX)["default"]["OPTIONS"].items() >= options.items()
    bind(monkeypatch, CA="authorities.pem")
    own["OPTIONS"] = {"sslmode": "verify-ca", "sslrootcert": "rds.pem"}
    planned = databases({"default": own}, PREFIX)["default"]["OPTIONS"]
    assert planned["sslmode"] == "verify-full"
    assert planned["sslrootcert"].endswith("/authorities.pem")


@pytest.mark.parametrize("engine", ["mysql", "oracle"])
def test_another_kind_of_database_is_refused(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch)
    own = {"ENGINE": f"django.db.backends.{engine}"}
    with pytest.raises(RuntimeError, match=f"cannot stand in for one of the engine '{engine}'"):
        databases({"default": own}, PREFIX)


def test_a_half_set_binding_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    bind(monkeypatch)
    monkeypatch.delenv(f"{PREFIX}_SECRET")
    with pytest.raises(RuntimeError, match=f"{PREFIX}_SECRET must be set"):
        databases({"default": SQLITE}, PREFIX)


def test_migrations_run_unbound_on_sqlite(site: Site) -> None:
    assert "Applying shop.0001_initial... OK" in site.migrate()
    assert (site.folder / "db.sqlite3").exists()


def test_migrations_run_again_and_beside_one_another(site: Site, server: postgres.Postgres) -> None:
    site.bind(server)
    site.migrate()
    program = """
    import threading
    runs = [threading.Thread(target=django.migrate) for _ in range(2)]
    [run.start() for run in runs], [run.join() for run in runs]
    """
    assert site.run(program, START).count("No migrations to apply.") == 2


def test_a_connection_serves_many_requests(bound: Site, server: postgres.Postgres) -> None:
    program = """
    import json
    pids = {json.loads(get("/pid/")[1])["pid"] for _ in range(3)}
    print(len(pids))
    """
    asked = bound.questions
    assert bound.run(program).strip() == "1"
    assert bound.questions == asked + 1


def test_a_connection_that_was_closed_is_opened_anew(
    bound: Site, server: postgres.Postgres
) -> None:
    program = f"""
    import json
    import psycopg
    first = get("/pid/")
    url = "host=127.0.0.1 port={server.port} user=postgres password=admin dbname=postgres"
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [json.loads(first[1])["pid"]])
    second = get("/pid/")
    print(first[0], second[0], first[1] == second[1])
    """
    assert bound.run(program).split() == ["200", "200", "False"]


def test_a_replaced_password_is_fetched_once(bound: Site, server: postgres.Postgres) -> None:
    program = f"""
    import json
    import psycopg
    from django.db import connection
    first = get("/pid/")
    url = "host=127.0.0.1 port={server.port} user=postgres password=admin dbname=postgres"
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("ALTER ROLE app PASSWORD 'second'")
        other.execute("SELECT pg_terminate_backend(%s)", [json.loads(first[1])["pid"]])
    with open("secret", "w") as file:
        json.dump({{"username": "app", "password": "second"}}, file)
    second = get("/pid/")
    print(first[0], second[0])
    """
    asked = bound.questions
    try:
        assert bound.run(program).split() == ["200", "200"]
    finally:
        server.change_password("first")
    assert bound.questions == asked + 2


def test_the_password_is_in_no_setting(bound: Site) -> None:
    program = """
    from django.conf import settings
    from django.db import connection
    get("/pid/")
    print(settings.DATABASES, connection.settings_dict)
    """
    assert "first" not in bound.run(program)


def test_the_gateways_host_is_allowed_and_no_other(bound: Site) -> None:
    program = """
    hosts = ["example.org", "abc.execute-api.eu-central-1.amazonaws.com", "evil.example"]
    print([get("/pid/", host)[0] for host in hosts])
    """
    quiet = "import logging; logging.disable()\n"
    assert "[200, 400, 400]" in bound.run(quiet + textwrap.dedent(program))
    url = "https://abc.execute-api.eu-central-1.amazonaws.com"
    bound.environment["INFERRA_EXPOSE_API_URL"] = url
    assert "[200, 200, 400]" in bound.run(quiet + textwrap.dedent(program))


STATIC = """
from django.templatetags.static import static
url = static("shop/shop.css")
print(url, *get(url))
"""


def test_static_files_are_served_from_where_they_are(bound: Site) -> None:
    assert bound.run(STATIC).split(maxsplit=2) == ["/static/shop/shop.css", "200", "b'body {}'\n"]


def test_collected_files_are_served_as_they_are(bound: Site) -> None:
    (bound.folder / "collected/shop").mkdir(parents=True)
    (bound.folder / "collected/shop/shop.css").write_text("collected")
    assert "b'collected'" in bound.run(STATIC)


def test_a_storage_with_a_manifest_has_its_files_collected(bound: Site) -> None:
    bound.environment["STORAGE"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    url, status, body = bound.run(STATIC).split(maxsplit=2)
    assert url.startswith("/static/shop/shop.")
    assert url != "/static/shop/shop.css"
    assert (status, body) == ("200", "b'body {}'\n")
    assert not (bound.folder / "collected").exists()


def test_asynchronous_applications_leave_no_connection(bound: Site) -> None:
    program = """
    django.prepare_asgi("INFERRA_EXPOSE_API")
    import asyncio
    import json
    from django.core.asgi import get_asgi_application
    application = get_asgi_application()

    async def once():
        answers = []
        scope = {"type": "http", "method": "GET", "path": "/pid/", "query_string": b""}
        scope |= {"scheme": "https", "headers": [(b"host", b"example.org")]}
        scope |= {"asgi": {"version": "3.0"}, "server": ("x", 443)}
        gone = asyncio.Event()
        asked = []
        async def receive():
            if asked:
                await gone.wait()
                return {"type": "http.disconnect"}
            asked.append(1)
            return {"type": "http.request", "body": b"", "more_body": False}
        async def send(message):
            answers.append(message)
        await application(scope, receive, send)
        return json.loads(answers[1]["body"])["pid"]

    print(len({asyncio.run(once()) for _ in range(2)}))
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'")
        print(cursor.fetchone()[0])
    """
    assert bound.run(program, START).split() == ["2", "1"]


def test_the_secret_is_no_part_of_an_error(bound: Site) -> None:
    (bound.folder / "secret").write_text(json.dumps({"username": "app", "password": "hunter2"}))
    program = """
    from django.db import OperationalError, connection
    try:
        connection.ensure_connection()
    except OperationalError as error:
        import traceback
        print("".join(traceback.format_exception(error)))
    """
    text = bound.run(program)
    assert "authentication failed" in text
    assert "hunter2" not in text
