"""``manage.py migrate``: Django's own, quicker where many migrations are due at once."""

from typing import Any

from django.core.management.commands import migrate

from promo_portal.core.migrating import drawing_sparingly


class Command(migrate.Command):
    """Same options, same result."""

    def handle(self, *args: Any, **options: Any) -> Any:
        with drawing_sparingly():
            return super().handle(*args, **options)
