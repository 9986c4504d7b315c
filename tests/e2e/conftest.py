"""Fixtures that several test modules share, and the order of the modules."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from harness import applications, certificates, cloud, compiler
from harness.applications import Application
from harness.compiler import Output
from harness.deployment import Deployment

# Terraform works in the background while the first ones run; the last ones change what it made.
ORDER = [
    "test_emulator",
    "test_containers",
    "test_compile",
    "test_build",
    "test_unbound",
    "test_module",
    "test_deployment",
    "test_faults",
    "test_destroy",
]
# Each Terraform process loads the AWS provider: more at once only wait for each other.
TERRAFORM_PROCESSES = 2


def pytest_collection_modifyitems(items):
    """Sorts by module; within a module the order stays as written."""
    items.sort(key=lambda item: ORDER.index(item.module.__name__))


def pytest_terminal_summary(terminalreporter):
    """Says what was left out and why, once for each test."""
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"SKIPPED: {report.nodeid}: {str(reason).removeprefix('Skipped: ')}")


@pytest.fixture(params=applications.ALL, ids=lambda application: application.name)
def application(request) -> Application:
    """Each fixture application in turn."""
    return request.param


class Work:
    """Everything made once in a run: outputs, and deployments in the background."""

    def __init__(self, directory, until: ExitStack):
        self.directory = directory
        self.outputs: dict[str, Future[Output]] = {}
        self.deployments: dict[str, Future[Deployment]] = {}
        self._until = until
        self._authority = certificates.authority()
        self._workers = until.enter_context(ThreadPoolExecutor(TERRAFORM_PROCESSES))
        self._with_stores: set[str] = set()

    def start(self) -> None:
        """Compiles and builds each application, then deploys it, in as many threads as there may be Terraforms."""
        for application in applications.ALL:
            place = self.directory / application.name
            self.outputs[application.name] = self.submit(compiler.prepared, application, place / "out")
        for application in applications.ALL:
            place = self.directory / application.name
            aws = self._until.enter_context(cloud.running(place / "cloud", self._authority.trust_environment))
            self.deployments[application.name] = self.submit(self._deploy, application, aws)

    def submit(self, function, *arguments) -> Future:
        """Runs in the background."""
        return self._workers.submit(function, *arguments)

    def deployed(self, application: Application) -> Deployment:
        """Waits for the deployment; its stores run from then on."""
        deployment = self.deployments[application.name].result()
        if application.name not in self._with_stores:
            self._with_stores.add(application.name)
            deployment.start_stores(self._authority, self._until)
        return deployment

    def _deploy(self, application: Application, aws: cloud.Cloud) -> Deployment:
        output = self.outputs[application.name].result()
        return Deployment.create(application, output, aws, self.directory / application.name)


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    """Servers end with the session."""
    with ExitStack() as until:
        made = Work(tmp_path_factory.mktemp("work"), until)
        made.start()
        yield made


@pytest.fixture(scope="session", autouse=True)
def early_start(request):
    """Begins with the slow part before the first test, where any test needs it."""
    if any("work" in item.fixturenames for item in request.session.items):
        request.getfixturevalue("work")


@pytest.fixture
def output(application, work) -> Output:
    """The application, compiled and built. Tests leave it as it is."""
    return work.outputs[application.name].result()


@pytest.fixture
def deployment(application, work) -> Deployment:
    """The application, deployed. Tests leave it as it was."""
    return work.deployed(application)


@pytest.fixture
def python_deployment(work) -> Deployment:
    """The application whose store is in a private network."""
    return work.deployed(applications.PYTHON_FASTAPI_REDIS)


@pytest.fixture
def typescript_deployment(work) -> Deployment:
    """The application whose units talk by events."""
    return work.deployed(applications.TYPESCRIPT_EXPRESS_PUBSUB)
