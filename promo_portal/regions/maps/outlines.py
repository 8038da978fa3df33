"""The outlines of the canton's municipalities and lakes, from our own compact file.

Borders are kept once, as arcs between the points where three areas meet. So the outline of any set of municipalities (a
district, the region, a merged municipality) is the arcs that only one side of the set uses: nothing else is stored.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from zlib import crc32

from promo_portal.regions.maps.encoding import Line, Point, decode_line, thinned

FILE = Path(__file__).resolve().parent.parent / "data" / "outlines.json"
Ring = list[int]


@dataclass(frozen=True)
class Outlines:
    """All arcs of the canton on a grid of ``1 / scale`` degrees, and who is bounded by which."""

    scale: int
    arcs: tuple[Line, ...]
    places: Mapping[int, list[Ring]]
    districts: Mapping[int, int]
    lakes: Mapping[str, list[Line]]
    version: str

    def of_districts(self, districts: Collection[int]) -> list[int]:
        """Return the municipalities of some districts, as the file knows them."""
        return [bfs for bfs, district in self.districts.items() if district in districts]

    def line(self, ring: Ring) -> list[Point]:
        """Return a ring's points, closed."""
        points: list[Point] = []
        for number in ring:
            arc = self.arcs[number] if number >= 0 else self.arcs[-1 - number][::-1]
            points += arc[1 if points else 0 :]
        return points

    def union(self, places: Iterable[int]) -> list[list[Point]]:
        """Return the rings round a set of municipalities: what lies between them is gone."""
        used = Counter(number for bfs in places for ring in self.places.get(bfs, []) for number in ring)
        return self._joined([number for number in used if -1 - number not in used])

    def inner_arcs(self, groups: Iterable[Collection[int]]) -> list[Line]:
        """Return the borders between groups of municipalities, each once; without the border of the whole."""
        owner: dict[int, int] = {}
        for at, group in enumerate(groups):
            for bfs in group:
                for ring in self.places.get(bfs, []):
                    owner |= dict.fromkeys(ring, at)
        return [
            self.arcs[number]
            for number, at in owner.items()
            if number >= 0 and -1 - number in owner and owner[-1 - number] != at
        ]

    def _joined(self, numbers: list[int]) -> list[list[Point]]:
        ends: dict[Point, list[int]] = {}
        for number in numbers:
            ends.setdefault(self._ends(number)[0], []).append(number)
        rings = []
        while ends:
            start = next(iter(ends))
            ring: Ring = []
            here = start
            while here in ends and (not ring or here != start):
                number = ends[here].pop()
                if not ends[here]:
                    del ends[here]
                ring.append(number)
                here = self._ends(number)[1]
            rings.append(self.line(ring))
        return rings

    def _ends(self, number: int) -> tuple[Point, Point]:
        arc = self.arcs[number if number >= 0 else -1 - number]
        return (arc[0], arc[-1]) if number >= 0 else (arc[-1], arc[0])

    def coarser(self, tolerance: float) -> "Outlines":
        """Return the same areas with fewer points: neighbours still share every border."""
        return replace(self, arcs=tuple(thinned(arc, tolerance) for arc in self.arcs))

    @cached_property
    def known(self) -> frozenset[int]:
        """The numbers of all municipalities that have an outline here."""
        return frozenset(self.places)


@cache
def outlines() -> Outlines:
    """Read the file once per process."""
    raw = FILE.read_bytes()
    data = json.loads(raw)
    places, districts = {}, {}
    for district, members in data["municipalities"].items():
        for bfs, rings in members.items():
            places[int(bfs)] = [[int(number) for number in ring.split()] for ring in rings]
            districts[int(bfs)] = int(district)
    return Outlines(
        scale=data["scale"],
        arcs=tuple(decode_line(arc) for arc in data["arcs"]),
        places=places,
        districts=districts,
        lakes={name: [decode_line(ring) for ring in rings] for name, rings in data["lakes"].items()},
        version=f"{crc32(raw):08x}",
    )
