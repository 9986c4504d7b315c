"""The Terraform test that is written beside the module: it needs no cloud, passes, and notices what is changed."""

import shutil

import pytest

from harness import variants
from harness.compiler import Output
from harness.terraform import NOTHING, Terraform

# What is written in the module, what somebody makes of it, and what the test says then.
LOGS = ("retention_in_days = 30", "retention_in_days = 14", "a log group has another retention than planned")
TAGS = ('image_tag_mutability = "IMMUTABLE"', 'image_tag_mutability = "MUTABLE"', "an image repository lets tags move")
DISKS = ('http_tokens                 = "required"', 'http_tokens                 = "optional"', "a machine answers")
STORES = ("at_rest_encryption_enabled = true", "at_rest_encryption_enabled = false", "a store is not encrypted")
BROKEN = {
    variants.PYTHON_LAMBDA: [STORES],
    variants.TYPESCRIPT_LAMBDA: [LOGS],
    variants.PYTHON_EKS: [DISKS],
    variants.TYPESCRIPT_EKS: [TAGS],
    variants.PYTHON_ECS: [STORES],
    variants.TYPESCRIPT_ECS: [TAGS],
    variants.MIXED: [LOGS],
}


@pytest.fixture
def module(compiled: Output, tmp_path) -> Terraform:
    """A copy of the module, as the user has it after compiling."""
    left_out = shutil.ignore_patterns(".terraform*", "terraform.tfstate*")
    shutil.copytree(compiled.directory / "terraform", tmp_path / "terraform", ignore=left_out)
    made = Terraform(tmp_path / "terraform", NOTHING)
    made.init()
    return made


@pytest.mark.parametrize("variant", variants.ALL, ids=lambda variant: variant.name)
def test_the_promises_are_kept_and_checked(variant, module, tmp_path):
    """As compiled it passes; with one attribute changed it says which promise that breaks."""
    status, printed = module.test()
    assert (status, "1 passed, 0 failed" in printed) == (0, True), printed
    for written, changed, said in BROKEN[variant]:
        files = {file: file.read_text() for file in (tmp_path / "terraform").glob("*.tf")}
        concerned = [file for file, text in files.items() if written in text]
        assert concerned, f"`{written}` is nowhere in the module"
        concerned[0].write_text(files[concerned[0]].replace(written, changed, 1))
        status, printed = module.test()
        assert (status, said in printed) == (1, True), printed
        concerned[0].write_text(files[concerned[0]])
