"""What people entered into a plan, free of the database: the present state, or a version kept earlier."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from coaching.enums import LineKind, VatMethod
from coaching.models import FinancialPlan, PlanLine


@dataclass(frozen=True)
class Line:
    """One line: 36 amounts in centimes, without tax where the company is liable, and what its kind needs besides."""

    number: int
    kind: LineKind
    label: str
    amounts: tuple[int, ...]
    vat: Decimal = Decimal(0)
    delay: int = 0
    percent: Decimal | None = None
    span: int = 0
    grace: int = 0


@dataclass(frozen=True)
class Entered:
    """A whole plan as entered."""

    first_month: date
    vat_method: VatMethod
    net_rate: Decimal
    opening: int
    lines: tuple[Line, ...]

    def of(self, *kinds: LineKind) -> tuple[Line, ...]:
        """The lines of some kinds, in their order."""
        return tuple(line for line in self.lines if line.kind in kinds)

    def month(self, index: int) -> date:
        """The first day of month number ``index`` (0 to 35)."""
        months = self.first_month.month - 1 + index
        return date(self.first_month.year + months // 12, months % 12 + 1, 1)


def entered_of(plan: FinancialPlan, lines: Iterable[PlanLine]) -> Entered:
    """The plan as it stands in the database; removed lines are left out."""
    kept = [line for line in lines if line.removed_at is None]
    order = list(LineKind)
    kept.sort(key=lambda line: (order.index(LineKind(line.kind)), line.pk))
    return Entered(
        plan.first_month,
        VatMethod(plan.vat_method),
        plan.net_rate,
        plan.opening,
        tuple(
            Line(
                line.pk,
                LineKind(line.kind),
                line.label,
                tuple(line.amounts),
                line.vat_percent,
                line.delay_months,
                line.percent,
                line.span_months,
                line.grace_months,
            )
            for line in kept
        ),
    )


def content_of(entered: Entered) -> dict[str, Any]:
    """A plan as a version keeps it."""
    return {
        "first_month": entered.first_month.isoformat(),
        "vat_method": entered.vat_method.value,
        "net_rate": str(entered.net_rate),
        "opening": entered.opening,
        "lines": [
            {
                "number": line.number,
                "kind": line.kind.value,
                "label": line.label,
                "amounts": list(line.amounts),
                "vat": str(line.vat),
                "delay": line.delay,
                "percent": None if line.percent is None else str(line.percent),
                "span": line.span,
                "grace": line.grace,
            }
            for line in entered.lines
        ],
    }


def from_content(content: Mapping[str, Any]) -> Entered:
    """The plan that a version keeps."""
    return Entered(
        date.fromisoformat(content["first_month"]),
        VatMethod(content["vat_method"]),
        Decimal(content["net_rate"]),
        int(content["opening"]),
        tuple(
            Line(
                row["number"],
                LineKind(row["kind"]),
                row["label"],
                tuple(row["amounts"]),
                Decimal(row["vat"]),
                row["delay"],
                None if row["percent"] is None else Decimal(row["percent"]),
                row["span"],
                row["grace"],
            )
            for row in content["lines"]
        ),
    )
