"""Start-up checks: the portal refuses to run as a database role that could look past its own walls."""

import os
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection


@register(Tags.database)
def application_role_owns_nothing(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The web and worker role must be neither superuser nor owner, nor bypass row-level security."""
    if not databases or "default" not in databases or os.environ.get("PORTAL_ACTS_AS_OWNER"):  # set by manage.py migrate
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.rolsuper, r.rolbypassrls, EXISTS (SELECT 1 FROM pg_tables"
            " WHERE schemaname = 'public' AND tableowner = current_user)"
            " FROM pg_roles r WHERE r.rolname = current_user"
        )
        is_superuser, bypasses, owns = cursor.fetchone()
    if is_superuser or bypasses or owns:
        hint = "Give DATABASE_URL a role of its own (portal_app); keep the owner for MIGRATION_DATABASE_URL."
        return [Error("The application's database role could read past row-level security.", hint=hint, id="core.E001")]
    return []
