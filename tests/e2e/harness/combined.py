"""Many applications in one cloud, by a root module that calls the module of each: one `init`, `apply` and `destroy`."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from . import jobs
from .applications import Application
from .cloud import Cloud
from .compiler import Output
from .deployment import TAG, Deployed
from .fixture import TEST_SECONDS
from .matrix import Cover
from .policies import called, granted_to, used_by_the_service
from .stores import Stores
from .terraform import Terraform

# Most of what there is waits for the provider's own pauses: all of it at the same time.
PARALLEL = 40
# Name to source and variables, as Terraform's JSON has them.
Modules = dict[str, dict]


@dataclass
class Part(Deployed):
    """One application of a combined deployment."""

    application: Application
    # Terraform's, as it was after the first `apply`: address within the module to attributes.
    state: dict[str, dict]

    @property
    def gateway(self) -> str | None:
        """As its entry says."""
        return self.application.gateway

    def _functions(self) -> list[dict]:
        """Its own: the same code may be deployed twice, with other settings."""
        own = {one["function_name"] for one in self._made("aws_lambda_function")}
        return [function for function in super()._functions() if function["FunctionName"] in own]

    @property
    def functions(self) -> dict[str, str]:
        """Unit to function."""
        return {unit: self.function(unit) for unit in self.output.functions}

    def environment(self, unit: str) -> dict[str, str]:
        """What Terraform gave a unit's function."""
        found = self.cloud.client("lambda").get_function_configuration(FunctionName=self.function(unit))
        return found.get("Environment", {}).get("Variables", {})

    def security_groups(self, unit: str) -> list[str]:
        """Those of a unit that is in a network."""
        if unit in self.output.functions:
            found = self.cloud.client("lambda").get_function_configuration(FunctionName=self.function(unit))
            return found.get("VpcConfig", {}).get("SecurityGroupIds", [])
        services = [one for one in self.output.units[unit]["resources"] if one.startswith("aws_ecs_service.")]
        return [group for one in services for group in self.state[one]["network_configuration"][0]["security_groups"]]

    def put_secrets(self) -> None:
        """As the person who runs the application does after its first deployment."""
        wanted = dict(self.application.secrets)
        for unit in self.output.functions:
            for variable, binding in self.output.plan["bindings"].get(unit, {}).items():
                [subject] = binding["subject"].values()
                if variable.endswith(("_SECRET", "_PARAMETER")) and subject in wanted:
                    self._put_secret(variable, self.environment(unit)[variable], wanted.pop(subject))
        assert not wanted, f"{self.application.name} has no secret for {sorted(wanted)}"

    def _put_secret(self, variable: str, place: str, value: str) -> None:
        if variable.endswith("_SECRET"):
            self.cloud.client("secretsmanager").put_secret_value(SecretId=place, SecretString=value)
        else:
            ssm = self.cloud.client("ssm")
            ssm.put_parameter(Name=place, Type="SecureString", Overwrite=True, Value=value)

    @property
    def host(self) -> str:
        """The name of its API, or of the first of several."""
        return urlsplit(self._made("aws_apigatewayv2_api")[0]["api_endpoint"]).hostname

    @property
    def places(self) -> dict[str, str]:
        """What the application's own tests are told, beside where jobs are run."""
        sites = [one["id"] for one in self._made("aws_cloudfront_distribution")]
        assert len(sites) <= 1, f"{self.application.name} has several sites: {sites}"
        site = {"SITE_URL": f"{self.cloud.data_plane}/_sites/{sites[0]}"} if sites else {}
        return {"APP_URL": self.url} | site

    @property
    def schedules(self) -> dict[str, str]:
        """Where the emulator lets the time of each job come."""
        inputs = {one["id"]: json.loads(one["target"][0]["input"]) for one in self._made("aws_scheduler_schedule")}
        # What keeps a function warm runs no job.
        jobs = {name: given["inferra"]["job"] for name, given in inputs.items() if "job" in given["inferra"]}
        return {job: f"{self.cloud.data_plane}/_schedules/{name}" for name, job in jobs.items()}

    def _made(self, kind: str) -> list[dict]:
        """The attributes of all resources of a type."""
        return [one for address, one in self.state.items() if address.startswith(f"{kind}.")]

    def _run_job(self, job: str) -> str | None:
        known = self.schedules
        if job not in known:
            return f"no schedule runs {job}: {sorted(known)}"
        answer = httpx.post(known[job], timeout=TEST_SECONDS)
        return None if answer.is_success else answer.text

    def works(self, *, patience: float = TEST_SECONDS) -> tuple[bool, str]:
        """As `Deployment.works`, among other applications: only this one's functions count."""
        functions = set(self.functions.values())
        before = len(self.cloud.invocations())
        with jobs.serving(self._run_job) as url:
            places = self.places | ({"JOBS_URL": url} if self.schedules else {})
            report = self.application.own_tests(self.directory / "tests", places, patience=patience)
        invocations = [one for one in self.cloud.invocations()[before:] if one["function"] in functions]
        sources = {one["source"] for one in invocations}
        failures = [one for one in invocations if one["failed"]]
        wanted = {self.functions[unit]: count for unit, count in self.application.failures.items()}
        as_wanted = Counter(one["function"] for one in failures) == wanted
        fine = report.fine and sources == self.application.event_sources and as_wanted
        return fine, f"{report.output}\nevents from {sorted(sources)}, failed: {failures}\n{self.cloud.logs()}"

    def rights(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]], list[dict[str, str]]]:
        """Of all its roles: what they may do and what they did, as (role, action), and what was refused them."""
        # What starts a task is not its code's.
        starts = {one["execution_role_arn"] for one in self._made("aws_ecs_task_definition")}
        roles = {one["name"] for one in self._made("aws_iam_role") if one["arn"] not in starts}
        decisions = [one for one in self.cloud.decisions() if one["role"] in roles]
        may = {pair for pair in granted_to(self.cloud, roles) if not used_by_the_service(pair[1])}
        refused = [one for one in decisions if one["decision"] != "ALLOW"]
        return may, called(decisions), refused


@dataclass
class Combined:
    """What was applied."""

    cloud: Cloud
    terraform: Terraform
    second_plan: tuple[int, str]
    parts: dict[str, Part]
    # Of all modules, by name.
    outputs: dict[str, dict]

    def destroy(self) -> None:
        """Everything; what Terraform did not make, as people do."""
        for bucket in self.cloud.client("s3").list_buckets()["Buckets"]:
            empty(bucket["Name"], self.cloud)
        memory = self.cloud.client("memorydb")
        # Terraform's provider waits five minutes before it asks whether one that it deleted is gone.
        for cluster in memory.describe_clusters()["Clusters"]:
            memory.delete_cluster(ClusterName=cluster["Name"])
        self.terraform.destroy(PARALLEL)
        ssm = self.cloud.client("ssm")
        for one in ssm.describe_parameters()["Parameters"]:
            if one["Type"] == "SecureString":
                ssm.delete_parameter(Name=one["Name"])

    @classmethod
    def create(
        cls,
        outputs: dict[Application, Output],
        others: Modules,
        cloud: Cloud,
        directory: Path,
        stores: Stores,
    ) -> "Combined":
        """`init`, `fmt -check`, `validate`, `apply`, `plan`; then the secrets."""
        terraform = root(outputs, others, cloud.endpoint, directory)
        terraform.init()
        for output in outputs.values():
            Terraform(output.directory / "terraform", cloud.endpoint).format_check()
        terraform.validate()
        terraform.apply(PARALLEL)
        stores.complete()
        second_plan = terraform.plan(PARALLEL)
        given = terraform.outputs()
        parts = {}
        for application, output in outputs.items():
            application.copy(output.directory.parent / "tests")
            part = Part(
                application=application,
                output=output,
                cloud=cloud,
                directory=output.directory.parent,
                outputs=given[application.module],
                state=terraform.state(application.module),
            )
            part.put_secrets()
            parts[application.name] = part
        return cls(cloud, terraform, second_plan, parts, given)


def empty(bucket: str, cloud: Cloud) -> None:
    """As a person does before `terraform destroy`, which deletes no bucket that has something in it."""
    buckets = cloud.client("s3")
    pages = buckets.get_paginator("list_object_versions").paginate(Bucket=bucket)
    for page in pages:
        for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            buckets.delete_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])


def root(
    outputs: dict[Application, Output] | dict[Cover, Output], others: Modules, endpoint: str, directory: Path
) -> Terraform:
    """The root module, in a folder above all outputs: Terraform copies modules whose paths do not start with a dot."""
    modules = dict(others)
    for application, output in outputs.items():
        source = output.directory.relative_to(directory) / "terraform"
        declared = _declared(output.directory / "terraform")
        known = dict(application.variables) | {"build_directory": str(output.directory / "build"), "image_tag": TAG}
        given = {"source": f"./{source.as_posix()}"} | {name: known[name] for name in known if name in declared}
        modules[application.module] = given
    # A module whose outputs are not all public can be passed on only as a secret, which is no harm for the others.
    values = {name: {"value": f"${{module.{name}}}", "sensitive": True} for name in modules}
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "main.tf.json").write_text(json.dumps({"module": modules, "output": values}, indent=2))
    return Terraform(directory, endpoint)


def _declared(module: Path) -> set[str]:
    """The variables that a module takes: they differ between targets."""
    return set(re.findall(r'^variable "(\w+)"', (module / "variables.tf").read_text(), re.MULTILINE))
