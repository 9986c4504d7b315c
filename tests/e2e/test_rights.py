"""The roles of units in containers may do what their code does, and no more. Runs after the tests whose calls it
looks at, of which some make events fail."""

import pytest

from harness import policies, variants

pytestmark = pytest.mark.parametrize("variant", variants.IN_CONTAINERS, ids=lambda variant: variant.name)
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
TO_START = {
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
}


def test_the_rights_are_exactly_those_that_are_used(deployed):
    """Every call was allowed, and every action that a unit's role has was called."""
    decisions = deployed.cloud.decisions()
    assert [decision for decision in decisions if decision["decision"] != "ALLOW"] == []
    roles = policies.of_units(deployed)
    of_service = policies.USED_BY_THE_SERVICE if deployed.output.functions else ()
    granted = {(role, action) for role, action in policies.granted(deployed.cloud) if role in roles}
    used = {(role, action) for role, action in granted if not action.startswith(of_service)}
    assert len(roles) == len(deployed.output.units)
    assert used == policies.called(decisions)


def test_what_starts_a_task_is_not_its_own(deployed):
    """Another role, with what Fargate needs."""
    roles = policies.of_starts(deployed)
    assert roles.isdisjoint(policies.of_units(deployed))
    assert bool(roles) == (deployed.variant.target == "ecs")
    granted = policies.granted(deployed.cloud)
    assert {role: {action for one, action in granted if one == role} for role in roles} == dict.fromkeys(
        roles, TO_START
    )
