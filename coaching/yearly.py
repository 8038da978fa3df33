"""What the commission did in a year, in figures: sessions, quorum, decisions by kind, and how long founders waited."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coaching.enums import ItemState, SessionState
from coaching.models import AgendaItem, CoachingRequest, CommissionSession, Decision
from promo_portal.core import clock
from promo_portal.core.formats import words


@dataclass(frozen=True)
class SessionLine:
    """One session of the year."""

    session: CommissionSession
    invited: int
    present: int
    accepted: int
    refused: int
    postponed: int

    @property
    def has_quorum(self) -> bool:
        """Whether enough members were there."""
        return self.present >= self.session.quorum


@dataclass(frozen=True)
class Year:
    """The figures of one year of one association."""

    year: int
    sessions: list[SessionLine]
    called_off: int
    received: int
    decisions: dict[tuple[str, str], int]
    waits: list[int] = field(default_factory=list)  # days from sending to deciding
    late: int = 0

    @property
    def decided(self) -> int:
        """Requests that were answered with yes or no."""
        return sum(self.decisions.values())

    def of(self, outcome: str) -> int:
        """Decisions of one kind, whoever took them."""
        return sum(count for (found, _way), count in self.decisions.items() if found == outcome)

    def rows(self) -> list[tuple[str, str]]:
        """The figures as words, in the order in which a board reads them."""
        meetings = [line for line in self.sessions if not line.session.is_circular]
        circular = len(self.sessions) - len(meetings)
        reached = sum(line.has_quorum for line in self.sessions)
        late = _("%(late)s of %(all)s") % {"late": self.late, "all": self.decided}
        return [
            (_("Sessions held"), words.number(len(meetings))),
            (_("Circular decisions of the members"), words.number(circular)),
            (_("Sessions called off"), words.number(self.called_off)),
            (_("Quorum reached"), _("%(n)s of %(all)s") % {"n": reached, "all": len(self.sessions)}),
            (_("Requests received"), words.number(self.received)),
            (_("Requests decided"), words.number(self.decided)),
            (pgettext("requests", "Accepted"), words.number(self.of("accepted"))),
            (pgettext("requests", "Refused"), words.number(self.of("refused"))),
            (_("Put off by a session"), words.number(sum(line.postponed for line in self.sessions))),
            (_("Decided by the commission"), words.number(self._by("commission"))),
            (_("Decided by circular"), words.number(self._by("circular"))),
            (_("Days until the decision, mean"), words.number(round(self.mean_wait)) if self.waits else "–"),
            (_("Days until the decision, median"), words.number(round(median(self.waits))) if self.waits else "–"),
            (_("Answered after the promised day"), late),
        ]

    def _by(self, way: str) -> int:
        return sum(count for (_outcome, found), count in self.decisions.items() if found == way)

    @property
    def mean_wait(self) -> float:
        """Days from sending to deciding."""
        return sum(self.waits) / len(self.waits) if self.waits else 0


def years_with_sessions() -> list[int]:
    """The years that there is something to tell of, newest first; always this one."""
    found = {day.year for day in CommissionSession.objects.order_by().dates("held_on", "year")}
    return sorted({*found, clock.today().year}, reverse=True)


def year_of(year: int) -> Year:
    """Gather the figures of a year within the scope in force; five queries."""
    first = datetime.combine(date(year, 1, 1), time(0), clock.ZURICH)
    end = datetime.combine(date(year + 1, 1, 1), time(0), clock.ZURICH)
    held = CommissionSession.objects.filter(held_on__year=year)
    over = held.filter(state__in=[SessionState.CLOSED, SessionState.APPROVED]).order_by("held_on", "pk")
    seats = over.annotate(invited=Count("seats"), here=Count("seats", filter=Q(seats__is_present=True)))
    items = Counter(
        AgendaItem.objects.filter(session__in=over).order_by().values_list("session_id", "state", "outcome")
    )

    def count(session: CommissionSession, state: str, outcome: str | None = None) -> int:
        return sum(
            number
            for (pk, found, said), number in items.items()
            if pk == session.pk and found == state and outcome in {None, said}
        )

    decisions = Decision.objects.filter(decided_at__gte=first, decided_at__lt=end).select_related("request")
    decided = list(decisions.order_by("decided_at", "pk"))
    return Year(
        year=year,
        sessions=[
            SessionLine(
                session=row,
                invited=row.invited,
                present=row.here,
                accepted=count(row, ItemState.DECIDED, "accept"),
                refused=count(row, ItemState.DECIDED, "refuse"),
                postponed=count(row, ItemState.POSTPONED),
            )
            for row in seats
        ],
        called_off=held.filter(state=SessionState.CANCELLED).count(),
        received=CoachingRequest.objects.filter(submitted_at__gte=first, submitted_at__lt=end).count(),
        decisions=dict(Counter((row.outcome, row.way) for row in decided)),
        waits=[_day(row.decided_at, row) - _day(row.request.submitted_at, row) for row in decided],
        late=sum(_is_late(row) for row in decided),
    )


def _day(moment: datetime | None, row: Decision) -> int:
    return (moment or row.decided_at).astimezone(clock.ZURICH).date().toordinal()


def _is_late(row: Decision) -> bool:
    promised: Any = row.request.answer_by
    return promised is not None and row.decided_at.astimezone(clock.ZURICH).date() > promised
