"""Failed mails on the terminal: for cron, whose own mail takes another way than the one that fails."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from promo_portal.mailing.emails import failed_by_kind


class Command(BaseCommand):
    """Print failed and uncertain mails by kind and cause."""

    help = (
        "Prints mails that failed and that nobody has dealt with; ends with 1 where there are some, silent with 0 else."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("fr"):
            rows = failed_by_kind()
            for row in rows:
                self.stdout.write(f"{row['count']:>6}  {row['kind']}: {row['reason']}")
        if rows:
            raise SystemExit(1)
