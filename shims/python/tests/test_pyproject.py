from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from inferra_runtime import _pyproject


def test_dependencies_of_a_project() -> None:
    text = """
        [project]
        name = "shop"
        dependencies = ["redis>=5,<9", "uvicorn[standard]; python_version < '3.14'"]
        [project.optional-dependencies]
        test = ["pytest"]
    """
    expected = "redis>=5,<9\nuvicorn[standard]; python_version < '3.14'\n"
    assert _pyproject.requirements(text) == expected
    assert _pyproject.requirements("[project]\nname = 'shop'") == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.poetry.dependencies]\nredis = '^5'", r"^has no `\[project\]`: list the dependenc"),
        ("[project]\ndynamic = ['dependencies']", "in `dynamic`"),
        ("[project", "Expected"),
        *[
            (f"[project]\ndependencies = [{dependency!r}]", "no requirement")
            for dependency in (
                "--index-url=https://example.org",
                "a --global-option=x",
                "-e .",
                "./x",
                "a \\",
                "a==${V}",
                "",
            )
        ],
        ('[project]\ndependencies = ["a\\n--pre"]', "no requirement"),
        *[
            (f"[project]\n{key} = {value}", f"^has a `{key}` .* no list of strings: list the dep")
            for key in ("dependencies", "dynamic")
            for value in ("'redis'", "{ redis = '>=5' }", "1", "true", "[1]", "[['redis']]")
        ],
        ("project = 'shop'", r"no `\[project\]`"),
    ],
)
def test_what_cannot_be_used_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        _pyproject.requirements(text)


def test_it_is_a_program(tmp_path: pathlib.Path) -> None:
    source, target = tmp_path / "pyproject.toml", tmp_path / "requirements.txt"

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, _pyproject.__file__, str(source), str(target)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    source.write_text("[project]\ndependencies = ['redis']", "utf-8")
    assert run().returncode == 0
    assert target.read_text("utf-8") == "redis\n"
    source.write_text("[project", "utf-8")
    failed = run()
    assert (failed.returncode, str(source) in failed.stderr) == (1, True)
