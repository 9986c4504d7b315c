"""Caches of ElastiCache Serverless, which moto does not have, with endpoints that real servers can listen on."""

import re

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.elasticache.models import ElastiCacheBackend
from moto.elasticache.responses import ElastiCacheResponse

from . import addresses

# https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ServerlessCache.html
PORT = 6379
KEPT = (
    "ServerlessCacheName",
    "Description",
    "Engine",
    "MajorEngineVersion",
    "CacheUsageLimits",
    "SecurityGroupIds",
    "SubnetIds",
    "SnapshotRetentionLimit",
)
# moto knows which ARNs have tags.
KINDS = re.compile(
    r"^arn:aws:elasticache:.*:[0-9]*:(cluster|snapshot|subnetgroup|replicationgroup|serverlesscache|user):"
)


class ServerlessCacheNotFound(ServiceException):
    """As the service says it."""

    code = "ServerlessCacheNotFoundFault"


def install() -> None:
    """Adds what the provider calls."""
    began = ElastiCacheBackend.__init__

    def begin(self: ElastiCacheBackend, *arguments, **named):
        began(self, *arguments, **named)
        self.arn_regex = KINDS
        self.serverless_caches: dict[str, dict] = {}

    ElastiCacheBackend.__init__ = begin
    ElastiCacheResponse.create_serverless_cache = _create
    ElastiCacheResponse.describe_serverless_caches = _describe
    ElastiCacheResponse.modify_serverless_cache = _modify
    ElastiCacheResponse.delete_serverless_cache = _delete


def _create(response: ElastiCacheResponse) -> ActionResult:
    asked, backend = response._get_params(), response.elasticache_backend
    name, version = asked["ServerlessCacheName"], asked["MajorEngineVersion"]
    endpoint = {"Address": addresses.of(f"serverless/{name}"), "Port": PORT}
    cache = {key: asked[key] for key in KEPT if key in asked} | {
        "ARN": f"arn:aws:elasticache:{backend.region_name}:{backend.account_id}:serverlesscache:{name}",
        "Status": "available",
        "FullEngineVersion": f"{version}.0",
        "Endpoint": endpoint,
        "ReaderEndpoint": endpoint,
    }
    backend.serverless_caches[name] = cache
    backend.add_tags_to_resource(cache["ARN"], asked.get("Tags", []))
    return ActionResult({"ServerlessCache": cache})


def _describe(response: ElastiCacheResponse) -> ActionResult:
    name = response._get_param("ServerlessCacheName")
    found = [_found(response)] if name else list(response.elasticache_backend.serverless_caches.values())
    return ActionResult({"ServerlessCaches": found})


def _modify(response: ElastiCacheResponse) -> ActionResult:
    cache, asked = _found(response), response._get_params()
    cache |= {key: asked[key] for key in KEPT if key in asked}
    return ActionResult({"ServerlessCache": cache})


def _delete(response: ElastiCacheResponse) -> ActionResult:
    cache = _found(response)
    del response.elasticache_backend.serverless_caches[cache["ServerlessCacheName"]]
    return ActionResult({"ServerlessCache": cache | {"Status": "deleting"}})


def _found(response: ElastiCacheResponse) -> dict:
    name = response._get_param("ServerlessCacheName")
    found = response.elasticache_backend.serverless_caches.get(name)
    if found is None:
        raise ServerlessCacheNotFound(f"Serverless cache {name} not found.")
    return found
