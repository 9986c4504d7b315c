"""The applications of fixtures/apps, in whatever language, which are deployed together: add yours at the end of `ALL`.

An application's own tests (`tests/`, by pytest or by `npm test`; see `fixture`) are told by the environment where it
runs; what is not there they start or call themselves, as on a developer's machine:

* `APP_URL`: the application's HTTP API;
* `SITE_URL`: its static site, where it has one;
* `JOBS_URL`: `POST $JOBS_URL/<job>` runs one of its jobs to its end where it is deployed, and answers with 204, or with
  500 and what went wrong.

They run several times against the same stores: on Lambda, then in containers. On a developer's machine they find what
`needs` names at the address and with the password that the servers' own documentation has: see `laptop`.

One application alone: `tests/run e2e -k NAME`, or with a binary that is already there, in the harness's environment,
`INFERRA_BIN=target/debug/inferra python -m pytest -c tests/e2e/pytest.ini tests/e2e/test_apps.py -k "NAME or nothing"`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .fixture import Fixture
from .paths import APPLICATIONS
from .webhook import WEBHOOK_PORT

NEEDS = frozenset({"redis", "redis_cluster", "postgres"})
HTTP = frozenset({"http"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Application(Fixture):
    """A folder of fixtures/apps that is deployed with the others."""

    # The folder, for an application that is there a second time, with other settings.
    of: str | None = None
    # Servers that the untouched application expects on this machine, of `NEEDS`.
    needs: frozenset[str] = frozenset()
    # For `inferra compile --set`, on both targets.
    settings: tuple[str, ...] = ()
    # Units that cannot be functions: they are tasks on ECS, where the others are functions.
    tasks: tuple[str, ...] = ()
    # Of the Terraform module, beside `build_directory` and `image_tag`.
    variables: Mapping[str, object] = field(default_factory=dict)
    # What a person puts into its secrets after the deployment, by the id of the secret's directive.
    secrets: Mapping[str, str] = field(default_factory=dict)
    # Where its functions' events come from while its own tests run: "http", "aws:sns", "aws:events", "job".
    event_sources: frozenset[str] = HTTP
    # Ports of this machine that its code calls: services of its own tests.
    calls: tuple[int, ...] = ()
    # How many invocations of its functions its own tests make fail: an event is tried three times, and kept where
    # nobody takes it.
    failures: Mapping[str, int] = field(default_factory=dict)
    # The one that its own tests ask, where it has several.
    gateway: str | None = None
    # The unit whose copy of the code is the whole application, so that it runs alone on a developer's machine.
    alone: str | None = "main"
    # Actions that its roles have and its own tests do not use, each with the reason.
    unused: Mapping[str, str] = field(default_factory=dict)
    # The same of pods, where that differs.
    unused_in_pods: Mapping[str, str] | None = None

    def __post_init__(self):
        assert self.needs <= NEEDS, f"{self.name} needs {sorted(self.needs - NEEDS)}, which is not known here"

    @property
    def folder(self) -> str:
        """As it is called, where nothing else is said."""
        return self.of or self.name

    @property
    def module(self) -> str:
        """Its name in Terraform."""
        return self.name.replace("-", "_")

    @property
    def all_settings(self) -> tuple[str, ...]:
        """With a name of its own beside the application of the same folder."""
        return (*self.settings, f"name={self.name}") if self.of else self.settings

    @property
    def settings_beside_functions(self) -> tuple[str, ...]:
        """For the target on which what can be a function is one."""
        return (*self.all_settings, *(f"execution_unit.by_id.{unit}.compute=ecs" for unit in self.tasks))


# Without these, `terraform destroy` leaves a database alone.
DELETED_WITH_THE_REST = ("persist.orm.deletion_protection=off", "persist.orm.final_snapshot=off")
ON_AURORA = ("persist.orm.backing=aurora_postgres", *DELETED_WITH_THE_REST)
TABLES_GO_TOO = ("persist.kv.dynamodb.deletion_protection=off",)
SECRETS_IN_PARAMETERS = ("persist.secret.backing=parameter_store",)
VALUES_IN_REDIS = ("persist.kv.backing=elasticache",)
# As above: files that a test wrote go with the file system.
FILE_SYSTEMS_GO_TOO = ("persist.fs.efs.on_destroy=delete",)
MOUNTED_FOR_TASKS = {
    "elasticfilesystem:ClientMount": "what mounts for a task asks for it, and not the task itself",
    "elasticfilesystem:ClientWrite": "the same",
}
# Files that a test wrote would keep their bucket, and deleted secrets their names.
FILES_GO_TOO = (
    "persist.fs.s3.on_destroy=delete",
    "persist.secret.secrets_manager.recovery_window_days=0",
    "config.recovery_window_days=0",
)
# Of tables.
ONLY_OF_CACHES = {
    "dynamodb:BatchGetItem": "a right to read holds it, and a cache's multi_get alone uses it",
    "dynamodb:BatchWriteItem": "a right to write holds it, and a cache's multi_set alone uses it",
}
ONLY_LARGE_FILES = {"s3:AbortMultipartUpload": "only large files go in parts, and an upload of one has to fail"}

# Of queues.
KEPT_EVENTS = {"sqs:SendMessage": "what keeps an event or a run that failed"}
METHODS_OF_EMITTERS = {"sns:Publish": "every unit that has an emitter's class may call its methods"}
PUT_BY_METHODS = {"events:PutEvents": METHODS_OF_EMITTERS["sns:Publish"]}
HIDDEN_EVENTS = {"sqs:ChangeMessageVisibility": "what a listener that fails, or takes long, needs"}

ALL = [
    Application(
        name="python-fastapi-redis", needs=frozenset({"redis"}), settings=("persist.redis_node.backing=memorydb",)
    ),
    Application(name="python-poetry-src"),
    # Its own setting makes its function an image, which the emulator does not run.
    Application(name="python-uv-image", settings=("execution_unit.package=zip",)),
    Application(
        name="python-blinker-audit",
        needs=frozenset({"redis"}),
        event_sources=frozenset({"http", "aws:sns"}),
        unused=KEPT_EVENTS,
        unused_in_pods=HIDDEN_EVENTS,
    ),
    Application(
        name="python-pyee-orders",
        needs=frozenset({"redis"}),
        event_sources=frozenset({"http", "aws:sns"}),
        alone=None,
        unused=KEPT_EVENTS,
        unused_in_pods=HIDDEN_EVENTS,
    ),
    Application(
        name="python-schedule-report",
        needs=frozenset({"redis"}),
        settings=("persist.redis_node.backing=elasticache_serverless",),
        event_sources=frozenset({"http", "job"}),
        unused=KEPT_EVENTS,
        unused_in_pods={},
    ),
    Application(name="python-django-orm", settings=DELETED_WITH_THE_REST),
    Application(name="python-fastapi-asyncpg", settings=DELETED_WITH_THE_REST, needs=frozenset({"postgres"})),
    Application(name="python-fastapi-kv", settings=TABLES_GO_TOO, unused=ONLY_OF_CACHES),
    Application(
        name="python-fastapi-notes",
        # The first is what the application's own tests send.
        secrets={"token": "token of this laptop", "signing-key": "a key of the emulator's"},
        settings=FILES_GO_TOO,
        unused=ONLY_LARGE_FILES,
    ),
    Application(name="python-fastapi-routers"),
    Application(
        name="python-fastapi-scores",
        needs=frozenset({"redis", "redis_cluster"}),
        settings=("persist.redis_cluster.backing=memorydb", "persist.redis_cluster.memorydb.replicas=0"),
    ),
    Application(name="python-fastapi-site"),
    Application(name="python-fastapi-sqlmodel", settings=DELETED_WITH_THE_REST),
    Application(name="python-flask-blueprints"),
    Application(name="python-flask-sqlalchemy", settings=DELETED_WITH_THE_REST),
    Application(name="python-quart-tasks"),
    Application(name="python-starlette-files", settings=FILES_GO_TOO, unused=ONLY_LARGE_FILES),
    Application(name="python-starlette-mounts"),
    Application(name="python-wsgi-callable", gateway="counter", alone="web"),
    Application(name="python-wsgi-psycopg", settings=DELETED_WITH_THE_REST, needs=frozenset({"postgres"})),
    Application(name="javascript-knex-visits", settings=DELETED_WITH_THE_REST, needs=frozenset({"postgres"})),
    Application(name="javascript-redis-polls", needs=frozenset({"redis"})),
    Application(name="javascript-http-server"),
    Application(name="javascript-koa-recipes"),
    Application(
        name="typescript-express-pubsub",
        event_sources=frozenset({"http", "aws:sns"}),
        calls=(WEBHOOK_PORT,),
        alone="sender",
        unused=KEPT_EVENTS,
        unused_in_pods=HIDDEN_EVENTS,
    ),
    Application(name="typescript-ioredis-scores", needs=frozenset({"redis", "redis_cluster"})),
    Application(name="typescript-sequelize-notes", settings=ON_AURORA),
    Application(name="typescript-typeorm-shelf", settings=DELETED_WITH_THE_REST),
    Application(
        name="javascript-files-gallery",
        # The first is what the application's own tests send.
        secrets={"admin-token": "token of this laptop", "signing-key": "a key of the emulator's"},
        settings=FILES_GO_TOO,
        unused=ONLY_LARGE_FILES,
    ),
    Application(
        name="typescript-map-polls",
        settings=TABLES_GO_TOO + FILES_GO_TOO,
        unused=ONLY_LARGE_FILES,
    ),
    Application(name="typescript-express-routers"),
    Application(
        name="javascript-worker-summaries",
        needs=frozenset({"redis"}),
        tasks=("worker",),
        alone=None,
    ),
    Application(
        name="typescript-jobs-newsletter",
        calls=(8767,),
        secrets={"signing-key": "a key of the emulator's"},
        settings=FILES_GO_TOO,
        event_sources=frozenset({"http", "job"}),
        alone=None,
        unused=KEPT_EVENTS | {"lambda:InvokeFunction": "of the schedule that keeps it warm, whose time does not come"},
        unused_in_pods={},
    ),
    Application(
        name="typescript-events-orders",
        event_sources=frozenset({"http", "aws:sns"}),
        calls=(8766,),
        alone=None,
        # Two mails are refused once, and a third until it is given up.
        failures={"mail": 5},
        unused=KEPT_EVENTS | METHODS_OF_EMITTERS,
        unused_in_pods=HIDDEN_EVENTS | METHODS_OF_EMITTERS,
    ),
    Application(
        name="mixed-pyee-translations",
        needs=frozenset({"redis"}),
        event_sources=frozenset({"http", "aws:events"}),
        alone=None,
        unused=KEPT_EVENTS,
        unused_in_pods=HIDDEN_EVENTS,
    ),
    Application(name="typescript-fastify-shelf"),
    Application(name="typescript-hono-links"),
    Application(name="typescript-nest-tickets"),
    Application(name="typescript-workspaces-orders", alone=None),
    Application(name="typescript-prisma-loans", settings=DELETED_WITH_THE_REST),
    Application(name="typescript-next-ballots", settings=TABLES_GO_TOO),
    Application(name="python-fastapi-kv-redis", of="python-fastapi-kv", settings=VALUES_IN_REDIS, alone=None),
    Application(
        name="typescript-map-polls-redis",
        of="typescript-map-polls",
        settings=VALUES_IN_REDIS + FILES_GO_TOO,
        alone=None,
        unused=ONLY_LARGE_FILES,
    ),
    Application(
        name="python-fastapi-notes-ssm",
        of="python-fastapi-notes",
        secrets={"token": "token of this laptop", "signing-key": "a key of the emulator's"},
        settings=SECRETS_IN_PARAMETERS + FILES_GO_TOO,
        alone=None,
        unused=ONLY_LARGE_FILES,
    ),
    Application(
        name="javascript-files-gallery-ssm",
        of="javascript-files-gallery",
        secrets={"admin-token": "token of this laptop", "signing-key": "a key of the emulator's"},
        settings=SECRETS_IN_PARAMETERS + FILES_GO_TOO,
        alone=None,
        unused=ONLY_LARGE_FILES,
    ),
    Application(
        name="mixed-pyee-translations-sns",
        of="mixed-pyee-translations",
        needs=frozenset({"redis"}),
        settings=("pubsub.backing=sns",),
        event_sources=frozenset({"http", "aws:sns"}),
        alone=None,
        unused=KEPT_EVENTS,
        unused_in_pods=HIDDEN_EVENTS,
    ),
    Application(
        name="typescript-events-orders-bus",
        of="typescript-events-orders",
        # One of its emitters stays with SNS: a queue then has events of both.
        settings=("pubsub.by_id.orders.backing=eventbridge",),
        event_sources=frozenset({"http", "aws:sns", "aws:events"}),
        calls=(8766,),
        alone=None,
        failures={"mail": 5},
        unused=KEPT_EVENTS | PUT_BY_METHODS,
        unused_in_pods=HIDDEN_EVENTS | PUT_BY_METHODS,
    ),
    # A function mounts one file system, and a task as many as it uses.
    Application(
        name="python-starlette-files-efs",
        of="python-starlette-files",
        settings=("persist.fs.backing=efs", *FILE_SYSTEMS_GO_TOO),
        tasks=("main",),
        alone=None,
        event_sources=frozenset(),
        unused=MOUNTED_FOR_TASKS,
        unused_in_pods={},
    ),
    Application(
        name="javascript-files-gallery-efs",
        of="javascript-files-gallery",
        secrets={"admin-token": "token of this laptop", "signing-key": "a key of the emulator's"},
        settings=("persist.fs.backing=efs", *FILE_SYSTEMS_GO_TOO, *FILES_GO_TOO),
        alone=None,
    ),
]


def named(name: str) -> Application:
    """The one of that name; for a folder that is not listed, one that needs nothing."""
    return next((one for one in ALL if one.name == name), Application(name=name))


def folders() -> set[str]:
    """The applications that there are, listed here or not."""
    return {folder.name for folder in APPLICATIONS.iterdir() if folder.is_dir()}
