"""Every application of fixtures/apps, deployed with the others, does what it does untouched."""

import shutil

import pytest

from harness import applications, laptop, remains, terraform

each = pytest.mark.parametrize("application", applications.ALL, ids=lambda application: application.name)


def test_all_of_them_are_listed():
    """A folder that nobody lists would never be deployed."""
    assert applications.folders() == {application.name for application in applications.ALL}


@each
def test_the_unit_alone_passes_the_applications_own_tests(application, together, tmp_path):
    """On a developer's machine, with no binding in the environment."""
    if application.alone is None:
        pytest.skip("no unit has the whole application")
    directory = application.copy(tmp_path / "unit")
    unit = together.output(application).unit_directory(application.alone)
    shutil.copytree(unit, directory, dirs_exist_ok=True)
    with laptop.servers_for(application, tmp_path):
        report = application.own_tests(directory)
    assert report.fine, report.output


def test_the_second_plan_is_empty(together):
    """What was applied reads back as it was written."""
    status, printed = together.combined.second_plan
    assert status == terraform.NO_CHANGES, printed


@each
def test_the_applications_own_tests_pass_on_lambda(application, together):
    """Over HTTP, through the API's data plane, against real processes."""
    works, printed = together.part(application).works()
    assert works, printed


@each
def test_the_rights_are_exactly_those_that_are_used(application, together):
    """Every call was allowed, and every action that a role of the application has was called."""
    may, did, refused = together.part(application).rights()
    assert refused == []
    unused = {action for _, action in may - did}
    assert (unused, did - may) == (set(application.unused), set())
    assert not any("*" in action for _, action in may)


@each
def test_the_applications_own_tests_pass_in_containers(application, pods):
    """In the image that its Dockerfile makes, as its chart says, with the rights of the unit on EKS and no others."""
    works, printed = pods.works()
    assert works, printed
    may, did, refused = pods.rights()
    assert refused == []
    unused = set(application.unused if application.unused_in_pods is None else application.unused_in_pods)
    assert ({action for _, action in may - did}, did - may) == (unused, set())


def test_what_is_compiled_for_pods_is_valid(together):
    """All modules for EKS under one root."""
    together.validate_for_pods()


def test_nothing_is_left(together):
    """`terraform destroy` of all of them."""
    assert remains.of(together.destroyed().cloud) == {}
