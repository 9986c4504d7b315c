"""RDS instances and clusters, with endpoints that a real server can listen on."""

import hashlib
import json
import secrets

from moto.rds.models import DBCluster, DBInstance, DBParameterGroup, MasterUserSecret

from . import addresses


def install() -> None:
    """moto gives every instance a name that leads nowhere, the same resource ID, by which the provider looks for it,
    and in the secret that it keeps for the instance the same user and password, whatever its own master user."""
    DBInstance.address = property(lambda self: addresses.of(f"rds/{self.db_instance_identifier}"))
    DBCluster.endpoint = property(lambda self: addresses.of(f"rds-cluster/{self.db_cluster_identifier}"))
    scaling = DBCluster.scaling_configuration_info
    # The provider takes what is empty for a configuration.
    DBCluster.scaling_configuration_info = property(
        lambda self: scaling.fget(self) if self.scaling_configuration else None
    )
    DBInstance.dbi_resource_id = property(_resource_id, lambda self, value: None)
    MasterUserSecret._generate_secret_string = _credentials
    create, update = DBInstance.__init__, DBParameterGroup.update_parameters

    def with_insights(instance: DBInstance, *args: object, **kwargs: object) -> None:
        create(instance, *args, **kwargs)
        instance.performance_insights_enabled = bool(kwargs.get("enable_performance_insights"))

    def with_source(group: DBParameterGroup, parameters: list[dict]) -> None:
        update(group, [{**parameter, "Source": "user"} for parameter in parameters])

    DBInstance.__init__, DBParameterGroup.update_parameters = with_insights, with_source


def _resource_id(instance: DBInstance) -> str:
    return "db-" + hashlib.sha256(instance.db_instance_identifier.encode()).hexdigest()[:26].upper()


def _credentials(secret: MasterUserSecret) -> str:
    """With signs that must be quoted in a URL, as RDS's own passwords have them.
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"""
    return json.dumps({"username": secret.resource.master_username, "password": f"{secrets.token_urlsafe(18)}:%?#&+"})
