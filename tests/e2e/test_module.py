"""The Terraform test that is written beside the module: it needs no cloud, passes as compiled, and notices what is
changed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harness import compiler, variants
from harness.terraform import NOTHING, Terraform
from harness.variants import Variant

FARGATE = ("eks.nodes=fargate", "eks.public_access=203.0.113.0/24")
FARGATE_VARIANTS = [
    Variant(variants.PYTHON, "eks", FARGATE, suffix="-fargate"),
    Variant(variants.TYPESCRIPT, "eks", FARGATE, suffix="-fargate"),
]
# What is written in a module, what somebody makes of it, and what the test says then.
LOGS = ("retention_in_days = 30", "retention_in_days = 14", "another retention than planned")
TAGS = ('image_tag_mutability = "IMMUTABLE"', 'image_tag_mutability = "MUTABLE"', "lets tags move")
STORES = ("at_rest_encryption_enabled = true", "at_rest_encryption_enabled = false", "a store is not encrypted")
PUBLIC = ("endpoint_public_access  = false", "endpoint_public_access = true", "endpoint, encryption")
MACHINES = ('"required"', '"optional"', "a machine answers requests for its metadata")
ROLES = ('+control-plane"', '+another"', "not what was planned")
ARGUMENTS = ("aws_iam_role.cluster_control_plane.arn", '"control-plane"', "is an invalid ARN")
BROKEN = {
    variants.PYTHON_LAMBDA: [STORES],
    variants.TYPESCRIPT_LAMBDA: [LOGS],
    variants.PYTHON_EKS: [PUBLIC, MACHINES, ROLES, ARGUMENTS],
    variants.TYPESCRIPT_EKS: [TAGS, LOGS],
    variants.PYTHON_ECS: [STORES],
    variants.TYPESCRIPT_ECS: [TAGS],
    variants.MIXED: [LOGS],
}


@pytest.fixture
def module(tmp_path) -> Callable[[Path], Terraform]:
    """A module as somebody has it who has just cloned the output: not built, no account."""

    def made(source: Path) -> Terraform:
        left_out = shutil.ignore_patterns(".terraform*", "terraform.tfstate*")
        shutil.copytree(source, tmp_path / "terraform", ignore=left_out)
        terraform = Terraform(tmp_path / "terraform", NOTHING)
        terraform.init()
        return terraform

    return made


@pytest.mark.parametrize("variant", variants.ALL, ids=lambda variant: variant.name)
def test_the_promises_are_kept_and_checked(variant, compiled, module, tmp_path):
    """As compiled it passes; with one thing changed it says which promise that breaks."""
    terraform = module(compiled.directory / "terraform")
    status, printed = terraform.test()
    assert (status, "1 passed, 0 failed" in printed) == (0, True), printed
    for written, changed, said in BROKEN[variant]:
        texts = {file: file.read_text() for file in sorted((tmp_path / "terraform").glob("*.tf"))}
        concerned = [file for file, text in texts.items() if written in text]
        assert concerned, f"`{written}` is nowhere in the module"
        concerned[0].write_text(texts[concerned[0]].replace(written, changed))
        status, printed = terraform.test()
        # Lines are broken where they get long.
        assert (status, said in " ".join(printed.replace("│", " ").split())) == (1, True), printed
        concerned[0].write_text(texts[concerned[0]])


@pytest.mark.parametrize("variant", FARGATE_VARIANTS, ids=lambda variant: variant.name)
def test_a_cluster_without_machines_is_promised_too(variant, module, tmp_path):
    """Fargate, and an API server that is reached from outside: resources that the deployed variants do not have."""
    output = compiler.compile_application(
        variant.application.source, tmp_path / "out", variant.target, variant.settings
    )
    terraform = module(output.directory / "terraform")
    terraform.format_check()
    terraform.validate()
    status, printed = terraform.test()
    assert (status, "1 passed, 0 failed" in printed) == (0, True), printed
