"""Specialists at work: proposed, agreed to, reporting, rated, declined and revoked."""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from coaching.enums import TimeKind
from coaching.models import (
    CaseDocument,
    CaseFile,
    Engagement,
    FinancialPlan,
    Specialist,
)
from coaching.models.specialists import OPEN_ENGAGEMENTS
from coaching.workflow.engagements import (
    accept_engagement,
    consent_to_engagement,
    decline_engagement,
    end_engagement,
    propose_engagement,
    rate_engagement,
    report_engagement,
    revoke_consent,
)
from coaching.workflow.ledger import book_time
from promo_portal.core import clock
from promo_portal.demo.episodes.files import case_of
from promo_portal.demo.episodes.story import Moments, Stage

WENT = ("proposed", "consented", "active", "reported", "rated")


def engagement(stage: Stage, row: dict[str, Any]) -> Moments:
    """Each step a few days after the one before, as far as it went."""
    day, went, at = row["proposed"], row["went"], stage.in_order()
    yield at(day), partial(_propose, row)
    if went == "declined":
        yield at(day - 2), partial(_step, row, _decline)
        return
    reached = WENT.index(went) if went in WENT else WENT.index("active")
    steps = ((2, _consent), (4, _accept), (17, _report), (20, _rate))
    for after, act in steps[:reached]:
        yield at(day - after), partial(_step, row, act)
    if went == "revoked":
        yield at(day - 9), partial(_step, row, _revoke)


def _propose(row: dict[str, Any], now: datetime) -> None:
    case = case_of(row)
    if case is None:
        return
    specialist = Specialist.objects.get(association=case.association, last_name=row["specialist"])
    propose_engagement(
        case=case, specialist=specialist, field=row["field"], mandate=row["mandate"], hours=Decimal(row["hours"]),
        by=case.lead, now=now,
    )  # fmt: skip


def _step(row: dict[str, Any], act: Any, now: datetime) -> None:
    case = case_of(row)
    if case is None:
        return
    related = ("specialist__user", "specialist__terms")
    found = Engagement.objects.select_related(*related).get(case_file=case, specialist__last_name=row["specialist"])
    if act is _rate or found.state in OPEN_ENGAGEMENTS:  # a file that was closed meanwhile has ended them all
        act(row, case, found, now)


def _consent(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    words = f"{case.association}, {engagement.specialist}: {row['mandate']}"
    documents = list(CaseDocument.objects.filter(case_file=case).order_by("pk")[:1])
    shares_plan = FinancialPlan.objects.filter(case_file=case).exists()
    consent_to_engagement(
        engagement=engagement, words=words, documents=documents, shares_plan=shares_plan, by=case.founder, now=now
    )


def _decline(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    decline_engagement(engagement=engagement, by=case.founder, now=now)


def _accept(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    accept_engagement(engagement=engagement, by=engagement.specialist.user or case.lead, now=now)


def _revoke(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    revoke_consent(engagement=engagement, by=case.founder, now=now)


def _report(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    by = engagement.specialist.user or case.lead
    report_engagement(engagement=engagement, report=row["report"], hours=engagement.hours_agreed, by=by, now=now)


def _rate(row: dict[str, Any], case: CaseFile, engagement: Engagement, now: datetime) -> None:
    """The work ends with the bill, without the first hour where that is free, and the founder's word on it."""
    terms = engagement.specialist.terms
    hours = engagement.hours_agreed - (1 if terms.is_first_hour_free else 0)
    if engagement.state in OPEN_ENGAGEMENTS:
        engagement = end_engagement(engagement=engagement, by=case.lead, now=now)
    book_time(
        case=case, kind=TimeKind.SPECIALIST, worked_on=now.astimezone(clock.ZURICH).date(),
        minutes=int(engagement.hours_agreed * 60), amount=hours * (terms.hourly_rate or 0), engagement=engagement,
        person=engagement.specialist.user or case.lead, note=str(engagement.specialist), by=case.lead, now=now,
    )  # fmt: skip
    rate_engagement(engagement=engagement, satisfaction=5 if len(row["report"]) % 2 else 4, by=case.founder, now=now)
