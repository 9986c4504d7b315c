"""An application that Terraform applied to an emulator."""

import base64
import hashlib
import json
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from . import redis_server
from .applications import TEST_SECONDS, Application
from .certificates import Authority
from .cloud import Cloud
from .compiler import Output
from .terraform import Terraform


@dataclass
class Deployment:
    """The application, what was compiled of it, and the cloud that it runs in."""

    application: Application
    output: Output
    cloud: Cloud
    directory: Path
    terraform: Terraform

    @classmethod
    def create(cls, application: Application, output: Output, cloud: Cloud, directory: Path) -> "Deployment":
        """`init`, `fmt -check`, `validate`, `apply`."""
        terraform = Terraform(output.directory / "terraform", cloud.endpoint)
        terraform.init()
        terraform.format_check()
        terraform.validate()
        terraform.apply()
        application.copy(directory / "tests")
        return cls(application, output, cloud, directory, terraform)

    def start_stores(self, authority: Authority, until: ExitStack) -> None:
        """A Redis with TLS wherever an ElastiCache endpoint says that there is one."""
        groups = self.cloud.client("elasticache").describe_replication_groups()["ReplicationGroups"]
        for group in groups:
            address = group["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
            until.enter_context(redis_server.with_tls(address, authority, self.directory / "redis"))

    @property
    def url(self) -> str:
        """The data plane of the application's one HTTP API."""
        outputs = json.loads(self.terraform.outputs())
        [url] = [output["value"] for name, output in outputs.items() if name.endswith("_url")]
        return self.cloud.api(urlsplit(url).netloc.split(".")[0])

    def function(self, unit: str) -> str:
        """The name of a unit's function, found by its code: the tests do not know how names are made."""
        digest = base64.b64encode(hashlib.sha256(self.output.zip(unit).read_bytes()).digest()).decode()
        functions = self.cloud.client("lambda").list_functions()["Functions"]
        [name] = [function["FunctionName"] for function in functions if function["CodeSha256"] == digest]
        return name

    def role(self, function: str) -> str:
        """The name of a function's role."""
        configuration = self.cloud.client("lambda").get_function_configuration(FunctionName=function)
        return configuration["Role"].rsplit("/", 1)[-1]

    def works(self, *, patience: float = TEST_SECONDS) -> tuple[bool, str]:
        """Whether the application's own tests pass over HTTP, and the events took the way that they are to take.
        Without the second, a unit that quietly handles its own events, as untouched code does, would look right."""
        before = len(self.cloud.invocations())
        report = self.application.own_tests(self.directory / "tests", self.url, patience=patience)
        invocations = self.cloud.invocations()[before:]
        sources = {invocation["source"] for invocation in invocations}
        failures = [invocation for invocation in invocations if invocation["failed"]]
        fine = report.fine and sources == self.application.event_sources and not failures
        return fine, f"{report.output}\nevents from {sorted(sources)}, failed: {failures}\n{self.cloud.logs()}"
