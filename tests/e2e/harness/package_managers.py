"""Package managers for Node, installed as people are told to: by npm, each in a folder of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import environments, tools
from .environments import COMPLETE
from .paths import CACHE, E2E

# What has their programs in npm's registry, by the name that plans have for them. npm itself comes with Node.
PACKAGES = {"pnpm": "pnpm", "yarn": "@yarnpkg/cli-dist", "yarn_classic": "yarn"}


@dataclass(frozen=True)
class PackageManager:
    """What wrote a lock file of `managers/`."""

    name: str
    lock: str

    @property
    def folder(self) -> Path:
        """What it wrote for the application of `managers/app`."""
        return E2E / "managers" / self.name

    @property
    def workspace(self) -> Path:
        """What it wrote for the workspace of `managers/workspaces`, and what only it reads there."""
        return E2E / "managers" / "workspaces" / self.name


NPM = PackageManager("npm", "package-lock.json")
PNPM = PackageManager("pnpm", "pnpm-lock.yaml")
YARN = PackageManager("yarn", "yarn.lock")
YARN_CLASSIC = PackageManager("yarn-classic", "yarn.lock")
ALL = [NPM, PNPM, YARN, YARN_CLASSIC]


def programs(units: Iterable[dict]) -> list[Path]:
    """The folders of the programs that a build of these units needs, as their plan describes them."""
    wanted = [unit["packages"] for unit in units if "packages" in unit]
    wanted = {(one["manager"], one["version"]) for one in wanted if one["manager"] in PACKAGES}
    return [installed(f"{PACKAGES[manager]}@{version}") for manager, version in sorted(wanted)]


def installed(package: str) -> Path:
    """The folder of the programs of a package."""
    directory = CACHE / "node" / package.replace("@", "_").replace("/", "_")
    with environments.locked(directory):
        if not (directory / COMPLETE).exists():
            directory.mkdir(parents=True, exist_ok=True)
            tools.run(["npm", "install", "--prefix", directory, "--no-audit", "--no-fund", "--ignore-scripts", package])
            (directory / COMPLETE).touch()
    return directory / "node_modules" / ".bin"
