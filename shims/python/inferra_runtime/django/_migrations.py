"""The job that brings the database into the form that the project's models have."""

from __future__ import annotations

# Any number will do that no other program of this database locks: "inferra" in ASCII.
_LOCK = int.from_bytes(b"inferra", "big")


def migrate() -> None:
    """Runs ``manage.py migrate`` for the database ``default``.

    Two of these at the same time wait for one another. The settings are those that
    ``DJANGO_SETTINGS_MODULE`` names.

    Raises:
        Exception: Whatever a migration raised; those before it are done, and it is not, as far as
            PostgreSQL takes it back.
    """
    import django
    from django.core.management import call_command
    from django.db import connection, connections

    django.setup()
    with connection.cursor() as cursor:
        postgresql = connection.vendor == "postgresql"
        if postgresql:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            call_command("migrate", interactive=False, verbosity=1)
        finally:
            if postgresql and connection.is_usable():
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    connections.close_all()
