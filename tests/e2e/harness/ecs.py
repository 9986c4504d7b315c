"""Stands in for ECS on Fargate: runs the tasks of the services that Terraform made in the emulator."""

from . import credentials, file_systems, orchestration, policies
from .containers import Mount, Run
from .images import Image
from .orchestration import Copy, Machine, Orchestrator, Place, Target

# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
DEFAULT_STOP_SECONDS = 30
# An empty volume is root's alone, unless the image has a VOLUME there, whose folder's rights it then takes:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
VOLUME_MODE = 0o755
TMPFS_MODE = 0o1777


class Ecs(Orchestrator):
    """All services of a cluster: others in the same emulator are other applications'."""

    def __init__(self, machine: Machine, cluster: str):
        super().__init__(machine)
        self._cluster = cluster

    def start(self, replicas: int | None = None) -> None:
        """Starts every service's tasks: as many as it wants, or as the test says."""
        ecs = self.machine.cloud.client("ecs")
        arns = ecs.list_services(cluster=self._cluster)["serviceArns"]
        for service in ecs.describe_services(cluster=self._cluster, services=arns)["services"] if arns else []:
            if service["status"] == "ACTIVE":
                self._start(service, replicas)
        self.settle()

    def _start(self, service: dict, replicas: int | None) -> None:
        ecs = self.machine.cloud.client("ecs")
        task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        [definition] = task["containerDefinitions"]
        network = service["networkConfiguration"]["awsvpcConfiguration"]
        place = Place(service["serviceName"], network["subnets"], network["securityGroups"])
        image = self.machine.image(definition["image"])
        for number in self.numbers(place.name, service["desiredCount"] if replicas is None else replicas):
            run = self._run(place, number, task, definition, image)
            container, interface = orchestration.start(self.machine, place, number, image, run)
            targets = [Target(one["targetGroupArn"], one["containerPort"]) for one in service["loadBalancers"]]
            grace = definition.get("stopTimeout", DEFAULT_STOP_SECONDS)
            port = orchestration.health_port(run.environment)
            self.add(Copy(place.name, container, port, interface, targets, grace))

    def _run(self, place: Place, number: int, task: dict, definition: dict, image: Image) -> Run:
        assert not definition.get("secrets"), "secrets are not known here"
        assert task.get("executionRoleArn"), "Fargate pulls the image and writes logs with an execution role"
        given = {one["name"]: one["value"] for one in definition.get("environment", [])}
        linux = definition.get("linuxParameters", {})
        session = f"{place.name}-{number}"
        return Run(
            environment={"AWS_EXECUTION_ENV": "AWS_ECS_FARGATE"} | self.machine.environment() | given,
            credentials=credentials.of_task(self.machine.cloud, task["taskRoleArn"], session),
            ways=self.machine.all_ways(place),
            volumes=_volumes(task, definition, linux, image),
            mounts=self._mounts(task, definition),
            files=self.machine.files(),
            read_only=definition.get("readonlyRootFilesystem", False),
            user=definition.get("user"),
            command=_command(definition, image),
            init=linux.get("initProcessEnabled", False),
        )

    def _mounts(self, task: dict, definition: dict) -> list[Mount]:
        """Encrypted in transit, and with the rights of the task's role."""
        found, points = _file_systems(task), definition.get("mountPoints", [])
        role = task["taskRoleArn"].rsplit("/", 1)[-1]
        rights = {action for _, action in policies.granted_to(self.machine.cloud, {role})} if found else set()
        mounted = []
        for point in points:
            if point["sourceVolume"] in found:
                one = found[point["sourceVolume"]]
                authorization = one["authorizationConfig"]
                assert (one["transitEncryption"], authorization["iam"]) == ("ENABLED", "ENABLED"), one
                place = (one["fileSystemId"], authorization["accessPointId"], point["containerPath"])
                read_only = point.get("readOnly", False)
                mounted.append(file_systems.mount(self.machine.cloud, *place, rights, read_only=read_only))
        return mounted

    def check(self, copy: Copy) -> None:
        """The container's own health check, where its definition has one."""
        ecs = self.machine.cloud.client("ecs")
        for service in ecs.describe_services(cluster=self._cluster, services=[copy.unit])["services"]:
            task = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
            [definition] = task["containerDefinitions"]
            command = definition.get("healthCheck", {}).get("command")
            if command:
                status, printed = copy.container.execute(_health_command(command))
                assert status == 0, f"the health check of {copy.unit} exits with {status}: {printed}"


def _health_command(command: list[str]) -> list[str]:
    kind, *words = command
    return words if kind == "CMD" else ["/bin/sh", "-c", words[0]]


def _command(definition: dict, image: Image) -> list[str] | None:
    if not definition.get("command") and not definition.get("entryPoint"):
        return None
    entry = definition.get("entryPoint") or image.entry_point
    return [*entry, *(definition.get("command") or image.command)]


def _file_systems(task: dict) -> dict[str, dict]:
    """Of EFS, by the volume's name."""
    volumes = task.get("volumes", [])
    return {one["name"]: one["efsVolumeConfiguration"] for one in volumes if "efsVolumeConfiguration" in one}


def _volumes(task: dict, definition: dict, linux: dict, image: Image) -> dict[str, int]:
    empty = [one for one in definition.get("mountPoints", []) if one["sourceVolume"] not in _file_systems(task)]
    mounted = {one["containerPath"]: _mode(one["containerPath"], image) for one in empty}
    return mounted | {one["containerPath"]: TMPFS_MODE for one in linux.get("tmpfs", [])}


def _mode(path: str, image: Image) -> int:
    folder = image.root / path.lstrip("/")
    if path not in image.volumes or not folder.is_dir():
        return VOLUME_MODE
    return folder.stat().st_mode & 0o7777
