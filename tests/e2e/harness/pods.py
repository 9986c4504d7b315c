"""The pods of an application's chart beside its functions, with the same stores: without a cluster of their own.

What EKS's Terraform would have made is made here, directly in the emulator: a role for each unit, with the statements
of the policy in the module that was compiled for EKS, whose references are resolved to what the deployment on Lambda
has; and topics and queues of their own, so that events do not go to the functions. The network, the load balancer and
the cluster are proven elsewhere, with the two applications that are applied for EKS as a whole.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from charts import render

from . import credentials, front, jobs, references, security
from .certificates import Authority
from .combined import Part
from .compiler import Output
from .containers import Container, Way
from .credentials import Credentials
from .deployment import TAG, gateway_of
from .fixture import TEST_SECONDS
from .images import Image
from .kubernetes import Kubernetes
from .orchestration import Machine, Orchestrator, Place, Target
from .policies import called, granted_to

JOB_SECONDS = 120.0
CIDR = "10.0.0.0/16"
REGISTRY = "registry.test"
# The chart wants one for a unit with a port; nobody registers pods there.
NO_BALANCER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/none/0123456789abcdef"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": credentials.PODS_SERVICE},
            "Action": sorted(credentials.ACTIONS[credentials.PODS_SERVICE]),
        }
    ],
}


class Pods(Kubernetes):
    """Rendered objects, without a cluster around them."""

    def __init__(
        self,
        machine: Machine,
        objects: list[dict],
        roles: dict[str, str],
        subnets: list[str],
        driver: dict[str, set[str]],
    ):
        Orchestrator.__init__(self, machine)
        self._driver = driver
        self._objects = objects
        self._roles = roles
        self._cluster = {"resourcesVpcConfig": {"subnetIds": subnets, "clusterSecurityGroupId": None}}
        self._runs = 0

    def _credentials(self, account: str, session: str) -> Credentials:
        """A service account has the name of its unit's workload."""
        return credentials.of_pod(self.machine.cloud, self._roles[account], session)

    def _driver_rights(self, file_system: str) -> set[str]:
        """As the module says, whose cluster there is none of."""
        return self._driver[file_system]

    def _targets(self, _labels: dict, _container: dict) -> Iterator[Target]:
        """None: the tests ask the pods directly."""
        return iter(())

    def run(self, template: dict) -> str | None:
        """Runs a job's pod to its end; what went wrong, if anything."""
        labels, pod = template["metadata"]["labels"], template["spec"]
        [container] = pod["containers"]
        image = self.machine.image(container["image"])
        self._runs += 1
        place = Place(f"job-{self._runs}", self._cluster["resourcesVpcConfig"]["subnetIds"], self._groups(labels, pod))
        started = Container(place.name, image, self._run(place, 0, pod, container, image), self.machine.directory)
        end = started.finish(JOB_SECONDS)
        return None if end.status == 0 else f"exit {end.status}, killed: {end.killed}\n{started.log}"

    def migrate(self) -> None:
        """The jobs that Helm runs with a release."""
        for job in self._kind("Job"):
            failure = self.run(job["spec"]["template"])
            assert failure is None, f"{job['metadata']['name']}: {failure}"

    @property
    def jobs(self) -> dict[str, dict]:
        """The pods of the schedules, by the job that each runs."""
        templates = [one["spec"]["jobTemplate"]["spec"]["template"] for one in self._kind("CronJob")]
        return {template["spec"]["containers"][0]["command"][-1]: template for template in templates}


class InContainers:
    """One application, compiled for EKS, with the stores of its deployment on Lambda."""

    def __init__(self, part: Part, output: Output, images: dict[str, Image], authority: Authority):
        self.part = part
        self._output = output
        self._images = images
        self._authority = authority
        self._attributes = dict(part.state)
        self._undo: list[Callable[[], object]] = []
        self._roles: dict[str, str] = {}
        self._before = 0

    @contextmanager
    def running(self, renderer: Path) -> Iterator["InContainers"]:
        """One pod of each unit, after the migration."""
        try:
            self._make_topics()
            self._roles = {unit: self._make_role(unit) for unit in self._output.units}
            groups = {unit: self._security_group(unit) for unit in self._output.units}
            directory = self.part.directory / "containers"
            machine = Machine(self.part.cloud, directory, self._image, self._ways, self._authority.authority)
            accounts = {self._output.units[unit]["workload"]: role for unit, role in self._roles.items()}
            self._before = len(self.part.cloud.decisions())
            self._pods = Pods(machine, self._rendered(renderer, groups), accounts, self._subnets(), self._driver())
            self._pods.migrate()
            try:
                self._pods.start(1)
                yield self
            except BaseException:
                self._pods.stop_all()
                raise
            ends = self._pods.stop_all()
            assert all((end.status, end.killed) == (0, False) for of_unit in ends.values() for end in of_unit), ends
        finally:
            while self._undo:
                self._undo.pop()()

    def works(self, *, patience: float = TEST_SECONDS) -> tuple[bool, str]:
        """Whether the application's own tests pass, and none of its functions had a part in it."""
        cloud, functions = self.part.cloud, set(self.part.functions.values())
        before = len(cloud.invocations())
        with jobs.serving(self._run_job) as url, front.serving(self._routes(), self.part.host) as front_url:
            places = self.part.places | {"APP_URL": front_url} | ({"JOBS_URL": url} if self._pods.jobs else {})
            report = self.part.application.own_tests(self.part.directory / "tests", places, patience=patience)
        invoked = [one for one in cloud.invocations()[before:] if one["function"] in functions]
        return report.fine and not invoked, f"{report.output}\nfunctions: {invoked}\n{self._pods.logs()}"

    def rights(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]], list[dict[str, str]]]:
        """As `Part.rights`, of the pods."""
        names = {role.rsplit("/", 1)[-1] for role in self._roles.values()}
        decisions = [one for one in self.part.cloud.decisions()[self._before :] if one["role"] in names]
        refused = [one for one in decisions if one["decision"] != "ALLOW"]
        return granted_to(self.part.cloud, names), called(decisions), refused

    def _run_job(self, job: str) -> str | None:
        known = self._pods.jobs
        return self._pods.run(known[job]) if job in known else f"no schedule runs {job}: {sorted(known)}"

    def _routes(self) -> dict[str, str]:
        """Route key to the container of the unit that the gateway leads it to."""
        gateway = gateway_of(self._output, self.part.gateway)
        return {key: self._place(route["unit"]) for key, route in gateway["routes"].items()}

    def _place(self, unit: str) -> str:
        described = self._output.units[unit]
        [copy] = self._pods.copies[described["workload"]]
        return f"http://{copy.container.address}:{described['port']}"

    def _rendered(self, renderer: Path, groups: dict[str, str]) -> list[dict]:
        """The chart with what `chart_values` would say: what is a reference in the plan, resolved."""
        units = {}
        for unit, bindings in self._output.plan["bindings"].items():
            given = {name: references.binding(one["value"], self._attributes) for name, one in bindings.items()}
            constant = {name for name, one in bindings.items() if given[name] == one["value"]}
            units[unit] = {
                "image": {"repository": f"{REGISTRY}/{unit}"},
                "env": {name: value for name, value in given.items() if name not in constant},
                "securityGroups": [groups[unit]],
            }
            if self._output.units[unit]["port"] is not None:
                units[unit]["targetGroupArn"] = NO_BALANCER
        given = {"image": {"tag": TAG}, "network": {"cidr": CIDR}, "units": units}
        if files := self._files():
            handles = {name: f"{one['file_system']}::{one['access_point']}" for name, one in files.items()}
            given["files"] = {name: {"volumeHandle": handle} for name, handle in handles.items()}
        values = self.part.directory / "chart_values.json"
        values.write_text(json.dumps(given))
        name = self._output.plan["kubernetes"]["namespace"]
        return render.render(renderer, self._output.directory / "chart", [values], release=name, namespace=name).objects

    def _image(self, name: str) -> Image:
        repository, _, tag = name.rpartition(":")
        assert tag == TAG, f"{name} is not what was released"
        return self._images[repository.removeprefix(f"{REGISTRY}/")]

    def _ways(self, place: Place) -> list[Way]:
        """To the stores, as far as the unit's security group permits it, and to what the application calls."""
        cloud = self.part.cloud
        source = security.peer(cloud, place.name, place.security_groups, place.subnets)
        called = [Way(("127.0.0.1", port)) for port in self.part.application.calls]
        return called + [
            Way((address, port), lambda store=store, port=port: self._connects(source, store, port))
            for address, port, store in security.stores(cloud)
        ]

    def _connects(self, source, store: str, port: int) -> bool:
        return security.connects(source, security.store(self.part.cloud, store), port)

    def _subnets(self) -> list[str]:
        """Of the application's own network, or else of the account's."""
        private = [one["id"] for address, one in self._attributes.items() if address.startswith("aws_subnet.private")]
        if private:
            return private
        default = [{"Name": "default-for-az", "Values": ["true"]}]
        return [one["SubnetId"] for one in self.part.cloud.client("ec2").describe_subnets(Filters=default)["Subnets"]]

    def _security_group(self, unit: str) -> str:
        """The one that the unit has elsewhere, where it is in the network; or else a new one, that lets nothing in."""
        if groups := self.part.security_groups(unit):
            return groups[0]
        ec2 = self.part.cloud.client("ec2")
        [network] = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
        name = f"{self.part.application.name}-{unit}-pods"
        made = ec2.create_security_group(GroupName=name, Description=name, VpcId=network["VpcId"])["GroupId"]
        self._undo.append(lambda: ec2.delete_security_group(GroupId=made))
        return made

    def _module(self) -> str:
        return "\n".join(file.read_text() for file in sorted((self._output.directory / "terraform").glob("*.tf")))

    def _files(self) -> dict[str, dict[str, str]]:
        """The file system and the access point of each volume."""
        named = self._output.plan["kubernetes"].get("files", {})
        labels = {name: self._output.plan["stores"][store]["resource"] for name, store in named.items()}
        return {
            name: {
                "file_system": self._attributes[address]["id"],
                "arn": self._attributes[address]["arn"],
                "access_point": self._attributes[address.replace("file_system", "access_point")]["id"],
            }
            for name, address in labels.items()
        }

    def _driver(self) -> dict[str, set[str]]:
        """What the driver that mounts may do with each file system."""
        files = self._files().values()
        statements = references.statements(self._module(), "policy_cluster_files", self._attributes) if files else []
        return {
            one["file_system"]: {
                action
                for statement in statements
                if one["arn"] in statement["Resource"]
                for action in statement["Action"]
            }
            for one in files
        }

    def _make_role(self, unit: str) -> str:
        iam, name = self.part.cloud.client("iam"), f"{self.part.application.name}-{unit}-pods"[-64:]
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
        self._undo.append(lambda: iam.delete_role(RoleName=name))
        module = self._module()
        prefix = "data.aws_iam_policy_document.policy_"
        documents = [one for one in self._output.units[unit]["resources"] if one.startswith(prefix)]
        statements = [
            statement
            for one in documents
            for statement in references.statements(module, one.rsplit(".", 1)[-1], self._attributes)
        ]
        if statements:
            policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_role_policy(RoleName=name, PolicyName="unit", PolicyDocument=policy)
            self._undo.append(lambda: iam.delete_role_policy(RoleName=name, PolicyName="unit"))
        return arn

    def _make_topics(self) -> None:
        """One for each event, or a bus for all, and for each unit that handles events a queue that they go to."""
        topics, queues = self.part.cloud.client("sns"), self.part.cloud.client("sqs")
        for name, topic in self._output.plan["topics"].items():
            if topic["backing"] == "eventbridge":
                self._make_bus(name, topic, queues)
                continue
            for event in topic["events"].values():
                name = f"{self.part.application.name}-{event['resource'].rsplit('.', 1)[-1]}-pods"
                arn = topics.create_topic(Name=name)["TopicArn"]
                self._undo.append(lambda arn=arn: topics.delete_topic(TopicArn=arn))
                self._attributes[event["resource"]] = {"arn": arn, "id": arn, "name": name}
                for unit in event["subscribers"]:
                    queue = self._queue(unit, queues)
                    given = {"Protocol": "sqs", "Endpoint": queue["arn"], "Attributes": {"RawMessageDelivery": "true"}}
                    made = topics.subscribe(TopicArn=arn, ReturnSubscriptionArn=True, **given)["SubscriptionArn"]
                    self._undo.append(lambda made=made: topics.unsubscribe(SubscriptionArn=made))

    def _make_bus(self, topic: str, planned: dict, queues) -> None:
        """With a rule for each event and each unit that handles it."""
        events, name = self.part.cloud.client("events"), f"{self.part.application.name}-{topic}-pods"
        arn = events.create_event_bus(Name=name)["EventBusArn"]
        self._undo.append(lambda: events.delete_event_bus(Name=name))
        for event, one in planned["events"].items():
            self._attributes[one["resource"]] = {"arn": arn, "id": name, "name": name}
            for unit in one["subscribers"]:
                bindings = self._output.plan["bindings"][unit].values()
                own = {one["property"]: one["value"] for one in bindings if one["subject"] == {"topic": topic}}
                pattern = {"source": [own["source"]], "detail-type": [json.loads(own["events"])[event]]}
                rule = one["rules"][unit].rsplit(".", 1)[-1][-64:]
                events.put_rule(Name=rule, EventBusName=name, EventPattern=json.dumps(pattern))
                target = {"Id": unit, "Arn": self._queue(unit, queues)["arn"]}
                events.put_targets(Rule=rule, EventBusName=name, Targets=[target])

    def _queue(self, unit: str, queues) -> dict[str, str]:
        """The one that the unit's own binding names, made when it is first asked for."""
        bindings = self._output.plan["bindings"][unit].values()
        [address] = {one["value"].rsplit(".", 1)[0] for one in bindings if one["property"] == "queue"}
        if address not in self._attributes:
            name = f"{self.part.application.name}-{address.rsplit('.', 1)[-1]}-pods"
            arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"
            allow = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
            allow |= {"Principal": {"Service": ["sns.amazonaws.com", "events.amazonaws.com"]}}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
            url = queues.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
            self._undo.append(lambda: queues.delete_queue(QueueUrl=url))
            self._attributes[address] = {"url": url, "id": url, "arn": arn, "name": name}
        return self._attributes[address]
