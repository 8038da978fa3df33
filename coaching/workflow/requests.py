"""What becomes of a request that was sent: taken up, withdrawn, refused or forwarded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coaching import emails
from coaching.enums import Channel, RequestState
from coaching.models import CoachingRequest, CommissionSession, Decision
from coaching.workflow import dates, tables
from coaching.workflow.agenda import leave_agenda
from coaching.workflow.drafts import FOUNDER
from coaching.workflow.locking import locked, save
from coaching.workflow.references import request_reference
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.transitions import next_state
from promo_portal.regions.models import Association, Municipality

REQUIRED = ("first_name", "last_name", "email", "municipality", "stage", "idea", "need")


class NotReady(Exception):
    """The request cannot be sent yet; ``missing`` names the answers that lack."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


def association_of(request: CoachingRequest) -> Association:
    """Who answers for a request that is complete."""
    assert request.association is not None
    return request.association


def missing_answers(request: CoachingRequest) -> list[str]:
    """The names of required answers that are empty, and "association" where no association covers the municipality."""
    missing = [name for name in REQUIRED if not getattr(request, name)]
    if request.municipality and not request.association_id:
        missing.append("association")
    return missing


@transaction.atomic
def submit_request(*, request: CoachingRequest, now: datetime, confirmed: bool = False) -> CoachingRequest:
    """Send the request: a reference, a date for the answer that reminds the manager, a mail to each side.

    ``confirmed`` says that the founder's mailbox was proved to be theirs.
    """
    request = locked(request)
    next_state(tables.REQUEST, request.state, "submit")
    if missing := missing_answers(request):
        raise NotReady(missing)
    if confirmed:
        request.confirmed_at = now
    dates.cancel(request, dates.NUDGE, by=FOUNDER, now=now)
    _send(request, action="submit", by=FOUNDER, now=now)
    emails.queue_received(request)
    return request


def _send(request: CoachingRequest, *, action: str, by: User | str, now: datetime) -> None:
    """Give a complete request its number and its date, and tell the association."""
    today = now.astimezone(clock.ZURICH).date()
    association = association_of(request)
    before = request.state if request.pk else ""
    request.state = RequestState.SUBMITTED
    request.reference = request_reference(today.year)
    request.submitted_at, request.consented_at = now, request.consented_at or now
    request.answer_by = dates.answer_day(association, from_day=today)
    request.version += 1
    request.save()
    record_transition(subject=request, action=action, from_state=before, to_state=request.state, by=by, at=now)
    dates.set_answer(request, by=by, now=now)
    emails.queue_new_request(request)


@transaction.atomic
def enter_request(
    *, answers: Mapping[str, Any], channel: str, association: Association, by: User, now: datetime
) -> CoachingRequest:
    """Type in a request that came by phone or on paper; it becomes the same thing as one sent online.

    The person entering it vouches that the founder agreed (form field), which counts as the consent.
    """
    if channel == Channel.ONLINE:
        msg = "a request typed in by staff came by phone or on paper"
        raise ValueError(msg)
    request = CoachingRequest(channel=channel, association=association, created_at=now, saved_at=now, **answers)
    if missing := missing_answers(request):
        raise NotReady(missing)
    _send(request, action="enter", by=by, now=now)
    emails.queue_received(request)
    return request


@transaction.atomic
def take_into_review(*, request: CoachingRequest, by: User, now: datetime) -> CoachingRequest:
    """Somebody of the association takes the request; the founder sees that it is being read."""
    request = locked(request)
    before, request.state = request.state, next_state(tables.REQUEST, request.state, "review")
    request.reviewer = by
    save(request, "state", "reviewer")
    record_transition(subject=request, action="review", from_state=before, to_state=request.state, by=by, at=now)
    dates.recipients_changed(request)
    return request


@transaction.atomic
def withdraw_request(
    *, request: CoachingRequest, by: User | str = FOUNDER, reason: str = "", now: datetime
) -> CoachingRequest:
    """The founder takes the request back; nobody works on it any more, and the association learns it."""
    request = locked(request)
    before, request.state = request.state, next_state(tables.REQUEST, request.state, "withdraw")
    save(request, "state")
    record_transition(
        subject=request, action="withdraw", from_state=before, to_state=request.state, by=by, reason=reason, at=now
    )
    if before == RequestState.ON_AGENDA:
        leave_agenda(request, by=by, now=now)
    dates.cancel(request, dates.ANSWER, by=by, now=now)
    dates.cancel(request, dates.NUDGE, by=by, now=now)
    if before != RequestState.DRAFT:
        emails.queue_withdrawn(request)
    return request


@transaction.atomic
def refuse_request(
    *,
    request: CoachingRequest,
    reasons: str,
    addresses: str = "",
    by: User,
    now: datetime,
    version: int | None = None,
    session: CommissionSession | None = None,
) -> CoachingRequest:
    """Refuse, with the reasons that the founder reads, and tell them how to have the decision looked at again.

    ``addresses`` says who may help instead.
    """
    request = locked(request, version=version)
    before, request.state = request.state, next_state(tables.REQUEST, request.state, "refuse")
    save(request, "state")
    if before == RequestState.ON_AGENDA and session is None:
        leave_agenda(request, by=by, now=now)
    Decision.objects.create(
        association_id=association_of(request).pk,
        request=request,
        outcome=Decision.Outcome.REFUSED,
        way=Decision.Way.COMMISSION if session and not session.is_circular else Decision.Way.CIRCULAR,
        session=session,
        reasons=reasons,
        addresses=addresses,
        decided_by=by,
        decided_at=now,
    )
    record_transition(
        subject=request, action="refuse", from_state=before, to_state=request.state, by=by, reason=reasons, at=now
    )
    dates.close(request, dates.ANSWER, by=by, now=now)
    emails.queue_refused(request)
    return request


@transaction.atomic
def forward_request(
    *,
    request: CoachingRequest,
    municipality: Municipality,
    consent: str,
    by: User,
    now: datetime,
    version: int | None = None,
) -> CoachingRequest:
    """Hand the request to the association that answers for ``municipality``; ``consent`` says how the founder agreed.

    The other association gets a request of its own with a number and a date for the answer; ours stays as a record.
    Returns the new one.
    """
    request = locked(request, version=version)
    state = next_state(tables.REQUEST, request.state, "forward")
    association = municipality.association()
    if association is None or association.pk == request.association_id:
        raise NotReady(["municipality"])
    before = request.state
    copied = ("channel", "first_name", "last_name", "email", "phone", "language", "stage", "idea", "start", "need")
    forwarded = CoachingRequest(
        association=association,
        municipality=municipality,
        created_at=request.created_at,
        saved_at=now,
        consented_at=now,
        confirmed_at=request.confirmed_at,
        need_detail=request.need_detail,
        **{name: getattr(request, name) for name in copied},
    )
    _send(forwarded, action="forward_in", by=by, now=now)
    request.state, request.forwarded_to = state, forwarded
    save(request, "state", "forwarded_to")
    record_transition(
        subject=request,
        action="forward",
        from_state=before,
        to_state=state,
        by=by,
        reason=_("To %(association)s. Consent: %(consent)s") % {"association": association, "consent": consent},
        at=now,
    )
    dates.close(request, dates.ANSWER, by=by, now=now)
    emails.queue_forwarded(request)
    return forwarded
