"""The applications of a run: compiled, built and deployed together in the background."""

import shutil
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import cloud, compiler, images, stores, timings
from .applications import Application
from .certificates import Authority
from .combined import Combined, Modules, Part, root
from .compiler import Output
from .fleet import Fleet
from .images import Image
from .paths import E2E
from .pods import InContainers
from .terraform import NOTHING, Terraform

# So many stores may the applications have together.
STORES = 40
TARGET = "aws-lambda"
# So many applications are used at the same time.
PROVEN_AT_ONCE = 2
LAMBDA, CONTAINERS = "lambda", "containers"


@dataclass(frozen=True)
class Proof:
    """How an application did where it is deployed."""

    works: bool
    printed: str
    # What its roles may do and what they did, as (role, action), and what was refused them.
    may: set[tuple[str, str]]
    did: set[tuple[str, str]]
    refused: list[dict[str, str]]

    @property
    def unused(self) -> set[str]:
        """Actions that nobody did who may."""
        return {action for _, action in self.may - self.did}


class Together:
    """What is made once in a run."""

    def __init__(
        self,
        applications: list[Application],
        directory: Path,
        authority: Authority,
        until: ExitStack,
        *,
        services: bool,
        containers: bool,
    ):
        self.applications = applications
        self.authority = authority
        self._directory = directory
        # Package managers wait for the network as much as they work: two are no more than one processor can take.
        self._worker = until.enter_context(ThreadPoolExecutor(2))
        self.outputs = {one: self._worker.submit(self._prepared, one) for one in applications}
        aws = until.enter_context(cloud.running(directory / "cloud", authority.trust_environment, stores=STORES))
        self._stores = until.enter_context(stores.following(aws, authority, directory / "stores"))
        others = {"services": _services(directory)} if services else {}
        self._combined: Future[Combined] = self._worker.submit(self._deploy, aws, others)
        self._destroyed: Future[None] | None = None
        # Compiled for EKS, too, and made into images while Terraform waits.
        self._builder = until.enter_context(ThreadPoolExecutor(1))
        self.for_pods = {one: self._builder.submit(self._compiled_for_pods, one) for one in applications if one.in_pods}
        self._images = {one: self._builder.submit(self._built, one) for one in self.for_pods if containers}
        self._provers = until.enter_context(ThreadPoolExecutor(PROVEN_AT_ONCE))
        self._proofs: dict[tuple[Application, str], Future[Proof]] = {}

    def output(self, application: Application) -> Output:
        """The application, compiled for Lambda and built."""
        return self.outputs[application].result()

    @property
    def combined(self) -> Combined:
        """All of them, deployed."""
        return self._combined.result()

    def part(self, application: Application) -> Part:
        """One of them, deployed. One that could not be compiled fails here and does not keep the others out."""
        self.output(application)
        return self.combined.parts[application.name]

    def begin_proofs(
        self, on_lambda: list[Application], in_containers: list[Application], renderer: Callable[[], Path]
    ) -> None:
        """Of several at once, in the background: much of it is waiting. Each is used on Lambda first and in containers
        then, as both have the same stores."""
        for one in on_lambda:
            self._proofs[one, LAMBDA] = self._provers.submit(self._prove_on_lambda, one)
        for one in in_containers:
            self._proofs[one, CONTAINERS] = self._provers.submit(self._prove_in_containers, one, renderer)

    def on_lambda(self, application: Application) -> Proof:
        """How one of them did as functions."""
        return self._proofs[application, LAMBDA].result()

    def in_containers(self, application: Application) -> Proof:
        """How one of them did in pods, beside its functions."""
        return self._proofs[application, CONTAINERS].result()

    def _prove_on_lambda(self, application: Application) -> Proof:
        part = self.part(application)
        with timings.step(f"{application.name} on Lambda"), self._tasks(part):
            return Proof(*part.works(), *part.rights())

    @contextmanager
    def _tasks(self, part: Part) -> Iterator[None]:
        """One of each unit that is no function."""
        if not part.output.containers:
            yield
            return
        made = {unit: images.build(part.output.unit_directory(unit)) for unit in part.output.containers}
        with Fleet(part, made, self.authority, None).running(replicas=1):
            yield

    def _prove_in_containers(self, application: Application, renderer: Callable[[], Path]) -> Proof:
        images.require_namespaces()
        part, output = self.part(application), self.for_pods[application].result()
        pods = InContainers(part, output, self._images[application].result(), self.authority)
        if earlier := self._proofs.get((application, LAMBDA)):
            wait([earlier])
        with timings.step(f"{application.name} in containers"), pods.running(renderer()):
            return Proof(*pods.works(), *pods.rights())

    def begin_destruction(self) -> None:
        """In the background, like all that waits."""
        if self._destroyed is None:
            self._destroyed = self._worker.submit(self.combined.destroy)

    def destroyed(self) -> Combined:
        """What was deployed, when it is gone."""
        self.begin_destruction()
        self._destroyed.result()
        return self.combined

    def validate_for_pods(self) -> None:
        """`init`, `fmt -check` and `validate` of what was compiled for EKS."""
        outputs = {one: future.result() for one, future in self.for_pods.items()}
        terraform = root(outputs, {}, NOTHING, self._directory / "for-pods")
        terraform.init()
        for output in outputs.values():
            Terraform(output.directory / "terraform", NOTHING).format_check()
        terraform.validate()

    def _compiled_for_pods(self, application: Application) -> Output:
        directory = self._directory / "for-pods" / application.name / "out"
        output = compiler.compile_application(application.source, directory, "eks", application.all_settings)
        compiler.build(output)
        return output

    def _built(self, application: Application) -> dict[str, Image]:
        output = self.for_pods[application].result()
        with timings.step(f"images of {application.name}"):
            return {unit: images.build(output.unit_directory(unit)) for unit in output.containers}

    def _prepared(self, application: Application) -> Output:
        directory = self._directory / application.name / "out"
        output = compiler.compile_application(
            application.source, directory, TARGET, application.settings_beside_functions
        )
        compiler.build(output)
        return output

    def _deploy(self, aws: cloud.Cloud, others: Modules) -> Combined:
        made = {one: future.result() for one, future in self.outputs.items() if future.exception() is None}
        return Combined.create(made, others, aws, self._directory, self._stores)


def _services(directory: Path) -> dict:
    """The module of the tests' own, with its function built."""
    folder = directory / "services"
    shutil.copytree(E2E / "modules" / "services", folder)
    with zipfile.ZipFile(folder / "function.zip", "w") as writer:
        writer.write(folder / "function.py", "index.py")
    return {"source": "./services", "build_directory": str(folder)}
