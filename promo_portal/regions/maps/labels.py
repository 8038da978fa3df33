"""Names that may stand on the map, most important first; a page draws at most eight of them."""

import csv
from functools import cache

from django.utils.translation import get_language

from promo_portal.regions.maps.outlines import FILE


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with (FILE.parent / "map_labels.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader((line for line in file if not line.startswith("#")), delimiter=";"))


def label_candidates(*, wide: bool) -> list[tuple[int, str, float, float]]:
    """Return BFS number, name, longitude and latitude, for the canton (``wide``) or for a region."""
    language = "de" if get_language() == "de" else "fr"
    return [
        (int(row["bfs"]), row[language] or row["fr"], float(row["lon"]), float(row["lat"]))
        for row in _rows()
        if not wide or row["canton"] == "1"
    ]
