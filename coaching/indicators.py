"""The figures that the mandate asks for, each with the rows behind it.

A figure and its list come from the same rows: every row carries a ``value`` (one where rows are counted), and the figure
is their sum. So the two cannot disagree, whatever is corrected later. Names play no part in them: what is anonymised
counts as before. Jobs planned, promised and proved are figures of their own and are never added up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from coaching.enums import CaseOutcome, CasePhase, CaseState, CheckState, RequestState, SessionState
from coaching.models import CaseFile, CoachingRequest, CommissionSession, Decision, OutcomeCheck, TimeEntry
from promo_portal.core import clock

FILES, REQUESTS, SESSIONS = "files", "requests", "sessions"
COUNT, MINUTES = "count", "minutes"
CREATED = (CaseOutcome.LAUNCHED, CaseOutcome.TAKEN_OVER)


@dataclass(frozen=True)
class Period:
    """Two days, both included, in Zurich."""

    first: date
    last: date

    def instants(self) -> tuple[datetime, datetime]:
        """From the first minute on, up to the first minute after."""
        day_after = self.last + timedelta(days=1)
        return (
            datetime.combine(self.first, time.min, clock.ZURICH),
            datetime.combine(day_after, time.min, clock.ZURICH),
        )

    def of(self, field: str) -> dict[str, Any]:
        """The condition that an instant falls into it."""
        first, end = self.instants()
        return {f"{field}__gte": first, f"{field}__lt": end}


Rows = Callable[[Period], QuerySet[Any]]


@dataclass(frozen=True)
class Indicator:
    """One figure: its name in addresses, its words, what it counts exactly, and its rows."""

    name: str
    group: Any
    label: Any
    definition: Any
    of: str
    rows: Rows
    unit: str = COUNT

    def behind(self, period: Period) -> QuerySet[Any]:
        """The rows, each with its ``value``; those that add nothing are left out."""
        rows = self.rows(period)
        counted = rows if "value" in rows.query.annotations else rows.annotate(value=_one())
        return counted.exclude(value=0)

    def figure(self, period: Period) -> int:
        """The sum of the rows."""
        return int(self.behind(period).order_by().aggregate(total=Sum("value"))["total"] or 0)


def _one() -> Value:
    return Value(1, output_field=IntegerField())


def _requests(period: Period) -> QuerySet[Any]:
    sent = CoachingRequest.objects.exclude(submitted_at=None).exclude(state=RequestState.DRAFT)
    return sent.filter(**period.of("submitted_at")).order_by("submitted_at", "pk")


def _decided(outcome: str) -> Rows:
    def rows(period: Period) -> QuerySet[Any]:
        decided = Decision.objects.filter(outcome=outcome, **period.of("decided_at"))
        return CoachingRequest.objects.filter(pk__in=decided.values("request_id")).order_by("submitted_at", "pk")

    return rows


def _sessions(period: Period) -> QuerySet[Any]:
    over = (SessionState.CLOSED, SessionState.APPROVED)
    held = CommissionSession.objects.filter(state__in=over)
    return held.filter(held_on__gte=period.first, held_on__lte=period.last).order_by("held_on", "pk")


def _files(**conditions: Any) -> Rows:
    return lambda period: CaseFile.objects.filter(**conditions).order_by("opened_at", "pk")


def _opened(period: Period) -> QuerySet[Any]:
    return CaseFile.objects.filter(**period.of("opened_at")).order_by("opened_at", "pk")


def _closed(**conditions: Any) -> Rows:
    def rows(period: Period) -> QuerySet[Any]:
        ended = CaseFile.objects.filter(state=CaseState.CLOSED, **conditions, **period.of("closed_at"))
        return ended.order_by("closed_at", "pk")

    return rows


def _planned_jobs(period: Period) -> QuerySet[Any]:
    return _closed()(period).annotate(value=Coalesce(F("jobs_planned"), 0, output_field=IntegerField()))


def _checked_jobs(field: str) -> Rows:
    """Of each file the newest answer of the period: a company that answers twice in a year has not twice the jobs."""

    def rows(period: Period) -> QuerySet[Any]:
        answers = OutcomeCheck.objects.filter(
            case_file=OuterRef("pk"),
            state=CheckState.ANSWERED,
            **{f"{field}__isnull": False},
            **period.of("answered_at"),
        )
        newest = Subquery(answers.order_by("-months").values(field)[:1], output_field=IntegerField())
        return CaseFile.objects.annotate(value=Coalesce(newest, 0)).order_by("closed_at", "pk")

    return rows


def _hours(period: Period) -> QuerySet[Any]:
    worked = TimeEntry.objects.filter(case_file=OuterRef("pk"), worked_on__gte=period.first, worked_on__lte=period.last)
    minutes = worked.order_by().values("case_file").annotate(total=Sum("minutes")).values("total")
    return CaseFile.objects.annotate(value=Coalesce(Subquery(minutes, output_field=IntegerField()), 0)).order_by(
        "opened_at", "pk"
    )


_ASKED, _TODAY = gettext_lazy("Requests and decisions"), gettext_lazy("Files, as they stand today")
_MOVED, _EFFECT = gettext_lazy("Files in the period"), gettext_lazy("Companies and jobs")

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "requests", _ASKED, gettext_lazy("Requests received"),
        gettext_lazy("All that were sent in the period, whatever became of them."), REQUESTS, _requests,
    ),
    Indicator(
        "accepted", _ASKED, gettext_lazy("Requests accepted"),
        gettext_lazy("By the commission or by circular decision, on a day of the period."),
        REQUESTS, _decided(Decision.Outcome.ACCEPTED),
    ),
    Indicator(
        "refused", _ASKED, gettext_lazy("Requests refused"), gettext_lazy("Decided on a day of the period."),
        REQUESTS, _decided(Decision.Outcome.REFUSED),
    ),
    Indicator(
        "sessions", _ASKED, gettext_lazy("Sessions of the commission"), gettext_lazy("Held and closed."),
        SESSIONS, _sessions,
    ),
    *(
        Indicator(
            f"open-{phase.value.replace('_', '-')}", _TODAY, phase.label,
            gettext_lazy("Open files in this phase, today."), FILES, _files(state=CaseState.OPEN, phase=phase),
        )
        for phase in CasePhase
    ),
    Indicator(
        "paused", _TODAY, gettext_lazy("Paused files"), gettext_lazy("Paused today."), FILES,
        _files(state=CaseState.PAUSED),
    ),
    Indicator(
        "opened", _MOVED, gettext_lazy("Files opened"), gettext_lazy("Opened on a day of the period."), FILES, _opened
    ),
    Indicator(
        "closed", _MOVED, gettext_lazy("Files closed"), gettext_lazy("Closed in the period and not taken up again."),
        FILES, _closed(),
    ),
    Indicator(
        "hours", _MOVED, gettext_lazy("Hours"), gettext_lazy("All minutes of the ledger in the period, with corrections."),
        FILES, _hours, MINUTES,
    ),
    Indicator(
        "created", _EFFECT, gettext_lazy("Companies created or taken over"),
        gettext_lazy("Files closed in the period with that outcome."), FILES, _closed(outcome__in=CREATED),
    ),
    Indicator(
        "turned-round", _EFFECT, gettext_lazy("Existing companies set on their way again"),
        gettext_lazy("Files closed in the period with that outcome."), FILES, _closed(outcome=CaseOutcome.TURNED_ROUND),
    ),
    Indicator(
        "jobs-planned", _EFFECT, gettext_lazy("Jobs planned"),
        gettext_lazy("According to the plan, of the files closed in the period."), FILES, _planned_jobs,
    ),
    Indicator(
        "jobs-promised", _EFFECT, gettext_lazy("Jobs promised"),
        gettext_lazy("In the founders’ newest answers of the period."), FILES, _checked_jobs("jobs_promised"),
    ),
    Indicator(
        "jobs-proved", _EFFECT, gettext_lazy("Jobs proved"),
        gettext_lazy("By a document or a named source, for answers of the period."), FILES, _checked_jobs("jobs_proved"),
    ),
)  # fmt: skip
BY_NAME = {indicator.name: indicator for indicator in INDICATORS}


@dataclass(frozen=True)
class Count:
    """A figure, and of how many rows it is the sum (how few tells whether it may be shown to outsiders)."""

    rows: int = 0
    value: int = 0


def counts(period: Period, *wanted: Indicator) -> dict[int, dict[str, Count]]:
    """The figures by name, of each association in scope that has any, in one statement."""
    found: dict[int, dict[str, Count]] = {}
    parts: list[str] = []
    given: list[Any] = []
    for indicator in wanted:
        rows = indicator.behind(period).order_by().values("association_id", "value")
        try:
            text, values = rows.query.sql_with_params()
        except EmptyResultSet:  # nothing is in scope
            continue
        parts.append(
            "SELECT %s, association_id, count(*), coalesce(sum(value), 0) "  # noqa: S608 - Django's own text
            f"FROM ({text}) AS counted GROUP BY association_id"
        )
        given += [indicator.name, *values]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), given)
            for name, association_id, rows_counted, value in cursor.fetchall():
                found.setdefault(association_id, {})[name] = Count(rows_counted, int(value))
    return found


def figures(period: Period) -> dict[str, int]:
    """All figures by name, of the associations in scope together."""
    found = dict.fromkeys(BY_NAME, 0)
    for one in counts(period, *INDICATORS).values():
        for name, count in one.items():
            found[name] += count.value
    return found


def this_year(today: date) -> Period:
    """From New Year to today."""
    return Period(date(today.year, 1, 1), today)


def whole_year(year: int) -> Period:
    """From New Year to New Year's Eve."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def last_year(today: date) -> Period:
    """The whole year before."""
    return whole_year(today.year - 1)


def past_quarter(today: date) -> Period:
    """The last quarter that has ended."""
    end = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) - timedelta(days=1)
    return Period(date(end.year, end.month - 2, 1), end)
