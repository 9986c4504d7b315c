"""RDS instances, with endpoints that a real server can listen on."""

import json
import secrets

from moto.rds.models import DBInstance, DBParameterGroup, MasterUserSecret

from . import addresses


def install() -> None:
    """moto gives every instance a name that leads nowhere, and in the secret that it keeps for the instance the same
    user and password, whatever the instance's own master user. It forgets that an instance has Performance Insights,
    and does not say of a parameter that a person has set it."""
    DBInstance.address = property(lambda self: addresses.of(f"rds/{self.db_instance_identifier}"))
    MasterUserSecret._generate_secret_string = _credentials
    create, update = DBInstance.__init__, DBParameterGroup.update_parameters

    def with_insights(instance: DBInstance, *args: object, **kwargs: object) -> None:
        create(instance, *args, **kwargs)
        instance.performance_insights_enabled = bool(kwargs.get("enable_performance_insights"))

    def with_source(group: DBParameterGroup, parameters: list[dict]) -> None:
        update(group, [{**parameter, "Source": "user"} for parameter in parameters])

    DBInstance.__init__, DBParameterGroup.update_parameters = with_insights, with_source


def _credentials(secret: MasterUserSecret) -> str:
    """With signs that must be quoted in a URL, as RDS's own passwords have them.
    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"""
    return json.dumps({"username": secret.resource.master_username, "password": f"{secrets.token_urlsafe(18)}:%?#&+"})
