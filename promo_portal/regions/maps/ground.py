"""The map's ground as drawing commands: land, borders, halo and lakes, on a sheet a thousand units wide.

Computed once per process for each set of districts and mergers; a page carries a few kilobytes of it.
"""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from promo_portal.regions.maps.encoding import Point
from promo_portal.regions.maps.outlines import Outlines, outlines

WIDTH = 1000
MARGIN = 30
MANY = 120  # more municipalities than this: only the borders of districts are drawn


@dataclass(frozen=True)
class Sheet:
    """Where a place on earth lies on the drawing; equirectangular, true in both directions at the middle latitude."""

    west: float
    north: float
    per_lon: float
    per_lat: float
    height: int

    def at(self, lon: float, lat: float) -> tuple[int, int]:
        """Return the drawing's units for a place in degrees."""
        return round((lon - self.west) * self.per_lon), round((self.north - lat) * self.per_lat)

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a place lies on the sheet."""
        x, y = self.at(lon, lat)
        return 0 <= x <= WIDTH and 0 <= y <= self.height


@dataclass(frozen=True)
class Ground:
    """What lies under circles and dots."""

    sheet: Sheet
    land: str
    borders: str
    lakes: str
    places: Mapping[int, tuple[int, ...]]  # today's municipality -> those of the file it consists of

    def outline(self, places: Iterable[int]) -> str:
        """Return the outline of some of today's municipalities."""
        members = [one for bfs in places for one in self.places.get(bfs, ())]
        return _paths(outlines(), self.sheet, outlines().union(members))


@lru_cache(maxsize=32)
def ground(districts: tuple[int, ...], merged: tuple[tuple[int, int], ...] = ()) -> Ground:
    """Return the ground of some districts; ``merged`` pairs each municipality that ended with what stands there now."""
    known = outlines()
    places: dict[int, tuple[int, ...]] = {}
    heirs = dict(merged)
    for bfs in known.of_districts(districts):
        now = heirs.get(bfs, bfs)
        places[now] = (*places.get(now, ()), bfs)
    everything = [one for members in places.values() for one in members]
    rings = known.union(everything)
    sheet = _sheet(known, [point for ring in rings for point in ring])
    groups = list(places.values()) if len(places) <= MANY else [known.of_districts((one,)) for one in districts]
    lakes = [ring for rings_of in known.lakes.values() for ring in rings_of if _touches(known, sheet, ring)]
    return Ground(
        sheet=sheet,
        land=_paths(known, sheet, rings),
        borders=_paths(known, sheet, known.inner_arcs(groups), closed=False),
        lakes=_paths(known, sheet, lakes),
        places=places,
    )


def _sheet(known: Outlines, points: Sequence[Point]) -> Sheet:
    if not points:
        return Sheet(0, 0, 1, 1, WIDTH)
    west, east = min(x for x, _ in points) / known.scale, max(x for x, _ in points) / known.scale
    south, north = min(y for _, y in points) / known.scale, max(y for _, y in points) / known.scale
    per_lon = (WIDTH - 2 * MARGIN) / (east - west)
    per_lat = per_lon / math.cos(math.radians((north + south) / 2))
    return Sheet(
        west=west - MARGIN / per_lon,
        north=north + MARGIN / per_lat,
        per_lon=per_lon,
        per_lat=per_lat,
        height=round((north - south) * per_lat) + 2 * MARGIN,
    )


def _touches(known: Outlines, sheet: Sheet, ring: Sequence[Point]) -> bool:
    return any(sheet.holds(x / known.scale, y / known.scale) for x, y in ring)


def _paths(known: Outlines, sheet: Sheet, lines: Iterable[Sequence[Point]], *, closed: bool = True) -> str:
    parts = []
    for line in lines:
        drawn = [sheet.at(x / known.scale, y / known.scale) for x, y in line]
        steps = [(x - x0, y - y0) for (x0, y0), (x, y) in itertools.pairwise(drawn) if (x, y) != (x0, y0)]
        if not steps:
            continue
        if closed:
            steps.pop()
        parts.append(f"M{drawn[0][0]} {drawn[0][1]}l" + _steps(steps) + ("z" if closed else ""))
    return "".join(parts)


def _steps(steps: Sequence[tuple[int, int]]) -> str:
    """Write relative steps as briefly as the grammar allows: a minus sign separates by itself."""
    numbers = [number for step in steps for number in step]
    return "".join(str(number) if number < 0 or at == 0 else f" {number}" for at, number in enumerate(numbers))
