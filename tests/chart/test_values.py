"""Which values the schema of a chart takes."""

import json

import pytest

from charts import render

REMOVE = object()
NIGHTLY = {"cron": "0 3 * * *", "command": ["node", "x.mjs"], "retries": 2, "maxDelaySeconds": 3600}
ACCEPTED = [
    ({}, "as Terraform gives them"),
    ({"units.sender.replicas": {"min": 1, "max": 1, "cpuPercent": 100}}, "a single pod"),
    ({"units.sender.resources.cpu": "1"}, "a whole CPU"),
    ({"units.sender.resources.cpu": "0.5"}, "half a CPU"),
    ({"units.sender.resources.memory": "2Gi"}, "another unit of memory"),
    ({"units.sender.env.LOG_LEVEL": "debug"}, "a variable of the user's own"),
    ({"units.sender.env.EMPTY": ""}, "an empty variable of the user's own"),
    ({"units.sender.egress": [{"port": 5432, "to": "vpc"}, {"port": 587, "to": "anywhere"}]}, "more connections"),
    ({"units.sender.schedules.nightly": NIGHTLY}, "a schedule"),
    ({"units.sender.migration": {"command": ["node", "migrate.mjs"]}}, "a migration"),
    ({"units.sender.image.repository": "localhost:5000/team/app__x"}, "a registry with a port"),
    ({"image.tag": "3f9c2ab"}, "a commit"),
]
REJECTED = [
    ({"image.tag": ""}, "image.tag"),
    ({"image.tag": "latest"}, "image.tag"),
    ({"image.tag": 1234567}, "image.tag"),
    ({"image.tag": "a b"}, "image.tag"),
    ({"image.tag": REMOVE}, "image"),
    ({"network.cidr": ""}, "network.cidr"),
    ({"nodes": "fargate"}, "nodes"),
    ({"replicaCount": 3}, "replicaCount"),
    ({"units.other": {}}, "other"),
    ({"units.sender": REMOVE}, "sender"),
    ({"units.sender.name": "main"}, "name"),
    ({"units.sender.image.repository": ""}, "repository"),
    ({"units.sender.image.repository": "registry.example/app:latest"}, "repository"),
    ({"units.sender.image.tag": "x"}, "tag"),
    ({"units.sender.architecture": "riscv64"}, "architecture"),
    ({"units.sender.port": 0}, "port"),
    ({"units.sender.port": "3000"}, "port"),
    ({"units.sender.port": 65536}, "port"),
    ({"units.receiver.port": 3000}, "port"),
    ({"units.sender.healthPort": 80}, "healthPort"),
    ({"units.sender.replicas.min": 0}, "min"),
    ({"units.sender.replicas.cpuPercent": 101}, "cpuPercent"),
    ({"units.sender.resources.memory": "512m"}, "memory"),
    ({"units.sender.resources.cpu": "0"}, "cpu"),
    ({"units.sender.resources.gpu": "1"}, "gpu"),
    ({"units.sender.graceSeconds": -1}, "graceSeconds"),
    ({"units.sender.env.INFERRA_PERSIST_REDIS_HOST": ""}, "INFERRA_PERSIST_REDIS_HOST"),
    ({"units.sender.env.INFERRA_PERSIST_REDIS_HOST": REMOVE}, "INFERRA_PERSIST_REDIS_HOST"),
    ({"units.sender.env.A-B": "x"}, "A-B"),
    ({"units.sender.env.NUMBER": 1}, "NUMBER"),
    ({"units.sender.securityGroups": []}, "securityGroups"),
    ({"units.sender.securityGroups": ["default"]}, "securityGroups"),
    ({"units.sender.targetGroupArn": ""}, "targetGroupArn"),
    ({"units.receiver.targetGroupArn": "arn:aws:elasticloadbalancing:x:1:targetgroup/a/b"}, "targetGroupArn"),
    ({"units.sender.roleArn": "arn:aws:iam::123456789012:role/x"}, "roleArn"),
    ({"units.sender.egress": [{"port": 5432, "to": "internet"}]}, "egress"),
    ({"units.sender.egress": [{"port": 5432}]}, "egress"),
    ({"units.sender.schedules.Nightly": NIGHTLY}, "Nightly"),
    ({"units.sender.schedules.nightly": NIGHTLY | {"cron": "nightly"}}, "cron"),
    ({"units.sender.schedules.nightly": NIGHTLY | {"command": []}}, "command"),
    ({"units.sender.schedules.nightly": NIGHTLY | {"maxDelaySeconds": 59}}, "maxDelaySeconds"),
    ({"units.sender.migration": {"command": []}}, "command"),
]


@pytest.fixture
def complete(renderer, chart, provided):
    """The merged values of an installation."""

    def made(sample: str) -> dict:
        return render.merged(renderer, chart(sample), [provided(chart(sample))])

    return made


def changed(values: dict, change: dict) -> dict:
    """The values with others at the given paths."""
    values = json.loads(json.dumps(values))
    for path, value in change.items():
        *way, last = path.split(".")
        place = values
        for key in way:
            place = place[key]
        if value is REMOVE:
            del place[last]
        else:
            place[last] = value
    return values


@pytest.mark.parametrize(("change", "why"), ACCEPTED, ids=lambda it: it if isinstance(it, str) else "")
def test_accepted(chart, complete, change, why):
    assert render.complaints(chart("pair"), changed(complete("pair"), change)) == [], why


@pytest.mark.parametrize(("change", "named"), REJECTED, ids=lambda it: it if isinstance(it, str) else "")
def test_rejected(chart, complete, change, named):
    found = render.complaints(chart("pair"), changed(complete("pair"), change))
    assert len(found) == 1, found
    assert named in found[0]


def test_what_nobody_filled_in_is_missing(renderer, chart, sample):
    """Installing without Terraform's output names each thing that is not there."""
    folder = chart(sample)
    found = "\n".join(render.complaints(folder, render.merged(renderer, folder, [])))
    for wanted in ("image.tag", "network.cidr", "repository", "securityGroups"):
        assert wanted in found
    assert ("roleArn" in found) == (sample == "fargate")
    with pytest.raises(render.ChartError):
        render.render(renderer, folder, [])


@pytest.mark.parametrize("change", [{"roleArn": ""}, {"architecture": "arm64"}])
def test_fargate_has_rules_of_its_own(chart, complete, change):
    values = changed(complete("fargate"), {f"units.sender.{key}": value for key, value in change.items()})
    assert len(render.complaints(chart("fargate"), values)) == 1


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"files.uploads.volumeHandle": ""}, "volumeHandle"),
        ({"files.uploads.volumeHandle": "fs-0123456789abcdef0"}, "volumeHandle"),
        ({"files.other": {"volumeHandle": "fs-0::fsap-0"}}, "other"),
        ({"units.reader.mounts": [{"files": "other", "path": "/mnt/uploads", "readOnly": True}]}, "files"),
        ({"units.reader.mounts": [{"files": "uploads", "path": "/mnt/other", "readOnly": True}]}, "path"),
    ],
)
def test_files_are_where_the_unit_is_told_that_they_are(chart, complete, change, named):
    (found,) = render.complaints(chart("files"), changed(complete("files"), change))
    assert named in found
