"""The ways in which the fixture applications are compiled and deployed."""

from dataclasses import dataclass

from . import subjects
from .subjects import Subject

# As short as it may be: tests wait for it.
VISIBILITY_SECONDS = 10
QUICK = (f"pubsub.visibility_timeout_s={VISIBILITY_SECONDS}",)


@dataclass(frozen=True, eq=False)
class Variant:
    """An application on a target, with settings."""

    application: Subject
    target: str
    settings: tuple[str, ...] = ()
    # The services that events come from when it is used as the application's own tests use it.
    event_sources: frozenset[str] = frozenset({"http"})
    # What its units' roles are used for meanwhile.
    actions: frozenset[str] = frozenset()
    # Where one of its units runs elsewhere than the others.
    suffix: str = ""

    @property
    def name(self) -> str:
        """For folders and for the names of tests."""
        return f"{self.application.name}-{self.target}{self.suffix}"

    @property
    def has_containers(self) -> bool:
        """Whether any of its units is built as an image."""
        return self.target != "aws-lambda" or bool(self.suffix)


PYTHON, TYPESCRIPT = subjects.PYTHON_FASTAPI_REDIS, subjects.TYPESCRIPT_EXPRESS_PUBSUB
PUBLISHED = frozenset({"sns:Publish"})
OVER_A_QUEUE = PUBLISHED | {"sqs:ReceiveMessage", "sqs:DeleteMessage"}

PYTHON_LAMBDA = Variant(PYTHON, "aws-lambda")
TYPESCRIPT_LAMBDA = Variant(TYPESCRIPT, "aws-lambda", event_sources=frozenset({"http", "aws:sns"}), actions=PUBLISHED)
PYTHON_EKS = Variant(PYTHON, "eks")
TYPESCRIPT_EKS = Variant(TYPESCRIPT, "eks", QUICK, actions=OVER_A_QUEUE)
PYTHON_ECS = Variant(PYTHON, "ecs")
TYPESCRIPT_ECS = Variant(TYPESCRIPT, "ecs", QUICK, actions=OVER_A_QUEUE)
MIXED = Variant(
    TYPESCRIPT,
    "aws-lambda",
    (*QUICK, "execution_unit.by_id.receiver.compute=eks"),
    actions=OVER_A_QUEUE,
    suffix="-and-eks",
)

ON_LAMBDA = [PYTHON_LAMBDA, TYPESCRIPT_LAMBDA]
IN_CONTAINERS = [PYTHON_EKS, TYPESCRIPT_EKS, PYTHON_ECS, TYPESCRIPT_ECS, MIXED]
# Those on which one whole target is proven.
WHOLE_TARGETS = [*ON_LAMBDA, PYTHON_EKS, TYPESCRIPT_EKS, PYTHON_ECS, TYPESCRIPT_ECS]
WITH_A_CHART = [PYTHON_EKS, TYPESCRIPT_EKS, MIXED]
ALL = [*ON_LAMBDA, *IN_CONTAINERS]


def on_lambda(application: Subject) -> Variant:
    """The application as it is deployed where nothing else is said."""
    return next(variant for variant in ON_LAMBDA if variant.application is application)
