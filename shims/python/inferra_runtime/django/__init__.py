"""Connects a Django project: its database, its migrations, its host name and its static files."""

from ._databases import databases
from ._migrations import migrate
from ._preparation import prepare, prepare_asgi

__all__ = ["databases", "migrate", "prepare", "prepare_asgi"]
