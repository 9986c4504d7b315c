"""What is in a cloud where nothing should be."""

from .cloud import Cloud


def of(cloud: Cloud) -> dict[str, list]:
    """By kind; kinds of which there is nothing are left out."""
    groups = [
        group["GroupName"]
        for group in cloud.client("ec2").describe_security_groups()["SecurityGroups"]
        if group["GroupName"] != "default"
    ]
    elasticache = cloud.client("elasticache")
    subnets = cloud.client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["false"]}])
    vpcs = cloud.client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])
    # What is deleted can still be described.
    clusters = cloud.client("ecs").describe_clusters(clusters=cloud.client("ecs").list_clusters()["clusterArns"])[
        "clusters"
    ]
    endpoints = cloud.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
    left = {
        "functions": cloud.client("lambda").list_functions()["Functions"],
        "APIs": cloud.client("apigatewayv2").get_apis()["Items"],
        "queues": cloud.client("sqs").list_queues().get("QueueUrls", []),
        "topics": cloud.client("sns").list_topics()["Topics"],
        "subscriptions": cloud.client("sns").list_subscriptions()["Subscriptions"],
        "event buses": [
            bus for bus in cloud.client("events").list_event_buses()["EventBuses"] if bus["Name"] != "default"
        ],
        "event archives": cloud.client("events").list_archives()["Archives"],
        "log groups": cloud.client("logs").describe_log_groups()["logGroups"],
        "roles": cloud.client("iam").list_roles()["Roles"],
        "policies": cloud.client("iam").list_policies(Scope="Local")["Policies"],
        "replication groups": elasticache.describe_replication_groups()["ReplicationGroups"],
        "cache subnet groups": elasticache.describe_cache_subnet_groups()["CacheSubnetGroups"],
        "serverless caches": elasticache.describe_serverless_caches()["ServerlessCaches"],
        "MemoryDB clusters": cloud.client("memorydb").describe_clusters()["Clusters"],
        "MemoryDB subnet groups": [
            group
            for group in cloud.client("memorydb").describe_subnet_groups()["SubnetGroups"]
            if group["Name"] != "default"
        ],
        "VPCs": vpcs["Vpcs"],
        "subnets": subnets["Subnets"],
        "security groups": groups,
        "load balancers": cloud.client("elbv2").describe_load_balancers()["LoadBalancers"],
        "target groups": cloud.client("elbv2").describe_target_groups()["TargetGroups"],
        "VPC links": cloud.client("apigatewayv2").get_vpc_links()["Items"],
        "repositories": cloud.client("ecr").describe_repositories()["repositories"],
        "EKS clusters": cloud.client("eks").list_clusters()["clusters"],
        "launch templates": cloud.client("ec2").describe_launch_templates()["LaunchTemplates"],
        "ECS clusters": [one for one in clusters if one["status"] != "INACTIVE"],
        "scalable targets": cloud.client("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")[
            "ScalableTargets"
        ],
        "tables": cloud.client("dynamodb").list_tables()["TableNames"],
        "buckets": cloud.client("s3").list_buckets()["Buckets"],
        "file systems": cloud.client("efs").describe_file_systems()["FileSystems"],
        "access points": cloud.client("efs").describe_access_points()["AccessPoints"],
        "secrets": cloud.client("secretsmanager").list_secrets()["SecretList"],
        "parameters": cloud.client("ssm").describe_parameters()["Parameters"],
        "databases": cloud.client("rds").describe_db_instances()["DBInstances"],
        "database clusters": cloud.client("rds").describe_db_clusters()["DBClusters"],
        "database subnet groups": cloud.client("rds").describe_db_subnet_groups()["DBSubnetGroups"],
        "schedules": cloud.client("scheduler").list_schedules()["Schedules"],
        "distributions": cloud.client("cloudfront").list_distributions()["DistributionList"].get("Items", []),
        "endpoints": [one for one in endpoints if one["State"] != "deleted"],
        "namespaces": cloud.client("servicediscovery").list_namespaces()["Namespaces"],
        "key aliases": [
            alias
            for alias in cloud.client("kms").list_aliases()["Aliases"]
            if not alias["AliasName"].startswith("alias/aws/")
        ],
    }
    return {kind: resources for kind, resources in left.items() if resources}
