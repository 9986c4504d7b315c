"""CloudFront in front of a private bucket: `GET /_sites/<distribution>/<path>` on the data plane.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
"""

import fnmatch
import json
from dataclasses import dataclass
from urllib.parse import unquote

from moto.cloudfront.models import cloudfront_backends
from moto.s3.models import s3_backends

from .permissions import bucket_permits
from .settings import ACCOUNT

PREFIX = "_sites"


@dataclass(frozen=True)
class Page:
    """What a viewer gets."""

    status: int
    body: bytes
    kind: str


def get(path: str) -> Page:
    """The object at the path below `/_sites/<distribution>`, or what the distribution has for its absence."""
    _, _, identifier, *rest = path.split("/", 3)
    distribution = cloudfront_backends[ACCOUNT]["aws"].distributions.get(identifier)
    if distribution is None or not distribution.distribution_config.Enabled:
        return Page(404, b"no such distribution", "text/plain")
    config = distribution.distribution_config
    asked = unquote("".join(rest)) or config.DefaultRootObject
    origin = _origin(config, f"/{asked}")
    page = _from_bucket(distribution, origin, asked)
    for one in config.CustomErrorResponses.get("Items") or []:
        if int(one["ErrorCode"]) == page.status and one.get("ResponsePagePath"):
            instead = _from_bucket(distribution, origin, one["ResponsePagePath"].lstrip("/"))
            status = int(one.get("ResponseCode") or page.status)
            return Page(status, instead.body, instead.kind) if instead.status == 200 else page
    return page


def _origin(config, path: str):
    """By the first behaviour whose pattern matches, or else the default one."""
    behaviours = config.CacheBehaviors.get("Items") or []
    behaviour = next((one for one in behaviours if _matches(path, one.path_pattern)), config.DefaultCacheBehavior)
    [origin] = [one for one in config.Origins["Items"] if one.id == behaviour.target_origin_id]
    return origin


def _matches(path: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(path, f"/{pattern.lstrip('/')}")


def _from_bucket(distribution, origin, key: str) -> Page:
    """As S3 answers a signed request of the distribution: who may not list is not told what is missing."""
    if not getattr(origin, "origin_access_control_id", None):
        return Page(403, b"the origin has no access control: nobody signs the request", "text/plain")
    name = origin.domain_name.split(".s3.", 1)[0]
    bucket = s3_backends[ACCOUNT]["aws"].buckets[name]
    key = f"{origin.origin_path.strip('/')}/{key}".lstrip("/")
    policy = json.loads(bucket.policy) if bucket.policy else {"Statement": []}
    arn = f"arn:aws:s3:::{name}"
    if not bucket_permits(policy, "s3:GetObject", f"{arn}/{key}", distribution.arn):
        return Page(403, b"the bucket does not permit it", "text/plain")
    found = bucket.keys.get(key)
    if found is None:
        return Page(404 if bucket_permits(policy, "s3:ListBucket", arn, distribution.arn) else 403, b"", "text/plain")
    return Page(200, found.value, found.metadata.get("content-type", "binary/octet-stream"))
