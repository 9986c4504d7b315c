"""The chart of a compiled application, filled with what Terraform says of the cluster that it made."""

import pytest

from charts import scan, validate
from harness import variants

pytestmark = pytest.mark.parametrize("variant", variants.WITH_A_CHART, ids=lambda variant: variant.name)


def test_a_cluster_takes_everything(containers):
    """A cluster of the version that is in use."""
    deployment = containers.deployment
    cluster = deployment.cloud.client("eks").describe_cluster(name=deployment.outputs["cluster_name"])["cluster"]
    assert validate.validate(containers.objects, cluster["version"]) == []


def test_every_unit_is_told_everything(containers):
    """Each variable of the plan is in its container, with a value, and no other."""
    output = containers.deployment.output
    found = {one["metadata"]["name"]: one for one in containers.objects if one["kind"] == "Deployment"}
    units = {unit: description["workload"] for unit, description in output.units.items() if unit in output.containers}
    assert set(found) == set(units.values())
    for unit, workload in units.items():
        [container] = found[workload]["spec"]["template"]["spec"]["containers"]
        given = {variable["name"]: variable["value"] for variable in container["env"]}
        assert set(given) == set(output.plan["bindings"][unit])
        assert all(given.values()), given


def test_a_scanner_finds_what_is_on_purpose(containers, checkov):
    """And nothing else."""
    found = scan.scan(checkov, containers.objects)
    assert {finding.check for finding in found} == set(scan.REASONS)
