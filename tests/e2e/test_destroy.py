"""`terraform destroy` leaves nothing behind."""

import pytest


@pytest.fixture(scope="session")
def destroyed(work):
    """All of them at once: the provider mostly waits."""
    return {name: work.submit(future.result().terraform.destroy) for name, future in work.deployments.items()}


def test_nothing_is_left(application, work, destroyed):
    """Not in the cloud of this application, where it was alone."""
    destroyed[application.name].result()
    cloud = work.deployed(application).cloud
    groups = [
        group["GroupName"]
        for group in cloud.client("ec2").describe_security_groups()["SecurityGroups"]
        if group["GroupName"] != "default"
    ]
    elasticache = cloud.client("elasticache")
    subnets = cloud.client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["false"]}])
    vpcs = cloud.client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])
    left = {
        "functions": cloud.client("lambda").list_functions()["Functions"],
        "APIs": cloud.client("apigatewayv2").get_apis()["Items"],
        "queues": cloud.client("sqs").list_queues().get("QueueUrls", []),
        "topics": cloud.client("sns").list_topics()["Topics"],
        "subscriptions": cloud.client("sns").list_subscriptions()["Subscriptions"],
        "log groups": cloud.client("logs").describe_log_groups()["logGroups"],
        "roles": cloud.client("iam").list_roles()["Roles"],
        "policies": cloud.client("iam").list_policies(Scope="Local")["Policies"],
        "replication groups": elasticache.describe_replication_groups()["ReplicationGroups"],
        "cache subnet groups": elasticache.describe_cache_subnet_groups()["CacheSubnetGroups"],
        "VPCs": vpcs["Vpcs"],
        "subnets": subnets["Subnets"],
        "security groups": groups,
    }
    assert {kind: resources for kind, resources in left.items() if resources} == {}
