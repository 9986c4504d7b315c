"""Every legal cell of the adaptive matrix: compiled, formatted, valid, true to its own promises, and applied."""

import pytest

from harness import matrix, terraform
from harness.cells import COVERS
from harness.terraform import NOTHING, Terraform


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
