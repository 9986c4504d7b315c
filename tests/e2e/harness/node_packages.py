"""`node_modules`, as the package manager of a lock file makes them: once for each content of the lock file and the
manifests, then copied.

A link to one copy would do for most packages, but not for workspaces, whose packages link to each other, nor for those
that generate code into their own folder.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from . import environments, package_managers, tools
from .environments import COMPLETE
from .paths import CACHE

MANIFESTS = {"package.json", "pnpm-workspace.yaml", ".npmrc", ".yarnrc.yml", ".yarnrc"}
LEFT_OUT = {"node_modules", "inferra_runtime", "expected"}
# Where a package.json does not say which version it is for.
PNPM, YARN, YARN_CLASSIC = "pnpm@10", "@yarnpkg/cli-dist@4", "yarn@1.22.22"
Command = list


def install(directory: Path) -> None:
    """Puts every `node_modules` of an application where its package manager would, if they are not there."""
    if (directory / "node_modules").exists():
        return
    lock = lock_of(directory)
    manifests = [lock, *_manifests(directory)]
    made = CACHE / "node" / _key(directory, manifests)
    with environments.locked(made):
        if not (made / COMPLETE).exists():
            shutil.rmtree(made, ignore_errors=True)
            _make(directory, lock, manifests, made)
            (made / COMPLETE).touch()
    for folder in _below(made, {"node_modules"}):
        place = directory / folder.relative_to(made)
        tools.run(["cp", "-a", "--reflink=auto", folder, place])


def lock_of(directory: Path) -> Path:
    """The one lock file of an application."""
    found = [directory / name for name in LOCKS if (directory / name).exists()]
    assert len(found) == 1, f"{directory} has {len(found)} lock files of {sorted(LOCKS)}"
    return found[0]


def _make(directory: Path, lock: Path, manifests: list[Path], made: Path) -> None:
    """Only what the package manager reads is there: neither sources nor anything that they would start."""
    for file in manifests:
        place = made / file.relative_to(directory)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, place)
    tools.run(LOCKS[lock.name](made), cwd=made)
    (made / "node_modules").mkdir(exist_ok=True)


def _manifests(directory: Path) -> list[Path]:
    """Also of workspaces."""
    return sorted(file for file in _below(directory, MANIFESTS) if file.is_file())


def _below(directory: Path, names: set[str]) -> Iterator[Path]:
    """What has one of those names, but not inside of what somebody else put there."""
    for folder, folders, files in os.walk(directory):
        yield from (Path(folder, name) for name in sorted({*folders, *files} & names))
        folders[:] = sorted(set(folders) - LEFT_OUT)


def _key(directory: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(directory)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def programs(directory: Path) -> Path | None:
    """The folder of the programs of the package manager whose lock file is there; none for npm, which Node has."""
    package = next((PACKAGES[name](directory) for name in LOCKS if (directory / name).exists()), None)
    return package and package_managers.installed(package)


def _npm(_directory: Path) -> Command:
    return ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]


def _pnpm(directory: Path) -> Command:
    return [programs(directory) / "pnpm", "install", "--frozen-lockfile"]


def _yarn(directory: Path) -> Command:
    frozen = ["--frozen-lockfile", "--non-interactive"] if _is_classic(directory) else ["--immutable"]
    return [programs(directory) / "yarn", "install", *frozen]


def _is_classic(directory: Path) -> bool:
    """Whether a lock file is Yarn's first form."""
    return "yarn lockfile v1" in (directory / "yarn.lock").read_text()


def _package_of_yarn(directory: Path) -> str:
    """The name of Yarn's first version in npm's registry is not that of the later ones."""
    declared = _declared(directory, "yarn")
    if _is_classic(directory):
        return declared or YARN_CLASSIC
    return declared.replace("yarn@", "@yarnpkg/cli-dist@") if declared else YARN


def _declared(directory: Path, name: str) -> str | None:
    """`packageManager`, without its checksum. https://nodejs.org/api/packages.html#packagemanager"""
    given = json.loads((directory / "package.json").read_text()).get("packageManager", "")
    match = re.match(rf"{name}@[^+]+", given)
    return match and match.group()


LOCKS: dict[str, Callable[[Path], Command]] = {"package-lock.json": _npm, "pnpm-lock.yaml": _pnpm, "yarn.lock": _yarn}
PACKAGES: dict[str, Callable[[Path], str | None]] = {
    "package-lock.json": lambda _: None,
    "pnpm-lock.yaml": lambda directory: _declared(directory, "pnpm") or PNPM,
    "yarn.lock": _package_of_yarn,
}
