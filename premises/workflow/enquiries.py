"""What the public asks about an offer: received, taken, answered within the promised days."""

from datetime import datetime, timedelta

from django.db import transaction

from premises import emails
from premises.enums import EnquiryState
from premises.models import Enquiry, Offer
from premises.workflow import dates, tables
from premises.workflow.moving import SENDER, Actor, locked, move
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import next_state
from promo_portal.regions.models import Association

UNCONFIRMED_KEPT = timedelta(days=7)


@transaction.atomic
def send_enquiry(
    *,
    offer: Offer,
    name: str,
    email: str,
    phone: str = "",
    message: str = "",
    language: str = "fr",
    proved: bool = True,
    now: datetime,
) -> Enquiry:
    """Ask about an offer, on behalf of the association that keeps it.

    Without a proof of work (``proved``) the enquiry waits until its sender has pressed the button of a mail.
    """
    with association_scope(offer.association_id):
        enquiry = Enquiry(
            offer=offer, name=name, email=email, phone=phone, message=message, language=language, created_at=now
        )
        enquiry.save()
        if proved:
            _receive(enquiry, now=now)
        else:
            emails.queue_confirm_enquiry(enquiry)
    return enquiry


@transaction.atomic
def confirm_enquiry(*, enquiry: Enquiry, now: datetime) -> Enquiry:
    """The sender has pressed the button in their mailbox: the enquiry is received."""
    with association_scope(enquiry.association_id):
        enquiry = locked(enquiry)
        next_state(tables.ENQUIRY, enquiry.state, "confirm")
        return _receive(enquiry, now=now)


def _receive(enquiry: Enquiry, *, now: datetime) -> Enquiry:
    """Promise an answer, and tell both sides."""
    today = now.astimezone(clock.ZURICH).date()
    promised = dates.answer_day(enquiry.association_id, from_day=today)
    move(enquiry, tables.ENQUIRY, "confirm", by=SENDER, now=now, received_at=now, answer_by=promised)
    dates.set_answer(enquiry, by=SENDER, now=now)
    emails.queue_received(enquiry)
    emails.queue_new_enquiry(enquiry)
    return enquiry


@transaction.atomic
def take_enquiry(*, enquiry: Enquiry, by: User, now: datetime) -> Enquiry:
    """Somebody of the association answers it."""
    enquiry = move(locked(enquiry), tables.ENQUIRY, "take", by=by, now=now, handler=by)
    dates.handler_changed(enquiry)
    return enquiry


@transaction.atomic
def answer_enquiry(*, enquiry: Enquiry, how: str, by: User, now: datetime) -> Enquiry:
    """The sender has had an answer, by phone or mail; ``how`` is what staff read later."""
    enquiry = locked(enquiry)
    handler = enquiry.handler or by
    enquiry = move(enquiry, tables.ENQUIRY, "answer", by=by, now=now, reason=how, answered_at=now, handler=handler)
    dates.close_answer(enquiry, by=by, now=now)
    return enquiry


@transaction.atomic
def drop_enquiry(*, enquiry: Enquiry, reason: str, by: Actor, now: datetime) -> Enquiry:
    """No answer is owed: a robot, a double, a withdrawal."""
    enquiry = move(locked(enquiry), tables.ENQUIRY, "drop", by=by, now=now, reason=reason)
    dates.close_answer(enquiry, by=by, now=now)
    return enquiry


@transaction.atomic
def reopen_enquiry(*, enquiry: Enquiry, reason: str = "", by: User, now: datetime) -> Enquiry:
    """Take an enquiry up again, with a new promise."""
    enquiry, today = locked(enquiry), now.astimezone(clock.ZURICH).date()
    promised = dates.answer_day(enquiry.association_id, from_day=today)
    values = {"answered_at": None, "answer_by": promised, "handler": by, "received_at": enquiry.received_at or now}
    enquiry = move(enquiry, tables.ENQUIRY, "reopen", by=by, now=now, reason=reason, **values)
    dates.set_answer(enquiry, by=by, now=now)
    return enquiry


@transaction.atomic
def forget_unconfirmed(*, now: datetime) -> int:
    """Delete enquiries whose sender never pressed the button: they were never sent to us."""
    with association_scope(*Association.objects.order_by("pk").values_list("pk", flat=True)):
        old = Enquiry.objects.filter(state=EnquiryState.UNCONFIRMED, created_at__lt=now - UNCONFIRMED_KEPT)
        return old.delete()[0]
