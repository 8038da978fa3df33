"""The network at work: a specialist is entered, proposed for a file, agreed to by its founder, and reports back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from coaching.enums import EngagementState
from coaching.models import CaseDocument, CaseFile, Engagement, SharedDocument, Specialist, SpecialistTerms
from coaching.workflow import tables
from coaching.workflow.locking import locked, save
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.regions.models import Association


class NotTheirConsent(Exception):
    """Only the founder of the file agrees to who reads it."""


@transaction.atomic
def enter_specialist(
    *, association: Association, profile: Mapping[str, Any], terms: Mapping[str, Any], by: User, now: datetime
) -> Specialist:
    """Take somebody into the association's network: the public profile, and the terms that only the association knows."""
    specialist = Specialist(association=association, **profile)
    specialist.full_clean()
    specialist.save()
    SpecialistTerms.objects.create(association=association, specialist=specialist, **terms)
    record_transition(subject=specialist, action="enter", from_state="", to_state="", by=by, at=now)
    return specialist


@transaction.atomic
def propose_engagement(
    *,
    case: CaseFile,
    specialist: Specialist,
    field: str,
    mandate: str,
    hours: Decimal = Decimal(1),
    by: User,
    now: datetime,
) -> Engagement:
    """Propose a specialist for a file. Nothing of it is shown to them before the founder has agreed."""
    case = locked(case)
    next_state(tables.CASE, case.state, "edit")
    if not specialist.is_active or specialist.association_id != case.association_id:
        raise TransitionRefused("propose", case.state)
    engagement = Engagement(
        association_id=case.association_id,
        case_file=case,
        specialist=specialist,
        field=field,
        mandate=mandate,
        hours_agreed=hours,
        proposed_by=by,
        proposed_at=now,
    )
    engagement.save()
    record_transition(subject=engagement, action="propose", from_state="", to_state=engagement.state, by=by, at=now)
    return engagement


def _move(engagement: Engagement, action: str, *fields: str, by: User, now: datetime, reason: str = "") -> Engagement:
    before, engagement.state = engagement.state, next_state(tables.ENGAGEMENT, engagement.state, action)
    save(engagement, "state", *fields)
    record_transition(
        subject=engagement, action=action, from_state=before, to_state=engagement.state, by=by, reason=reason, at=now
    )
    return engagement


@transaction.atomic
def consent_to_engagement(
    *, engagement: Engagement, words: str, documents: Collection[CaseDocument] = (), by: User, now: datetime
) -> Engagement:
    """The founder agrees to this very person, in these words, and chooses what that person may read."""
    engagement = locked(engagement)
    if by.pk != engagement.case_file.founder_id:
        raise NotTheirConsent
    engagement.consent_text, engagement.consented_at = words, now
    _move(engagement, "consent", "consent_text", "consented_at", by=by, now=now)
    for document in documents:
        if document.case_file_id == engagement.case_file_id:
            SharedDocument.objects.create(
                association_id=engagement.association_id, engagement=engagement, document=document
            )
    return engagement


@transaction.atomic
def decline_engagement(*, engagement: Engagement, reason: str = "", by: User, now: datetime) -> Engagement:
    """The founder does not want this person, or the specialist cannot take it on."""
    engagement = locked(engagement)
    action = "refuse" if engagement.state == EngagementState.CONSENTED else "decline"
    return _end(engagement, action, reason, by=by, now=now)


@transaction.atomic
def accept_engagement(*, engagement: Engagement, by: User, now: datetime) -> Engagement:
    """The specialist takes it on; from now on what was shared is open to them."""
    engagement = locked(engagement)
    engagement.accepted_at = now
    return _move(engagement, "accept", "accepted_at", by=by, now=now)


@transaction.atomic
def report_engagement(*, engagement: Engagement, report: str, by: User, now: datetime) -> Engagement:
    """What the specialist found, for coach and founder."""
    engagement = locked(engagement)
    engagement.report, engagement.reported_at = report, now
    return _move(engagement, "report", "report", "reported_at", by=by, now=now)


@transaction.atomic
def end_engagement(*, engagement: Engagement, reason: str = "", by: User, now: datetime) -> Engagement:
    """The work is done; the specialist reads nothing more."""
    return _end(locked(engagement), "end", reason, by=by, now=now)


@transaction.atomic
def revoke_consent(*, engagement: Engagement, reason: str = "", by: User, now: datetime) -> Engagement:
    """The founder takes the consent back; it counts from the next request on."""
    engagement = locked(engagement)
    if by.pk != engagement.case_file.founder_id:
        raise NotTheirConsent
    return _end(engagement, "revoke", reason, by=by, now=now)


@transaction.atomic
def cancel_engagement(*, engagement: Engagement, reason: str, by: User, now: datetime) -> Engagement:
    """The association no longer needs the specialist."""
    return _end(locked(engagement), "cancel", reason, by=by, now=now)


def _end(engagement: Engagement, action: str, reason: str, *, by: User, now: datetime) -> Engagement:
    engagement.ended_at, engagement.end_reason = now, reason
    return _move(engagement, action, "ended_at", "end_reason", by=by, now=now, reason=reason)


@transaction.atomic
def rate_engagement(*, engagement: Engagement, satisfaction: int, by: User, now: datetime) -> Engagement:
    """How satisfied the founder was, from 1 to 5."""
    engagement = locked(engagement)
    engagement.satisfaction = satisfaction
    return _move(engagement, "rate", "satisfaction", by=by, now=now)
