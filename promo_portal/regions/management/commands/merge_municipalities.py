"""``manage.py merge_municipalities 703 707 --into 725 --name Clairval --on 2027-01-01``: a merger, entered beforehand."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from promo_portal.regions.workflow import merge_municipalities


class Command(BaseCommand):
    """A door to ``workflow.merge_municipalities``."""

    help = "Let municipalities end and lead to a common successor from a day on; may be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("numbers", nargs="+", type=int, help="BFS numbers of those that merge")
        parser.add_argument("--into", type=int, required=True, help="BFS number of the successor")
        parser.add_argument("--name", required=True, help="official name of the successor")
        parser.add_argument("--on", type=date.fromisoformat, required=True, help="first day of the successor")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            heir = merge_municipalities(
                numbers=options["numbers"], into=options["into"], name=options["name"], on=options["on"]
            )
        except ValidationError as problem:
            raise CommandError("; ".join(problem.messages)) from problem
        self.stdout.write(f"{heir.bfs} {heir.official_name} from {options['on']}")
