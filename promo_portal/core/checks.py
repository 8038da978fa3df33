"""Start-up checks: the portal refuses to run as a database role that could look past its own walls."""

import os
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.backends.signals import connection_created

PRIVILEGED = (
    "SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (SELECT 1 FROM pg_tables"
    " WHERE schemaname = 'public' AND tableowner = current_user)"
    " FROM pg_roles r WHERE r.rolname = current_user"
)
PROBLEM = "The application's database role could read past row-level security."
HINT = "Give DATABASE_URL a role of its own (portal_app); keep the owner for MIGRATION_DATABASE_URL."
_watch: dict[str, bool] = {}


def is_privileged(wrapper: Any) -> bool:
    """Whether the connected role is a superuser, owns tables, or bypasses row-level security."""
    with wrapper.cursor() as cursor:
        cursor.execute(PRIVILEGED)
        return bool(cursor.fetchone()[0])


@register(Tags.database)
def application_role_owns_nothing(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The web and worker role must be neither superuser nor owner, nor bypass row-level security."""
    if (
        not databases or "default" not in databases or os.environ.get("PORTAL_ACTS_AS_OWNER")
    ):  # set by manage.py migrate
        return []
    return [Error(PROBLEM, hint=HINT, id="core.E001")] if is_privileged(connection) else []


def refuse_privileged_role() -> None:
    """Let this process (web, worker) look at its role with its first connection, and serve nothing as a wrong one.

    With the first connection and not before: a process may start while the database is away.
    """
    connection_created.connect(_examine, dispatch_uid="core.refuse_privileged_role")


def _examine(sender: Any, connection: Any, **kwargs: Any) -> None:
    if _watch.get(connection.alias):
        return
    if is_privileged(connection):
        connection.close()
        msg = f"{PROBLEM} {HINT}"
        raise ImproperlyConfigured(msg)
    _watch[connection.alias] = True
