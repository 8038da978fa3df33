"""Where a row lies: all municipalities in memory, so that no row asks the database."""

import re
from collections import defaultdict
from datetime import date

from promo_portal.regions.models import Municipality
from promo_portal.regions.names import plain

MOST_REMEMBERED = 20_000
_CANTON = re.compile(r"\s*\(([A-Z]{2})\)\s*\Z")


class Places:
    """Municipalities by BFS number, name, locality and postcode; former ones lead to what they became."""

    def __init__(self, today: date) -> None:
        self.today = today
        rows = list(Municipality.objects.select_related("canton", "district__region__association"))
        by_pk = {row.pk: row for row in rows}
        self.by_bfs: dict[int, Municipality] = {}
        self._own: dict[str, set[int]] = defaultdict(set)
        self._lesser: dict[str, set[int]] = defaultdict(set)
        self._by_pk = by_pk
        self._associations: dict[int, int | None] = {}
        self._found: dict[tuple[str, ...], list[Municipality]] = {}
        for row in rows:
            if row.successor_id:
                row.successor = by_pk[row.successor_id]
            self.by_bfs[row.bfs] = row
            for name in row.search_name.strip("|").split("|"):
                if name == f"#{row.bfs}":
                    continue
                table = self._lesser if name.startswith("#") else self._own
                table[name.removeprefix("#")].add(row.pk)
            if _CANTON.search(
                row.official_name
            ):  # people leave the canton out; a postcode beside it tells the two apart
                self._own[plain(_CANTON.sub("", row.official_name))].add(row.pk)

    def standing(self, place: Municipality) -> Municipality | None:
        """What stands today where a municipality was."""
        return place.standing(self.today)

    def association_of(self, pk: int | None) -> int | None:
        """The number of the association in charge of a municipality, if there is one."""
        if pk is None:
            return None
        if pk not in self._associations:
            found = self._by_pk[pk].association()
            self._associations[pk] = found.pk if found else None
        return self._associations[pk]

    def name_of(self, pk: int) -> str:
        """What a municipality is called in the reader's language."""
        return str(self._by_pk[pk]) if pk in self._by_pk else ""

    def find(self, bfs: str, names: list[str], postcode: str) -> list[Municipality]:
        """The municipalities that a row may mean: one, several, or none."""
        asked = (bfs, *names, postcode)
        if asked not in self._found:
            if len(self._found) > MOST_REMEMBERED:
                self._found.clear()
            self._found[asked] = self._find(bfs, names, postcode)
        return self._found[asked]

    def _find(self, bfs: str, names: list[str], postcode: str) -> list[Municipality]:
        if bfs.isdecimal() and (known := self.by_bfs.get(int(bfs))):
            standing = self.standing(known)
            return [standing] if standing else []
        at_postcode = (self._own.get(postcode, set()) | self._lesser.get(postcode, set())) if postcode else set()
        several: list[Municipality] = []
        for name in names:
            canton = _CANTON.search(name)
            whole, bare = plain(name), plain(_CANTON.sub("", name))  # the official name may hold the canton, or not
            for table in (self._own, self._lesser):
                found = (table.get(whole) or table.get(bare) or set()) if bare else set()
                if canton:
                    found = {pk for pk in found if self._by_pk[pk].canton.code == canton[1]}
                if len(found) > 1 and found & at_postcode:
                    found &= at_postcode
                places = self._standing(found)
                if len(places) == 1:
                    return places
                several = several or places
        return several or self._standing(at_postcode)

    def _standing(self, found: set[int]) -> list[Municipality]:
        return list(dict.fromkeys(place for pk in sorted(found) if (place := self.standing(self._by_pk[pk]))))
