"""Every legal cell of the adaptive matrix: compiled, formatted, valid, true to its own promises, and applied."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness import cloud, compiler, matrix, terraform
from harness.combined import PARALLEL, root
from harness.compiler import Output
from harness.matrix import Cover
from harness.terraform import NOTHING, Terraform

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


@pytest.fixture(scope="session")
def cells(tmp_path_factory, authority) -> Iterator[Cells]:
    """The emulator ends with the session; what it holds is not destroyed first."""
    with ExitStack() as until:
        yield Cells(tmp_path_factory.mktemp("cells"), authority.trust_environment, until)


@pytest.mark.parametrize("cover", COVERS, ids=lambda cover: cover.name)
def test_the_module_keeps_its_promises(cover, cells, tmp_path):
    """Formatted and valid; its plan has what was chosen, and the test beside it passes."""
    assert set(cover.backings) <= matrix.planned(cells.outputs[cover].plan)
    module = cells.outputs[cover].directory / "terraform"
    alone = Terraform(module, NOTHING)
    alone.init()
    alone.format_check()
    alone.validate()
    status, printed = alone.test()
    assert (status, "1 passed, 0 failed" in printed) == (0, True), printed


def test_no_legal_cell_is_left_out():
    """Of as many covers as there are."""
    covered = {(cover.compute, *cell) for cover in COVERS for cell in cover.backings}
    wanted = {
        (compute, table, backing)
        for compute, tables in matrix.legal().items()
        for table, backings in tables.items()
        for backing in backings
    }
    assert covered == wanted


@pytest.mark.at_the_end
def test_what_was_applied_reads_back_as_it_was_written(cells):
    """The second plan is empty."""
    status, printed = cells.second_plan
    assert status == terraform.NO_CHANGES, printed
