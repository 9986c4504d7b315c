"""Package managers for Node, installed as people are told to: by npm, each in a folder of its own."""

from dataclasses import dataclass
from pathlib import Path

from . import environments, tools
from .environments import COMPLETE
from .paths import CACHE, E2E


@dataclass(frozen=True)
class PackageManager:
    """What wrote a lock file of `managers/`."""

    name: str
    # In npm's registry; empty for npm itself, which comes with Node.
    package: str
    lock: str

    @property
    def folder(self) -> Path:
        """What it wrote for the application of `managers/app`."""
        return E2E / "managers" / self.name

    def programs(self) -> Path | None:
        """The folder of its programs, for PATH."""
        return _programs(self.package) if self.package else None


ALL = [
    PackageManager("npm", "", "package-lock.json"),
    PackageManager("pnpm", "pnpm@10.34.8", "pnpm-lock.yaml"),
    PackageManager("yarn", "@yarnpkg/cli-dist@4.18.1", "yarn.lock"),
    PackageManager("yarn-classic", "yarn@1.22.22", "yarn.lock"),
]


def _programs(package: str) -> Path:
    directory = CACHE / "node" / package.replace("@", "_").replace("/", "_")
    with environments.locked(directory):
        if not (directory / COMPLETE).exists():
            directory.mkdir(parents=True, exist_ok=True)
            tools.run(["npm", "install", "--prefix", directory, "--no-audit", "--no-fund", "--ignore-scripts", package])
            (directory / COMPLETE).touch()
    return directory / "node_modules" / ".bin"
