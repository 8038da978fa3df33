"""Two plans side by side: the years, the money, and which lines came, went or changed."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from coaching.plan.entered import Entered, Line
from coaching.plan.reckoning import Figures, reckon

Pair = tuple[int | None, int | None]


@dataclass(frozen=True)
class Difference:
    """A figure of both plans, in centimes."""

    label: str
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """How much more or less; ``None`` where one of them has no such figure."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class LineDifference:
    """A line that is not the same in both: what it comes to over three years, and how it differs."""

    label: str
    kind: str
    how: str  # "new", "gone", "changed"
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """How much more or less over three years."""
        return (self.after or 0) - (self.before or 0)


@dataclass(frozen=True)
class Comparison:
    """Everything that two plans tell apart."""

    years: list[tuple[int, list[Difference]]]
    money: list[Difference]
    lines: list[LineDifference]
    settings_changed: bool


def compare(before: Entered, after: Entered) -> Comparison:
    """Hold two plans side by side; lines are known again by their number."""
    old, new = reckon(before), reckon(after)
    years = [
        (
            first.number + 1,
            [
                Difference(label, getattr(first, name), getattr(second, name))
                for name, label in (
                    ("sales", _("Sales")),
                    ("margin", _("Gross margin")),
                    ("fixed", _("Fixed costs")),
                    ("result", _("Result before taxes")),
                    ("break_even", _("Break-even sales")),
                )
            ],
        )
        for first, second in zip(old.years(), new.years(), strict=True)
    ]
    money = [
        Difference(_("Money at the end of the three years"), old.balance[-1], new.balance[-1]),
        Difference(_("Lowest balance"), old.lowest[0], new.lowest[0]),
    ]
    return Comparison(years, money, _lines(old, new), _head(before) != _head(after))


def _head(entered: Entered) -> tuple[Any, ...]:
    return entered.first_month, entered.vat_method, entered.net_rate, entered.opening


def _lines(old: Figures, new: Figures) -> list[LineDifference]:
    before = {line.number: line for line in old.entered.lines}
    after = {line.number: line for line in new.entered.lines}
    found = []
    for number in [*before, *(number for number in after if number not in before)]:
        first, second = before.get(number), after.get(number)
        if first == second:
            continue
        shown: Line = second or first  # type: ignore[assignment]
        found.append(
            LineDifference(
                shown.label,
                str(shown.kind.label),
                "new" if first is None else "gone" if second is None else "changed",
                sum(old.by_line[number]) if first else None,
                sum(new.by_line[number]) if second else None,
            )
        )
    return found
