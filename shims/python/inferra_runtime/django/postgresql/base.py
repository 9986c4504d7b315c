"""The database backend: Django's own, but for who connects.

Django finds it by the name of this module: https://docs.djangoproject.com/en/5.2/ref/settings/#engine
"""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from ..._database import Credentials, credentials
from ...database._refused import open_connection
from .._databases import PREFIX


# Django has no types.
class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    """Connects with the user and password that the secret holds at that moment."""

    def get_connection_params(self) -> dict[str, Any]:
        """Returns what the driver connects with."""
        user = credentials(self.settings_dict[PREFIX])
        return _as(user, super().get_connection_params())

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connects, and once more where the password was replaced meanwhile."""

        def connect(user: Credentials) -> Any:
            return super(DatabaseWrapper, self).get_new_connection(_as(user, conn_params))

        return open_connection(self.settings_dict[PREFIX], connect)


def _as(user: Credentials, parameters: dict[str, Any]) -> dict[str, Any]:
    return {**parameters, "user": user.username, "password": user.password}
