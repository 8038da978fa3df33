"""``manage.py import_companies FILE [--dry-run] [--association CODE] [--json]``: a register file into the directory."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from companies.imports.words import UnreadableFile
from companies.management.commands.export_directory import _association
from companies.workflow.importing import import_file


class Command(BaseCommand):
    """New organisations are entered, changes to known ones proposed. Ends with 1 where nothing of the file was usable."""

    help = "Import organisations from CSV, TSV or Excel; the same file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--association", metavar="CODE", help="refuse rows of other regions")
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            summary = import_file(
                options["file"],
                association=_association(options["association"]),
                dry_run=options["dry_run"],
                by="import_companies",
            )
        except UnreadableFile as refusal:
            raise CommandError(str(refusal)) from None
        data = summary.as_data()
        if options["json"]:
            self.stdout.write(json.dumps(data, ensure_ascii=False))
        else:
            self.stdout.write(
                ", ".join(f"{data[key]} {key}" for key in ("created", "proposed", "unchanged", "rejected"))
            )
            for reason in data["reasons"]:
                self.stdout.write(f"{reason['line']}: {reason['reason']}")
        if summary.is_useless:
            sys.exit(1)
