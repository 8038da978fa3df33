"""Lines as short text: whole numbers on a grid, each point as its distance from the one before.

A number is written in groups of five bits, lowest first, one letter each; the sixth bit says that more follow. Small
steps, which outlines mostly have, take one letter.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence

Point = tuple[int, int]
Line = tuple[Point, ...]

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_MORE = 32


def encode_line(line: Iterable[Point]) -> str:
    """Return the line as text; its first point is given by its distance from the grid's origin."""
    letters: list[str] = []
    x0 = y0 = 0
    for x, y in line:
        letters += [_encode_number(x - x0), _encode_number(y - y0)]
        x0, y0 = x, y
    return "".join(letters)


def decode_line(text: str) -> Line:
    """Return the points of an encoded line."""
    numbers = list(_decode_numbers(text))
    points, x, y = [], 0, 0
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return tuple(points)


def _encode_number(number: int) -> str:
    rest = number * 2 if number >= 0 else -number * 2 - 1  # the sign in the lowest bit
    letters = []
    while rest >= _MORE:
        letters.append(ALPHABET[_MORE | rest & _MORE - 1])
        rest >>= 5
    return "".join(letters) + ALPHABET[rest]


def _decode_numbers(text: str) -> Iterator[int]:
    number = shift = 0
    for letter in text:
        value = _VALUES[letter]
        number |= (value & _MORE - 1) << shift
        shift += 5
        if value < _MORE:
            yield -(number + 1) // 2 if number & 1 else number // 2
            number = shift = 0


def shared_arcs(rings: dict[str, list[list[Point]]]) -> tuple[list[Line], dict[str, list[list[int]]]]:
    """Cut closed rings into arcs, each kept once for both neighbours.

    Returns the arcs, and for every key its rings as numbers of arcs; ``-1 - n`` means arc ``n`` walked backwards.
    """
    neighbours: dict[Point, set[Point]] = {}
    for places in rings.values():
        for ring in places:
            for start, end in itertools.pairwise(ring):
                neighbours.setdefault(start, set()).add(end)
                neighbours.setdefault(end, set()).add(start)
    knots = {point for point, others in neighbours.items() if len(others) > 2}  # noqa: PLR2004 - where three lines meet
    arcs: list[Line] = []
    known: dict[Line, int] = {}
    made: dict[str, list[list[int]]] = {}
    for key, places in rings.items():
        made[key] = []
        for ring in places:
            numbers = []
            for arc in _cut(ring, knots):
                back = arc[::-1]
                if back in known:
                    numbers.append(-1 - known[back])
                    continue
                if arc not in known:
                    known[arc] = len(arcs)
                    arcs.append(arc)
                numbers.append(known[arc])
            made[key].append(numbers)
    return arcs, made


def _cut(ring: Sequence[Point], knots: set[Point]) -> Iterator[Line]:
    """Return a ring's pieces between knots; one without a knot begins at its least point, for both who share it."""
    first = next((at for at, point in enumerate(ring) if point in knots), None)
    if first is None:
        first = min(range(len(ring) - 1), key=lambda at: ring[at])
    turned = [*ring[first:-1], *ring[: first + 1]]
    piece = [turned[0]]
    for point in turned[1:]:
        piece.append(point)
        if point in knots or (point == turned[-1] and len(piece) > 1 and point == turned[0]):
            yield tuple(piece)
            piece = [point]


def thinned(line: Line, tolerance: float) -> Line:
    """Return the line without points that lie nearer than ``tolerance`` to what stays; its ends stay."""
    keep = {0, len(line) - 1}
    stretches = [(0, len(line) - 1)]
    while stretches:
        first, last = stretches.pop()
        if last - first < 2:  # noqa: PLR2004 - nothing between them
            continue
        distance, at = max((_distance(line[at], line[first], line[last]), at) for at in range(first + 1, last))
        if distance > tolerance:
            keep.add(at)
            stretches += [(first, at), (at, last)]
    return tuple(line[at] for at in sorted(keep))


def _distance(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    if not length:
        return math.dist(point, start)
    return abs(dx * (point[1] - start[1]) - dy * (point[0] - start[0])) / length
