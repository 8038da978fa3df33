"""Figures for people who may not read the records behind them: small ones are hidden, and stay hidden.

Of fewer than five records a figure says ``<5``, none included. That alone is not enough: who knows a sum and its other
parts has the small one by subtraction. So further parts are withheld, the smallest first, and at last the sum, until
everything from nothing to four is possible for each small part. Totals over several columns are given only where every
column is; otherwise as a lower bound made of what is shown anyway, which tells nothing new.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

SMALL = 5
"""Records from which a figure may be shown (the mandate's rule)."""


class Shown(Enum):
    """How much of a figure is shown."""

    EXACT = "exact"
    SMALL = "small"
    WITHHELD = "withheld"
    AT_LEAST = "at least"


@dataclass(frozen=True)
class Cell:
    """What may be shown; ``value`` is meant for ``EXACT`` and ``AT_LEAST`` only and is 0 otherwise."""

    kind: Shown
    value: int = 0


def cell(records: int, value: int) -> Cell:
    """A figure that stands alone, drawn from so many records."""
    return Cell(Shown.EXACT, value) if records >= SMALL else Cell(Shown.SMALL)


def with_parts(whole: int, parts: Mapping[str, int]) -> tuple[Cell, dict[str, Cell]]:
    """A count and counts of some of what it counts, so that no hidden part follows from the others.

    What the parts leave of the whole is shown nowhere and must not follow either (five values at least stay possible).
    Where the parts exceed the whole (they count another time or thing) nothing can be subtracted, and each stands alone.
    """
    shown = {name: cell(count, count) for name, count in parts.items()}
    rest = whole - sum(parts.values())
    if whole < SMALL or rest < 0:
        return cell(whole, whole), shown
    open_parts = sorted((name for name in parts if parts[name] >= SMALL), key=lambda name: parts[name])
    hidden = [name for name in parts if parts[name] < SMALL]
    if not hidden and rest >= SMALL:
        return cell(whole, whole), shown
    withheld = 0
    while not hidden or rest + sum(parts[name] for name in hidden) - SMALL * withheld < SMALL - 1:
        if not open_parts:
            return Cell(Shown.WITHHELD), shown
        smallest = open_parts.pop(0)
        shown[smallest] = Cell(Shown.WITHHELD)
        hidden.append(smallest)
        withheld += 1
    return cell(whole, whole), shown


def total(columns: Iterable[Cell]) -> Cell:
    """The sum over columns: exact where all of them are, else at least what those shown add up to."""
    cells = list(columns)
    known = sum(found.value for found in cells if found.kind == Shown.EXACT)
    if all(found.kind == Shown.EXACT for found in cells):
        return Cell(Shown.EXACT, known)
    return Cell(Shown.AT_LEAST, known) if known else Cell(Shown.WITHHELD)
