from __future__ import annotations

from store import aws, bucket

__all__ = ["aws", "bucket"]
