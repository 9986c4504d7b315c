"""The applications of a run: compiled, built and deployed together in the background."""

import shutil
import zipfile
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from . import cloud, compiler, images, stores
from .applications import Application
from .certificates import Authority
from .combined import Combined, Modules, Part, root
from .compiler import Output
from .images import Image
from .paths import E2E
from .pods import InContainers
from .terraform import NOTHING, Terraform

# So many stores may the applications have together.
STORES = 40
TARGET = "aws-lambda"


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
        # One step after the other, beside the other tests: there are few processors.
        self._worker = until.enter_context(ThreadPoolExecutor(1))
        self.outputs = {one: self._worker.submit(self._prepared, one) for one in applications}
        aws = until.enter_context(cloud.running(directory / "cloud", authority.trust_environment, stores=STORES))
        self._stores = until.enter_context(stores.following(aws, authority, directory / "stores"))
        others = {"services": _services(directory)} if services else {}
        self._combined: Future[Combined] = self._worker.submit(self._deploy, aws, others)
        self._destroyed: Future[None] | None = None
        # Compiled for EKS, too, and made into images while Terraform waits.
        self._builder = until.enter_context(ThreadPoolExecutor(1))
        self.for_pods = {one: self._builder.submit(self._compiled_for_pods, one) for one in applications}
        self._images = {one: self._builder.submit(self._built, one) for one in applications if containers}

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

    def begin_destruction(self) -> None:
        """In the background: much of it is waiting."""
        self._destroyed = self._worker.submit(self.combined.destroy)

    def destroyed(self) -> Combined:
        """What was deployed, when it is gone."""
        if self._destroyed is None:
            self.begin_destruction()
        self._destroyed.result()
        return self.combined

    def in_containers(self, application: Application) -> InContainers:
        """One of them, ready to be started in pods beside its functions."""
        images.require_namespaces()
        part, output = self.part(application), self.for_pods[application].result()
        return InContainers(part, output, self._images[application].result(), self.authority)

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
        output = compiler.compile_application(application.source, directory, "eks", application.settings)
        compiler.build(output)
        return output

    def _built(self, application: Application) -> dict[str, Image]:
        output = self.for_pods[application].result()
        return {unit: images.build(output.unit_directory(unit)) for unit in output.containers}

    def _prepared(self, application: Application) -> Output:
        directory = self._directory / application.name / "out"
        output = compiler.compile_application(application.source, directory, TARGET, application.settings)
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
