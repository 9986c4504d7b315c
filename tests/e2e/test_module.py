"""The Terraform module's own test passes for every target, without a cloud, and notices what it is there to notice."""

from pathlib import Path

import pytest

from harness import applications, tools
from harness.paths import INFERRA
from harness.terraform import Terraform

# Nothing listens there: a provider that asked anybody would fail.
NOWHERE = "http://127.0.0.1:9"
# What makes each kind of resource appear that there is.
TARGETS = {
    "aws-lambda": ["aws-lambda"],
    "ecs": ["ecs"],
    "eks": ["eks"],
    "eks-fargate": [
        "eks",
        "eks.nodes=fargate",
        "execution_unit.architecture=x86_64",
        "eks.public_access=203.0.113.0/24",
    ],
}
# A promise as cluster.tf has it, how it is broken, and what the test says then.
BROKEN = {
    "public": ("endpoint_public_access  = false", "endpoint_public_access = true", "endpoint, encryption"),
    "logs": ("retention_in_days = 30", "retention_in_days = 1", "another retention than planned"),
    "metadata": ('"required"', '"optional"', "a machine answers requests for its metadata"),
    "arguments": ("aws_iam_role.cluster_control_plane.arn", '"control-plane"', "is an invalid ARN"),
    "role": ('+control-plane"', '+another"', "not what was planned"),
}


def module(application, directory: Path, target: str, *settings: str) -> Path:
    """The Terraform of `application` for `target`."""
    changes = [argument for setting in settings for argument in ("--set", setting)]
    tools.run([INFERRA, "compile", application.source, "--target", target, "-o", directory, *changes])
    return directory / "terraform"


@pytest.mark.parametrize("target", TARGETS)
def test_the_modules_own_test_passes(application, target, tmp_path):
    """As somebody runs it who has just cloned the output: not built, no account."""
    terraform = Terraform(module(application, tmp_path, *TARGETS[target]), NOWHERE)
    terraform.init()
    terraform.format_check()
    terraform.validate()
    assert "1 passed, 0 failed" in terraform.test()


def test_broken_promises_are_noticed(tmp_path):
    """Each of them, by the words that stand for it; every application on EKS makes these."""
    folder = module(applications.ALL[0], tmp_path, "eks")
    terraform = Terraform(folder, NOWHERE)
    terraform.init()
    file = folder / "cluster.tf"
    text = file.read_text()
    for name, (kept, broken, said) in BROKEN.items():
        assert kept in text, name
        file.write_text(text.replace(kept, broken))
        with pytest.raises(AssertionError, match=said):
            terraform.test()
    file.write_text(text)
    assert "1 passed, 0 failed" in terraform.test()
