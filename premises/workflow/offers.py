"""An offer's life: published, confirmed by its owner, reserved, ended with its reasons, taken up again."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from companies.models import Organisation
from premises import emails
from premises.enums import ClosureReason, OfferState
from premises.models import Closure, Offer
from premises.workflow import dates, tables
from premises.workflow.matching import refresh_of_offer
from premises.workflow.moving import OWNER, Actor, locked, move
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import next_state


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What is written down when an offer ends; area and channel are needed where it was let or sold."""

    reason: str
    channel: str = ""
    area: int | None = None
    jobs_planned: int | None = None
    occupant: Organisation | None = None
    occupant_name: str = ""
    note: str = ""


def _settled(offer: Offer, *, by: Actor, now: datetime) -> Offer:
    """After each step: the owner's next date, and what the offer fits."""
    with association_scope(offer.association_id):
        dates.set_confirm(offer, by=by, now=now)
        refresh_of_offer(offer, today=now.astimezone(clock.ZURICH).date())
    return offer


@transaction.atomic
def publish_offer(*, offer: Offer, by: Actor, now: datetime) -> Offer:
    """Put an offer on the market; publishing counts as the owner's first confirmation."""
    today = now.astimezone(clock.ZURICH).date()
    offer = move(
        locked(offer), tables.OFFER, "publish", by=by, now=now, published_on=today, confirmed_on=today, ended_on=None
    )
    return _settled(offer, by=by, now=now)


@transaction.atomic
def confirm_offer(*, offer: Offer, by: Actor, now: datetime, reason: str = "") -> Offer:
    """It is still free and its facts are right: fresh for another month, and found again if it was hidden."""
    today = now.astimezone(clock.ZURICH).date()
    offer = move(locked(offer), tables.OFFER, "confirm", by=by, now=now, reason=reason, confirmed_on=today)
    return _settled(offer, by=by, now=now)


@transaction.atomic
def reserve_offer(*, offer: Offer, by: Actor, now: datetime, reason: str = "") -> Offer:
    """Somebody is about to take it; it stays visible, marked."""
    return _settled(move(locked(offer), tables.OFFER, "reserve", by=by, now=now, reason=reason), by=by, now=now)


@transaction.atomic
def release_offer(*, offer: Offer, by: Actor, now: datetime, reason: str = "") -> Offer:
    """The reservation came to nothing."""
    return _settled(move(locked(offer), tables.OFFER, "release", by=by, now=now, reason=reason), by=by, now=now)


@transaction.atomic
def report_taken(*, offer: Offer, now: datetime) -> Offer:
    """The owner says by link that it is gone: reserved at once, and staff are told to write down how it ended."""
    offer = locked(offer)
    if offer.state != OfferState.RESERVED:
        offer = reserve_offer(offer=offer, by=OWNER, now=now)
    emails.queue_taken(offer)
    return offer


@transaction.atomic
def close_offer(*, offer: Offer, ending: Ending, by: User, now: datetime) -> Offer:
    """End an offer and write down why, through whom, how much of it and with how many jobs; its page stays, marked."""
    action = "let" if ending.reason == ClosureReason.TAKEN else "withdraw"
    offer, today = locked(offer), now.astimezone(clock.ZURICH).date()
    next_state(tables.OFFER, offer.state, action)
    with association_scope(offer.association_id):
        Closure.objects.create(
            association_id=offer.association_id,
            offer=offer,
            reason=ending.reason,
            channel=ending.channel,
            area=ending.area,
            jobs_planned=ending.jobs_planned,
            occupant=ending.occupant,
            occupant_name=ending.occupant_name,
            note=ending.note,
            closed_by=by,
            closed_on=today,
        )
    label = str(ClosureReason(ending.reason).label)
    offer = move(offer, tables.OFFER, action, by=by, now=now, reason=label, ended_on=today)
    return _settled(offer, by=by, now=now)


@transaction.atomic
def reopen_offer(*, offer: Offer, by: Actor, now: datetime, reason: str = "") -> Offer:
    """Back on the market: the ending is marked as taken back, and the offer counts as confirmed today."""
    offer, today = locked(offer), now.astimezone(clock.ZURICH).date()
    values = {"ended_on": None, "confirmed_on": today, "published_on": offer.published_on or today}
    offer = move(offer, tables.OFFER, "reopen", by=by, now=now, reason=reason, **values)
    with association_scope(offer.association_id):
        Closure.objects.filter(offer=offer, is_undone=False).update(is_undone=True)
    return _settled(offer, by=by, now=now)
