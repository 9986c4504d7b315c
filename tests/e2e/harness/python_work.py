"""The Python applications of a run: compiled, built and deployed together in the background."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from . import cloud, compiler, stores
from .certificates import Authority
from .combined import PARALLEL, Combined, Part
from .compiler import Output
from .python_apps import PythonApplication

# So many stores may the applications have together.
STORES = 40
TARGET = "aws-lambda"


class PythonWork:
    """What is made once in a run."""

    def __init__(self, applications: list[PythonApplication], directory: Path, authority: Authority, until: ExitStack):
        self.applications = applications
        self.authority = authority
        self._directory = directory
        # One step after the other, beside the other tests: there are few processors.
        self._worker = until.enter_context(ThreadPoolExecutor(1))
        self.outputs = {one: self._worker.submit(self._prepared, one) for one in applications}
        aws = until.enter_context(cloud.running(directory / "cloud", authority.trust_environment, stores=STORES))
        self._stores = until.enter_context(stores.following(aws, authority, directory / "stores"))
        self._combined: Future[Combined] = self._worker.submit(self._deploy, aws)
        self._destroyed: Future[None] | None = None

    def output(self, application: PythonApplication) -> Output:
        """The application, compiled for Lambda and built."""
        return self.outputs[application].result()

    @property
    def combined(self) -> Combined:
        """All of them, deployed."""
        return self._combined.result()

    def part(self, application: PythonApplication) -> Part:
        """One of them, deployed. One that could not be compiled fails here and does not keep the others out."""
        self.output(application)
        return self.combined.parts[application.name]

    def begin_destruction(self) -> None:
        """In the background: much of it is waiting."""
        combined = self.combined
        self._destroyed = self._worker.submit(combined.terraform.destroy, PARALLEL)

    def destroyed(self) -> Combined:
        """What was deployed, when it is gone."""
        if self._destroyed is None:
            self.begin_destruction()
        self._destroyed.result()
        return self.combined

    def _prepared(self, application: PythonApplication) -> Output:
        directory = self._directory / application.name / "out"
        output = compiler.compile_application(application.source, directory, TARGET, application.settings)
        compiler.build(output)
        return output

    def _deploy(self, aws: cloud.Cloud) -> Combined:
        made = {one: future.result() for one, future in self.outputs.items() if future.exception() is None}
        return Combined.create(made, aws, self._directory, self._stores)
