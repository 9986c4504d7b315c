"""Faults that the tests must notice. Each is in place inside its block and undone after it."""

import copy
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import compiler
from .cloud import Cloud
from .compiler import Output
from .deployment import Deployment

BINDING_PREFIX = "INFERRA_"


@contextmanager
def broken_shim(deployment: Deployment, directory: Path) -> Iterator[None]:
    """Every unit is built anew around a shim that does not do its work."""
    shutil.copytree(deployment.output.directory, directory, ignore=shutil.ignore_patterns("build", ".terraform*"))
    broken = Output(directory)
    for unit in broken.units:
        deployment.application.shim_break(broken.unit_directory(unit))
    compiler.build(broken)
    functions = deployment.cloud.client("lambda")
    names = {unit: deployment.function(unit) for unit in broken.units}
    for unit, name in names.items():
        functions.update_function_code(FunctionName=name, ZipFile=broken.zip(unit).read_bytes())
    try:
        yield
    finally:
        for unit, name in names.items():
            functions.update_function_code(FunctionName=name, ZipFile=deployment.output.zip(unit).read_bytes())


@contextmanager
def misnamed_bindings(deployment: Deployment) -> Iterator[None]:
    """The functions' environment has every binding under a name that nothing reads."""
    functions = deployment.cloud.client("lambda")
    originals = {}
    for unit in deployment.output.functions:
        name = deployment.function(unit)
        configuration = functions.get_function_configuration(FunctionName=name)
        originals[name] = configuration.get("Environment", {}).get("Variables", {})
    assert any(key.startswith(BINDING_PREFIX) for variables in originals.values() for key in variables)
    for name, variables in originals.items():
        misnamed = {
            key.replace(BINDING_PREFIX, "INFERA_") if key.startswith(BINDING_PREFIX) else key: value
            for key, value in variables.items()
        }
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": misnamed})
    try:
        yield
    finally:
        for name, variables in originals.items():
            functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


@contextmanager
def without_action(deployment: Deployment, action: str) -> Iterator[set[str]]:
    """No role may do that; the roles that could before."""
    with without_action_of(deployment.cloud, action) as roles:
        yield roles


@contextmanager
def without_action_of(cloud: Cloud, action: str) -> Iterator[set[str]]:
    """The same for a whole cloud."""
    iam = cloud.client("iam")
    originals = []
    for role in (role["RoleName"] for role in iam.list_roles()["Roles"]):
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            if action in json.dumps(document):
                originals.append({"RoleName": role, "PolicyName": name, "PolicyDocument": json.dumps(document)})
    assert originals, f"no role's own policy has {action}"
    for policy in originals:
        removed = policy["PolicyDocument"].replace(action, f"{action}Removed")
        iam.put_role_policy(**policy | {"PolicyDocument": removed})
    try:
        yield {policy["RoleName"] for policy in originals}
    finally:
        for policy in originals:
            iam.put_role_policy(**policy)


@contextmanager
def without_way(deployment: Deployment, port: int) -> Iterator[None]:
    """No security group lets connections to that port of another group out."""
    ec2 = deployment.cloud.client("ec2")
    removed = []
    for rule in ec2.describe_security_group_rules()["SecurityGroupRules"]:
        if rule["IsEgress"] and rule.get("FromPort") == port and rule.get("ReferencedGroupInfo"):
            pair = {"GroupId": rule["ReferencedGroupInfo"]["GroupId"], "Description": rule["Description"]}
            permission = {
                "IpProtocol": rule["IpProtocol"],
                "FromPort": port,
                "ToPort": port,
                "UserIdGroupPairs": [pair],
            }
            removed.append({"GroupId": rule["GroupId"], "IpPermissions": [permission]})
            ec2.revoke_security_group_egress(**removed[-1])
    assert removed, f"no rule names port {port}"
    try:
        yield
    finally:
        for rule in removed:
            ec2.authorize_security_group_egress(**rule)


def misnamed_in(objects: list[dict]) -> list[dict]:
    """Objects of Kubernetes whose containers have every binding under a name that nothing reads."""
    changed = copy.deepcopy(objects)
    variables = [
        variable
        for one in changed
        if one["kind"] == "Deployment"
        for container in one["spec"]["template"]["spec"]["containers"]
        for variable in container["env"]
        if variable["name"].startswith("INFERRA_PERSIST_")
    ]
    assert variables
    for variable in variables:
        variable["name"] = variable["name"].replace(BINDING_PREFIX, "INFERA_")
    return changed


@contextmanager
def without_api_permission(deployment: Deployment) -> Iterator[None]:
    """No function permits API Gateway to invoke it."""
    functions = deployment.cloud.client("lambda")
    removed = []
    for unit in deployment.output.functions:
        name = deployment.function(unit)
        for statement in _permissions(functions, name):
            if statement["Principal"].get("Service") == "apigateway.amazonaws.com":
                removed.append((name, statement))
                functions.remove_permission(FunctionName=name, StatementId=statement["Sid"])
    assert removed, "no function permits API Gateway to invoke it"
    try:
        yield
    finally:
        for name, statement in removed:
            functions.add_permission(
                FunctionName=name,
                StatementId=statement["Sid"],
                Action=statement["Action"],
                Principal="apigateway.amazonaws.com",
                SourceArn=statement["Condition"]["ArnLike"]["AWS:SourceArn"],
            )


def _permissions(functions, name: str) -> list[dict]:
    try:
        policy = functions.get_policy(FunctionName=name)["Policy"]
    except functions.exceptions.ResourceNotFoundException:
        return []
    return json.loads(policy)["Statement"]
