"""The map as a component: what a page puts on it, and where that lies on the drawing.

Give a :class:`RegionMap` to ``{% load maps %}{% region_map map %}``. It works without script (SVG, links, table);
``static/js/map.js`` then lets people move and zoom where ``interactive`` is true.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.regions.maps import marks
from promo_portal.regions.maps.ground import MANY, WIDTH, Ground, ground
from promo_portal.regions.maps.labels import label_candidates
from promo_portal.regions.maps.outlines import outlines
from promo_portal.regions.models import District, Municipality

Text = str | Promise
LARGEST = 40  # radius of the largest circle, in the drawing's units (two to a pixel at the usual width)
SMALLEST = 10
_FULL_AT = 25  # a lone entry is not drawn as large as a hundred
_NUMBER_FROM = 26
_PER_DIGIT = 10
_LABELS = 8
_SAME = 12  # a circle so near to a name belongs to it


@dataclass(frozen=True)
class Circle:
    """How many entries lie in a municipality. ``label`` says it in words: "Valbirse, 22 companies"."""

    lon: float
    lat: float
    count: int
    label: Text
    url: str = ""
    name: Text = ""  # first cell of the table

    @classmethod
    def of(cls, place: Municipality, count: int, label: Text, url: str = "") -> "Circle | None":
        """Return the circle of a municipality, if one knows where it lies."""
        if place.lon is None or place.lat is None:
            return None
        return cls(float(place.lon), float(place.lat), count, label, url, place.name)


@dataclass(frozen=True)
class Dot:
    """A single entry; ``letter`` tells its kind without colour (L, T), ``is_chosen`` the one the page is about."""

    lon: float
    lat: float
    label: Text
    url: str = ""
    letter: Text = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Drawn:
    """A circle, a dot or a label on the drawing."""

    x: int
    y: int
    r: int = SMALLEST
    text: str = ""
    anchor: str = "middle"
    what: Any = None
    at: str = ""  # of a label: longitude and latitude of its place, where the script sets it again
    off: str = ""  # and how far from there

    @property
    def hit(self) -> int:
        """The radius a finger may hit."""
        return max(self.r, 34)


@dataclass
class RegionMap:
    """Everything the map shows.

    ``title``: what the map is, for screen readers. ``circles``, ``dots``: what lies on it. ``chosen``: BFS numbers of
    municipalities to outline. ``districts``: BFS numbers of the districts to show (default: the perimeter of this
    installation; ``canton_districts()`` for the whole canton). ``interactive``: load Leaflet. ``data_url``: address that
    answers ``?bbox=west,south,east,north&zoom=n`` (added to its own parameters) with a GeoJSON collection of points with
    the properties ``count``, ``label``, ``url``, ``letter``: the script then draws those instead. ``table_title``: give it
    where the page has no table of its own with the same figures (lists have ``components/place_counts.html``).
    ``pick``: the ids of two fields, longitude and latitude, that the script fills when a place is chosen on the map;
    ``pick_label`` names the mark.
    """

    title: Text
    circles: Sequence[Circle] = ()
    dots: Sequence[Dot] = ()
    chosen: Collection[int] = ()
    districts: tuple[int, ...] = ()
    interactive: bool = True
    data_url: str = ""
    table_title: Text = ""
    table_unit: Text = ""
    has_labels: bool = True
    pick: tuple[str, str] | None = None
    pick_label: Text = ""
    _ground: Ground | None = field(default=None, repr=False)

    @cached_property
    def ground(self) -> Ground:
        """The land under it."""
        return self._ground or ground(self.districts or perimeter_districts(), mergers())

    @property
    def view_box(self) -> str:
        """The drawing's measure."""
        return f"0 0 {WIDTH} {self.ground.sheet.height}"

    @property
    def height(self) -> int:
        """Height over a width of a thousand, so that the page keeps the place free."""
        return self.ground.sheet.height

    @property
    def outlines_area(self) -> str:
        """The districts in the address of the outlines that the script fetches."""
        return "-".join(map(str, self.districts or perimeter_districts()))

    @property
    def version(self) -> str:
        """Changes when the outlines change: they may be kept for long."""
        return outlines_version()

    @cached_property
    def chosen_outline(self) -> str:
        """The outline of the municipalities the page is about."""
        return self.ground.outline(self.chosen) if self.chosen else ""

    @cached_property
    def drawn_circles(self) -> list[Drawn]:
        """Circles, the largest first so that small ones stay in reach; area proportional to count."""
        most = max((circle.count for circle in self.circles), default=0)
        per_root = LARGEST / math.sqrt(max(most, _FULL_AT))
        drawn = []
        for circle in sorted(self.circles, key=lambda one: -one.count):
            x, y = self.ground.sheet.at(circle.lon, circle.lat)
            r = max(SMALLEST, round(math.sqrt(circle.count) * per_root))
            number = words.number(circle.count)
            fits = r > _NUMBER_FROM and r > _PER_DIGIT * len(number)
            drawn.append(Drawn(x, y, r, number if fits else "", what=circle))
        return drawn

    @cached_property
    def drawn_dots(self) -> list[Drawn]:
        """Dots; the chosen one last, hence on top."""
        drawn = []
        for dot in sorted(self.dots, key=lambda one: one.is_chosen):
            x, y = self.ground.sheet.at(dot.lon, dot.lat)
            drawn.append(
                Drawn(x, y, 14 if dot.is_chosen else 18 if dot.letter else SMALLEST, str(dot.letter), what=dot)
            )
        return drawn

    @cached_property
    def drawn_labels(self) -> list[Drawn]:
        """At most eight place names, each where it covers nothing."""
        return list(self._placed_labels()) if self.has_labels else []

    @property
    def marks(self) -> SafeString:
        """Names, circles and dots as SVG, in the order in which they are painted."""
        return marks.names(self.drawn_labels) + marks.circles(self.drawn_circles) + marks.dots(self.drawn_dots)

    @property
    def table_rows(self) -> list[Circle]:
        """The same figures as rows, most first."""
        return sorted(self.circles, key=lambda one: -one.count)

    def _placed_labels(self) -> Iterator[Drawn]:
        taken: list[Box] = [
            (one.x - one.r, one.y - one.r, one.x + one.r, one.y + one.r)
            for one in (*self.drawn_circles, *self.drawn_dots)
        ]
        placed = 0
        known = {member: now for now, members in self.ground.places.items() for member in members}
        for bfs, name, lon, lat in label_candidates(wide=len(self.ground.places) > MANY):
            if placed == _LABELS:
                return
            if bfs not in known:
                continue
            x, y = self.ground.sheet.at(lon, lat)
            own = next((one.r for one in self.drawn_circles if abs(one.x - x) < _SAME and abs(one.y - y) < _SAME), 0)
            spots = list(_spots(name, x, y, own, self.height))
            spot = next((one for one in spots if not _covered(one[0], taken)), None)
            if spot is None and placed == 0 and spots:  # the region's chief town is named even where it is crowded
                spot = min(spots, key=lambda one: _covered(one[0], taken))
            if spot is None:
                continue
            box, label = spot
            taken.append(box)
            placed += 1
            yield replace(label, at=f"{lon},{lat}", off=f"{label.x - x},{label.y - y}")


Box = tuple[float, float, float, float]


def _spots(name: str, x: int, y: int, r: int, height: int) -> Iterator[tuple[Box, Drawn]]:
    """Yield the places beside a point where a name may stand: right, left, below, above."""
    width, tall, gap = 16 * len(name), 32, 8  # as large as a phone writes them
    if not r:
        spots = [(x, y + 8, "middle", x - width / 2)]
    else:
        spots = [
            (x + r + gap, y + 8, "start", x + r + gap),
            (x - r - gap, y + 8, "end", x - r - gap - width),
            (x, y + r + tall, "middle", x - width / 2),
            (x, y - r - gap, "middle", x - width / 2),
        ]
    for at_x, at_y, anchor, left in spots:
        box = (left, at_y - tall + 4, left + width, at_y + 4)
        inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= height
        if inside:
            yield box, Drawn(at_x, at_y, text=name, anchor=anchor)


def _covered(box: Box, taken: Sequence[Box]) -> int:
    """Return how many things a box would cover."""
    return sum(_overlap(box, other) for other in taken)


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def perimeter_districts() -> tuple[int, ...]:
    """The districts this installation serves first; all of them before the lists are loaded."""
    found = District.objects.filter(in_perimeter=True).order_by("bfs").values_list("bfs", flat=True)
    return tuple(found) or canton_districts()


def canton_districts() -> tuple[int, ...]:
    """All districts of the canton."""
    return tuple(sorted(set(outlines().districts.values())))


def mergers() -> tuple[tuple[int, int], ...]:
    """Pair each municipality with an outline that ended before today with the one that stands there now."""
    ended = Municipality.objects.filter(valid_to__lt=clock.today()).values_list("bfs", "successor__bfs")
    became: dict[int, int | None] = dict(ended)
    pairs = []
    for bfs in sorted(became.keys() & outlines().known):
        heir, seen = became[bfs], {bfs}
        while heir in became and heir not in seen:
            seen.add(heir)
            heir = became[heir]
        if heir is not None and heir not in seen:
            pairs.append((bfs, heir))
    return tuple(pairs)


def outlines_version() -> str:
    """The file's version and the day: mergers take effect at midnight."""
    return f"{outlines().version}{clock.today():%Y%m%d}"
