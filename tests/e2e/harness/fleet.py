"""The containers of a deployed application, run by the stand-ins for what runs them on AWS."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from charts import render

from . import security
from .certificates import Authority
from .containers import Container, End, Way
from .deployment import TAG, Deployed, Deployment
from .ecs import Ecs
from .fixture import TEST_SECONDS
from .images import Image
from .kubernetes import Kubernetes
from .orchestration import Machine, Orchestrator, Place
from .webhook import WEBHOOK_PORT

Objects = list[dict]


def objects(deployment: Deployment, renderer: Path) -> Objects:
    """What the chart makes of Terraform's output and a tag, as the documented command of Helm gives them to it."""
    values = deployment.directory / "chart_values.json"
    values.write_text(deployment.terraform.output("chart_values"))
    tag = deployment.directory / "tag.json"
    tag.write_text(json.dumps({"image": {"tag": TAG}}))
    name = deployment.output.plan["kubernetes"]["namespace"]
    chart = deployment.output.directory / "chart"
    return render.render(renderer, chart, [values, tag], release=name, namespace=name).objects


class Fleet:
    """What is needed to run a deployment's containers, any number of times."""

    def __init__(self, deployment: Deployed, images: dict[str, Image], authority: Authority, objects: Objects | None):
        self.deployment = deployment
        self.objects = objects
        self._images = images
        self._authority = authority
        self._runs = count()

    @contextmanager
    def running(
        self, replicas: int | None = None, *, change: Callable[[Objects], Objects] = lambda objects: objects
    ) -> Iterator["Running"]:
        """As many copies of each unit as its orchestrator wants, or as the test says. What Kubernetes is given can be
        changed before. All that still run at the end of the block end in order."""
        directory = self.deployment.directory / "containers" / str(next(self._runs))
        machine = Machine(self.deployment.cloud, directory, self._image, self._ways, self._authority.authority)
        if self.objects is None:
            orchestrator = Ecs(machine, self.deployment.outputs["ecs_cluster"])
        else:
            cluster = self.deployment.outputs["cluster_name"]
            namespace = self.deployment.output.plan["kubernetes"]["namespace"]
            orchestrator = Kubernetes(machine, cluster, change(self.objects), namespace)
        try:
            orchestrator.start(replicas)
            yield Running(self, orchestrator)
        except BaseException:
            orchestrator.stop_all()
            raise
        copies = [copy.container for of_unit in orchestrator.copies.values() for copy in of_unit]
        ends = orchestrator.stop_all()
        logs = "\n".join(f"--- {one.name}\n{one.log[-4000:]}" for one in copies)
        assert all((end.status, end.killed) == (0, False) for of_unit in ends.values() for end in of_unit), (
            f"{ends}\n{logs}"
        )

    def _image(self, name: str) -> Image:
        """By the repository, where the image of that unit would have been pushed."""
        repository, _, tag = name.rpartition(":")
        assert tag == TAG, f"{name} is not what was released"
        named = {self.deployment.outputs[f"{unit}_repository"]: image for unit, image in self._images.items()}
        assert repository in named, f"nothing was pushed to {repository}"
        return named[repository]

    def _ways(self, place: Place) -> list[Way]:
        """To the stores, as far as security groups permit it, and to the service that the application calls."""
        cloud = self.deployment.cloud
        ways = [Way(("127.0.0.1", WEBHOOK_PORT))]
        for address, port, store in security.stores(cloud):
            ways.append(Way((address, port), lambda store=store, port=port: self._connects(place, store, port)))
        return ways

    def _connects(self, place: Place, store: str, port: int) -> bool:
        """By the rules as they are at that moment."""
        cloud = self.deployment.cloud
        source = security.peer(cloud, place.name, place.security_groups, place.subnets)
        return security.connects(source, security.store(cloud, store), port)


class Running:
    """A fleet whose containers run."""

    def __init__(self, fleet: Fleet, orchestrator: Orchestrator):
        self._fleet = fleet
        self._orchestrator = orchestrator

    def containers(self, unit: str) -> list[Container]:
        """Those of a unit."""
        return [copy.container for copy in self._orchestrator.copies.get(self._workload(unit), [])]

    def more(self, replicas: int = 1) -> None:
        """Starts further copies of every unit."""
        self._orchestrator.start(replicas)

    def stop(self, unit: str) -> list[End]:
        """As in a new release: out of the load balancer, then SIGTERM."""
        return self._orchestrator.stop(self._workload(unit))

    def lose(self, unit: str) -> End:
        """As when a machine is gone: SIGKILL for the unit's oldest container, at once."""
        return self._orchestrator.lose(self._workload(unit))

    def works(self, *, patience: float = TEST_SECONDS) -> tuple[bool, str]:
        """Whether the application's own tests pass, and no container ended or was refused anything meanwhile."""
        works, printed = self._fleet.deployment.works(patience=patience)
        return works, f"{printed}\n{self._orchestrator.logs()}"

    def logs(self) -> str:
        """What all containers printed."""
        return self._orchestrator.logs()

    def _workload(self, unit: str) -> str:
        return self._fleet.deployment.output.units[unit]["workload"]
