"""Every legal cell of the adaptive matrix, compiled and applied in one cloud."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from . import cloud, compiler, matrix
from .combined import PARALLEL, root
from .compiler import Output
from .matrix import Cover

COVERS = matrix.covers()
# So many stores may all of them have together.
STORES = 60


class Cells:
    """All covers under one root module, which is applied in the background."""

    def __init__(self, directory: Path, trust: dict[str, str], until: ExitStack):
        self.outputs: dict[Cover, Output] = {one: one.compiled(directory / one.name / "out") for one in COVERS}
        self._emulator = until.enter_context(cloud.running(directory / "cloud", trust, stores=STORES))
        self.root = root(self.outputs, {}, self._emulator.endpoint, directory)
        self._worker = until.enter_context(ThreadPoolExecutor(1))
        self._applied = self._worker.submit(self._apply)

    @property
    def second_plan(self) -> tuple[int, str]:
        """After everything was applied."""
        return self._applied.result()

    def _apply(self) -> tuple[int, str]:
        for output in self.outputs.values():
            compiler.build(output)
        self.root.init()
        self.root.apply(PARALLEL)
        return self.root.plan(PARALLEL)
