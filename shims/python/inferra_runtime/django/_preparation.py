"""What a project needs to know before its application is made: its host, its static files."""

from __future__ import annotations

import os
import pathlib
import tempfile
import urllib.parse
from typing import Any

from ._databases import PREFIX

_WHITENOISE = "whitenoise.middleware.WhiteNoiseMiddleware"


def prepare(prefix: str) -> None:
    """Completes the settings that ``DJANGO_SETTINGS_MODULE`` names.

    * ``ALLOWED_HOSTS`` gets the host of the project's own gateway, exactly that one, where
      ``<prefix>_URL`` says what it is.
    * WhiteNoise finds static files where the applications have them, unless they were collected
      before. A storage with a manifest wants them collected: that happens here, in a temporary
      folder.

    Args:
        prefix: The gateway's name, ``INFERRA_EXPOSE_<ID>``.
    """
    from django.conf import settings

    url = os.environ.get(f"{prefix}_URL")
    if url is not None:
        _allow(settings, url)
    if _WHITENOISE in (settings.MIDDLEWARE or ()):
        _find_static_files(settings)


def prepare_asgi(prefix: str) -> None:
    """Does what ``prepare`` does, for an application that is served through ASGI.

    There each request has a thread of its own, which would leave its connection behind: connections
    to the planned database end with the request, unless ``CONN_MAX_AGE`` is a number
    (https://docs.djangoproject.com/en/5.2/ref/databases/#persistent-database-connections).
    """
    from django.conf import settings

    default = settings.DATABASES.get("default", {})
    if PREFIX in default and default.get("CONN_MAX_AGE") is None:
        default["CONN_MAX_AGE"] = 0
    prepare(prefix)


def _allow(settings: Any, url: str) -> None:
    host = urllib.parse.urlsplit(url).hostname
    if host and host not in settings.ALLOWED_HOSTS:
        settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, host]


def _find_static_files(settings: Any) -> None:
    collected = settings.STATIC_ROOT
    if collected and pathlib.Path(collected).is_dir():
        return
    if not _wants_manifest(settings):
        settings.WHITENOISE_USE_FINDERS = True
        settings.STATIC_ROOT = None
        return
    import django
    from django.core.management import call_command

    django.setup()
    settings.STATIC_ROOT = tempfile.mkdtemp(prefix="static-")
    call_command("collectstatic", interactive=False, verbosity=0)


def _wants_manifest(settings: Any) -> bool:
    from django.utils.module_loading import import_string

    storages = getattr(settings, "STORAGES", None) or {}
    # Before Django 4.2 it is the other one:
    # https://docs.djangoproject.com/en/5.2/ref/settings/#storages
    name = storages.get("staticfiles", {}).get("BACKEND") or getattr(
        settings, "STATICFILES_STORAGE", ""
    )
    return bool(name) and hasattr(import_string(name), "manifest_name")
