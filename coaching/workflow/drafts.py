"""A request before it is sent: begun with an address, answered question by question, resumed by a mailed link."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from coaching import emails
from coaching.enums import RequestState
from coaching.models import CoachingRequest
from coaching.workflow import dates, tables
from coaching.workflow.locking import locked
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import next_state

KEPT_FOR = timedelta(days=40)  # links end after thirty
AT_ONCE = 500
CLEANER = "cleaning"
FOUNDER = "founder"  # the name under which somebody without an account stands in the history


@transaction.atomic
def begin_request(*, answers: Mapping[str, Any], language: str, now: datetime) -> CoachingRequest:
    """Keep a draft from the first answer on, mail its resume link, and plan the one nudge of the next working day."""
    request = CoachingRequest(language=language, created_at=now, saved_at=now, **answers)
    request.save()
    record_transition(subject=request, action="begin", from_state="", to_state=request.state, by=FOUNDER, at=now)
    dates.set_nudge(request, by=FOUNDER, now=now)
    emails.queue_draft_saved(request)
    return request


@transaction.atomic
def save_answer(*, request: CoachingRequest, answers: Mapping[str, Any], now: datetime) -> CoachingRequest:
    """Keep answers of a draft. Leaves no line in the history: it is called at every pause in typing."""
    request = locked(request)
    next_state(tables.REQUEST, request.state, "save")
    before = request.email
    for name, value in answers.items():
        setattr(request, name, value)
    if "municipality" in answers:
        request.association = request.municipality.association() if request.municipality else None
    if request.email != before:
        request.confirmed_at = request.confirmation_asked_at = None
        request.save()
        dates.set_nudge(request, by=FOUNDER, now=now)
        dates.recipients_changed(request)
        emails.queue_draft_saved(request)
    request.saved_at = now
    request.version += 1
    request.save()
    return request


@transaction.atomic
def ask_confirmation(*, request: CoachingRequest, now: datetime) -> CoachingRequest:
    """Sent without a proof of work: mail a link whose button sends the request. Until then it stays a draft."""
    request = locked(request)
    next_state(tables.REQUEST, request.state, "ask_confirmation")
    request.confirmation_asked_at = now
    request.save(update_fields=["confirmation_asked_at"])
    emails.queue_confirmation(request)
    return request


def send_links_again(*, email: str) -> int:
    """Mail everybody's own links to an address: drafts to resume, requests to follow. Returns how many were sent."""
    open_ones = CoachingRequest.unscoped.filter(email__iexact=email).exclude(
        state__in=[RequestState.WITHDRAWN, RequestState.FORWARDED]
    )
    found = list(open_ones.order_by("-saved_at", "-pk")[:3])
    for request in found:
        emails.queue_link(request)
    return len(found)


@transaction.atomic
def drop_old_drafts(*, now: datetime) -> int:
    """Delete drafts that nobody has touched for forty days, as their page says; returns how many.

    What was never sent is its founder's own: it leaves no history behind.
    """
    old = CoachingRequest.unscoped.filter(state=RequestState.DRAFT, saved_at__lt=now - KEPT_FOR)
    found = list(old.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
    for request in found:
        dates.cancel(request, dates.NUDGE, by=CLEANER, now=now)
        request.delete()
    return len(found)
