"""Mounting file systems of EFS: a folder of this machine for each, and what is asked before anybody gets it.

https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from moto.ec2 import ec2_backends
from moto.efs.models import AccessPoint, EFSBackend, FileSystem, efs_backends

from . import iam, security_groups
from .security_groups import Peer, Rule
from .settings import ACCOUNT, REGION, Settings

PORT = 2049
MOUNT, WRITE = "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"
FOLDER = "file-systems"


@dataclass(frozen=True)
class Mounted:
    """A folder of this machine, and where a process sees it."""

    source: Path
    path: str
    read_only: bool


class MountRefusedError(Exception):
    """Nobody mounts it so."""


def of_function(function, settings: Settings) -> list[Mounted]:
    """What Lambda mounts into a function, encrypted in transit, with the function's role."""
    found = []
    for one in getattr(function, "file_system_configs", []):
        access_point = _access_point(one["Arn"])
        file_system = _backend().file_systems_by_id[access_point.file_system_id]
        _check_network(function, file_system)
        read_only = not _rights(function.role.rsplit("/", 1)[-1], file_system, access_point)
        found.append(Mounted(folder(settings.directory, access_point), one["LocalMountPath"], read_only))
    return found


def folder(directory: Path, access_point: AccessPoint) -> Path:
    """The folder that an access point shows, which it makes where it is not there yet."""
    root = access_point.root_directory
    made = directory / FOLDER / access_point.file_system_id / root["Path"].lstrip("/")
    if not made.is_dir():
        assert "CreationInfo" in root, "the folder is not there, and nobody says whose it is to be"
        made.mkdir(parents=True)
        # Whoever takes an access point is one user: here it is whoever comes.
        made.chmod(0o777)
    return made


def _backend() -> EFSBackend:
    return efs_backends[ACCOUNT][REGION]


def _access_point(arn: str) -> AccessPoint:
    for one in _backend().access_points.values():
        if one.access_point_arn == arn:
            return one
    raise MountRefusedError(f"there is no access point {arn}")


def _rights(role: str, file_system: FileSystem, access_point: AccessPoint) -> bool:
    """Whether the role may write. What the file system's own policy refuses is looked at by its conditions."""
    policy = json.loads(file_system.file_system_policy or '{"Statement": []}')
    denials = [one for one in policy["Statement"] if one["Effect"] == "Deny"]
    conditions = [one.get("Condition", {}) for one in denials]
    if {"Bool": {"aws:SecureTransport": "false"}} not in conditions:
        raise MountRefusedError("the file system's policy lets in what is not encrypted in transit")
    own = {"elasticfilesystem:AccessPointArn": access_point.access_point_arn}
    if {"StringNotEquals": own} not in conditions:
        raise MountRefusedError("the file system's policy lets in whoever does not take the access point")
    if not iam.allowed(role, MOUNT, file_system.file_system_arn):
        raise MountRefusedError(f"{role} may not mount {file_system.file_system_id}")
    # Without the right to write it is mounted all the same, and what is there can be read.
    may_write = iam.permitted(role, WRITE, file_system.file_system_arn)
    return may_write and iam.allowed(role, WRITE, file_system.file_system_arn)


def _check_network(function, file_system: FileSystem) -> None:
    """A mount target in each zone of the function, and rules for the way there on both sides."""
    place = function._vpc_config
    if not place or not place["SubnetIds"]:
        raise MountRefusedError(f"{function.function_name} is in no network, where the file system is")
    ec2 = ec2_backends[ACCOUNT][REGION]
    targets = {target.availability_zone_name: target for target in file_system.iter_mount_targets()}
    for subnet in (ec2.get_subnet(one) for one in place["SubnetIds"]):
        target = targets.get(subnet.availability_zone)
        if target is None:
            raise MountRefusedError(f"{file_system.file_system_id} has no mount target in {subnet.availability_zone}")
        own = _peer(function.function_name, place["SecurityGroupIds"], subnet.cidr_block)
        other = _peer(file_system.file_system_id, target.security_groups, target._subnet.cidr_block)
        refusal = security_groups.refusal(own, other, PORT)
        if refusal is not None:
            raise MountRefusedError(refusal)


def _peer(name: str, groups: list[str], network: str) -> Peer:
    ec2 = ec2_backends[ACCOUNT][REGION]
    rules = ec2.describe_security_group_rules([], {"group-id": groups})
    return Peer(name, frozenset(groups), (network,), tuple(map(_rule, rules)))


def _rule(rule) -> Rule:
    return Rule.of(
        egress=rule.is_egress,
        protocol=rule.ip_protocol,
        ports=(rule.from_port, rule.to_port),
        cidr=rule.ip_range.get("CidrIp"),
        group=rule.source_group.get("GroupId"),
    )


def command(mounted: list[Mounted], program: list[str]) -> list[str]:
    """The program with its file systems in place, in the same process: what is sent to that reaches it."""
    if not mounted:
        return program
    script = ["set -e", "mount -t tmpfs -o mode=0755 mounts /mnt"]
    words = [word for one in mounted for word in (str(one.source), one.path)]
    for number, one in enumerate(mounted):
        source, path = f'"${{{2 * number + 1}}}"', f'"${{{2 * number + 2}}}"'
        script += [f"mkdir {path}", f"mount --bind {source} {path}"]
        script += [f"mount -o remount,bind,ro {path}"] if one.read_only else []
    script.append(f'shift {len(words)}; exec "$@"')
    own = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", *own, "--mount", "--", "sh", "-c", "\n".join(script), "mounts", *words, *program]
