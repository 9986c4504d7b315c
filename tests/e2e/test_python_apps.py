"""Every Python application of fixtures/apps, deployed with the others, does what it does untouched."""

import shutil

import pytest

from harness import laptop, python_apps, remains, terraform

each = pytest.mark.parametrize("application", python_apps.ALL, ids=lambda application: application.name)


def test_all_of_them_are_listed():
    """A folder that nobody lists would never be deployed."""
    assert python_apps.folders() == {application.name for application in python_apps.ALL}


@each
def test_the_unit_alone_passes_the_applications_own_tests(application, python_work, tmp_path):
    """On a developer's machine, with no binding in the environment."""
    if application.alone is None:
        pytest.skip("no unit has the whole application")
    directory = application.copy(tmp_path / "unit")
    unit = python_work.output(application).unit_directory(application.alone)
    shutil.copytree(unit, directory, dirs_exist_ok=True)
    with laptop.servers_for(application, tmp_path):
        report = application.own_tests(directory)
    assert report.fine, report.output


def test_the_second_plan_is_empty(python_work):
    """What was applied reads back as it was written."""
    status, printed = python_work.combined.second_plan
    assert status == terraform.NO_CHANGES, printed


@each
def test_the_applications_own_tests_pass_on_lambda(application, python_work):
    """Over HTTP, through the API's data plane, against real processes."""
    works, printed = python_work.part(application).works()
    assert works, printed


@each
def test_the_rights_are_exactly_those_that_are_used(application, python_work):
    """Every call was allowed, and every action that a role of the application has was called."""
    may, did, refused = python_work.part(application).rights()
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


def test_what_is_compiled_for_pods_is_valid(python_work):
    """All modules for EKS under one root."""
    python_work.validate_for_pods()


def test_nothing_is_left(python_work):
    """`terraform destroy` of all of them."""
    assert remains.of(python_work.destroyed().cloud) == {}
