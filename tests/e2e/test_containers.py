"""The stand-ins for an engine, for ECS and for Kubernetes: what the other tests rely on them to refuse, they refuse."""

import json
from pathlib import Path

import httpx
import pytest
from botocore.exceptions import ClientError

from harness import cloud, credentials, images, servers
from harness.containers import Container, Run, Way
from harness.ecs import Ecs
from harness.images import Image
from harness.kubernetes import Kubernetes
from harness.orchestration import Machine

DOCKERFILE = """
ARG PYTHON=python:3.13-slim
FROM ${PYTHON} AS build
WORKDIR /build
COPY requirements.txt ./
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --quiet -r requirements.txt

FROM ${PYTHON}
ENV PATH=/opt/venv/bin:$PATH \\
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY . .
VOLUME ["/tmp"]
USER 10001:10001
EXPOSE 3000 8081
CMD ["python", "main.py"]
"""
# The interfaces that main.py listens on are an argument: 0.0.0.0 as a container has to.
MAIN = """
import http.client, json, os, pathlib, signal, sys, threading, urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

def writable(place):
    try:
        pathlib.Path(place, "written").write_text("")
    except OSError:
        return False
    return True

def fetch(url, token=None):
    try:
        request = urllib.request.Request(url, headers={"Authorization": token} if token else {})
        return json.load(urllib.request.urlopen(request, timeout=2))
    except OSError as failure:
        return str(failure)

def role():
    environment = os.environ
    if path := environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        return fetch("http://169.254.170.2" + path)
    if url := environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI"):
        return fetch(url, pathlib.Path(environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).read_text())
    return None

def answers(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except OSError:
        return False

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        told = {"user": [os.getuid(), os.getgid()], "pid": os.getpid(), "environment": dict(os.environ)}
        told |= {"path": self.path, "files": sorted(os.listdir("/app")), "headers": dict(self.headers)}
        told["writable"] = [place for place in ("/app", "/tmp", "/opt") if writable(place)]
        if self.path.startswith("/role"):
            told["role"] = role()
        if self.path.startswith("/fetch/"):
            told["answers"] = answers(int(self.path.split("/")[2]))
        self.answer(told)
    def do_POST(self):
        self.answer({"body": self.rfile.read(int(self.headers["Content-Length"])).decode(), "path": self.path})
    def answer(self, told):
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

host = os.environ.get("HOST", "0.0.0.0")
servers = [ThreadingHTTPServer((host, port), Answer) for port in (3000, int(os.environ.get("HEALTH", 8081)))]
signal.signal(signal.SIGTERM, lambda *_: [threading.Thread(target=one.shutdown).start() for one in servers])
threads = [threading.Thread(target=one.serve_forever) for one in servers]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("ended in order")
"""
TRUST = {"ecs": "ecs-tasks.amazonaws.com", "eks": "pods.eks.amazonaws.com"}


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Image:
    """A unit as `inferra compile` writes one, in small."""
    context = tmp_path_factory.mktemp("unit")
    (context / "Dockerfile").write_text(DOCKERFILE)
    (context / ".dockerignore").write_text("*.secret\nDockerfile\n.dockerignore\nnotes/**\n!notes/kept.txt\n")
    (context / "requirements.txt").write_text("idna==3.10\n")
    (context / "main.py").write_text(MAIN)
    (context / "password.secret").write_text("")
    (context / "notes").mkdir()
    (context / "notes" / "kept.txt").write_text("")
    (context / "notes" / "left.txt").write_text("")
    return images.build(context)


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    """An emulator with nothing in it."""
    images.require_namespaces()
    with cloud.running(tmp_path_factory.mktemp("containers"), {}) as running:
        yield running


@pytest.fixture
def start(image, tmp_path):
    """Starts containers that end with the test."""
    started = []

    def start(name: str = "unit", **options) -> Container:
        container = Container(name, image, Run(**{"environment": {}} | options), tmp_path / "logs")
        started.append(container)
        return container

    yield start
    for container in started:
        if container.alive:
            container.kill()


def ask(container: Container, path: str = "/") -> dict:
    """What the program says of itself."""
    container.wait_for(8081, "/ready", 20)
    return httpx.get(f"http://{container.address}:3000{path}").json()


def test_it_has_what_the_dockerfile_copies_and_no_more(image, start):
    """Files, user, environment and writable places are the image's."""
    told = ask(start(environment={"GIVEN": "yes"}, volumes={"/tmp": 0o1777}))
    assert told["files"] == ["main.py", "notes", "requirements.txt"]
    assert sorted(path.name for path in (image.root / "app" / "notes").iterdir()) == ["kept.txt"]
    assert told["user"] == [10001, 10001]
    assert told["writable"] == ["/tmp"]
    environment = told["environment"]
    assert environment.pop("PATH").startswith("/opt/venv/bin:/usr/local/bin:")
    known = {"GIVEN": "yes", "HOSTNAME": "unit", "LANG": "C.UTF-8", "PWD": "/app", "PYTHONUNBUFFERED": "1"}
    assert {name: value for name, value in environment.items() if name != "LC_CTYPE"} == known


def test_building_again_takes_what_was_made(image, tmp_path):
    """A change in the code does not install the requirements again."""
    first = images.build(_context(tmp_path / "one", MAIN)).root
    other = images.build(_context(tmp_path / "two", "")).root
    assert first != other
    assert _installed(first) == _installed(other)
    assert images.build(_context(tmp_path / "three", MAIN)).root == first


def _installed(root: Path) -> int:
    """When the requirement was."""
    (record,) = root.rglob("idna-*.dist-info/RECORD")
    return record.stat().st_mtime_ns


def _context(directory: Path, main: str) -> Path:
    directory.mkdir()
    (directory / "Dockerfile").write_text(DOCKERFILE)
    (directory / "requirements.txt").write_text("idna==3.10\n")
    (directory / "main.py").write_text(main)
    return directory


def test_ports_are_each_containers_own(start):
    """Two with the same ports; and one that listens on its loopback cannot be reached."""
    first, second = start("first"), start("second")
    assert ask(first)["environment"]["HOSTNAME"] == "first"
    assert ask(second)["environment"]["HOSTNAME"] == "second"
    hidden = start("hidden", environment={"HOST": "127.0.0.1"})
    servers.wait_until(lambda: hidden.execute(["python", "-c", PROBE])[0] == 0, "its start")
    assert not hidden.probe(8081, "/ready")


PROBE = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8081/ready')"


def test_a_way_out_is_given_or_there_is_none(start, aws):
    """The emulator is on this machine's loopback, the container on its own."""
    place = ("127.0.0.1", aws.port)
    permitted = []
    container = start("given", ways=[Way(place, lambda: bool(permitted))])
    path = f"/fetch/{aws.port}"
    assert not ask(container, path)["answers"]
    permitted.append(True)
    assert ask(container, path)["answers"]
    assert not ask(start("alone"), path)["answers"]


@pytest.mark.parametrize("init", [False, True])
def test_it_ends_on_sigterm_or_is_killed(start, init):
    """With and without a first process before it."""
    container = start(init=init)
    ask(container)
    end = container.terminate(10)
    assert (end.status, end.killed) == (0, False)
    assert "ended in order" in container.log
    deaf = start("deaf", init=init, command=["python", "-c", DEAF])
    servers.wait_until(lambda: "deaf" in deaf.log, "its start")
    end = deaf.terminate(0.3)
    assert end.killed
    assert end.status == 137


DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"


def role(aws, name: str, service: str, actions: list[str]) -> str:
    """A role that the service may assume."""
    statement = {"Effect": "Allow", "Action": actions, "Principal": {"Service": service}}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]


def test_a_role_must_trust_its_orchestrator(aws):
    """Pod Identity tags its sessions, which the role must permit."""
    wrong = role(aws, "untagged", credentials.PODS_SERVICE, ["sts:AssumeRole"])
    with pytest.raises(AssertionError, match="untagged lets"):
        credentials.of_pod(aws, wrong, "session")
    with pytest.raises(AssertionError, match="untagged lets"):
        credentials.of_task(aws, wrong, "session")


class Network:
    """A VPC with a VPC link, a load balancer and a unit's target group."""

    def __init__(self, aws, name: str):
        ec2, balancers, api = (aws.client(service) for service in ("ec2", "elbv2", "apigatewayv2"))
        self.ec2 = ec2
        vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
        self.subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.7.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
            for number, zone in enumerate(("us-east-1a", "us-east-1b"))
        ]
        self.link, self.balancer, self.unit = (self._group(vpc, f"{name}-{one}") for one in ("link", "lb", "unit"))
        made = balancers.create_load_balancer(
            Name=name, Subnets=self.subnets, SecurityGroups=[self.balancer], Scheme="internal", Type="application"
        )["LoadBalancers"][0]["LoadBalancerArn"]
        self.targets = balancers.create_target_group(
            Name=name,
            Protocol="HTTP",
            Port=3000,
            VpcId=vpc,
            TargetType="ip",
            HealthCheckPath="/ready",
            HealthCheckPort="8081",
        )["TargetGroups"][0]["TargetGroupArn"]
        forward = [{"Type": "forward", "TargetGroupArn": self.targets}]
        listener = balancers.create_listener(LoadBalancerArn=made, Protocol="HTTP", Port=80, DefaultActions=forward)
        link = api.create_vpc_link(Name=name, SubnetIds=self.subnets, SecurityGroupIds=[self.link])["VpcLinkId"]
        api_id = api.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
        integration = api.create_integration(
            ApiId=api_id,
            IntegrationType="HTTP_PROXY",
            IntegrationMethod="ANY",
            IntegrationUri=listener["Listeners"][0]["ListenerArn"],
            ConnectionType="VPC_LINK",
            ConnectionId=link,
            PayloadFormatVersion="1.0",
        )["IntegrationId"]
        api.create_route(ApiId=api_id, RouteKey="ANY /{proxy+}", Target=f"integrations/{integration}")
        api.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
        self.url = aws.api(api_id)
        # A new group lets everything out: that is taken away, so that the rules are those below.
        self.permit(self.link, self.balancer, 80)
        self.permit(self.balancer, self.unit, 3000)
        self.permit(self.balancer, self.unit, 8081)

    def _group(self, vpc: str, name: str) -> str:
        group = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        self.ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
        return group

    def permit(self, source: str, target: str, port: int) -> None:
        """Both sides."""
        self.ec2.authorize_security_group_egress(GroupId=source, IpPermissions=_tcp(port, target))
        self.ec2.authorize_security_group_ingress(GroupId=target, IpPermissions=_tcp(port, source))


def _tcp(port: int, group: str) -> list[dict]:
    return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": [{"GroupId": group}]}]


def deploy_ecs(aws, network: Network, name: str, environment: dict[str, str]) -> None:
    """A service of two tasks behind the load balancer."""
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName=name)
    definition = {
        "name": "app",
        "image": f"123456789012.dkr.ecr.us-east-1.amazonaws.com/{name}:1",
        "portMappings": [{"containerPort": 3000}],
        "environment": [{"name": key, "value": value} for key, value in environment.items()],
        "readonlyRootFilesystem": True,
        "linuxParameters": {"initProcessEnabled": True},
        "mountPoints": [{"sourceVolume": "tmp", "containerPath": "/tmp"}],
        "healthCheck": {"command": ["CMD", "python", "-c", PROBE]},
    }
    ecs.register_task_definition(
        family=name,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        taskRoleArn=role(aws, f"{name}-task", credentials.ECS_SERVICE, ["sts:AssumeRole"]),
        executionRoleArn=role(aws, f"{name}-execution", credentials.ECS_SERVICE, ["sts:AssumeRole"]),
        containerDefinitions=[definition],
        volumes=[{"name": "tmp"}],
    )
    ecs.create_service(
        cluster=name,
        serviceName="main",
        taskDefinition=name,
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": network.subnets, "securityGroups": [network.unit]}},
        loadBalancers=[{"targetGroupArn": network.targets, "containerName": "app", "containerPort": 3000}],
    )


def test_ecs_runs_tasks_behind_the_api(aws, image, tmp_path):
    """Through the gateway to both tasks in turn, with the task's role; nothing is there when they have ended."""
    network = Network(aws, "tasks")
    deploy_ecs(aws, network, "tasks", {"GREETING": "hello"})
    assert httpx.get(f"{network.url}/early").status_code == 503
    ecs = Ecs(Machine(aws, tmp_path, lambda _: image), "tasks")
    try:
        ecs.start()
        answers = [httpx.get(f"{network.url}/role/a%20b", params={"q": "1 2"}) for _ in range(4)]
        told = [answer.json() for answer in answers]
        assert {one["environment"]["HOSTNAME"] for one in told} == {"main-0", "main-1"}, aws.logs()
        assert {one["path"] for one in told} == {"/role/a%20b?q=1+2"}
        assert told[0]["environment"]["GREETING"] == "hello"
        assert told[0]["pid"] != 1
        assert told[0]["writable"] == ["/tmp"]
        assert told[0]["headers"]["Host"].endswith(".execute-api.us-east-1.amazonaws.com")
        assert answers[0].headers.get_list("set-cookie") == ["a=1", "b=2"]
        keys = told[0]["role"]
        assert _caller(aws, keys) == "arn:aws:sts::123456789012:assumed-role/tasks-task/main-0"
        assert httpx.post(f"{network.url}/x", content=b"sent").json() == {"body": "sent", "path": "/x"}
        _security_groups_decide(network)
    finally:
        ends = ecs.stop_all()
    assert [(end.status, end.killed) for end in ends["main"]] == [(0, False)] * 2
    assert httpx.get(f"{network.url}/late").status_code == 503


def _caller(aws, keys: dict) -> str:
    import boto3

    sts = boto3.client(
        "sts",
        endpoint_url=aws.endpoint,
        region_name="us-east-1",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["Token"],
    )
    return sts.get_caller_identity()["Arn"]


def _security_groups_decide(network: Network) -> None:
    """Every rule is needed, on either side."""
    ec2 = network.ec2
    ways = [(network.link, network.balancer, 80), (network.balancer, network.unit, 3000)]
    for source, target, port in [*ways, (network.balancer, network.unit, 8081)]:
        for revoke, authorize, group, rule in (
            ("revoke_security_group_egress", "authorize_security_group_egress", source, _tcp(port, target)),
            ("revoke_security_group_ingress", "authorize_security_group_ingress", target, _tcp(port, source)),
        ):
            getattr(ec2, revoke)(GroupId=group, IpPermissions=rule)
            assert httpx.get(f"{network.url}/x").status_code == 503, (revoke, port)
            getattr(ec2, authorize)(GroupId=group, IpPermissions=rule)
    assert httpx.get(f"{network.url}/x").status_code == 200


def test_a_task_that_is_never_healthy_gets_no_requests(aws, image, tmp_path):
    """The load balancer asks where the target group says, whoever registered the task."""
    network = Network(aws, "unhealthy")
    container = Container("lost", image, Run({"HEALTH": "8082"}), tmp_path)
    try:
        container.wait_for(3000, "/", 20)
        network.ec2.create_network_interface(
            SubnetId=network.subnets[0], PrivateIpAddress=container.address, Groups=[network.unit]
        )
        target = [{"Id": container.address, "Port": 3000}]
        aws.client("elbv2").register_targets(TargetGroupArn=network.targets, Targets=target)
        assert httpx.get(f"{network.url}/x").status_code == 503
    finally:
        container.kill()


def objects(network: Network) -> list[dict]:
    """What a chart renders, in small."""
    labels = {"app": "main"}
    probe = {"httpGet": {"path": "/ready", "port": "health"}}
    container = {
        "name": "app",
        "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/pods:1",
        "env": [{"name": "GREETING", "value": "hello"}],
        "ports": [{"name": "http", "containerPort": 3000}, {"name": "health", "containerPort": 8081}],
        "readinessProbe": probe,
        "livenessProbe": {"httpGet": {"path": "/live", "port": "health"}},
        "lifecycle": {"preStop": {"sleep": {"seconds": 10}}},
        "securityContext": {"readOnlyRootFilesystem": True},
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
    }
    pod = {
        "serviceAccountName": "main",
        "terminationGracePeriodSeconds": 45,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "runAsGroup": 10001},
        "volumes": [{"name": "tmp", "emptyDir": {}}],
        "containers": [container],
    }
    template = {"metadata": {"labels": labels}, "spec": pod}

    def made(kind: str, spec: dict) -> dict:
        return {"kind": kind, "metadata": {"name": "main", "namespace": "shop"}, "spec": spec}

    reference = {"name": "main", "port": "http"}
    return [
        made("ServiceAccount", {}),
        made("Deployment", {"selector": {"matchLabels": labels}, "template": template}),
        made("HorizontalPodAutoscaler", {"scaleTargetRef": {"name": "main"}, "minReplicas": 2}),
        made("Service", {"selector": labels, "ports": [{"name": "http", "port": 80, "targetPort": "http"}]}),
        made(
            "TargetGroupBinding",
            {"targetType": "ip", "targetGroupARN": network.targets, "serviceRef": reference},
        ),
        made(
            "SecurityGroupPolicy",
            {"podSelector": {"matchLabels": labels}, "securityGroups": {"groupIds": [network.unit]}},
        ),
    ]


def test_kubernetes_runs_pods_behind_the_api(aws, image, tmp_path):
    """Through the gateway to both pods in turn, with the role that Pod Identity associates."""
    network = Network(aws, "pods")
    eks = aws.client("eks")
    cluster_role = role(aws, "pods-cluster", "eks.amazonaws.com", ["sts:AssumeRole"])
    eks.create_cluster(name="pods", roleArn=cluster_role, resourcesVpcConfig={"subnetIds": network.subnets})
    kubernetes = Kubernetes(Machine(aws, tmp_path, lambda _: image), "pods", objects(network), "shop")
    with pytest.raises(AssertionError, match="no role is associated"):
        kubernetes.start()
    pod_role = role(aws, "pods-main", credentials.PODS_SERVICE, ["sts:AssumeRole", "sts:TagSession"])
    eks.create_pod_identity_association(clusterName="pods", namespace="shop", serviceAccount="main", roleArn=pod_role)
    try:
        kubernetes.start()
        told = [httpx.get(f"{network.url}/role").json() for _ in range(4)]
        assert {one["environment"]["HOSTNAME"] for one in told} == {"main-0", "main-1"}, aws.logs()
        assert told[0]["pid"] == 1
        assert told[0]["writable"] == ["/tmp"]
        assert _caller(aws, told[0]["role"]).startswith("arn:aws:sts::123456789012:assumed-role/pods-main/")
        assert [copy.delay for copy in kubernetes.copies["main"]] == [10, 10]
        assert [copy.grace for copy in kubernetes.copies["main"]] == [35, 35]
    finally:
        ends = kubernetes.stop_all()
    assert [(end.status, end.killed) for end in ends["main"]] == [(0, False)] * 2


def test_eks_keeps_what_it_was_given(aws):
    """The stand-in for a cluster that moto does not have, and what refers to one that is not there."""
    eks = aws.client("eks")
    with pytest.raises(ClientError, match="No cluster found"):
        eks.create_addon(clusterName="absent", addonName="vpc-cni")
    network = Network(aws, "kept")
    made = role(aws, "kept", "eks.amazonaws.com", ["sts:AssumeRole"])
    eks.create_cluster(
        name="kept",
        roleArn=made,
        resourcesVpcConfig={"subnetIds": network.subnets, "endpointPublicAccess": False, "endpointPrivateAccess": True},
        accessConfig={"authenticationMode": "API"},
    )
    association = [{"roleArn": made, "serviceAccount": "aws-node"}]
    addon = eks.create_addon(clusterName="kept", addonName="vpc-cni", podIdentityAssociations=association)["addon"]
    [listed] = eks.list_pod_identity_associations(clusterName="kept")["associations"]
    assert addon["podIdentityAssociations"] == [listed["associationArn"]]
    assert listed["ownerArn"] == addon["addonArn"]
    eks.delete_addon(clusterName="kept", addonName="vpc-cni")
    assert eks.list_pod_identity_associations(clusterName="kept")["associations"] == []
    cluster = eks.describe_cluster(name="kept")["cluster"]
    assert cluster["accessConfig"]["authenticationMode"] == "API"
    assert not cluster["resourcesVpcConfig"]["endpointPublicAccess"]
    eks.create_nodegroup(clusterName="kept", nodegroupName="main", subnets=network.subnets, nodeRole=made)
    with pytest.raises(ClientError, match="attached"):
        eks.delete_cluster(name="kept")
    eks.delete_nodegroup(clusterName="kept", nodegroupName="main")
    eks.delete_cluster(name="kept")
