"""Runs an image's command as an orchestrator does: in its own root file system, network and process space, as the
image's user, with exactly the environment that it is given."""

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import httpx

from . import base_images, build_step, images, servers
from .credentials import Credentials
from .images import Image
from .network import Network, Place

PROBE_SECONDS = 2.0
REGION = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}


@dataclass(frozen=True)
class Way:
    """A place on this machine's loopback that a container may reach, and whether it may now."""

    place: Place
    permitted: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class Mount:
    """A folder of this machine that a container sees, and others do at the same time."""

    source: Path
    path: str
    read_only: bool


@dataclass(frozen=True)
class Run:
    """What an orchestrator decides about a container."""

    environment: dict[str, str]
    credentials: Credentials | None = None
    ways: list[Way] = field(default_factory=list)
    # Paths that are writable, and the mode of the empty folder there.
    volumes: dict[str, int] = field(default_factory=dict)
    # File systems, below /mnt.
    mounts: list[Mount] = field(default_factory=list)
    # Files of this machine, read-only, below /run.
    files: dict[str, Path] = field(default_factory=dict)
    read_only: bool = True
    user: str | None = None
    command: list[str] | None = None
    # A first process that passes signals on, instead of the program itself.
    init: bool = False


@dataclass(frozen=True)
class End:
    """How a container ended: as a shell would say it, and after how long."""

    status: int
    seconds: float
    killed: bool


class Container:
    """A running container. It ends with the thread that started it, or before."""

    def __init__(self, name: str, image: Image, run: Run, directory: Path):
        images.require_namespaces()
        directory.mkdir(parents=True, exist_ok=True)
        self.name = name
        self._log = directory / f"{name}.log"
        self._files = tempfile.TemporaryDirectory()
        self._init = run.init
        self._start(image, run)

    @property
    def address(self) -> str:
        """Where its ports are, from this machine."""
        return self._network.address

    @property
    def alive(self) -> bool:
        """Whether its program runs."""
        return self._process.poll() is None

    @property
    def log(self) -> str:
        """What it printed."""
        return self._log.read_text(errors="replace")

    def probe(self, port: int, path: str) -> bool:
        """An HTTP probe: any status from 200 to 399, soon."""
        try:
            status = httpx.get(f"http://{self.address}:{port}{path}", timeout=PROBE_SECONDS).status_code
        except httpx.HTTPError:
            return False
        return 200 <= status < 400

    def wait_for(self, port: int, path: str, seconds: float) -> None:
        """Until the probe passes; fails with the log where the program ends before that."""

        def ready() -> bool:
            assert self.alive, f"{self.name} ended with {self._process.returncode}:\n{self.log[-4000:]}"
            return self.probe(port, path)

        try:
            servers.wait_until(ready, f"GET {path} on {port} of {self.name}", seconds)
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{self.log[-4000:]}") from failure

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the program."""
        try:
            os.kill(self._program(), number)
        except ProcessLookupError:
            return

    def execute(self, command: list[str]) -> tuple[int, str]:
        """Runs a command inside, as the container's user and in its environment: exit status and output."""
        enter = ["nsenter", "--target", str(self._pid), "--mount", "--pid", "--net", "--ipc", "--root", "--wd"]
        done = subprocess.run(
            [*enter, "--", *self._as_user, *command],
            env=self._given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=servers.START_SECONDS,
            check=False,
        )
        return done.returncode, done.stdout

    def terminate(self, grace: float) -> End:
        """SIGTERM, and SIGKILL when the grace is over."""
        started = time.monotonic()
        self.signal(signal.SIGTERM)
        try:
            status = self._process.wait(grace)
            return self._ended(status, started, killed=False)
        except subprocess.TimeoutExpired:
            return self.kill(started)

    def finish(self, seconds: float) -> End:
        """Waits until the program ends by itself, and kills it when that takes too long."""
        started = time.monotonic()
        try:
            return self._ended(self._process.wait(seconds), started, killed=False)
        except subprocess.TimeoutExpired:
            return self.kill(started)

    def kill(self, started: float | None = None) -> End:
        """SIGKILL, at once."""
        started = time.monotonic() if started is None else started
        self.signal(signal.SIGKILL)
        return self._ended(self._process.wait(), started, killed=True)

    def _ended(self, status: int, started: float, *, killed: bool) -> End:
        self._network.close()
        self._files.cleanup()
        return End(status, time.monotonic() - started, killed)

    def _program(self) -> int:
        """The program's process; behind a first process, it is that one's child."""
        if not self._init:
            return self._pid
        children = Path(f"/proc/{self._pid}/task/{self._pid}/children")
        found = children.read_text().split() if children.exists() else []
        return int(found[0]) if found else self._pid

    def _start(self, image: Image, run: Run) -> None:
        """The program starts when its network is complete."""
        information, to_us = os.pipe()
        gate, opener = os.pipe()
        command = [*self._arguments(image, run), "--info-fd", str(to_us), "--block-fd", str(gate)]
        self._as_user = build_step.as_user(run.user or image.user)
        program = [*self._as_user, *(run.command or image.arguments)]
        self._given = {"HOSTNAME": self.name} | image.environment | self._environment(run)
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, "--", *program], env=self._given, stdout=output, stderr=output, pass_fds=(to_us, gate)
            )
        os.close(to_us)
        os.close(gate)
        try:
            with os.fdopen(information) as stream:
                text = stream.read()
            assert text, f"{self.name} did not start:\n{self.log}"
            self._pid = json.loads(text)["child-pid"]
            self._network = Network.attach(self._pid)
            for way in run.ways:
                self._network.relay(way.place, way.permitted)
            if run.credentials and run.credentials.place:
                run.credentials.serve(self._network.listen(run.credentials.place))
            os.write(opener, b"1")
        except BaseException:
            self._process.kill()
            raise
        finally:
            os.close(opener)

    def _environment(self, run: Run) -> dict[str, str]:
        credentials = run.credentials.environment | REGION if run.credentials else {}
        return credentials | run.environment

    def _arguments(self, image: Image, run: Run) -> list[str]:
        root = "--ro-bind" if run.read_only else "--bind"
        arguments = ["bwrap", root, str(image.root), "/", *base_images.mounts(image.base), "--dev", "/dev"]
        arguments += ["--proc", "/proc", "--tmpfs", "/run"]
        for place, mode in run.volumes.items():
            arguments += ["--perms", f"{mode:04o}", "--tmpfs", place]
        if run.mounts:
            # Runtimes make the places of volumes, in an image that is read-only to its program, too.
            (image.root / "mnt").mkdir(exist_ok=True)
            arguments += ["--tmpfs", "/mnt"]
        for mount in run.mounts:
            assert mount.path.startswith("/mnt/"), f"{mount.path} is not below /mnt"
            arguments += ["--ro-bind" if mount.read_only else "--bind", str(mount.source), mount.path]
        for place, source in (self._written(run) | run.files).items():
            inside = PurePosixPath(place.replace("/var/run/", "/run/", 1))
            for above in reversed(inside.parents):
                if above.is_relative_to("/run/"):
                    arguments += ["--perms", "0755", "--dir", str(above)]
            arguments += ["--ro-bind", str(source), str(inside)]
        arguments += ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net", "--hostname", self.name]
        arguments += ["--die-with-parent", "--chdir", image.directory]
        return arguments if run.init else [*arguments, "--as-pid-1"]

    def _written(self, run: Run) -> dict[str, Path]:
        files = {}
        for place, content in (run.credentials.files if run.credentials else {}).items():
            file = Path(self._files.name) / place.rsplit("/", 1)[-1]
            file.write_text(content)
            file.chmod(0o644)
            files[place] = file
        Path(self._files.name).chmod(0o755)
        return files
