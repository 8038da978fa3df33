"""Which files deserve a look, and why: one definition for the board's figures, my day and the lists behind them."""

from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from coaching.enums import CaseState, CheckState, MilestoneState, TaskState
from coaching.models import CaseFile, CaseNote, Meeting, Milestone, Task
from promo_portal.core import clock

SILENT_DAYS, SOON_DAYS = timedelta(days=30), timedelta(days=14)
PHONE_AFTER = timedelta(days=42)  # the question, two reminders a fortnight apart, a fortnight more


class Attention(models.TextChoices):
    """Why somebody should look at a file."""

    LATE_DATE = "late_date", _("Next date gone by")
    LATE_TASK = "late_task", _("A task is late")
    LATE_MILESTONE = "late_milestone", _("A milestone is late")
    SILENT = "silent", _("No contact for 30 days")
    SOON = "soon", _("Date within 14 days")


def needing(rows: QuerySet[CaseFile], why: str, *, today: date) -> QuerySet[CaseFile]:
    """The open files among ``rows`` that deserve a look for one reason."""
    rows = rows.filter(state=CaseState.OPEN)
    of_file = {"case_file": OuterRef("pk")}
    if why == Attention.LATE_DATE:
        return rows.filter(next_date__lt=today)
    if why == Attention.LATE_TASK:
        return rows.filter(Exists(Task.objects.filter(**of_file, state=TaskState.OPEN, due_on__lt=today)))
    if why == Attention.LATE_MILESTONE:
        return rows.filter(Exists(Milestone.objects.filter(**of_file, state=MilestoneState.OPEN, due_on__lt=today)))
    if why == Attention.SOON:
        return rows.filter(next_date__range=(today, today + SOON_DAYS))
    return _silent(rows, since=today - SILENT_DAYS)


def to_phone(today: date) -> Q:
    """Later checks that were asked, reminded twice, and are still without a word: somebody phones."""
    return Q(state=CheckState.ASKED, due_on__lte=today - PHONE_AFTER)


def _silent(rows: QuerySet[CaseFile], *, since: date) -> QuerySet[CaseFile]:
    """Neither a meeting nor a word that the founder may read, since a day; a file just opened has had none yet."""
    moment = datetime.combine(since, time(), clock.ZURICH)
    of_file = {"case_file": OuterRef("pk")}
    return rows.filter(
        ~Exists(Meeting.objects.filter(**of_file, held_on__gte=since)),
        ~Exists(CaseNote.objects.filter(**of_file, is_shared=True, written_at__gte=moment)),
        opened_at__lt=moment,
    )


def counted(rows: QuerySet[CaseFile], *, today: date) -> dict[str, int]:
    """How many files deserve a look, by reason: one query."""
    parts = [
        needing(rows, why, today=today)
        .order_by()
        .annotate(why=Value(why, models.CharField(max_length=20)))
        .values("why")
        .annotate(count=Count("pk"))
        .values_list("why", "count")
        for why in Attention.values
    ]
    found: dict[str, int] = dict(parts[0].union(*parts[1:], all=True))
    return {why: found.get(why, 0) for why in Attention.values}
