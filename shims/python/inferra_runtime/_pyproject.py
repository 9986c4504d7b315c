"""Writes the dependencies that a ``pyproject.toml`` lists as a requirements file.

An image is built with ``python _pyproject.py pyproject.toml requirements.txt``: pip itself would
install the project, which needs its build tool and all of its files.
"""

from __future__ import annotations

import pathlib
import re
import sys
from typing import Any

_EDIT = (
    'list the dependencies under `[project]` as `dependencies = ["redis>=5"]`, '
    "or in a requirements.txt"
)


def requirements(text: str) -> str:
    """Returns one line per dependency of the project.

    Raises:
        ValueError: There is no such list, it is no list of strings, or one of its items is no
            requirement.
    """
    project = _parse(text).get("project")
    if not isinstance(project, dict):
        raise ValueError(f"has no `[project]`: {_EDIT}")
    if "dependencies" in _strings(project, "dynamic"):
        raise ValueError(
            f"has its dependencies in `dynamic`, so only its build tool knows them: {_EDIT}"
        )
    lines = _strings(project, "dependencies")
    for line in lines:
        if not _is_one_requirement(line):
            raise ValueError(
                f'has a dependency that is no requirement, {line!r}: write it as in "redis>=5"'
            )
    return "".join(f"{line}\n" for line in lines)


def _strings(project: dict[str, Any], key: str) -> list[str]:
    # A string would be taken for the list of its letters, a table for the list of its keys.
    items = project.get(key, [])
    if not (isinstance(items, list) and all(isinstance(item, str) for item in items)):
        raise ValueError(f"has a `{key}` under `[project]` that is no list of strings: {_EDIT}")
    return items


def _is_one_requirement(text: str) -> bool:
    """Whether the text stays one requirement as a line of a requirements file.

    There a line that starts with a dash is an option of the installer, a dash after a space starts
    one, and a backslash or ``${…}`` has a meaning of its own.
    """
    plain = text.isprintable() and "\\" not in text and "${" not in text
    return bool(
        plain
        and re.match(r"[A-Za-z0-9]", text)
        and not any(word.startswith(("-", "#")) for word in text.split())
    )


def _parse(text: str) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        from pip._vendor import tomli as tomllib
    return tomllib.loads(text)


if __name__ == "__main__":
    source, target = map(pathlib.Path, sys.argv[1:])
    try:
        target.write_text(requirements(source.read_text("utf-8")), "utf-8")
    except ValueError as error:
        sys.exit(f"{source} {error}")
