"""Every application of fixtures/apps, deployed with the others, does what it does untouched."""

import shutil

import pytest

from harness import applications, laptop, remains, terraform
from harness.applications import Application


def each(wanted: list[Application]):
    """Runs a test with these applications."""
    return pytest.mark.parametrize("application", wanted, ids=lambda application: application.name)


@pytest.fixture(scope="module", autouse=True)
def in_the_background(request):
    """The applications are used while they are tried alone, and destroyed while other tests run."""
    used = {name for item in request.session.items for name in item.fixturenames}
    if "proofs" in used:
        request.getfixturevalue("proofs")
    yield
    if "destroyed" in used:
        request.getfixturevalue("together").begin_destruction()


def test_all_of_them_are_listed():
    """A folder that nobody lists would never be deployed."""
    assert applications.folders() == {application.folder for application in applications.ALL}


@each([application for application in applications.ALL if application.alone])
def test_the_unit_alone_passes_the_applications_own_tests(application, together, tmp_path):
    """On a developer's machine, with no binding in the environment."""
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


@each(applications.ALL)
def test_the_applications_own_tests_pass_on_lambda(application, on_lambda):
    """Over HTTP, through the API's data plane, against real processes."""
    assert on_lambda.works, on_lambda.printed


@each(applications.ALL)
def test_the_rights_are_exactly_those_that_are_used(application, on_lambda):
    """Every call was allowed, and every action that a role of the application has was called."""
    assert on_lambda.refused == []
    assert (on_lambda.unused, on_lambda.did - on_lambda.may) == (set(application.unused), set())
    assert not any("*" in action for _, action in on_lambda.may)
    # An event that a function did not take in the end is kept.
    kept = {(f"{application.name}-{unit}", "sqs:SendMessage") for unit in application.failures}
    assert kept <= on_lambda.did


@each([application for application in applications.ALL if application.in_pods])
def test_the_applications_own_tests_pass_in_containers(application, in_containers):
    """In the image that its Dockerfile makes, as its chart says, with the rights of the unit on EKS and no others."""
    assert in_containers.works, in_containers.printed
    assert in_containers.refused == []
    unused = set(application.unused if application.unused_in_pods is None else application.unused_in_pods)
    assert (in_containers.unused, in_containers.did - in_containers.may) == (unused, set())


def test_what_is_compiled_for_pods_is_valid(together):
    """All modules for EKS under one root."""
    together.validate_for_pods()


@pytest.mark.at_the_end
def test_nothing_is_left(destroyed):
    """`terraform destroy` of all of them."""
    assert remains.of(destroyed.cloud) == {}
