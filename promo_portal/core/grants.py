"""Rights of the database role that the portal runs as, renewed after every migration.

The owner (``MIGRATION_DATABASE_URL``) creates tables; the application role reads and writes rows, owns nothing, and can
only add to history and access logs. Source of the rule: least privilege, and records that nobody can tidy up later.
"""

from typing import Any

from django.db import connections

from promo_portal.core import slots

APPLICATION_ROLE = "portal_app"
WITH_MAINTAIN = 170_000  # PostgreSQL 17


def grant_rights(using: str = "default", **kwargs: Any) -> None:
    """Grant row rights on all tables of the schema, and withdraw changing rights on append-only ones."""
    connection: Any = connections[using]  # PostgreSQL's, which knows its version
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION_ROLE])
        if not cursor.fetchone():
            return
        cursor.execute("SELECT current_user = %s", [APPLICATION_ROLE])
        if cursor.fetchone()[0]:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APPLICATION_ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION_ROLE}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APPLICATION_ROLE}")
        # ANALYZE after a bulk load; changes no row.
        if connection.pg_version >= WITH_MAINTAIN:
            cursor.execute(f"GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {APPLICATION_ROLE}")
        existing = set(connection.introspection.table_names(cursor))
        for table in sorted(set(slots.append_only) & existing):
            name = connection.ops.quote_name(table)
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM {APPLICATION_ROLE}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {APPLICATION_ROLE}")
