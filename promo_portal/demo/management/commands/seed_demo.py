"""``manage.py seed_demo``: an invented region with its history, for the demonstration."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from promo_portal.demo.seeding import DEFAULT_SEED, SeedingRefusedError, seed_demo


class Command(BaseCommand):
    """Part of ``make demo``; a second run changes nothing."""

    help = "Load the demo's invented people, requests, files and mails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisations", type=int, default=400, metavar="N", help="how many organisations")
        parser.add_argument(
            "--seed", type=int, default=DEFAULT_SEED, metavar="S", help="the same seed, the same history"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            held = seed_demo(seed=options["seed"])
        except SeedingRefusedError as refusal:
            raise CommandError(str(refusal)) from refusal
        if held.is_new:
            self.stdout.write(f"The demo's data are loaded ({time.monotonic() - began:.1f} s).")
        else:
            self.stdout.write("The demo's data are there already; nothing was changed.")
        self.stdout.write(
            f"{held.people} people, {held.requests} coaching requests, {held.files} files, {held.mails} mails sent."
        )
        if held.waiting:
            self.stdout.write(f"{held.waiting} mails wait for the worker.")
        self.stdout.write(
            f"The directory is not there yet: no organisations were made (--organisations {options['organisations']})."
        )
