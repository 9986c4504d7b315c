"""What `inferra compile` writes, beside its Terraform."""

import os

from harness import compiler, tools


def test_the_same_from_another_path(application, output, tmp_path):
    """Two compiles, from two absolute paths, give the same bytes."""
    elsewhere = application.copy(tmp_path / "another" / application.name)
    again = compiler.compile_application(elsewhere, tmp_path / "out")
    assert again.hashes() == output.hashes()


def test_the_patch_gives_the_units_files(application, output, tmp_path):
    """`git apply` of wiring.patch on the original gives every file of every unit, byte for byte."""
    tools.require("git")
    patched = application.copy(tmp_path / "patched")
    patch = output.directory / "wiring.patch"
    assert patch.read_bytes(), "these applications cannot be wired by the environment alone"
    # Outside of any repository, so that git does not leave out the files that it thinks are not in this directory.
    tools.run(["git", "apply", patch], cwd=patched, environment={"GIT_CEILING_DIRECTORIES": os.fspath(tmp_path)})
    for unit, description in output.units.items():
        assert description["files"], unit
        for file in description["files"]:
            copied = output.unit_directory(unit) / file
            assert copied.read_bytes() == (patched / file).read_bytes(), f"{unit}: {file}"


def test_the_original_is_not_written_to(application, output):
    """Nothing that inferra makes is in the application's folder."""
    assert output.plan["application"]
    names = {file.name for file in application.source.iterdir()}
    assert not names & {"out", "terraform", "units", "build", "inferra_runtime", "plan.json"}
