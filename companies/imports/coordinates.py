"""Where an organisation stands: degrees, or the metres of the Swiss grid as official files give them.

The way from the grid to degrees follows swisstopo's published approximation: exact to about a metre in Switzerland, which
is what five decimals hold.
"""

import re
from decimal import Decimal

Place = tuple[Decimal, Decimal]  # longitude, latitude
_STEP = Decimal("0.00001")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?\Z")
_SPACES = re.compile("[\\s'\u2019\u00a0\u202f]")
_BERN = 600_000, 200_000  # the old grid's origin
_NEW = 2_000_000, 1_000_000  # what the new grid (LV95) puts before the old one's (LV03) figures
_LON, _LAT = (5.5, 11.0), (45.5, 48.2)  # round Switzerland
_EAST, _NORTH = (480_000, 840_000), (70_000, 300_000)


def place_of(first: str, second: str) -> Place | None:
    """Longitude and latitude that two cells give, in whatever order and of either grid; nothing where they give none."""
    both = [_number(text) for text in (first, second)]
    if None in both:
        return None
    one, other = (float(value or 0) for value in both)
    for x, y in ((one, other), (other, one)):
        if _within(x, _LON) and _within(y, _LAT):
            return _rounded(x), _rounded(y)
        east, north = (x - _NEW[0], y - _NEW[1]) if x > _NEW[0] else (x, y)
        if _within(east, _EAST) and _within(north, _NORTH):
            return _degrees(east, north)
    return None


def _number(text: str) -> float | None:
    text = _SPACES.sub("", text)
    text = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
    return float(text) if _NUMBER.match(text) else None


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _rounded(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(_STEP)


def _degrees(east: float, north: float) -> Place:
    y, x = (east - _BERN[0]) / 1e6, (north - _BERN[1]) / 1e6
    lon = 2.6779094 + 4.728982 * y + 0.791484 * y * x + 0.1306 * y * x**2 - 0.0436 * y**3
    lat = 16.9023892 + 3.238272 * x - 0.270978 * y**2 - 0.002528 * x**2 - 0.0447 * y**2 * x - 0.0140 * x**3
    return _rounded(lon * 100 / 36), _rounded(lat * 100 / 36)
