"""An application that Terraform applied to an emulator."""

import base64
import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from . import redis_server
from .certificates import Authority
from .cloud import Cloud
from .compiler import Output
from .fixture import TEST_SECONDS, Fixture
from .subjects import Subject
from .terraform import Terraform
from .variants import Variant

# What the images of all units are tagged with.
TAG = "2026-11-21.1"


@dataclass
class Deployed:
    """One application in a cloud: alone there or beside others."""

    application: Fixture
    output: Output
    cloud: Cloud
    directory: Path
    # Terraform's, by name.
    outputs: dict

    @property
    def url(self) -> str:
        """The data plane of the application's gateway."""
        gateway = gateway_of(self.output, self.gateway)
        address = urlsplit(self.outputs[gateway["output"]])
        if gateway["backing"] == "alb":
            return f"{self.cloud.data_plane}/_balancers/{address.netloc}"
        # A REST API's has its stage.
        return self.cloud.api(address.netloc.split(".")[0]) + address.path

    @property
    def gateway(self) -> str | None:
        """The one that the application's own tests ask, where it has several."""
        return None

    def _functions(self) -> list[dict]:
        """All that there are."""
        return self.cloud.client("lambda").list_functions()["Functions"]

    def function(self, unit: str) -> str:
        """The name of a unit's function, found by its code: the tests do not know how names are made."""
        digest = base64.b64encode(hashlib.sha256(self.output.zip(unit).read_bytes()).digest()).decode()
        names = [function["FunctionName"] for function in self._functions() if function["CodeSha256"] == digest]
        # A unit's migration is a second function of the same code, whose name goes on from that of the first.
        name = min(names, key=len)
        assert all(other.startswith(name) for other in names), names
        return name

    def role(self, function: str) -> str:
        """The name of a function's role."""
        configuration = self.cloud.client("lambda").get_function_configuration(FunctionName=function)
        return configuration["Role"].rsplit("/", 1)[-1]


def gateway_of(output: Output, name: str | None) -> dict:
    """The plan's gateway of that name, or else its only one."""
    gateways = output.plan["gateways"]
    if name is not None:
        return gateways[name]
    [gateway] = gateways.values()
    return gateway


@dataclass
class Deployment(Deployed):
    """An application that is alone in its cloud."""

    variant: Variant
    terraform: Terraform
    # What `terraform plan` says of it after `terraform apply`: its status and what it printed.
    second_plan: tuple[int, str]
    application: Subject

    @classmethod
    def create(cls, variant: Variant, output: Output, cloud: Cloud, directory: Path) -> "Deployment":
        """`init`, `fmt -check`, `validate`, `apply`, `plan`."""
        variables = {"image_tag": TAG} if variant.target == "ecs" else {}
        terraform = Terraform(output.directory / "terraform", cloud.endpoint, variables)
        terraform.init()
        terraform.format_check()
        terraform.validate()
        terraform.apply()
        second_plan = terraform.plan()
        variant.application.copy(directory / "tests")
        return cls(
            application=variant.application,
            output=output,
            cloud=cloud,
            directory=directory,
            outputs=terraform.outputs(),
            variant=variant,
            terraform=terraform,
            second_plan=second_plan,
        )

    def start_stores(self, authority: Authority, until: ExitStack) -> None:
        """A Redis with TLS wherever an ElastiCache endpoint says that there is one."""
        groups = self.cloud.client("elasticache").describe_replication_groups()["ReplicationGroups"]
        for group in groups:
            address = group["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
            until.enter_context(redis_server.with_tls(address, authority, self.directory / "redis"))

    def works(self, *, patience: float = TEST_SECONDS) -> tuple[bool, str]:
        """Whether the application's own tests pass over HTTP, and the events took the way that they are to take.
        Without the second, a unit that quietly handles its own events, as untouched code does, would look right."""
        before, decided = len(self.cloud.invocations()), len(self.cloud.decisions())
        report = self.application.own_tests(self.directory / "tests", {"APP_URL": self.url}, patience=patience)
        invocations = self.cloud.invocations()[before:]
        sources = {invocation["source"] for invocation in invocations}
        failures = [invocation for invocation in invocations if invocation["failed"]]
        decisions = self.cloud.decisions()[decided:]
        actions = {decision["action"] for decision in decisions if decision["decision"] == "ALLOW"}
        fine = report.fine and sources == self.variant.event_sources and not failures
        fine = fine and actions >= self.variant.actions
        seen = f"events from {sorted(sources)}, failed: {failures}, calls: {sorted(actions)}"
        return fine, f"{report.output}\n{seen}\n{self.cloud.logs()}"
