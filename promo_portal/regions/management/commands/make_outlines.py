"""``manage.py make_outlines FILE.geojson``: the Federal Statistical Office's boundaries into our compact file.

Run when a new year's boundaries come out: municipalities as GeoJSON (WGS84) with the properties ``bfs`` and
``district_bfs``. Lakes inside the canton are what its municipalities leave open; a lake that the canton shares is closed by
a straight line between two points of the shore.
"""

import itertools
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from promo_portal.regions.maps.encoding import Point, encode_line, shared_arcs
from promo_portal.regions.maps.outlines import FILE, Outlines

SCALE = 10_000  # about ten metres, the grid of the source
SOURCE = "OFS/BFS, GEOSTAT: generalised boundaries of municipalities, 1 January 2026; our encoding"
# A point in each lake that lies wholly inside the canton, and the two shore points where a shared one is cut off.
INNER_LAKES = {"thun": (7.7, 46.69), "brienz": (7.97, 46.72)}
SHARED_LAKES = {"biel": ((7.08849, 47.06123), (7.0786, 47.05333))}


class Command(BaseCommand):
    """Rewrite ``data/outlines.json``."""

    help = "Make the compact file of outlines from a GeoJSON file of municipalities."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            features = json.loads(options["file"].read_text())["features"]
        except (OSError, ValueError, KeyError) as problem:
            msg = f"{options['file']} is not a GeoJSON file: {problem}"
            raise CommandError(msg) from problem
        data = compact(features)
        FILE.write_text(json.dumps(data, separators=(",", ":")).replace('"],"', '"],\n"') + "\n")
        self.stdout.write(f"{len(data['arcs'])} arcs, {FILE.stat().st_size} bytes")


def compact(features: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the file's content for some features."""
    rings, districts = {}, {}
    for feature in features:
        bfs = str(feature["properties"]["bfs"])
        districts[bfs] = str(feature["properties"]["district_bfs"])
        shape = feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        rings[bfs] = [_on_grid(ring) for polygon in polygons for ring in polygon]
    arcs, numbers = shared_arcs(rings)
    members: dict[str, dict[str, list[str]]] = {}
    for bfs, own in numbers.items():
        members.setdefault(districts[bfs], {})[bfs] = [" ".join(map(str, ring)) for ring in own]
    return {
        "source": SOURCE,
        "scale": SCALE,
        "lakes": _lakes(arcs, numbers),
        "municipalities": dict(sorted(members.items())),
        "arcs": [encode_line(arc) for arc in arcs],
    }


def _on_grid(ring: list[list[float]]) -> list[Point]:
    points: list[Point] = []
    for lon, lat in ring:
        point = (round(lon * SCALE), round(lat * SCALE))
        if not points or points[-1] != point:
            points.append(point)
    return points


def _lakes(arcs: list[tuple[Point, ...]], numbers: dict[str, list[list[int]]]) -> dict[str, list[str]]:
    canton = Outlines(SCALE, tuple(arcs), {int(bfs): own for bfs, own in numbers.items()}, {}, {}, "")
    rings = canton.union(canton.places)
    lakes = {}
    for name, (lon, lat) in INNER_LAKES.items():
        inside = [ring for ring in rings if _holds(ring, round(lon * SCALE), round(lat * SCALE))]
        lakes[name] = [encode_line(min((len(ring), ring) for ring in inside)[1])]
    shore = max(rings, key=len)
    for name, ends in SHARED_LAKES.items():
        start, end = (shore.index((round(lon * SCALE), round(lat * SCALE))) for lon, lat in ends)
        lakes[name] = [encode_line([*shore[start : end + 1], shore[start]])]
    return lakes


def _holds(ring: list[Point], x: int, y: int) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
