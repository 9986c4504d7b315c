from __future__ import annotations

from store import aws, bucket, folder, kept
from table import dynamodb, elasticache, redis_server

__all__ = ["aws", "bucket", "dynamodb", "elasticache", "folder", "kept", "redis_server"]
