"""What mounting a file system takes in the emulator: whoever may not does not get it."""

import json
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

from harness import certificates, cloud
from test_emulator import create_function

WRITER = """
import os

def handler(event, context):
    try:
        with open("/mnt/files/" + event["name"], "a") as file:
            file.write("x")
    except OSError as error:
        return os.strerror(error.errno)
    return sorted(os.listdir("/mnt/files"))
"""
MOUNT, WRITE = "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    """An emulator with nothing in it."""
    with cloud.running(tmp_path_factory.mktemp("file-systems"), certificates.authority().trust_environment) as running:
        yield running


@dataclass
class Made:
    """A file system in the network that every account has, and who is on the way to it."""

    arn: str
    access_point: str
    subnet: str
    function_group: str
    own_group: str


def make(aws, name: str, *, policy: bool = True) -> Made:
    """A file system with a mount target, and rules that let a function reach it."""
    ec2, efs = aws.client("ec2"), aws.client("efs")
    subnet = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"][0]
    groups = [
        ec2.create_security_group(GroupName=f"{name}-{part}", Description=part, VpcId=subnet["VpcId"])["GroupId"]
        for part in ("function", "files")
    ]
    nfs = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "UserIdGroupPairs": [{"GroupId": groups[0]}]}
    ec2.authorize_security_group_ingress(GroupId=groups[1], IpPermissions=[nfs])
    made = efs.create_file_system(CreationToken=name, Encrypted=True)
    creation = {"OwnerUid": 10001, "OwnerGid": 10001, "Permissions": "0750"}
    point = efs.create_access_point(
        ClientToken=name,
        FileSystemId=made["FileSystemId"],
        PosixUser={"Uid": 10001, "Gid": 10001},
        RootDirectory={"Path": "/files", "CreationInfo": creation},
    )
    efs.create_mount_target(FileSystemId=made["FileSystemId"], SubnetId=subnet["SubnetId"], SecurityGroups=[groups[1]])
    if policy:
        conditions = [
            {"Bool": {"aws:SecureTransport": "false"}},
            {"StringNotEquals": {"elasticfilesystem:AccessPointArn": point["AccessPointArn"]}},
        ]
        deny = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": [MOUNT, WRITE]}
        statements = [deny | {"Resource": made["FileSystemArn"], "Condition": one} for one in conditions]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        efs.put_file_system_policy(FileSystemId=made["FileSystemId"], Policy=document)
    return Made(made["FileSystemArn"], point["AccessPointArn"], subnet["SubnetId"], *groups)


def mount(aws, name: str, made: Made, actions: list[str]) -> None:
    """A function with those rights that has the file system at /mnt/files."""
    create_function(
        aws,
        name,
        "python3.13",
        "index.py",
        WRITER,
        VpcConfig={"SubnetIds": [made.subnet], "SecurityGroupIds": [made.function_group]},
        FileSystemConfigs=[{"Arn": made.access_point, "LocalMountPath": "/mnt/files"}],
    )
    if actions:
        condition = {"StringEquals": {"elasticfilesystem:AccessPointArn": made.access_point}}
        statement = {"Effect": "Allow", "Action": actions, "Resource": made.arn, "Condition": condition}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        aws.client("iam").put_role_policy(RoleName=name, PolicyName="files", PolicyDocument=policy)


def invoke(aws, name: str, file: str):
    """What the function says."""
    answer = aws.client("lambda").invoke(FunctionName=name, Payload=json.dumps({"name": file}))
    return json.load(answer["Payload"])


def test_functions_share_files_as_far_as_their_roles_let_them(aws):
    """Without the right to write a file system can be read, and without the right to mount there is no function."""
    made = make(aws, "shared")
    mount(aws, "writes", made, [MOUNT, WRITE])
    mount(aws, "reads", made, [MOUNT])
    mount(aws, "stranger", made, [])
    assert invoke(aws, "writes", "a") == ["a"], aws.logs()
    assert invoke(aws, "reads", "b") == "Read-only file system"
    assert invoke(aws, "writes", "c") == ["a", "c"]
    with pytest.raises(ClientError):
        invoke(aws, "stranger", "d")
    by_role = {(one["role"], one["action"]): one["decision"] for one in aws.decisions()}
    assert by_role["stranger", MOUNT] == "DENY"
    assert by_role["writes", WRITE] == "ALLOW"
    assert ("reads", WRITE) not in by_role


def test_a_file_system_that_lets_in_everybody_is_mounted_by_nobody(aws):
    """Its policy has to refuse what is not encrypted, and what comes another way."""
    made = make(aws, "open", policy=False)
    mount(aws, "of-open", made, [MOUNT, WRITE])
    with pytest.raises(ClientError):
        invoke(aws, "of-open", "a")


def test_the_way_to_it_is_let_through_on_both_sides(aws):
    """A rule that is taken away is missed by whoever mounts after that."""
    made = make(aws, "behind")
    ec2 = aws.client("ec2")
    nfs = {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049}
    pair = nfs | {"UserIdGroupPairs": [{"GroupId": made.function_group}]}
    ec2.revoke_security_group_ingress(GroupId=made.own_group, IpPermissions=[pair])
    mount(aws, "behind", made, [MOUNT, WRITE])
    with pytest.raises(ClientError):
        invoke(aws, "behind", "a")
    ec2.authorize_security_group_ingress(GroupId=made.own_group, IpPermissions=[pair])
    assert invoke(aws, "behind", "a") == ["a"]


def test_settings_read_back_as_they_were_written(aws):
    """What moto does not know of itself."""
    efs = aws.client("efs")
    of = {"FileSystemId": efs.create_file_system(CreationToken="settings")["FileSystemId"]}
    for status in ("ENABLED", "DISABLED"):
        efs.put_backup_policy(**of, BackupPolicy={"Status": status})
        assert efs.describe_backup_policy(**of)["BackupPolicy"] == {"Status": status}
    efs.put_file_system_policy(**of, Policy='{"Statement": []}')
    efs.delete_file_system_policy(**of)
    with pytest.raises(efs.exceptions.PolicyNotFound):
        efs.describe_file_system_policy(**of)
