"""Python virtual environments and Node packages, installed once for each content of what they are installed from.

The test runner uses the same cache: `python -m harness.environments python MINOR REQUIREMENTS...` prints the directory
of programs of a virtual environment (`own REQUIREMENTS...` of one with the interpreter that runs this module), and
`python -m harness.environments node PACKAGE` the `node_modules` of a package.
"""

import fcntl
import hashlib
import shutil
import sys
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

from . import tools
from .paths import CACHE

COMPLETE = ".complete"


def virtual_environment(interpreter: Path, requirements: Iterable[Path]) -> Path:
    """The interpreter of an environment that has those requirements."""
    requirements = list(requirements)
    directory = CACHE / "python" / _key([str(interpreter)], requirements)
    with locked(directory):
        if not (directory / COMPLETE).exists():
            shutil.rmtree(directory, ignore_errors=True)
            tools.run([interpreter, "-m", "venv", directory])
            files = [argument for file in requirements for argument in ("-r", file)]
            tools.run([directory / "bin" / "python", "-m", "pip", "install", "--quiet", *files])
            (directory / COMPLETE).touch()
    return directory / "bin" / "python"


def node_modules(package: Path) -> Path:
    """The `node_modules` that `npm ci` makes of the package's lock file."""
    manifests = [package / "package.json", package / "package-lock.json"]
    directory = CACHE / "node" / _key([], manifests)
    with locked(directory):
        if not (directory / COMPLETE).exists():
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir(parents=True)
            for manifest in manifests:
                shutil.copy(manifest, directory)
            tools.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=directory)
            (directory / COMPLETE).touch()
    return directory / "node_modules"


def _key(words: list[str], files: list[Path]) -> str:
    """Follows `-r other.txt` lines, so that a change in an included file counts."""
    digest = hashlib.sha256("\n".join(words).encode())
    for file in _with_included(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _with_included(files: list[Path]) -> list[Path]:
    found = []
    for file in files:
        found.append(file)
        if file.suffix == ".txt":
            lines = (line.split(maxsplit=1) for line in file.read_text().splitlines())
            found += _with_included([file.parent / line[1] for line in lines if line[:1] == ["-r"]])
    return found


@contextmanager
def locked(directory: Path):
    """Two threads, or two runs, that want the same environment make it once."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with directory.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> None:
    """The command line of this module."""
    match sys.argv[1:]:
        case ["python", minor, *requirements]:
            interpreter = tools.find_python(minor)
            if interpreter is None:
                sys.exit(f"no Python {minor} on PATH or in pyenv")
            print(virtual_environment(interpreter, [Path(file).resolve() for file in requirements]).parent)
        case ["own", *requirements]:
            print(virtual_environment(Path(sys.executable), [Path(file).resolve() for file in requirements]).parent)
        case ["node", package]:
            print(node_modules(Path(package).resolve()))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
