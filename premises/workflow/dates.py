"""Dates of premises in the deadline engine: the owner's monthly confirmation, the promised answer to an enquiry."""

from datetime import date, datetime

from django.conf import settings

from premises.models import Enquiry, Offer
from premises.models.offer import ON_THE_MARKET
from premises.workflow.moving import Actor
from promo_portal.reminders.calendar import add_working_days
from promo_portal.reminders.planning import closing_days
from promo_portal.reminders.workflow import (
    cancel_deadline,
    close_deadline,
    move_deadline,
    open_deadline,
    replan,
    set_deadline,
)

CONFIRM, ANSWER = "premises.confirm", "premises.answer"


def answer_day(association_id: int, *, from_day: date) -> date:
    """Until when an enquiry of a day is answered, in working days of the association's calendar."""
    return add_working_days(from_day, settings.PREMISES_ANSWER_WITHIN_DAYS, closing_days(association_id))


def _agree(subject: Offer | Enquiry, kind: str, on: date, *, by: Actor, now: datetime) -> None:
    existing = open_deadline(subject, kind)
    if existing is None:
        set_deadline(subject=subject, kind=kind, on=on, by=by, now=now)
    else:
        move_deadline(deadline=existing, on=on, by=by, now=now)


def set_confirm(offer: Offer, *, by: Actor, now: datetime) -> None:
    """The day on which the owner is asked again; none for what is not on the market."""
    due = offer.confirm_by()
    if offer.state in ON_THE_MARKET and due is not None:
        _agree(offer, CONFIRM, due, by=by, now=now)
    elif existing := open_deadline(offer, CONFIRM):
        cancel_deadline(deadline=existing, by=by, now=now)


def owner_changed(offer: Offer) -> None:
    """Somebody else is asked from now on."""
    if existing := open_deadline(offer, CONFIRM):
        replan(deadline=existing)


def set_answer(enquiry: Enquiry, *, by: Actor, now: datetime) -> None:
    """The day by which an answer is promised."""
    assert enquiry.answer_by is not None
    _agree(enquiry, ANSWER, enquiry.answer_by, by=by, now=now)


def handler_changed(enquiry: Enquiry) -> None:
    """Somebody else answers: remind them instead."""
    if existing := open_deadline(enquiry, ANSWER):
        replan(deadline=existing)


def close_answer(enquiry: Enquiry, *, by: Actor, now: datetime) -> None:
    """The answer was given, or none is owed any more."""
    if existing := open_deadline(enquiry, ANSWER):
        close_deadline(deadline=existing, by=by, now=now)
