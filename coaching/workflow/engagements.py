"""The network at work: a specialist is entered, proposed for a file, agreed to by its founder, and reports back."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coaching import emails
from coaching.enums import EngagementState
from coaching.models import CaseDocument, CaseFile, Engagement, SharedDocument, Specialist, SpecialistTerms
from coaching.models.specialists import OPEN_ENGAGEMENTS, READING_ENGAGEMENTS
from coaching.workflow import dates, tables
from coaching.workflow.agreements import has_agreement
from coaching.workflow.locking import locked, save
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.regions.models import Association

ANSWER_WITHIN, REPORT_WITHIN, RATE_WITHIN = timedelta(days=7), timedelta(days=30), timedelta(days=10)
PROFILE = (
    *("company", "website", "expertise", "languages", "about_fr", "about_de", "about_en"),
    *("public_rate", "offers_free_hour", "is_published"),
)


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
    agreed = SpecialistTerms.objects.create(association=association, specialist=specialist, **terms)
    record_transition(subject=specialist, action="enter", from_state="", to_state="", by=by, at=now)
    dates.set_agreement(agreed, by=by, now=now)
    return specialist


@transaction.atomic
def edit_profile(*, specialist: Specialist, values: Mapping[str, Any], by: User, now: datetime) -> Specialist:
    """A specialist writes their own public profile. To publish it is their agreement, with its day; to hide it ends it."""
    specialist = Specialist.objects.select_for_update().get(pk=specialist.pk)
    changed = [name for name in PROFILE if name in values and getattr(specialist, name) != values[name]]
    for name in changed:
        setattr(specialist, name, values[name])
    agreed = specialist.agreed_public_on or now.astimezone(clock.ZURICH).date()
    specialist.agreed_public_on = agreed if specialist.is_published else None
    specialist.full_clean()
    specialist.save()
    if changed:
        labels = ", ".join(str(specialist._meta.get_field(name).verbose_name) for name in changed)  # type: ignore[union-attr]
        record_transition(subject=specialist, action="edit", from_state="", to_state="", by=by, reason=labels, at=now)
    return specialist


def _in(now: datetime, within: timedelta) -> date:
    return now.astimezone(clock.ZURICH).date() + within


@transaction.atomic
def propose_engagement(
    *,
    case: CaseFile,
    specialist: Specialist,
    field: str,
    mandate: str,
    hours: Decimal = Decimal(1),
    report_by: date | None = None,
    by: User,
    now: datetime,
) -> Engagement:
    """Propose a specialist for a file. Nothing of it is shown to them before the founder has agreed."""
    case = locked(case)
    next_state(tables.CASE, case.state, "edit")
    if not specialist.is_active or specialist.association_id != case.association_id:
        raise TransitionRefused("propose", case.state)
    if not has_agreement(specialist, on=now.astimezone(clock.ZURICH).date()):
        raise ValidationError(_("The agreement with this specialist has ended."))
    engagement = Engagement(
        association_id=case.association_id,
        case_file=case,
        specialist=specialist,
        field=field,
        mandate=mandate,
        hours_agreed=hours,
        report_by=report_by,
        proposed_by=by,
        proposed_at=now,
    )
    engagement.save()
    record_transition(subject=engagement, action="propose", from_state="", to_state=engagement.state, by=by, at=now)
    dates.set_engagement(engagement, _in(now, ANSWER_WITHIN), by=by, now=now)
    emails.queue_engagement_proposed(engagement)
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
    *,
    engagement: Engagement,
    words: str,
    documents: Collection[CaseDocument] = (),
    shares_plan: bool = False,
    by: User,
    now: datetime,
) -> Engagement:
    """The founder agrees to this very person, in these words, and chooses what that person may read: documents, the plan."""
    engagement = locked(engagement)
    if by.pk != engagement.case_file.founder_id:
        raise NotTheirConsent
    engagement.consent_text, engagement.consented_at, engagement.shares_plan = words, now, shares_plan
    _move(engagement, "consent", "consent_text", "consented_at", "shares_plan", by=by, now=now)
    for document in documents:
        if document.case_file_id == engagement.case_file_id:
            SharedDocument.objects.create(
                association_id=engagement.association_id, engagement=engagement, document=document
            )
    dates.set_engagement(engagement, _in(now, ANSWER_WITHIN), by=by, now=now)
    emails.queue_engagement_asked(engagement)
    return engagement


@transaction.atomic
def decline_engagement(*, engagement: Engagement, reason: str = "", by: User, now: datetime) -> Engagement:
    """The founder does not want this person, or the specialist cannot take it on."""
    engagement = locked(engagement)
    action = "refuse" if engagement.state == EngagementState.CONSENTED else "decline"
    engagement = _end(engagement, action, reason, by=by, now=now)
    emails.queue_engagement_declined(engagement)
    return engagement


@transaction.atomic
def accept_engagement(*, engagement: Engagement, by: User, now: datetime) -> Engagement:
    """The specialist takes it on; from now on what was shared is open to them."""
    engagement = locked(engagement)
    engagement.accepted_at = now
    engagement.report_by = engagement.report_by or _in(now, REPORT_WITHIN)
    engagement = _move(engagement, "accept", "accepted_at", "report_by", by=by, now=now)
    dates.set_engagement(engagement, max(engagement.report_by or date.min, _in(now, timedelta(1))), by=by, now=now)
    emails.queue_engagement_accepted(engagement)
    return engagement


@transaction.atomic
def report_engagement(
    *, engagement: Engagement, report: str, hours: Decimal | None = None, by: User, now: datetime
) -> Engagement:
    """What the specialist found and how long it took, for coach and founder; the founder is asked how it went."""
    engagement = locked(engagement)
    engagement.report, engagement.reported_at, engagement.hours_reported = report, now, hours
    engagement = _move(engagement, "report", "report", "reported_at", "hours_reported", by=by, now=now)
    dates.set_engagement(engagement, _in(now, RATE_WITHIN), by=by, now=now)
    emails.queue_engagement_reported(engagement)
    return engagement


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


@transaction.atomic
def end_all_engagements(*, case: CaseFile, reason: str, by: User, now: datetime) -> None:
    """The coaching is over: nobody of the network reads the file any more."""
    for found in Engagement.objects.filter(case_file=case, state__in=OPEN_ENGAGEMENTS).order_by("pk"):
        action = "end" if found.state in READING_ENGAGEMENTS else "cancel"
        _end(locked(found), action, reason, by=by, now=now)


def _end(engagement: Engagement, action: str, reason: str, *, by: User, now: datetime) -> Engagement:
    was_working = engagement.state in (EngagementState.CONSENTED, *READING_ENGAGEMENTS)
    engagement.ended_at, engagement.end_reason = now, reason
    engagement = _move(engagement, action, "ended_at", "end_reason", by=by, now=now, reason=reason)
    dates.cancel(engagement, dates.ENGAGEMENT, by=by, now=now)
    if was_working and action != "refuse":
        emails.queue_engagement_ended(engagement)
    return engagement


@transaction.atomic
def rate_engagement(
    *, engagement: Engagement, satisfaction: int, words: str = "", by: User, now: datetime
) -> Engagement:
    """How satisfied the founder was, from 1 to 5; said again, it replaces what was said."""
    engagement = locked(engagement)
    if by.pk != engagement.case_file.founder_id:
        raise NotTheirConsent
    if (engagement.satisfaction, engagement.satisfaction_text) == (satisfaction, words):
        return engagement
    engagement.satisfaction, engagement.satisfaction_text, engagement.rated_at = satisfaction, words, now
    engagement = _move(engagement, "rate", "satisfaction", "satisfaction_text", "rated_at", by=by, now=now)
    dates.close(engagement, dates.ENGAGEMENT, by=by, now=now)
    return engagement
