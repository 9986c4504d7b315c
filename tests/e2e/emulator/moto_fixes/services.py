"""ECS services: what they are created with reads back, and their tasks run."""

from moto.core.responses import ActionResult
from moto.ecs.models import Service, ecs_backends
from moto.ecs.responses import EC2ContainerServiceResponse

from ..settings import ACCOUNT, REGION

# Request parameter to attribute, and what CreateService takes where it is not given:
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
KEPT = {
    "capacityProviderStrategy": ("capacity_provider_strategy", []),
    "deploymentConfiguration": ("deployment_configuration", {"maximumPercent": 200, "minimumHealthyPercent": 100}),
    "availabilityZoneRebalancing": ("availability_zone_rebalancing", "ENABLED"),
    "healthCheckGracePeriodSeconds": ("health_check_grace_period_seconds", 0),
    "enableECSManagedTags": ("enable_ecs_managed_tags", False),
    "enableExecuteCommand": ("enable_execute_command", False),
}


def install() -> None:
    """moto forgets half of a service, whose tasks never start."""
    create = EC2ContainerServiceResponse.create_service
    update = EC2ContainerServiceResponse.update_service

    def create_service(self: EC2ContainerServiceResponse) -> ActionResult:
        answer = create(self)
        service = answer.result["service"]
        for parameter, (attribute, otherwise) in KEPT.items():
            given = self._get_param(parameter)
            setattr(service, attribute, otherwise if given is None else given)
        if service.capacity_provider_strategy:
            service.launch_type = None
        _settle(service)
        return answer

    def update_service(self: EC2ContainerServiceResponse) -> ActionResult:
        answer = update(self)
        _settle(answer.result["service"])
        return answer

    EC2ContainerServiceResponse.create_service = create_service
    EC2ContainerServiceResponse.update_service = update_service


def _settle(service: Service) -> None:
    """The tests' orchestrator starts what the service wants when it is told to: to the provider, which would wait for
    tasks that it cannot see, they run. A task definition may be named without its revision."""
    found = ecs_backends[ACCOUNT][REGION].describe_task_definition(service.task_definition)
    service.task_definition = found.arn
    service.running_count, service.pending_count = service.desired_count, 0
    for deployment in service.deployments:
        counts = {"desiredCount": service.desired_count, "runningCount": service.desired_count, "pendingCount": 0}
        deployment.update(counts, rolloutState="COMPLETED", taskDefinition=found.arn, launchType=service.launch_type)
