"""What ECS and Kubernetes have in common: copies of a unit that are started, probed, put behind a load balancer, and
stopped in the right order."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .cloud import Cloud
from .containers import Container, End, Run, Way
from .images import Image

READY_SECONDS = 60.0
HEALTH_PORT = re.compile(r"INFERRA_EXECUTION_UNIT_\w+_HEALTH_PORT")
DEFAULT_HEALTH_PORT = 8081
TRUST = "/run/trust/authority.pem"


@dataclass(frozen=True)
class Machine:
    """What every container of a test has beside what its orchestrator gives it."""

    cloud: Cloud
    directory: Path
    # An image for the name that an orchestrator pulls it by.
    image: Callable[[str], Image]
    # What is on this machine's loopback beside the emulator: stores, and services of the test.
    ways: Callable[["Place"], list[Way]] = lambda _: []
    # The certificate authority of the stores.
    authority: Path | None = None

    def environment(self) -> dict[str, str]:
        """Where AWS is, and whom to trust."""
        trust = {"SSL_CERT_FILE": TRUST, "NODE_EXTRA_CA_CERTS": TRUST} if self.authority else {}
        return {"AWS_ENDPOINT_URL": self.cloud.endpoint} | trust

    def files(self) -> dict[str, Path]:
        """The authority's certificate, where the environment says."""
        return {TRUST: self.authority} if self.authority else {}

    def all_ways(self, place: "Place") -> list[Way]:
        """The emulator, and what the test has."""
        return [Way(("127.0.0.1", self.cloud.port)), *self.ways(place)]


@dataclass(frozen=True)
class Place:
    """Where in the VPC a unit's copies are."""

    name: str
    subnets: list[str]
    security_groups: list[str]


@dataclass(frozen=True)
class Target:
    """A target group that a copy is registered in, and the port there."""

    group: str
    port: int


@dataclass
class Copy:
    """One running copy of a unit: a task, or a pod."""

    unit: str
    container: Container
    health_port: int
    interface: str
    targets: list[Target]
    grace: float
    # How long the orchestrator waits before SIGTERM, so that the load balancer hears of it first.
    delay: float = 0.0
    registered: bool = field(default=False)


def start(machine: Machine, place: Place, number: int, image: Image, run: Run) -> tuple[Container, str]:
    """A container and the network interface that stands for it in the VPC."""
    container = Container(f"{place.name}-{number}", image, run, machine.directory)
    created = machine.cloud.client("ec2").create_network_interface(
        SubnetId=place.subnets[number % len(place.subnets)],
        PrivateIpAddress=container.address,
        Groups=place.security_groups,
        Description=place.name,
    )
    return container, created["NetworkInterface"]["NetworkInterfaceId"]


def health_port(environment: dict[str, str]) -> int:
    """Where the unit's health is asked for."""
    found = [value for name, value in environment.items() if HEALTH_PORT.fullmatch(name)]
    return int(found[0]) if found else DEFAULT_HEALTH_PORT


def register(machine: Machine, copy: Copy) -> None:
    """Puts a copy that is ready behind its load balancers."""
    for target in copy.targets:
        machine.cloud.client("elbv2").register_targets(
            TargetGroupArn=target.group, Targets=[{"Id": copy.container.address, "Port": target.port}]
        )
    copy.registered = True


def deregister(machine: Machine, copy: Copy) -> None:
    """Takes a copy out of its load balancers."""
    if copy.registered:
        for target in copy.targets:
            machine.cloud.client("elbv2").deregister_targets(
                TargetGroupArn=target.group, Targets=[{"Id": copy.container.address, "Port": target.port}]
            )
        copy.registered = False


def clear(machine: Machine, copy: Copy) -> None:
    """Leaves nothing of a copy that has ended."""
    deregister(machine, copy)
    machine.cloud.client("ec2").delete_network_interface(NetworkInterfaceId=copy.interface)


def stop(machine: Machine, copy: Copy, *, delay: float | None = None) -> End:
    """Takes a copy out of its load balancers, waits as long as its orchestrator does or as the test says, and ends it:
    SIGTERM, and SIGKILL when the grace is over."""
    deregister(machine, copy)
    time.sleep(copy.delay if delay is None else delay)
    end = copy.container.terminate(copy.grace)
    clear(machine, copy)
    return end


class Orchestrator:
    """The copies of every unit."""

    # Long enough to be an order, short enough for a test.
    STOP_DELAY = 0.3

    def __init__(self, machine: Machine):
        self.machine = machine
        self.copies: dict[str, list[Copy]] = {}

    def numbers(self, unit: str, wanted: int) -> range:
        """For further copies of a unit."""
        there = len(self.copies.get(unit, []))
        return range(there, there + wanted)

    def add(self, copy: Copy) -> None:
        """Keeps a started copy, waits until it is ready, and registers it."""
        self.copies.setdefault(copy.unit, []).append(copy)

    def settle(self) -> None:
        """Waits until all are ready: they start at the same time."""
        for copies in self.copies.values():
            for copy in copies:
                if not copy.registered:
                    copy.container.wait_for(copy.health_port, "/ready", READY_SECONDS)
                    self.check(copy)
                    register(self.machine, copy)

    def check(self, copy: Copy) -> None:
        """What an orchestrator asks for beyond readiness."""

    def lose(self, unit: str) -> End:
        """Kills the oldest copy of a unit, as when its machine is gone; then whoever registered it notices."""
        copy = self.copies[unit].pop(0)
        end = copy.container.kill()
        clear(self.machine, copy)
        return end

    def stop(self, unit: str) -> list[End]:
        """Stops all copies of a unit, at the same time."""
        return self._stop(self.copies.pop(unit, []))

    def stop_all(self) -> dict[str, list[End]]:
        """Stops everything, at the same time."""
        units = {unit: len(copies) for unit, copies in self.copies.items()}
        ends = iter(self._stop([copy for copies in self.copies.values() for copy in copies]))
        self.copies.clear()
        return {unit: [next(ends) for _ in range(number)] for unit, number in units.items()}

    def _stop(self, copies: list[Copy]) -> list[End]:
        with ThreadPoolExecutor() as threads:
            return list(threads.map(lambda copy: stop(self.machine, copy, delay=self.STOP_DELAY), copies))

    def logs(self) -> str:
        """What the containers printed."""
        every = [copy.container for copies in self.copies.values() for copy in copies]
        return "\n".join(f"--- {one.name}\n{one.log[-4000:]}" for one in every)
