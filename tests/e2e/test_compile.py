"""What `inferra compile` writes, beside its Terraform."""

import os

import pytest

from harness import compiler, tools, variants

pytestmark = pytest.mark.parametrize("variant", variants.ALL, ids=lambda variant: variant.name)


def test_the_same_from_another_path(variant, compiled, tmp_path):
    """Two compiles, from two absolute paths, give the same bytes."""
    elsewhere = variant.application.copy(tmp_path / "another" / variant.application.name)
    again = compiler.compile_application(elsewhere, tmp_path / "out", variant.target, variant.settings)
    assert again.hashes() == compiled.hashes()


def test_the_patch_gives_the_units_files(variant, compiled, tmp_path):
    """`git apply` of wiring.patch on the original gives every file of every unit, byte for byte."""
    tools.require("git")
    patched = variant.application.copy(tmp_path / "patched")
    patch = compiled.directory / "wiring.patch"
    assert patch.read_bytes(), "these applications cannot be wired by the environment alone"
    # Outside of any repository, so that git does not leave out the files that it thinks are not in this directory.
    tools.run(["git", "apply", patch], cwd=patched, environment={"GIT_CEILING_DIRECTORIES": os.fspath(tmp_path)})
    for unit, description in compiled.units.items():
        assert description["files"], unit
        for file in description["files"]:
            copied = compiled.unit_directory(unit) / file
            assert copied.read_bytes() == (patched / file).read_bytes(), f"{unit}: {file}"


def test_the_original_is_not_written_to(variant, compiled):
    """Nothing that inferra makes is in the application's folder."""
    assert compiled.plan["application"]
    names = {file.name for file in variant.application.source.iterdir()}
    assert not names & {"out", "terraform", "units", "build", "inferra_runtime", "plan.json"}
