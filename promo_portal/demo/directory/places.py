"""Where the invented organisations lie: many in towns, few in hamlets, first of all in the Bernese Jura and Bienne."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from random import Random

JURA_BERNOIS, BIEL = "241", "242"
# Municipalities of the perimeter by how many organisations there are beside a village's one; our estimate.
PERIMETER = {
    371: 150, 443: 34, 446: 32, 713: 28, 717: 26, 703: 16, 723: 22, 743: 20, 733: 18, 387: 18, 392: 12, 444: 14, 450: 13,
    431: 10, 690: 10, 434: 9, 448: 9, 445: 6, 433: 5, 432: 4, 441: 5, 726: 5, 438: 4, 449: 4, 724: 3, 372: 5, 745: 7,
    744: 6, 739: 6, 731: 6, 746: 4, 435: 3, 696: 3, 706: 4, 715: 4, 692: 3, 694: 2, 732: 2, 750: 3, 756: 4, 748: 2,
}  # fmt: skip
# The largest towns in their order; the others follow in an order of their own by the law of Zipf.
TOWNS = (
    261, 6621, 2701, 5586, 351, 230, 1061, 3203, 5192, 371, 942, 5002, 355, 6421, 2196, 2939, 3901, 6643, 198, 6266, 6628,
    6458, 1024, 5938, 1711, 1059, 3340, 191, 5886, 243, 4566, 121, 1701, 6630, 3427, 2125, 4671, 4001, 2581, 2601, 404, 329,
    6711, 6136, 5724, 5591, 5890, 6153, 6248, 4021, 2762, 2703, 2546, 6831, 443, 306, 581, 713, 446,
)  # fmt: skip
STEEPNESS = 0.85
FRENCH_CANTONS = {"GE", "VD", "NE", "JU"}
# Numbers of German-speaking municipalities in the two-language cantons of Fribourg and Valais.
GERMAN_NUMBERS = {
    "FR": ((2250, 2284), (2291, 2309)),
    "VS": ((6001, 6011), (6050, 6079), (6101, 6119), (6170, 6204), (6281, 6300)),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality with what an address needs; ``languages`` in which one writes there, its main locality first."""

    bfs: int
    name: str
    languages: tuple[str, ...]
    localities: tuple[tuple[str, str], ...]
    lon: float
    lat: float
    is_perimeter: bool
    spread: float


@dataclass(frozen=True)
class Chart:
    """Places with their weights added up, ready to draw from."""

    places: list[Place]
    weights: list[float]


def read_places(folder: Path) -> list[Place]:
    """Read the municipalities and localities of the regions' own files."""
    localities: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in _rows(folder / "localities.csv"):
        for bfs in row["municipalities"].split():
            localities[int(bfs)].append((row["postcode"], row["locality"]))
    return [_place(row, localities[int(row["bfs"])]) for row in _rows(folder / "municipalities.csv")]


def perimeter(places: list[Place]) -> Chart:
    """The first region: the districts of Jura bernois and Biel/Bienne."""
    inside = [place for place in places if place.is_perimeter]
    return Chart(inside, list(accumulate(float(PERIMETER.get(place.bfs, 1)) for place in inside)))


def country(places: list[Place], seed: int) -> Chart:
    """All municipalities: towns first, then the others as the seed shuffles them, each rank with its Zipf weight."""
    by_number = {place.bfs: place for place in places}
    first = [by_number.pop(bfs) for bfs in TOWNS if bfs in by_number]
    rest = list(by_number.values())
    Random(seed).shuffle(rest)  # noqa: S311 - a demonstration
    ranked = first + rest
    return Chart(ranked, list(accumulate((rank + 1) ** -STEEPNESS for rank in range(len(ranked)))))


def _place(row: dict[str, str], localities: list[tuple[str, str]]) -> Place:
    bfs, canton, district = int(row["bfs"]), row["canton"], row["district"]
    plain_ones = [pair for pair in localities if not pair[1][-1:].isdigit()]
    plain_ones.sort(key=lambda pair: pair[1] != row["name"])
    return Place(
        bfs=bfs,
        name=row["name"].split(" (")[0],
        languages=_languages(bfs, canton, district),
        localities=tuple(plain_ones or localities or [("2500", row["name"])]),
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        is_perimeter=district in {JURA_BERNOIS, BIEL},
        spread=1.6 if bfs in TOWNS else 0.7,
    )


def _languages(bfs: int, canton: str, district: str) -> tuple[str, ...]:
    if district == BIEL:
        return ("fr", "de") if bfs in {371, 372} else ("de", "de", "fr")
    if canton in GERMAN_NUMBERS:
        is_german = any(first <= bfs <= last for first, last in GERMAN_NUMBERS[canton])
        return ("de",) if is_german else ("fr",)
    if canton == "TI":
        return ("it",)
    return ("fr",) if canton in FRENCH_CANTONS or district == JURA_BERNOIS else ("de",)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader((line for line in file if not line.startswith("#")), delimiter=";")
