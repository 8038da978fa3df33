"""``manage.py load_capabilities``: the vocabulary that the portal begins with; again without doubling."""

from typing import Any

from django.core.management.base import BaseCommand

from companies.vocabulary import load_capabilities


class Command(BaseCommand):
    """Adds what is missing and leaves alone what staff keep."""

    help = "Load the vocabulary of capabilities from our own file; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        new, count = load_capabilities()
        self.stdout.write(f"capabilities: {count}, of which new: {new}")
