"""``manage.py rebuild_search``: make documents, vocabulary, totals and tiles of the search anew."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand

from companies.search import rebuild


class Command(BaseCommand):
    """May run at any time and twice; the list stays readable meanwhile."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and tell the row counts."""
        begun = time.monotonic()
        counts = rebuild()
        self.stdout.write(json.dumps(counts | {"seconds": round(time.monotonic() - begun, 1)}))
