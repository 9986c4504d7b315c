"""What `inferra build` makes."""

import shutil

from harness import compiler
from harness.compiler import Output


def test_the_same_zips_again_and_elsewhere(output, tmp_path):
    """Building a copy of the output, twice, at another path gives the same bytes."""
    ignored = shutil.ignore_patterns("build", ".terraform*", "terraform.tfstate*")
    copied = Output(shutil.copytree(output.directory, tmp_path / "copied", ignore=ignored))
    first = compiler.build(copied)
    second = compiler.build(copied)
    assert first == second
    assert first == {unit: compiler.sha256(output.zip(unit)) for unit in output.units}
