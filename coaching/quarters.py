"""Quarters of a year: the period that funders are charged by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils.translation import gettext as _

FIRST_YEAR = 2002  # coaching exists since then
LONGEST = 8  # characters of "2026-3" with room to spare


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months, named by their year and number."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter that holds a day."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def named(cls, text: str) -> Self | None:
        """``2026-3`` as an address says it; nothing for what is no quarter."""
        year, _dash, number = text.partition("-")
        if len(text) > LONGEST or not (year.isascii() and year.isdecimal() and number in {"1", "2", "3", "4"}):
            return None
        return cls(int(year), int(number)) if FIRST_YEAR <= int(year) < date.max.year else None

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next().first - timedelta(days=1)

    def next(self) -> "Quarter":
        """The three months after."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def key(self) -> str:
        """As an address says it."""
        return f"{self.year}-{self.number}"

    def __str__(self) -> str:
        return {
            1: _("1st quarter %(year)s"),
            2: _("2nd quarter %(year)s"),
            3: _("3rd quarter %(year)s"),
            4: _("4th quarter %(year)s"),
        }[self.number] % {"year": self.year}


def quarters(first: date, last: date) -> Iterator[Quarter]:
    """The quarters from one day to another, the latest first."""
    found, end = Quarter.of(first), Quarter.of(last)
    every = []
    while found <= end:
        every.append(found)
        found = found.next()
    yield from reversed(every)
