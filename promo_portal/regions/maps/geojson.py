"""The outlines as GeoJSON, for the script that lets people move the map; and for whoever wants to draw one."""

import gzip
import itertools
import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from promo_portal.regions.maps.encoding import Point
from promo_portal.regions.maps.ground import MANY, ground
from promo_portal.regions.maps.outlines import outlines

ATTRIBUTION = "OFS/BFS, GEOSTAT"
Feature = dict[str, Any]
_TOLERANCE = 15  # about 150 metres, a pixel where a whole canton is on the screen


@lru_cache(maxsize=16)
def outlines_geojson(districts: tuple[int, ...], merged: tuple[tuple[int, int], ...]) -> bytes:
    """Return a feature per municipality (``id``: BFS number), the lakes, and the outline of the whole; compressed."""
    places = ground(districts, merged).places
    known = outlines() if len(places) <= MANY else outlines().coarser(_TOLERANCE)
    features = [
        _feature("lake", "Polygon", [_degrees(known.scale, ring)]) for rings in known.lakes.values() for ring in rings
    ]
    features += [
        {**_feature("municipality", "MultiPolygon", _polygons(known.scale, known.union(members))), "id": bfs}
        for bfs, members in places.items()
    ]
    everything = [one for members in places.values() for one in members]
    whole = [_degrees(known.scale, ring) for ring in known.union(everything)]
    features.append(_feature("outline", "MultiLineString", whole))
    collection = {"type": "FeatureCollection", "attribution": ATTRIBUTION, "features": features}
    return gzip.compress(json.dumps(collection, separators=(",", ":")).encode(), mtime=0)


def _feature(kind: str, shape: str, coordinates: Any) -> Feature:
    return {
        "type": "Feature",
        "properties": {"kind": kind},
        "geometry": {"type": shape, "coordinates": coordinates},
    }


def _polygons(scale: int, rings: Iterable[Sequence[Point]]) -> list[Any]:
    """Outer rings turn left, holes turn right and follow the ring they lie in: here the largest."""
    shapes: list[list[Any]] = []
    for ring in sorted(rings, key=lambda one: -abs(_area(one))):
        if _area(ring) > 0 or not shapes:
            shapes.append([_degrees(scale, ring)])
        else:
            shapes[0].append(_degrees(scale, ring))
    return shapes


def _area(ring: Sequence[Point]) -> float:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in itertools.pairwise(ring)) / 2


def _degrees(scale: int, ring: Sequence[Point]) -> list[tuple[float, float]]:
    return [(x / scale, y / scale) for x, y in ring]
