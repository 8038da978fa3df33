"""What the canton reads of coaching: figures of whole, finished years, all associations side by side, no small ones.

Other periods are not offered: who may choose the days subtracts one period from another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from coaching.indicators import BY_NAME, MINUTES, Count, Indicator, counts, whole_year
from promo_portal.core.scope import association_scope
from promo_portal.core.small_numbers import Cell, cell, total, with_parts
from promo_portal.regions.models import Association

YEARS = 5
FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("requests", ("accepted", "refused")),
    ("closed", ("created", "turned-round")),
)
ALONE = ("hours", "jobs-promised", "jobs-proved")
ORDER = (*(name for whole, parts in FAMILIES for name in (whole, *parts)), *ALONE)


@dataclass(frozen=True)
class Line:
    """A figure: one cell per association, and all of them together."""

    indicator: Indicator
    cells: tuple[Cell, ...]
    all: Cell

    @property
    def is_time(self) -> bool:
        """Whether its values are minutes."""
        return self.indicator.unit == MINUTES


def finished_years(today: date) -> list[int]:
    """The years offered, the newest first."""
    return [today.year - back for back in range(1, YEARS + 1)]


def protected(counted: dict[str, Count]) -> dict[str, Cell]:
    """One association's figures of a year, as they may be shown."""
    found = dict.fromkeys(ORDER, Count()) | counted
    shown: dict[str, Cell] = {}
    for whole, parts in FAMILIES:
        shown[whole], rest = with_parts(found[whole].value, {name: found[name].value for name in parts})
        shown |= rest
    return shown | {name: cell(found[name].rows, found[name].value) for name in ALONE}


def lines(associations: Sequence[Association], year: int) -> list[Line]:
    """The figures of a finished year, a cell per association in their order."""
    with transaction.atomic(), association_scope(*(association.pk for association in associations)):
        found = counts(whole_year(year), *(BY_NAME[name] for name in ORDER))
    columns = [protected(found.get(association.pk, {})) for association in associations]
    return [
        Line(BY_NAME[name], tuple(column[name] for column in columns), total(column[name] for column in columns))
        for name in ORDER
    ]


def years_for(asked: Any, today: date) -> tuple[int, list[int]]:
    """The year of an address, the newest where it says none or another one, and all that may be chosen."""
    offered = finished_years(today)
    return (int(asked) if str(asked) in map(str, offered) else offered[0]), offered
