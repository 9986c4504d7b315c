from __future__ import annotations

from store import aws, bucket
from table import dynamodb, elasticache, redis_server

__all__ = ["aws", "bucket", "dynamodb", "elasticache", "redis_server"]
