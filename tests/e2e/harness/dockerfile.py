"""Reads Dockerfiles: what the emitted ones use, and nothing that would be quietly left out.

https://docs.docker.com/reference/dockerfile/
"""

import fnmatch
import json
import os
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

# Notes for people and for registries; they change nothing that runs.
IGNORED = {"LABEL", "MAINTAINER", "STOPSIGNAL"}


@dataclass(frozen=True)
class Instruction:
    """One instruction, its options (`--from=build`) and the rest of its line."""

    name: str
    options: dict[str, str]
    rest: str
    line: int

    def words(self) -> list[str]:
        """The rest as words, or as the JSON array that it is."""
        return self.array() or shlex.split(self.rest)

    def array(self) -> list[str] | None:
        """The exec form, where it is one."""
        if not self.rest.startswith("["):
            return None
        return json.loads(self.rest)


@dataclass
class Stage:
    """From one FROM to the next."""

    base: str
    name: str | None
    instructions: list[Instruction] = field(default_factory=list)


@dataclass(frozen=True)
class Dockerfile:
    """The stages, and the arguments before the first."""

    arguments: list[Instruction]
    stages: list[Stage]

    @classmethod
    def read(cls, file: Path) -> "Dockerfile":
        """Parses a file."""
        arguments: list[Instruction] = []
        stages: list[Stage] = []
        for instruction in _instructions(file.read_text()):
            if instruction.name == "FROM":
                image, *alias = instruction.rest.split()
                assert not alias or (len(alias) == 2 and alias[0].upper() == "AS"), instruction
                stages.append(Stage(image, alias[1] if alias else None))
            elif stages:
                stages[-1].instructions.append(instruction)
            else:
                assert instruction.name == "ARG", f"line {instruction.line}: {instruction.name} before FROM"
                arguments.append(instruction)
        assert stages, f"{file} has no FROM"
        return cls(arguments, stages)


def _instructions(text: str) -> list[Instruction]:
    found = []
    pending, started = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("#") or (not stripped and not pending):
            continue
        started = started or number
        if stripped.endswith("\\"):
            pending += stripped[:-1] + " "
            continue
        found.append(_instruction(pending + stripped, started))
        pending, started = "", 0
    assert not pending, "the last line continues"
    return [instruction for instruction in found if instruction.name not in IGNORED]


def _instruction(text: str, line: int) -> Instruction:
    name, _, rest = text.partition(" ")
    options = {}
    while match := re.match(r"\s*--([a-z-]+)(?:=(\S+))?\s+", rest):
        options[match.group(1)] = match.group(2) or ""
        rest = rest[match.end() :]
    return Instruction(name.upper(), options, rest.strip(), line)


def substituted(text: str, variables: dict[str, str]) -> str:
    """`$NAME`, `${NAME}` and `${NAME:-otherwise}`; what is not set is empty, as Docker has it."""

    def value(match: re.Match) -> str:
        name, otherwise = match.group(1) or match.group(2), match.group(3) or ""
        return variables.get(name) or otherwise

    return re.sub(r"\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})", value, text)


class Ignored:
    """`.dockerignore`: the last pattern that matches a path, or a folder above it, decides.
    https://docs.docker.com/build/concepts/context/#dockerignore-files"""

    def __init__(self, context: Path):
        file = context / ".dockerignore"
        lines = file.read_text().splitlines() if file.exists() else []
        patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        self._rules = [(_expression(one.lstrip("!")), not one.startswith("!")) for one in patterns]

    def __call__(self, path: str) -> bool:
        """Whether the context lacks that path."""
        above = path.split("/")
        candidates = ["/".join(above[: length + 1]) for length in range(len(above))]
        ignored = False
        for expression, excludes in self._rules:
            if any(expression.fullmatch(candidate) for candidate in candidates):
                ignored = excludes
        return ignored


def _expression(pattern: str) -> re.Pattern:
    """`*` stays within a name, `**` does not."""
    text = ""
    for part in re.split(r"(\*\*/?|\*|\?)", os.path.normpath(pattern).lstrip("/")):
        wildcards = {"**": ".*", "**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
        text += wildcards.get(part, re.escape(part))
    return re.compile(text)


def sources(root: Path, pattern: str, ignored) -> list[Path]:
    """What a source of COPY names: there must be at least one."""
    wanted = os.path.normpath(pattern.lstrip("/"))
    if wanted == ".":
        return [root]
    if not any(sign in wanted for sign in "*?["):
        found = [root / wanted] if os.path.lexists(root / wanted) else []
    else:
        depth = wanted.count("/") + 1
        found = [path for path in sorted(root.glob("/".join("*" * depth))) if _matches(root, path, wanted)]
    found = [path for path in found if not ignored(path.relative_to(root).as_posix())]
    assert found, f"COPY {pattern}: nothing of that name in {root}"
    return found


def _matches(root: Path, path: Path, pattern: str) -> bool:
    parts, wanted = path.relative_to(root).parts, pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))
