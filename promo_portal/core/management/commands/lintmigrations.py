"""``manage.py lintmigrations``: the linter's own, quicker as `migrate` is."""

from typing import Any

from django_migration_linter.management.commands import lintmigrations

from promo_portal.core.migrating import drawing_sparingly


class Command(lintmigrations.Command):
    """Same options, same result."""

    def handle(self, *args: Any, **options: Any) -> Any:
        with drawing_sparingly():
            return super().handle(*args, **options)
