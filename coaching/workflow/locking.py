"""The row that a step works on, locked until the step is done, and what happens when it changed meanwhile."""

from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

from coaching.models import (
    AgendaItem,
    Annex,
    CaseDocument,
    CaseFile,
    CoachingRequest,
    CommissionSession,
    Engagement,
    FinancialPlan,
    Milestone,
    OutcomeCheck,
    PlanComment,
    PlanLine,
    Task,
)

RowT = TypeVar(
    "RowT",
    CoachingRequest,
    CaseFile,
    Task,
    Milestone,
    CaseDocument,
    Engagement,
    CommissionSession,
    AgendaItem,
    OutcomeCheck,
    Annex,
    FinancialPlan,
    PlanLine,
    PlanComment,
)


class ChangedMeanwhile(Exception):
    """Somebody saved the row after the person had opened it; ``current`` is what it says now. Nothing was changed."""

    def __init__(self, current: models.Model) -> None:
        super().__init__(f"{current._meta.label_lower} {current.pk} changed meanwhile")
        self.current = current

    @property
    def message(self) -> str:
        """What the second of two people reads."""
        return _(
            "A colleague has saved this record since you opened it. Your entry is kept below: compare and save again."
        )


def locked(row: RowT, *, version: int | None = None) -> RowT:
    """``row`` as it stands now, locked; the caller already has the right to it.

    With ``version`` (what the person saw) an edit in between raises ``ChangedMeanwhile`` instead of being overwritten.
    """
    current = type(row).unscoped.select_for_update(of=("self",)).get(pk=row.pk)
    if version is not None and current.version != version:
        raise ChangedMeanwhile(current)
    return current


def save(row: RowT, *fields: str) -> None:
    """Save the named fields of a locked row and count its version up."""
    row.version += 1
    row.save(update_fields=[*fields, "version"])
