"""``manage.py check_catalogues``: every text translated, in the house's words and typography."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from promo_portal.core.catalogues.review import review


class Command(BaseCommand):
    """Part of ``make lint``."""

    help = "Report missing, obsolete, contradicting, badly worded and unmarked texts."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", default="", help="show only complaints that contain this text, such as coaching")

    def handle(self, *args: Any, **options: Any) -> None:
        complaints = [str(complaint) for complaint in review()]
        shown = [line for line in complaints if options["only"] in line]
        for line in shown:
            self.stdout.write(line)
        if shown:
            msg = f"{len(shown)} texts need attention."
            raise CommandError(msg)
        self.stdout.write("Every text is translated and well formed.")
