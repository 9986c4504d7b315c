"""Builds container images without an engine: each instruction of a Dockerfile, in a root file system of its own.

RUN steps run for real, with bubblewrap, and see the stage's files alone. What a build makes is kept by what went into
it, after each RUN step, as an engine keeps its layers.
"""

import hashlib
import os
import shutil
import stat
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

from . import base_images, build_step, dockerfile, environments, layer_files, tools
from .base_images import BaseImage
from .dockerfile import Dockerfile, Instruction, Stage
from .paths import CACHE

LAYERS = CACHE / "containers" / "layers"
KEPT_SECONDS = 7 * 24 * 3600


@dataclass
class Image:
    """A root file system and how to start it."""

    root: Path
    base: BaseImage
    environment: dict[str, str]
    directory: str = "/"
    user: str = "0"
    command: list[str] = field(default_factory=list)
    entry_point: list[str] = field(default_factory=list)
    exposed: list[int] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)

    @property
    def arguments(self) -> list[str]:
        """What is started, unless the orchestrator says something else."""
        return [*self.entry_point, *self.command]


@cache
def require_namespaces() -> None:
    """Skips, by name, where a process cannot be given a root file system and a network of its own."""
    import pytest

    tools.require("bwrap", "ip", "setpriv", "nsenter")
    probe = ["bwrap", "--ro-bind", "/", "/", "--unshare-pid", "--unshare-net", "--tmpfs", "/tmp", "true"]
    if os.geteuid() != 0:
        pytest.skip("containers need root: networks and users of their own")
    try:
        tools.run(probe)
    except AssertionError as failure:
        pytest.skip(f"this machine gives no namespaces to containers: {failure}")


def build(context: Path, arguments: dict[str, str] | None = None) -> Image:
    """Builds `context/Dockerfile`; the last stage is the image."""
    require_namespaces()
    _forget_old_layers()
    return _Build(context, arguments or {}).run()


@cache
def _forget_old_layers() -> None:
    """Those that no run has used for long."""
    for layer in LAYERS.glob("*") if LAYERS.exists() else []:
        if layer.is_dir() and time.time() - layer.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(layer, ignore_errors=True)
    layer_files.forget_unused()


class _Build:
    def __init__(self, context: Path, arguments: dict[str, str]):
        self._context = context
        self._given = arguments
        self._file = Dockerfile.read(context / "Dockerfile")
        self._ignored = dockerfile.Ignored(context)
        self._stages: dict[str, _StageBuild] = {}

    def run(self) -> Image:
        last = None
        outer = {}
        for argument in self._file.arguments:
            name, _, default = argument.rest.partition("=")
            outer[name] = self._given.get(name, default)
        for number, stage in enumerate(self._file.stages):
            last = _StageBuild(stage, self, outer)
            last.run()
            self._stages[str(number)] = last
            if stage.name:
                self._stages[stage.name] = last
        return last.image

    def stage(self, name: str) -> "_StageBuild | None":
        return self._stages.get(name)

    @property
    def given(self) -> dict[str, str]:
        return self._given

    def source(self, name: str | None) -> tuple[Path, object]:
        """Where COPY takes files from, and what is ignored there."""
        if name is None:
            return self._context, self._ignored
        found = self.stage(name)
        assert found, f"COPY --from={name}: there is no such stage"
        return found.materialised(), lambda _: False


class _StageBuild:
    """Applies instructions. The copies are made when a RUN step, another stage or the end needs the files."""

    def __init__(self, stage: Stage, build: _Build, outer: dict[str, str]):
        self._build = build
        self._stage = stage
        self._outer = outer
        self._pending: list = []
        # Whether any of them runs a program.
        self._runs = False
        self._variables: dict[str, str] = {}
        parent = build.stage(dockerfile.substituted(stage.base, outer))
        if parent:
            inherited = parent.image
            self.image = Image(parent.materialised(), inherited.base, dict(inherited.environment), inherited.directory)
            self.image.user, self.image.command = inherited.user, list(inherited.command)
            self._key = parent._key
        else:
            base = base_images.find(dockerfile.substituted(stage.base, outer))
            self.image = Image(base.root, base, dict(base.environment))
            self._key = hashlib.sha256(base.key.encode() + Path(__file__).read_bytes()).hexdigest()

    def run(self) -> None:
        for instruction in self._stage.instructions:
            handler = getattr(self, f"_{instruction.name.lower()}", None)
            assert handler, f"line {instruction.line}: {instruction.name} is not known here"
            handler(instruction)
        self.materialised()

    def materialised(self) -> Path:
        """The root with all that is pending in it."""
        if self._pending:
            self.image.root = self._layer(self._pending)
            self._pending, self._runs = [], False
        return self.image.root

    def _layer(self, steps: list) -> Path:
        """A copy of the root with the steps done, made once for each content."""
        parent, place = self.image.root, LAYERS / self._key
        with environments.locked(place):
            if not place.exists():
                unfinished = place.with_suffix(".part")
                shutil.rmtree(unfinished, ignore_errors=True)
                # What COPY writes is a new file; what RUN does to a file must not be done to the parent's.
                links = [] if self._runs else ["--link"]
                tools.run(["cp", "-a", *links, parent, unfinished])
                for step in steps:
                    step(unfinished)
                layer_files.share(unfinished)
                unfinished.rename(place)
            os.utime(place)
        return place

    def _add(self, what: str, step) -> None:
        self._key = hashlib.sha256(f"{self._key}\n{what}".encode()).hexdigest()[:24]
        self._pending.append(step)

    def _text(self, text: str) -> str:
        return dockerfile.substituted(text, self._variables | self.image.environment)

    def _arg(self, instruction: Instruction) -> None:
        name, has_default, default = instruction.rest.partition("=")
        value = self._build.given.get(name, self._text(default) if has_default else self._outer.get(name))
        # One that is not given is not set, which is not the same as empty.
        if value is not None:
            self._variables[name] = value

    def _env(self, instruction: Instruction) -> None:
        words = instruction.words()
        pairs = [word.split("=", 1) for word in words] if "=" in words[0] else [[words[0], " ".join(words[1:])]]
        self.image.environment |= {name: self._text(value) for name, value in pairs}

    def _workdir(self, instruction: Instruction) -> None:
        place = self._absolute(self._text(instruction.rest))
        self.image.directory = place
        self._add(f"WORKDIR {place}", lambda root: _inside(root, place).mkdir(parents=True, exist_ok=True))

    def _absolute(self, path: str) -> str:
        """From the working directory."""
        return os.path.normpath(PurePosixPath(self.image.directory) / path)

    def _user(self, instruction: Instruction) -> None:
        self.image.user = self._text(instruction.rest)

    def _expose(self, instruction: Instruction) -> None:
        self.image.exposed += [int(self._text(word).split("/")[0]) for word in instruction.rest.split()]

    def _volume(self, instruction: Instruction) -> None:
        self.image.volumes += [self._text(word) for word in instruction.words()]

    def _cmd(self, instruction: Instruction) -> None:
        self.image.command = instruction.array() or ["/bin/sh", "-c", instruction.rest]

    def _entrypoint(self, instruction: Instruction) -> None:
        self.image.entry_point = instruction.array() or ["/bin/sh", "-c", instruction.rest]
        self.image.command = []

    def _healthcheck(self, instruction: Instruction) -> None:
        assert instruction.rest == "NONE", "orchestrators have health checks of their own"

    def _copy(self, instruction: Instruction) -> None:
        unknown = set(instruction.options) - {"from", "chown", "chmod", "link"}
        assert not unknown, f"line {instruction.line}: COPY --{unknown} is not known here"
        *patterns, target = [self._text(word) for word in instruction.words()]
        root, ignored = self._build.source(instruction.options.get("from"))
        found = [path for pattern in patterns for path in dockerfile.sources(root, pattern, ignored)]
        into = target.endswith("/") or target in (".", "./") or len(found) > 1
        place = self._absolute(target)
        copies = list(_copies(root, found, place, into, ignored))
        owner, mode = instruction.options.get("chown", "0:0"), instruction.options.get("chmod")
        content = "\n".join(f"{_digest(source)} {destination}" for source, destination in copies)

        def step(image_root: Path) -> None:
            for source, destination in copies:
                _put(source, _inside(image_root, destination), owner, mode)

        self._add(f"COPY {owner} {mode}\n{content}", step)

    def _run(self, instruction: Instruction) -> None:
        assert not instruction.options, f"line {instruction.line}: RUN --{instruction.options} needs BuildKit"
        command = instruction.array() or ["/bin/sh", "-c", instruction.rest]
        image, environment = self.image, self._variables | self.image.environment
        directory, user = image.directory, image.user

        def step(root: Path) -> None:
            build_step.run(root, image.base, environment, directory, user, command)

        self._add(f"RUN {command} {environment} {directory} {user}", step)
        self._runs = True
        # Kept by itself, so that a change in what is copied later does not run it again.
        self.materialised()


def _copies(root: Path, found: list[Path], place: str, into: bool, ignored):
    """Each file with its destination: a folder gives its content."""
    for path in found:
        if path.is_dir() and not path.is_symlink():
            for below in sorted(path.rglob("*")):
                if not ignored(below.relative_to(root).as_posix()):
                    yield below, f"{place}/{below.relative_to(path).as_posix()}"
        else:
            yield path, f"{place}/{path.name}" if into else place


def _digest(path: Path) -> str:
    """Of content and rights."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        content = str(path.readlink()).encode()
    else:
        content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
    return f"{status.st_mode:o} {hashlib.sha256(content).hexdigest()}"


def _put(source: Path, destination: Path, owner: str, mode: str | None) -> None:
    destination.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir() and not source.is_symlink():
        destination.mkdir(exist_ok=True)
        shutil.copystat(source, destination)
    else:
        destination.unlink(missing_ok=True)
        shutil.copy2(source, destination, follow_symlinks=False)
    os.chown(destination, *_numbers(owner), follow_symlinks=False)
    if mode and not destination.is_symlink():
        destination.chmod(int(mode, 8))


def _numbers(owner: str) -> tuple[int, int]:
    user, _, group = owner.replace("root", "0").partition(":")
    return int(user), int(group or user)


def _inside(root: Path, place: str) -> Path:
    """A path of the image on this machine. Links in an image are relative to its own root, so none may be passed."""
    found = root / place.lstrip("/")
    for above in found.parents:
        if above == root:
            break
        if above.is_symlink():
            raise AssertionError(f"{place} leads through the link {above}")
    return found
