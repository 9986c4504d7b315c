"""The clients of databases, against a real PostgreSQL whose password RDS could have replaced."""

from __future__ import annotations

import asyncio
import pathlib
import ssl
import urllib.parse
from collections.abc import Iterator
from typing import Any

import asyncpg
import boto3
import botocore
import moto
import postgres
import psycopg
import psycopg2
import psycopg2.extras
import psycopg2.pool
import psycopg_pool
import pytest
import sqlalchemy
import sqlmodel
from sqlalchemy import event
from sqlalchemy.ext.asyncio import async_engine_from_config, create_async_engine

from inferra_runtime import _database
from inferra_runtime.database import async_engine, engine
from inferra_runtime.database import asyncpg as planned_asyncpg
from inferra_runtime.database import psycopg as planned_psycopg
from inferra_runtime.database import psycopg2 as planned_psycopg2

PREFIX = "INFERRA_PERSIST_DB"

pytestmark = pytest.mark.skipif(not postgres.is_there(), reason="no PostgreSQL on this machine")


class Cloud:
    """The server, and the secret that RDS would keep for it."""

    def __init__(self, server: postgres.Postgres, secrets: Any, arn: str) -> None:
        self.server = server
        self._secrets, self._arn = secrets, arn

    def rotate(self, password: str) -> None:
        """What RDS does every seven days; sessions go on."""
        self.server.change_password(password)
        self._secrets.put_secret_value(SecretId=self._arn, SecretString=self.server.secret())


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Postgres]:
    with postgres.running() as server:
        yield server


@pytest.fixture
def cloud(server: postgres.Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(_database, "_clients", [])
    monkeypatch.setattr(_database, "_known", {})
    with moto.mock_aws():
        secrets = boto3.client("secretsmanager")
        arn = secrets.create_secret(Name="rds!db-1", SecretString=server.secret())["ARN"]
        values = {"HOST": "localhost", "PORT": str(server.port), "NAME": postgres.USER}
        for name, value in {**values, "SECRET": arn, "TLS": "true"}.items():
            monkeypatch.setenv(f"{PREFIX}_{name}", value)
        yield Cloud(server, secrets, arn)
    server.end_connections()
    server.change_password("first")


def encrypted(row: Any) -> bool:
    return bool(tuple(row) == (True,))


TLS = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"


def make(**kwargs: Any) -> sqlalchemy.Engine:
    return engine.create_engine(sqlalchemy.create_engine, PREFIX)(
        "sqlite:///local.db",
        connect_args={"check_same_thread": False, "timeout": 5},
        **kwargs,
    )


def test_without_a_binding_everything_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    own = sqlalchemy.create_engine
    assert engine.create_engine(own, PREFIX) is own
    assert engine.engine_from_config(own, PREFIX) is own
    assert engine.url("sqlite://", PREFIX) == "sqlite://"
    assert async_engine.create_async_engine(create_async_engine, PREFIX) is create_async_engine
    assert planned_psycopg.connect(psycopg.connect, PREFIX) == psycopg.connect
    pool = psycopg_pool.ConnectionPool
    assert planned_psycopg.pool(pool, PREFIX) is pool
    assert planned_psycopg2.connect(psycopg2.connect, PREFIX) is psycopg2.connect
    simple = psycopg2.pool.SimpleConnectionPool
    assert planned_psycopg2.pool(simple, PREFIX) is simple
    assert planned_asyncpg.connect(asyncpg.connect, PREFIX) is asyncpg.connect
    assert planned_asyncpg.create_pool(asyncpg.create_pool, PREFIX) is asyncpg.create_pool


@pytest.mark.parametrize("driver", ["", "+psycopg", "+psycopg2", "+pg8000"])
def test_sqlalchemy_with_each_driver(cloud: Cloud, driver: str) -> None:
    made = engine.create_engine(sqlalchemy.create_engine, PREFIX)(
        f"postgresql{driver}://me:mine@127.0.0.1:1/other?sslmode=disable&application_name=shop",
    )
    with made.connect() as connection:
        assert encrypted(connection.exec_driver_sql(TLS).one())
        found = connection.exec_driver_sql(
            "SELECT current_database(), current_user, current_setting('application_name')"
        )
        assert tuple(found.one()) == ("app", "app", "shop")
    made.dispose()


def test_sqlalchemy_keeps_the_users_own_arguments(cloud: Cloud) -> None:
    made = make(
        echo=False,
        poolclass=sqlalchemy.pool.StaticPool,
        isolation_level="SERIALIZABLE",
        json_serializer=lambda value: '{"own": 1}',
        execution_options={"own": 1},
        native_datetime=True,
    )
    assert isinstance(made.pool, sqlalchemy.pool.QueuePool)
    assert made.get_execution_options()["own"] == 1
    with made.connect() as connection:
        found = connection.exec_driver_sql("SHOW transaction_isolation").scalar()
        assert found == "serializable"
        value = sqlalchemy.bindparam("v", {"a": 1}, type_=sqlalchemy.JSON)
        assert connection.execute(sqlalchemy.select(value)).scalar() == {"own": 1}
    assert "inferra" not in str(made.url)
    assert "first" not in made.url.render_as_string(hide_password=False)
    made.dispose()


def test_sqlalchemy_reopens_what_was_closed(cloud: Cloud) -> None:
    made = make()
    for _ in range(3):
        with made.begin() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        assert cloud.server.end_connections() >= 1
    made.dispose()


def test_sqlalchemy_lets_the_user_switch_the_check_off(cloud: Cloud) -> None:
    made = make(pool_pre_ping=False)
    with made.begin() as connection:
        connection.exec_driver_sql("SELECT 1")
    cloud.server.end_connections()
    with pytest.raises(sqlalchemy.exc.OperationalError), made.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    made.dispose()


def test_sqlalchemy_takes_the_password_that_was_replaced(cloud: Cloud) -> None:
    made = make()
    for password in ("second", "third", "first"):
        with made.connect() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
        cloud.rotate(password)
        cloud.server.end_connections()
    made.dispose()


def test_a_password_that_stays_wrong_is_the_drivers_own_error(cloud: Cloud) -> None:
    cloud.server.change_password("other")
    try:
        with pytest.raises(
            sqlalchemy.exc.OperationalError, match="authentication failed"
        ) as raised:
            make().connect()
        assert "first" not in str(raised.value)
    finally:
        cloud.server.change_password("first")


def test_other_databases_are_refused(cloud: Cloud) -> None:
    planned = engine.create_engine(sqlalchemy.create_engine, PREFIX)
    with pytest.raises(ValueError, match="mysql"):
        planned("mysql+pymysql://root:secret@localhost/x")
    with pytest.raises(ValueError, match="pygresql"):
        planned("postgresql+pygresql://localhost/x")
    with pytest.raises(TypeError, match="creator"):
        planned("postgresql://", creator=lambda: None)


def test_a_url_that_is_not_there_chooses_the_driver(cloud: Cloud) -> None:
    made = engine.create_engine(sqlalchemy.create_engine, PREFIX)(None)
    assert made.url.drivername == "postgresql+psycopg"
    heroku = engine.create_engine(sqlalchemy.create_engine, PREFIX)("postgres://u:p@h/d")
    assert heroku.url.get_backend_name() == "postgresql"


def test_on_lambda_one_connection_is_kept(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
    made, own = make(), make(pool_size=7)
    assert isinstance(made.pool, sqlalchemy.pool.QueuePool)
    assert isinstance(own.pool, sqlalchemy.pool.QueuePool)
    assert (made.pool.size(), own.pool.size()) == (1, 7)
    with made.connect(), made.connect():
        assert made.pool.checkedout() == 2
    assert made.pool.checkedin() == 1
    made.dispose()


def test_sqlalchemy_verifies_where_authorities_are_given(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{PREFIX}_CA", cloud.server.authority)
    made = make()
    with made.connect() as connection:
        assert encrypted(connection.exec_driver_sql(TLS).one())
    made.dispose()
    # The certificate is for `localhost`.
    monkeypatch.setenv(f"{PREFIX}_HOST", "127.0.0.1")
    with pytest.raises(sqlalchemy.exc.OperationalError, match="certificate"):
        make().connect()


def test_an_engine_of_a_configuration(cloud: Cloud) -> None:
    planned = engine.engine_from_config(sqlalchemy.engine_from_config, PREFIX)
    made = planned({"db.url": "sqlite://", "db.echo": "false"}, prefix="db.")
    with made.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    made.dispose()


def test_sqlmodel(cloud: Cloud) -> None:
    class Hero(sqlmodel.SQLModel, table=True):
        id: int | None = sqlmodel.Field(default=None, primary_key=True)
        name: str

    made = engine.create_engine(sqlmodel.create_engine, PREFIX)("sqlite:///heroes.db")
    sqlmodel.SQLModel.metadata.create_all(made)
    with sqlmodel.Session(made) as session:
        session.add(Hero(name="a"))
        session.commit()
        assert session.exec(sqlmodel.select(Hero)).one().name == "a"
    sqlmodel.SQLModel.metadata.drop_all(made)
    made.dispose()


def test_flask_sqlalchemy(cloud: Cloud) -> None:
    import flask
    import flask_sqlalchemy

    app = flask.Flask("shop")
    uri = engine.url("sqlite:///shop.db", PREFIX)
    app.config["SQLALCHEMY_DATABASE_URI"] = uri
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"connect_args": {"check_same_thread": False}}
    assert "first" not in uri
    db = flask_sqlalchemy.SQLAlchemy(app)
    with app.app_context():
        assert db.session.execute(db.text("SELECT current_user")).scalar() == "app"
        db.session.remove()
        assert cloud.server.end_connections() >= 1
        assert db.session.execute(db.text("SELECT current_user")).scalar() == "app"
        db.session.remove()
        db.engine.dispose()


def test_what_the_user_listens_to_is_still_told(cloud: Cloud) -> None:
    made, seen = make(), []
    event.listen(made, "connect", lambda connection, record: seen.append(connection))
    made.connect().close()
    assert len(seen) == 1
    made.dispose()


@pytest.mark.parametrize("own", ["sqlite+aiosqlite:///a.db", "postgresql+psycopg://u:p@h/d"])
def test_sqlalchemy_asynchronously(cloud: Cloud, own: str) -> None:
    async def scenario() -> None:
        planned = async_engine.create_async_engine(create_async_engine, PREFIX)
        made = planned(own, echo=False)
        for password in ("second", "first"):
            async with made.begin() as connection:
                found = await connection.exec_driver_sql(TLS)
                assert encrypted(found.one())
            assert cloud.server.end_connections() >= 1
            async with made.begin() as connection:
                assert (await connection.exec_driver_sql("SELECT 1")).scalar() == 1
            cloud.rotate(password)
            cloud.server.end_connections()
        async with made.begin() as connection:
            assert (await connection.exec_driver_sql("SELECT 1")).scalar() == 1
        await made.dispose()

    asyncio.run(scenario())


def test_asynchronous_engines_of_a_configuration(cloud: Cloud) -> None:
    async def scenario() -> None:
        planned = async_engine.engine_from_config(async_engine_from_config, PREFIX)
        made = planned({"sqlalchemy.url": "sqlite+aiosqlite://"})
        async with made.connect() as connection:
            assert (await connection.exec_driver_sql("SELECT 1")).scalar() == 1
        await made.dispose()

    asyncio.run(scenario())


def test_psycopg(cloud: Cloud) -> None:
    planned = planned_psycopg.connect(psycopg.connect, PREFIX)
    with planned(
        "postgresql://me:mine@127.0.0.1:1/other?application_name=shop",
        sslmode="disable",
        row_factory=psycopg.rows.dict_row,
        autocommit=True,
    ) as connection:
        assert connection.execute(TLS).fetchone() == {"ssl": True}
        assert connection.info.parameter_status("application_name") == "shop"
        assert isinstance(connection, psycopg.Connection)


def test_a_connection_of_psycopg_is_opened_anew(cloud: Cloud) -> None:
    planned = planned_psycopg.connect(psycopg.connect, PREFIX)
    connection = planned(row_factory=psycopg.rows.dict_row)
    connection.isolation_level = psycopg.IsolationLevel.SERIALIZABLE
    for password in ("second", "first"):
        found = connection.execute("SHOW transaction_isolation").fetchone()
        assert found == {"transaction_isolation": "serializable"}
        connection.commit()
        cloud.rotate(password)
        assert cloud.server.end_connections() >= 1
        with connection.transaction(), connection.cursor() as cursor:
            assert cursor.execute("SELECT 1 AS one").fetchone() == {"one": 1}
        cloud.server.end_connections()
        assert connection.execute("SELECT 1 AS one").fetchone() == {"one": 1}
        connection.rollback()
    connection.close()
    with pytest.raises(psycopg.OperationalError, match="closed"):
        connection.execute("SELECT 1")


def test_a_lost_transaction_is_not_hidden(cloud: Cloud) -> None:
    connection = planned_psycopg.connect(psycopg.connect, PREFIX)()
    connection.execute("CREATE TEMPORARY TABLE t (a int)")
    cloud.server.end_connections()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("INSERT INTO t VALUES (1)")
    connection.close()


def test_a_pool_of_psycopg(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "f")
    planned = planned_psycopg.pool(psycopg_pool.ConnectionPool, PREFIX)
    with planned("host=127.0.0.1", kwargs={"autocommit": True}) as pool:
        assert (pool.min_size, pool.max_size) == (1, 4)
        for password in ("second", "first"):
            with pool.connection() as connection:
                assert connection.execute(TLS).fetchone() == (True,)
            cloud.rotate(password)
            assert cloud.server.end_connections() >= 1
            with pool.connection() as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)


def test_psycopg_asynchronously(cloud: Cloud) -> None:
    async def scenario() -> None:
        planned = planned_psycopg.connect(psycopg.AsyncConnection.connect, PREFIX)
        async with await planned("host=127.0.0.1", autocommit=True) as connection:
            cursor = await connection.execute(TLS)
            assert await cursor.fetchone() == (True,)
        pools = planned_psycopg.pool(psycopg_pool.AsyncConnectionPool, PREFIX)
        async with pools(min_size=1, open=False) as pool:
            for password in ("second", "first"):
                async with pool.connection() as connection:
                    await connection.execute("SELECT 1")
                cloud.rotate(password)
                assert cloud.server.end_connections() >= 1
                async with pool.connection() as connection:
                    await connection.execute("SELECT 1")

    asyncio.run(scenario())


def test_psycopg2(cloud: Cloud) -> None:
    planned = planned_psycopg2.connect(psycopg2.connect, PREFIX)
    factory = psycopg2.extras.DictCursor
    for password in ("second", "first"):
        connection = planned(
            "host=127.0.0.1 user=me password=mine sslmode=disable application_name=shop",
            cursor_factory=factory,
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(TLS)
            assert encrypted(cursor.fetchone())
            cursor.execute("SHOW application_name")
            assert cursor.fetchone()["application_name"] == "shop"
        connection.close()
        cloud.rotate(password)


@pytest.mark.parametrize("name", ["SimpleConnectionPool", "ThreadedConnectionPool"])
def test_a_pool_of_psycopg2(cloud: Cloud, name: str) -> None:
    planned = planned_psycopg2.pool(getattr(psycopg2.pool, name), PREFIX)
    pool = planned(1, 3, "host=127.0.0.1", user="me", password="mine")
    for password in ("second", "first"):
        connection = pool.getconn()
        with connection.cursor() as cursor:
            cursor.execute(TLS)
            assert encrypted(cursor.fetchone())
        pool.putconn(connection)
        cloud.rotate(password)
        assert cloud.server.end_connections() >= 1
        connection = pool.getconn("mine")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        assert pool.getconn("mine") is connection
        pool.putconn(connection, "mine")
    pool.closeall()


def test_asyncpg(cloud: Cloud) -> None:
    async def scenario() -> None:
        planned = planned_asyncpg.connect(asyncpg.connect, PREFIX)
        dsn = "postgresql://me:mine@127.0.0.1:1/other?sslmode=disable&application_name=shop"
        connection = await planned(dsn, statement_cache_size=0)
        assert await connection.fetchval(TLS) is True
        assert await connection.fetchval("SHOW application_name") == "shop"
        await connection.close()

    asyncio.run(scenario())


def test_a_pool_of_asyncpg(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "f")

    async def scenario() -> None:
        planned = planned_asyncpg.create_pool(asyncpg.create_pool, PREFIX)
        pool = planned(user="me", password="mine", command_timeout=10)
        assert isinstance(pool, asyncpg.Pool)
        async with pool:
            assert pool.get_min_size() == 1
            for password in ("second", "first"):
                async with pool.acquire() as connection:
                    assert await connection.fetchval(TLS) is True
                cloud.rotate(password)
                assert cloud.server.end_connections() >= 1
                assert await pool.fetchval("SELECT 1") == 1
                cloud.server.end_connections()
                # The loop learns of it, but not at once of all of it.
                await asyncio.sleep(0)
                assert await pool.fetchval("SELECT 1") == 1
                async with pool.acquire(timeout=5) as one, pool.acquire() as other:
                    assert await one.fetchval("SELECT 1") == await other.fetchval("SELECT 1")
        again = await planned()
        await again.close()

    asyncio.run(scenario())


def test_asyncpg_verifies_where_authorities_are_given(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def open_one() -> None:
        connection = await planned_asyncpg.connect(asyncpg.connect, PREFIX)()
        await connection.close()

    monkeypatch.setenv(f"{PREFIX}_CA", cloud.server.authority)
    asyncio.run(open_one())
    monkeypatch.setenv(f"{PREFIX}_HOST", "127.0.0.1")
    with pytest.raises(OSError, match="certificate"):
        asyncio.run(open_one())


def test_tables_made_by_two_processes_at_once(cloud: Cloud) -> None:
    """As two instances of a function do that are started at the same time."""
    import threading

    metadata = sqlalchemy.MetaData()
    for name in "abc":
        sqlalchemy.Table(
            name, metadata, sqlalchemy.Column("id", sqlalchemy.Integer, primary_key=True)
        )
    engines, failures = [make() for _ in range(6)], []
    barrier = threading.Barrier(len(engines))

    def create(one: sqlalchemy.Engine) -> None:
        barrier.wait()
        try:
            metadata.create_all(one)
        except sqlalchemy.exc.DBAPIError as error:
            failures.append(error)

    threads = [threading.Thread(target=create, args=[one]) for one in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    metadata.drop_all(engines[0])
    for one in engines:
        one.dispose()
    assert not failures


#: Authorities that did not sign the server's certificate.
OTHERS = str(pathlib.Path(botocore.__file__).parent / "cacert.pem")
SELF_SIGNED = "(?i)certificate verify failed|self.signed|root certificate"


def connect_once(url: str, **kwargs: Any) -> None:
    made = engine.create_engine(sqlalchemy.create_engine, PREFIX)(url, **kwargs)
    try:
        made.connect().close()
    finally:
        made.dispose()


@pytest.mark.parametrize("verified", [{}, {"sslmode": "verify-full"}, {"sslmode": "verify-ca"}])
def test_an_application_that_verifies_the_server_goes_on_doing_so(
    cloud: Cloud, verified: dict[str, str], server: postgres.Postgres
) -> None:
    authorities = server.authority
    for make_connection in (
        planned_psycopg.connect(psycopg.connect, PREFIX),
        planned_psycopg2.connect(psycopg2.connect, PREFIX),
    ):
        make_connection(**verified, sslrootcert=authorities).close()
        if verified:
            with pytest.raises((psycopg.Error, psycopg2.Error), match=SELF_SIGNED):
                make_connection(**verified, sslrootcert=OTHERS)
    query = urllib.parse.urlencode({**verified, "sslrootcert": authorities})
    refused = urllib.parse.urlencode({**verified, "sslrootcert": OTHERS})
    for driver in ("psycopg", "psycopg2"):
        connect_once(f"postgresql+{driver}://elsewhere/db?{query}")
        if verified:
            with pytest.raises(sqlalchemy.exc.OperationalError, match=SELF_SIGNED):
                connect_once(f"postgresql+{driver}://elsewhere/db?{refused}")


def test_so_it_is_with_clients_that_have_a_context(cloud: Cloud, server: postgres.Postgres) -> None:
    trusting = ssl.create_default_context(cafile=server.authority)
    encrypting = ssl.create_default_context()
    encrypting.check_hostname, encrypting.verify_mode = False, ssl.CERT_NONE

    async def asynchronous(dsn: str | None = None, **given: Any) -> None:
        connection = await planned_asyncpg.connect(asyncpg.connect, PREFIX)(dsn, **given)
        await connection.close()

    own = server.authority
    full = "postgres://elsewhere/db?sslmode=verify-full"
    for given in ({}, {"ssl": trusting}, {"ssl": encrypting}, {"ssl": "require"}, {"ssl": False}):
        asyncio.run(asynchronous(**given))
    asyncio.run(asynchronous(f"{full}&sslrootcert={own}"))
    for dsn, given in ((None, {"ssl": True}), (None, {"ssl": "verify-full"}), (full, {})):
        with pytest.raises(ssl.SSLCertVerificationError):
            asyncio.run(asynchronous(dsn, **given))
    url = "postgresql+pg8000://elsewhere/db"
    connect_once(url, connect_args={"ssl_context": trusting})
    with pytest.raises(Exception, match=SELF_SIGNED):
        connect_once(url, connect_args={"ssl_context": ssl.create_default_context()})
