"""One compile for several environments: one module and a state for each, or a root for each graph."""

import json
import shutil

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
    """`init`, `fmt -check`, `validate`, `apply`, an empty second plan of each with both there, and `destroy`."""
    source = tmp_path / "app"
    shutil.copytree(FIXTURES / "values", source, ignore=shutil.ignore_patterns("expected"))
    settings = source / "inferra.toml"
    lines = [line for line in settings.read_text().splitlines() if not line.startswith(("state.", "region", "backend"))]
    own = "\n".join(line for line in lines if line not in {"[state]", "[state.s3]"})
    settings.write_text(own + STATES)
    options = ["--env", "dev,staging,prod"]
    output = compiler.compile_application(source, tmp_path / "out", "aws-lambda", applications.TABLES_GO_TOO, options)
    compiler.build(compiler.Output(output.directory, "dev"))
    module = output.directory / "terraform"
    with cloud.running(tmp_path / "cloud", certificates.authority().trust_environment) as aws:
        both = {name: Terraform(module, aws.endpoint, environment=name) for name in ("dev", "prod")}
        for terraform in both.values():
            terraform.init()
            terraform.format_check()
            terraform.validate()
            terraform.apply()
        plans = {name: terraform.plan() for name, terraform in both.items()}
        assert [status for status, _ in plans.values()] == [NO_CHANGES, NO_CHANGES], plans
        functions = aws.client("lambda").list_functions()["Functions"]
        assert {one["FunctionName"]: one["MemorySize"] for one in functions} == MEMORY
        assert {path.name for path in (output.directory / "state").glob("*.tfstate")} == {"dev.tfstate", "prod.tfstate"}
        both["dev"].destroy()
        left = aws.client("lambda").list_functions()["Functions"]
        assert [one["FunctionName"] for one in left] == ["shop-prod-main"]
        assert both["prod"].plan()[0] == NO_CHANGES
        both["prod"].destroy()
        assert aws.client("lambda").list_functions()["Functions"] == []


@pytest.mark.parametrize("fixture", ["values", "graph"])
def test_terraform_accepts_each_environment(fixture, tmp_path):
    """Each root is formatted and valid, and keeps its promises with the values of each of its environments."""
    output = compiler.compile_application(FIXTURES / fixture, tmp_path / "out", options=["--all-envs"])
    index = json.loads((output.directory / "plan.json").read_text())
    assert len(index["roots"]) == {"values": 1, "graph": 2}[fixture]
    for root in index["roots"]:
        module = output.directory / root["directory"] / "terraform"
        for name in root["environments"]:
            terraform = Terraform(module, NOTHING, environment=name)
            terraform.init(backend=False)
            terraform.format_check()
            terraform.validate()
            status, said = terraform.test()
            assert status == 0, said
