"""``manage.py seed_demo``: an invented region with its history, for the demonstration."""

import time
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from promo_portal.demo.seeding import DEFAULT_ORGANISATIONS, DEFAULT_SEED, SeedingRefusedError, seed_demo

TELL_EVERY = 50_000


class Command(BaseCommand):
    """Part of ``make demo``; a second run changes nothing."""

    help = "Load the demo's invented people, requests, files and mails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--organisations", type=int, default=DEFAULT_ORGANISATIONS, metavar="N", help="how many organisations"
        )
        parser.add_argument(
            "--seed", type=int, default=DEFAULT_SEED, metavar="S", help="the same seed, the same history"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            held = seed_demo(seed=options["seed"], organisations=options["organisations"], told=self._tell)
        except SeedingRefusedError as refusal:
            raise CommandError(str(refusal)) from refusal
        if held.is_new:
            self.stdout.write(f"The demo's data are loaded ({time.monotonic() - began:.1f} s).")
        else:
            self.stdout.write("The demo's data are there already; nothing was changed.")
        self.stdout.write(
            f"{held.organisations:,} organisations, {held.people} people, {held.requests} coaching requests, "
            f"{held.files} files, {held.mails} mails sent."
        )
        for app, rows in groupby(sorted(held.rows.items()), key=lambda row: row[0].partition(".")[0]):
            self.stdout.write(f"  {app}: " + ", ".join(f"{label.partition('.')[2]} {count:,}" for label, count in rows))
        if held.waiting:
            self.stdout.write(f"{held.waiting} mails wait for the worker.")

    def _tell(self, done: int) -> None:
        if not done % TELL_EVERY:
            self.stdout.write(f"  {done:,} organisations …")
