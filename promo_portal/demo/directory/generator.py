"""Make up organisations: no database, no clock; the same from the same seed, each batch independent of the others."""

from collections.abc import Iterator
from datetime import date

from promo_portal.demo.directory.chance import Lots
from promo_portal.demo.directory.drawing import Draw
from promo_portal.demo.directory.entries import Entry
from promo_portal.demo.directory.places import Place, country, perimeter
from promo_portal.demo.directory.uids import uids

BATCH = 10_000
FIRST_REGION = 400  # so many lie in the perimeter, however many there are in all
BRANCHES = 0.015


class Generator:
    """Makes up entries from places and a seed, as they stand on a day."""

    def __init__(self, places: list[Place], *, seed: int, today: date) -> None:
        self.near, self.far = perimeter(places), country(places, seed)
        self.seed, self.today = seed, today

    def batches(self, count: int, start: int = 0) -> Iterator[list[Entry]]:
        """Return the entries from position ``start`` up to ``count``, in batches."""
        for number in range(start // BATCH, -(-count // BATCH)):
            batch = self.batch(number, min(BATCH, count - number * BATCH))
            yield _without_first(batch, max(0, start - number * BATCH))

    def batch(self, number: int, size: int = BATCH) -> list[Entry]:
        """Return one batch; a smaller size is the beginning of the larger one."""
        lots = Lots(f"{self.seed}:{number}")
        draw, numbers = Draw(lots, self.today), uids(number, BATCH, self.seed)
        entries: list[Entry] = []
        for position in range(number * BATCH, number * BATCH + size):
            chart = self.near if position < FIRST_REGION else self.far
            entry = draw.entry(lots.weighted(chart.places, chart.weights), next(numbers))
            if entries and lots.happens(BRANCHES):
                _make_branch(entry, entries)
            entries.append(entry)
        return entries


def _make_branch(entry: Entry, earlier: list[Entry]) -> None:
    """Let an entry be a branch of the one before it: same trade and number, another place."""
    position = len(earlier) - 1
    main = earlier[position]
    if main.parent is not None or main.kind != "company" or main.place == entry.place:
        return
    words = {"fr": "succursale de", "de": "Zweigniederlassung"}[main.language]
    entry.name = f"{main.name}, {words} {entry.locality}"
    entry.uid, entry.kind, entry.legal_form, entry.parent = main.uid, main.kind, "0151", position
    entry.activities, entry.skills, entry.domain = list(main.activities), list(main.skills), main.domain
    entry.purpose_fr, entry.purpose_de = main.purpose_fr, main.purpose_de


def _without_first(batch: list[Entry], count: int) -> list[Entry]:
    """Leave out entries that were loaded before; branches of those stand for themselves."""
    if not count:
        return batch
    for entry in batch[count:]:
        if entry.parent is not None and entry.parent < count:
            entry.parent, entry.uid, entry.legal_form = None, "", ""
        elif entry.parent is not None:
            entry.parent -= count
    return batch[count:]
