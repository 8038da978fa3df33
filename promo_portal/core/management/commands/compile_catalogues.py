"""``manage.py compile_catalogues``: the part files to what Django reads, under ``.build/locale``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from promo_portal.core.catalogues.merge import CataloguesError, compile_all


class Command(BaseCommand):
    """Needs no database and no gettext tools; does nothing when nothing changed."""

    help = "Merge and compile the translations."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = compile_all()
        except CataloguesError as refusal:
            msg = f"The translations were not compiled:\n{refusal}"
            raise CommandError(msg) from refusal
        if options["verbosity"]:
            done = f"Translations compiled: {', '.join(written)}" if written else "Translations are up to date."
            self.stdout.write(done)
