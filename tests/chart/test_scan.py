"""What a scanner of objects finds in the charts."""

from charts.scan import ON_FARGATE, REASONS, scan


def test_nothing_is_found_but_what_is_on_purpose(rendered, checkov, sample):
    found = scan(checkov, rendered(sample).objects)
    reasons = REASONS | (ON_FARGATE if sample == "fargate" else {})
    assert [finding for finding in found if finding.check not in reasons] == []
    assert {finding.check for finding in found} == set(reasons), "each exception is needed"


def test_a_scan_finds_something(rendered, checkov):
    objects = rendered("worker").objects
    pods = [one["spec"]["template"]["spec"] for one in objects if one["kind"] == "Deployment"]
    for pod in pods:
        del pod["securityContext"]
        pod["containers"][0]["securityContext"] = {"privileged": True}
    found = {finding.check for finding in scan(checkov, objects)}
    assert found >= {"CKV_K8S_16", "CKV_K8S_22", "CKV_K8S_31"}
