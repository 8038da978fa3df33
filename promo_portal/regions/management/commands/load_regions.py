"""``manage.py load_regions``: the official lists into the tables; may be run at any time."""

from typing import Any

from django.core.management.base import BaseCommand

from promo_portal.regions.loading import load_regions


class Command(BaseCommand):
    """Part of every installation, after the migrations."""

    help = "Load cantons, regions, districts, municipalities and associations; nothing is deleted."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in load_regions().items():
            self.stdout.write(f"{count:>6} {name}")
