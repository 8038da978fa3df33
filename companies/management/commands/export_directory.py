"""``manage.py export_directory --format pdf|xlsx|csv|json|geojson OUT``: the published directory as a file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from companies.exports.book import EmptyBook, make_book
from companies.exports.rows import published_entries
from companies.exports.tables import WRITERS, write_table
from promo_portal.core import clock
from promo_portal.regions.models import Association

FORMATS = ("pdf", *WRITERS)


class Command(BaseCommand):
    """Public fields of published entries only; what staff keep for themselves never leaves by this door."""

    help = "Write the published directory as a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("out", type=Path, metavar="OUT")
        parser.add_argument("--format", choices=FORMATS, required=True)
        parser.add_argument("--association", metavar="CODE", help="entries of one association only")
        parser.add_argument("--language", choices=("fr", "de", "en"), default="fr")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        today = clock.today()
        rows = published_entries(on=today, association=_association(options["association"]))
        path: Path = options["out"]
        try:
            if options["format"] == "pdf":
                count = make_book(rows, path, language=options["language"], on=today)
            else:
                count = write_table(options["format"], rows, path, language=options["language"])
        except EmptyBook:
            msg = "There is no published entry to print."
            raise CommandError(msg) from None
        except OSError as error:
            msg = f"{path} cannot be written: {error.strerror}"
            raise CommandError(msg) from error
        if options["json"]:
            self.stdout.write(json.dumps({"entries": count, "file": str(path)}))
        else:
            self.stdout.write(f"{count} entries in {path}")


def _association(code: str | None) -> Association | None:
    if code is None:
        return None
    found = Association.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Association.objects.values_list("code", flat=True))
        msg = f"There is no association {code!r}. Known: {known}"
        raise CommandError(msg)
    return found
