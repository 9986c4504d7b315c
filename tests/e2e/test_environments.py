"""One compile for several environments: one module and a state for each, or a root for each graph."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import applications, certificates, cloud, compiler
from harness.paths import REPOSITORY
from harness.terraform import NO_CHANGES, NOTHING, Terraform

FIXTURES = REPOSITORY / "fixtures" / "environments"
# Each in a file of its own, seen from the module.
STATES = """
[state]
backend = "local"

[env.dev.state.local]
path = "../state/dev.tfstate"

[env.staging.state.local]
path = "../state/staging.tfstate"

[env.prod.state.local]
path = "../state/prod.tfstate"
"""
MEMORY = {"shop-dev-main": 256, "shop-prod-main": 1024}


def test_one_output_is_applied_to_two_environments(tmp_path):
    """`init`, `apply`, an empty second plan of each with both there, and `destroy`, of two at a time."""
    source = tmp_path / "app"
    shutil.copytree(FIXTURES / "values", source, ignore=shutil.ignore_patterns("expected"))
    settings = source / "inferra.toml"
    settings.write_text(_without_state(settings.read_text()) + STATES)
    options = ["--env", "dev,staging,prod"]
    output = compiler.compile_application(source, tmp_path / "out", "aws-lambda", applications.TABLES_GO_TOO, options)
    compiler.build(compiler.Output(output.directory, "dev"))
    module = output.directory / "terraform"
    with (
        cloud.running(tmp_path / "cloud", certificates.authority().trust_environment) as aws,
        ThreadPoolExecutor() as workers,
    ):
        both = [Terraform(module, aws.endpoint, environment=name) for name in ("dev", "prod")]
        for terraform in both:
            terraform.init()
        list(workers.map(Terraform.apply, both))
        plans = list(workers.map(Terraform.plan, both))
        assert [status for status, _ in plans] == [NO_CHANGES, NO_CHANGES], plans
        functions = aws.client("lambda").list_functions()["Functions"]
        assert {one["FunctionName"]: one["MemorySize"] for one in functions} == MEMORY
        assert {path.name for path in (output.directory / "state").glob("*.tfstate")} == {"dev.tfstate", "prod.tfstate"}
        both[0].destroy()
        left = aws.client("lambda").list_functions()["Functions"]
        assert [one["FunctionName"] for one in left] == ["shop-prod-main"]
        both[1].destroy()
        assert aws.client("lambda").list_functions()["Functions"] == []


@pytest.mark.parametrize("fixture", ["values", "graph", "adopted"])
def test_terraform_accepts_each_root(fixture, tmp_path):
    """It is formatted and valid, and keeps its promises with the values of an environment."""
    output = compiler.compile_application(FIXTURES / fixture, tmp_path / "out", options=["--all-envs"])
    index = json.loads((output.directory / "plan.json").read_text())
    assert len(index["roots"]) == {"values": 1, "graph": 2, "adopted": 1}[fixture]
    for root in index["roots"]:
        *_, name = root["environments"]
        terraform = Terraform(output.directory / root["directory"] / "terraform", NOTHING, environment=name)
        terraform.init(backend=False)
        terraform.format_check()
        terraform.validate()
        status, said = terraform.test()
        assert status == 0, said


def _without_state(settings: str) -> str:
    """The settings, but for those of the state."""
    of_state = ("state.", "region", "backend", "[state")
    return "\n".join(line for line in settings.splitlines() if not line.startswith(of_state))
