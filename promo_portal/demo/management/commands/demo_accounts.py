"""``manage.py demo_accounts``: who may sign in to the demonstration, with password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from promo_portal.demo.access import is_allowed
from promo_portal.demo.people import CAST, PASSWORD


class Command(BaseCommand):
    """Printed by ``make demo`` and kept in the README."""

    help = "Print the demo's accounts with roles and password."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_allowed():
            msg = "The demo's accounts exist in a demonstration only."
            raise CommandError(msg)
        self.stdout.write(f"  Password of all accounts: {PASSWORD}   (codes for the second factor: /demo/)\n")
        with override("en"):
            for account in CAST:
                self.stdout.write(f"  {account.role.label:<22} {account.association or '':<15} {account.email}")
