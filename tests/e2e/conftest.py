"""Fixtures that several test modules share, and the order of the modules."""

import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from charts import render
from harness import (
    applications,
    certificates,
    cloud,
    compiler,
    environments,
    fleet,
    images,
    subjects,
    timings,
    variants,
)
from harness.applications import Application
from harness.cells import Cells
from harness.combined import Combined
from harness.compiler import Output
from harness.deployment import Deployment
from harness.fleet import Fleet
from harness.images import Image
from harness.paths import CACHE, REPOSITORY
from harness.subjects import Subject
from harness.together import Proof, Together
from harness.variants import Variant

# Terraform works in the background while the first ones run; the last ones change what it made.
ORDER = [
    "test_emulator",
    "test_file_systems",
    "test_containers",
    "test_compile",
    "test_build",
    "test_project_build",
    "test_package_managers",
    "test_dockerfiles",
    "test_unbound",
    "test_module",
    "test_settings",
    "test_existing",
    "test_environments",
    "test_matrix",
    "test_deployment",
    "test_charts",
    "test_requests",
    "test_events",
    "test_rights",
    "test_faults",
    "test_services",
    "test_apps",
    "test_container_faults",
    "test_destroy",
]
# Each Terraform process loads the AWS provider, and then mostly waits.
TERRAFORM_PROCESSES = 3
# What the fixtures below, which are not asked for one variant, need.
NEEDED = {
    "python_deployment": [variants.PYTHON_LAMBDA],
    "typescript_deployment": [variants.TYPESCRIPT_LAMBDA],
    "application": variants.ON_LAMBDA,
}


def pytest_collection_modifyitems(items):
    """Sorts by module; within a module the order stays as written, but for what waits for all others."""

    def place(item) -> tuple[bool, int]:
        return item.get_closest_marker("at_the_end") is not None, ORDER.index(item.module.__name__)

    items.sort(key=place)


def pytest_configure(config):
    """What tests are marked with."""
    config.addinivalue_line("markers", "at_the_end: waits for something that goes on in the background until then")


def pytest_terminal_summary(terminalreporter):
    """Says what was left out and why, once for each test, and what the work beside the tests took."""
    for line in timings.lines():
        terminalreporter.write_line(line)
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"SKIPPED: {report.nodeid}: {str(reason).removeprefix('Skipped: ')}")


@pytest.fixture(params=subjects.ALL, ids=lambda application: application.name)
def application(request) -> Subject:
    """Each of the two in turn."""
    return request.param


class Work:
    """Everything made once in a run: outputs, images, and deployments in the background."""

    def __init__(self, directory: Path, until: ExitStack):
        self.directory = directory
        self.outputs: dict[Variant, Future[Output]] = {}
        self.images: dict[Variant, Future[dict[str, Image]]] = {}
        self.deployments: dict[Variant, Future[Deployment]] = {}
        self.authority = certificates.authority()
        self._until = until
        self._workers = until.enter_context(ThreadPoolExecutor(TERRAFORM_PROCESSES))
        self._with_stores: set[Variant] = set()
        self._fleets: dict[Variant, Fleet] = {}

    def start(self, needed: list[Variant]) -> None:
        """Compiles and builds each, then deploys it, in as many threads as there may be Terraforms."""
        for variant in needed:
            self.outputs[variant] = self.submit(compiler.prepared, variant, self.directory / variant.name / "out")
        for variant in needed:
            aws = cloud.running(self.directory / variant.name / "cloud", self.authority.trust_environment)
            self.deployments[variant] = self.submit(self._deploy, variant, self._until.enter_context(aws))
        for variant in needed:
            if variant.has_containers:
                self.images[variant] = self.submit(self._build_images, variant)

    def submit(self, function, *arguments) -> Future:
        """Runs in the background."""
        return self._workers.submit(function, *arguments)

    def deployed(self, variant: Variant) -> Deployment:
        """Waits for the deployment; its stores run from then on."""
        deployment = self.deployments[variant].result()
        if variant not in self._with_stores:
            self._with_stores.add(variant)
            deployment.start_stores(self.authority, self._until)
        return deployment

    def fleet(self, variant: Variant, renderer) -> Fleet:
        """The containers of a deployment, ready to be started."""
        if variant not in self._fleets:
            images.require_namespaces()
            deployment = self.deployed(variant)
            objects = fleet.objects(deployment, renderer()) if variant in variants.WITH_A_CHART else None
            self._fleets[variant] = Fleet(deployment, self.images[variant].result(), self.authority, objects)
        return self._fleets[variant]

    def _deploy(self, variant: Variant, aws: cloud.Cloud) -> Deployment:
        return Deployment.create(variant, self.outputs[variant].result(), aws, self.directory / variant.name)

    def _build_images(self, variant: Variant) -> dict[str, Image]:
        output = self.outputs[variant].result()
        with timings.step(f"images of {variant.name}"):
            return {unit: images.build(output.unit_directory(unit)) for unit in output.containers}


def _needed(items: list) -> list[Variant]:
    """The variants that the collected tests look at."""
    found = set()
    for item in items:
        if "work" in item.fixturenames:
            parameters = getattr(item, "callspec", None)
            given = [value for value in parameters.params.values() if isinstance(value, Variant)] if parameters else []
            found |= set(given)
            for name in item.fixturenames:
                found |= set(NEEDED.get(name, []))
    return [variant for variant in variants.ALL if variant in found]


@pytest.fixture(scope="session")
def work(request, tmp_path_factory):
    """Servers end with the session."""
    with ExitStack() as until:
        made = Work(tmp_path_factory.mktemp("work"), until)
        made.start(_needed(request.session.items))
        yield made


@pytest.fixture(scope="session")
def together(request, tmp_path_factory):
    """The applications that the collected tests look at, deployed together."""
    given = [getattr(item, "callspec", None) for item in request.session.items if "together" in item.fixturenames]
    found = {value for one in given if one for value in one.params.values() if isinstance(value, Application)}
    with ExitStack() as until:
        wanted = [application for application in applications.ALL if application in found]
        directory, authority = tmp_path_factory.mktemp("together"), certificates.authority()
        services = any("services" in item.fixturenames for item in request.session.items)
        containers = any("in_containers" in item.fixturenames for item in request.session.items)
        yield Together(wanted, directory, authority, until, services=services, containers=containers)


@pytest.fixture(scope="session")
def proofs(request, together, renderer) -> Together:
    """Lets the applications be used in all the ways that the collected tests look at."""

    def wanted(name: str) -> list[Application]:
        items = [item for item in request.session.items if name in item.fixturenames]
        return list(dict.fromkeys(item.callspec.params["application"] for item in items))

    together.begin_proofs(wanted("on_lambda"), wanted("in_containers"), renderer)
    return together


@pytest.fixture
def on_lambda(application, proofs) -> Proof:
    """How an application did as functions."""
    return proofs.on_lambda(application)


@pytest.fixture
def in_containers(application, proofs) -> Proof:
    """How an application did in containers, which ran beside its functions."""
    return proofs.in_containers(application)


@pytest.fixture
def destroyed(together) -> Combined:
    """The applications, after they are gone."""
    return together.destroyed()


@pytest.fixture
def services(together):
    """What `modules/services` says of itself, deployed beside the applications."""
    return SimpleNamespace(**together.combined.outputs["services"]["services"])


@pytest.fixture(scope="session", autouse=True)
def early_start(request):
    """Begins with the slow parts before the first test, where any test needs them."""
    for slow in ("together", "work", "cells"):
        if any(slow in item.fixturenames for item in request.session.items):
            request.getfixturevalue(slow)


@pytest.fixture(scope="session")
def authority() -> certificates.Authority:
    """Signs for every server of a run."""
    return certificates.authority()


@pytest.fixture(scope="session")
def cells(tmp_path_factory, authority):
    """The emulator ends with the session; what it holds is not destroyed first."""
    with ExitStack() as until:
        yield Cells(tmp_path_factory.mktemp("cells"), authority.trust_environment, until)


@pytest.fixture(scope="session")
def renderer():
    """Makes the program that renders charts, on its first use."""

    def made() -> Path:
        if reason := render.missing():
            pytest.skip(reason)
        return render.build_renderer(CACHE / "chart-renderer")

    return made


@pytest.fixture(scope="session")
def checkov() -> Path:
    """The program that scans."""
    requirements = REPOSITORY / "tests" / "chart" / "requirements-scan.txt"
    return environments.virtual_environment(Path(sys.executable), [requirements]).parent / "checkov"


@pytest.fixture
def output(application, work) -> Output:
    """The application, compiled for Lambda and built. Tests leave it as it is."""
    return work.outputs[variants.on_lambda(application)].result()


@pytest.fixture
def deployment(application, work) -> Deployment:
    """The application, deployed on Lambda. Tests leave it as it was."""
    return work.deployed(variants.on_lambda(application))


@pytest.fixture
def python_deployment(work) -> Deployment:
    """The application whose store is in a private network."""
    return work.deployed(variants.PYTHON_LAMBDA)


@pytest.fixture
def typescript_deployment(work) -> Deployment:
    """The application whose units talk by events."""
    return work.deployed(variants.TYPESCRIPT_LAMBDA)


@pytest.fixture
def compiled(variant, work) -> Output:
    """The variant, compiled. Tests leave it as it is."""
    return work.outputs[variant].result()


@pytest.fixture
def deployed(variant, work) -> Deployment:
    """The variant, deployed. Tests leave it as it was."""
    return work.deployed(variant)


@pytest.fixture
def containers(variant, work, renderer) -> Fleet:
    """The variant's containers, none of which runs."""
    return work.fleet(variant, renderer)
