"""How long coaching keeps names, and why: one table, read by the nightly work and by the manager's page.

Periods begin with the day that each rule names. What is removed: names, addresses, everything that somebody wrote, all
documents with their bytes, the addresses and subjects of mails. What stays: numbers, states, dates, places, amounts and
minutes, so that every indicator is the same before and after; and who of the staff opened what, which the access log must
tell for as long as it is kept.

Sources: Swiss Federal Act on Data Protection, art. 6 para. 4 (personal data are destroyed or anonymised as soon as they
are no longer needed); Swiss Code of Obligations, art. 958f (accounts are kept for ten years: the ledger keeps its amounts,
without words); the mandate's last check after 36 months, with two years for its proofs.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, DateTimeField, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy

from coaching.enums import CaseState, CheckState, RequestState
from coaching.models import CoachingRequest, OutcomeCheck
from coaching.workflow.checks import months_after
from promo_portal.core import clock

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Rule:
    """One kind of record, and how many months its names are kept from a day on."""

    name: str
    label: Any
    months: int
    since: Any
    source: Any


REQUESTS = Rule(
    "requests",
    gettext_lazy("Requests that led to no file"),
    24,
    gettext_lazy("from the day they were sent"),
    gettext_lazy("Federal Act on Data Protection, art. 6 para. 4"),
)
FILES = Rule(
    "files",
    gettext_lazy("Closed files"),
    60,
    gettext_lazy("from the closing, and not before the last check"),
    gettext_lazy("Mandate: checks up to 36 months, two years for their proofs"),
)
RULES = (REQUESTS, FILES)
ENDED_REQUESTS = (RequestState.REFUSED, RequestState.WITHDRAWN, RequestState.FORWARDED)


def _months_before(day: date, months: int) -> date:
    return months_after(day, -months)


def candidates() -> QuerySet[CoachingRequest]:
    """Everything with names that has come to its end, with the day from which its period counts (``since``)."""
    waiting = OutcomeCheck.objects.filter(state__in=(CheckState.PLANNED, CheckState.ASKED)).order_by()
    ended_file = Q(case_file__state=CaseState.CLOSED)
    ended_request = Q(case_file=None, state__in=ENDED_REQUESTS)
    sent = TruncDate(Coalesce("submitted_at", "saved_at", output_field=DateTimeField()), tzinfo=clock.ZURICH)
    closed = TruncDate(F("case_file__closed_at"), tzinfo=clock.ZURICH)
    rows = CoachingRequest.objects.filter(ended_file | ended_request, anonymised_at=None)
    rows = rows.exclude(case_file__in=waiting.values("case_file_id"))
    return rows.annotate(since=Coalesce(closed, sent, output_field=DateField())).order_by("since", "pk")


def due(on: date) -> QuerySet[CoachingRequest]:
    """Those whose period has ended by that day, held ones included."""
    files = Q(case_file__isnull=False, since__lte=_months_before(on, FILES.months))
    requests = Q(case_file=None, since__lte=_months_before(on, REQUESTS.months))
    return candidates().filter(files | requests)


def held(on: date) -> Q:
    """What somebody keeps longer, with a reason and a last day."""
    return Q(hold_until__gte=on)


def day_of(row: Any) -> date:
    """When the names of a candidate fall away by the rule."""
    rule = FILES if getattr(row, "case_file", None) is not None else REQUESTS
    return months_after(row.since, rule.months)
