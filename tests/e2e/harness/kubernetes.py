"""Stands in for a Kubernetes cluster on EKS: runs the pods of rendered objects, with the parts that they rely on.

Those are Pod Identity or roles for service accounts, security groups for pods, and the load balancer controller.
"""

from collections.abc import Iterator

from . import credentials, file_systems, orchestration, policies
from .containers import Mount, Run
from .credentials import Credentials
from .images import Image
from .orchestration import Copy, Machine, Orchestrator, Place, Target

# https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
DEFAULT_GRACE_SECONDS = 30
# https://kubernetes.io/docs/concepts/storage/volumes/#emptydir
EMPTY_FOLDER_MODE = 0o777
DRIVER_ACCOUNT = "efs-csi-node-sa"
ROLE_ANNOTATION = "eks.amazonaws.com/role-arn"


class Kubernetes(Orchestrator):
    """One EKS cluster of an emulator, and the objects that were applied to it."""

    def __init__(self, machine: Machine, cluster: str, objects: list[dict], namespace: str):
        super().__init__(machine)
        eks = machine.cloud.client("eks")
        self._cluster = eks.describe_cluster(name=cluster)["cluster"]
        self._objects = objects
        self._namespace = namespace

    def start(self, replicas: int | None = None) -> None:
        """Starts every deployment's pods: as many as it wants at least, or as the test says."""
        for deployment in self._kind("Deployment"):
            self._start(deployment, replicas)
        self.settle()

    def _start(self, deployment: dict, replicas: int | None) -> None:
        name, template = deployment["metadata"]["name"], deployment["spec"]["template"]
        labels, pod = template["metadata"]["labels"], template["spec"]
        selector = deployment["spec"]["selector"]["matchLabels"]
        assert selector.items() <= labels.items(), f"{name} does not select its own pods"
        [container] = pod["containers"]
        image = self.machine.image(container["image"])
        place = Place(name, self._cluster["resourcesVpcConfig"]["subnetIds"], self._groups(labels, pod))
        wanted = deployment["spec"].get("replicas") or self._least(name)
        for number in self.numbers(name, wanted if replicas is None else replicas):
            run = self._run(place, number, pod, container, image)
            started, interface = orchestration.start(self.machine, place, number, image, run)
            delay = _pause(container)
            grace = pod.get("terminationGracePeriodSeconds", DEFAULT_GRACE_SECONDS) - delay
            probe = container["readinessProbe"]["httpGet"]
            assert probe["path"] == "/ready", f"{name} is asked {probe['path']} for readiness"
            port = _port(probe["port"], container)
            targets = list(self._targets(labels, container))
            self.add(Copy(name, started, port, interface, targets, grace, delay))

    def check(self, copy: Copy) -> None:
        """The liveness probe, too."""
        [deployment] = [one for one in self._kind("Deployment") if one["metadata"]["name"] == copy.unit]
        [container] = deployment["spec"]["template"]["spec"]["containers"]
        for name in ("livenessProbe", "startupProbe"):
            probe = container.get(name, {}).get("httpGet")
            if probe:
                copy.container.wait_for(_port(probe["port"], container), probe["path"], orchestration.READY_SECONDS)

    def _run(self, place: Place, number: int, pod: dict, container: dict, image: Image) -> Run:
        security = pod.get("securityContext", {}) | container.get("securityContext", {})
        user = _user(security, image)
        given = {one["name"]: one["value"] for one in container.get("env", [])}
        volumes = {volume["name"]: volume for volume in pod.get("volumes", [])}
        mounts = container.get("volumeMounts", [])
        empty = [mount for mount in mounts if "emptyDir" in volumes[mount["name"]]]
        return Run(
            environment=self.machine.environment() | given,
            credentials=self._credentials(pod.get("serviceAccountName", "default"), f"{place.name}-{number}"),
            ways=self.machine.all_ways(place),
            volumes={mount["mountPath"]: EMPTY_FOLDER_MODE for mount in empty},
            mounts=[self._mount(volumes[mount["name"]], mount) for mount in mounts if mount not in empty],
            files=self.machine.files(),
            read_only=security.get("readOnlyRootFilesystem", False),
            user=user,
            command=_command(container, image),
        )

    def _mount(self, volume: dict, mount: dict) -> Mount:
        """As the EFS CSI driver does, for a claim that has its volume already."""
        claim = volume["persistentVolumeClaim"]
        [claimed] = [
            one for one in self._kind("PersistentVolumeClaim") if one["metadata"]["name"] == claim["claimName"]
        ]
        name = claimed["spec"]["volumeName"]
        [found] = [one["spec"] for one in self._kind("PersistentVolume") if one["metadata"]["name"] == name]
        assert found["claimRef"]["name"] == claim["claimName"], f"{name} is kept for another claim"
        assert found["csi"]["driver"] == "efs.csi.aws.com" and {"tls", "iam"} <= set(found["mountOptions"]), found
        file_system, _, access_point = found["csi"]["volumeHandle"].partition("::")
        read_only = claim.get("readOnly", False) or mount.get("readOnly", False)
        rights = self._driver_rights(file_system)
        return file_systems.mount(
            self.machine.cloud, file_system, access_point, mount["mountPath"], rights, read_only=read_only
        )

    def _driver_rights(self, _file_system: str) -> set[str]:
        """By the Pod Identity association of the driver's pods on the machines."""
        eks, cluster = self.machine.cloud.client("eks"), self._cluster["name"]
        account = {"namespace": "kube-system", "serviceAccount": DRIVER_ACCOUNT}
        [one] = eks.list_pod_identity_associations(clusterName=cluster, **account)["associations"]
        found = eks.describe_pod_identity_association(clusterName=cluster, associationId=one["associationId"])
        role = found["association"]["roleArn"].rsplit("/", 1)[-1]
        return {action for _, action in policies.granted_to(self.machine.cloud, {role})}

    def _credentials(self, account: str, session: str) -> Credentials:
        """By the account's annotation, or else by the cluster's Pod Identity associations."""
        [found] = [one for one in self._kind("ServiceAccount") if one["metadata"]["name"] == account]
        role = found["metadata"].get("annotations", {}).get(ROLE_ANNOTATION)
        if role:
            issuer = self._cluster["identity"]["oidc"]["issuer"]
            return credentials.of_account(self.machine.cloud, role, issuer, f"{self._namespace}:{account}")
        eks, name = self.machine.cloud.client("eks"), self._cluster["name"]
        listed = eks.list_pod_identity_associations(
            clusterName=name, namespace=self._namespace, serviceAccount=account
        )["associations"]
        assert listed, f"no role is associated with {self._namespace}/{account}"
        [one] = listed
        described = eks.describe_pod_identity_association(clusterName=name, associationId=one["associationId"])
        return credentials.of_pod(self.machine.cloud, described["association"]["roleArn"], session)

    def _groups(self, labels: dict, pod: dict) -> list[str]:
        """Of the SecurityGroupPolicy that selects the pod; or else the cluster's own."""
        for policy in self._kind("SecurityGroupPolicy"):
            spec = policy["spec"]
            by_pod = spec.get("podSelector", {}).get("matchLabels")
            by_account = spec.get("serviceAccountSelector", {}).get("matchLabels")
            account = self._account_labels(pod.get("serviceAccountName", "default"))
            if _selects(by_pod, labels) or _selects(by_account, account):
                return spec["securityGroups"]["groupIds"]
        return [self._cluster["resourcesVpcConfig"]["clusterSecurityGroupId"]]

    def _account_labels(self, account: str) -> dict:
        found = [one for one in self._kind("ServiceAccount") if one["metadata"]["name"] == account]
        return found[0]["metadata"].get("labels", {}) if found else {}

    def _targets(self, labels: dict, container: dict) -> Iterator[Target]:
        """By the bindings to services that select the pod."""
        for binding in self._kind("TargetGroupBinding"):
            assert binding["spec"].get("targetType") == "ip", "pods are targets by address"
            reference = binding["spec"]["serviceRef"]
            [service] = [one for one in self._kind("Service") if one["metadata"]["name"] == reference["name"]]
            if _selects(service["spec"]["selector"], labels):
                ports = service["spec"]["ports"]
                [port] = [one for one in ports if reference["port"] in (one["port"], one.get("name"))]
                yield Target(binding["spec"]["targetGroupARN"], _port(port.get("targetPort", port["port"]), container))

    def _least(self, name: str) -> int:
        scalers = [one["spec"] for one in self._kind("HorizontalPodAutoscaler")]
        found = [one["minReplicas"] for one in scalers if one["scaleTargetRef"]["name"] == name]
        return found[0] if found else 1

    def _kind(self, kind: str) -> list[dict]:
        return [one for one in self._objects if one["kind"] == kind]


def _selects(selector: dict | None, labels: dict) -> bool:
    return bool(selector) and selector.items() <= labels.items()


def _port(port: int | str, container: dict) -> int:
    if isinstance(port, int):
        return port
    [found] = [one["containerPort"] for one in container["ports"] if one.get("name") == port]
    return found


def _user(security: dict, image: Image) -> str:
    """Kubernetes refuses root where the pod says that it is not: it must know the user by number."""
    given = security.get("runAsUser")
    user = image.user if given is None else f"{given}:{security.get('runAsGroup', given)}"
    assert not security.get("runAsNonRoot") or user.split(":")[0] not in ("0", "root"), "the image would run as root"
    return user


def _command(container: dict, image: Image) -> list[str] | None:
    if not container.get("command") and not container.get("args"):
        return None
    entry = container.get("command") or image.entry_point
    return [*entry, *(container.get("args") or ([] if container.get("command") else image.command))]


def _pause(container: dict) -> float:
    """How long preStop sleeps: by Kubernetes' own action, or by a command."""
    action = container.get("lifecycle", {}).get("preStop", {})
    if "sleep" in action:
        return action["sleep"]["seconds"]
    words = " ".join(action.get("exec", {}).get("command", [])).split()
    return float(words[words.index("sleep") + 1]) if "sleep" in words else 0.0
