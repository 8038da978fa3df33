"""The places of an event: counted, given out in order, offered to those who wait.

Everything here runs under the event's lock and in the scope of its association.
"""

from datetime import datetime, timedelta

from django.db.models import Max, Min, Q, Sum

from clusters import emails
from clusters.enums import HOLDING_PLACES, EventState, RegistrationState
from clusters.models import Event, Registration
from clusters.workflow import dates, tables
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import next_state

OFFER_LASTS = timedelta(hours=48)
WAITING_LIST = "waiting list"
Actor = User | str


def recount(event: Event) -> Event:
    """Count the event's places anew from its registrations and keep the figures that public pages show."""
    holding, waiting = Q(state__in=HOLDING_PLACES), Q(state=RegistrationState.WAITING)
    counted = Registration.objects.filter(event=event).aggregate(
        taken=Sum("seats", filter=holding), waiting=Sum("seats", filter=waiting), offers=Min("offer_until")
    )
    event.seats_taken, event.seats_waiting = counted["taken"] or 0, counted["waiting"] or 0
    event.offers_until = counted["offers"]
    event.save(update_fields=["seats_taken", "seats_waiting", "offers_until"])
    return event


def move(
    registration: Registration, action: str, *, by: Actor, now: datetime, reason: str = "", fields: tuple[str, ...] = ()
) -> Registration:
    """Take a locked registration to its next state, and write who did it."""
    before, registration.state = registration.state, next_state(tables.REGISTRATION, registration.state, action)
    registration.version += 1
    registration.save(update_fields=["state", "version", *fields])
    record_transition(
        subject=registration,
        action=action,
        from_state=before,
        to_state=registration.state,
        by=by,
        reason=reason,
        at=now,
    )
    return registration


def give_place(registration: Registration, event: Event, *, by: Actor, now: datetime) -> Registration:
    """Confirm a registration if a place is free and nobody waits for it; otherwise it gets the next number."""
    if event.seats_waiting == 0 and event.seats_taken + registration.seats <= event.capacity:
        registration.confirmed_at = now
        move(registration, "confirm", by=by, now=now, fields=("confirmed_at",))
        dates.set_reminder(registration, event, by=by, now=now)
        emails.queue("clusters.confirmed", registration)
    else:
        last = Registration.objects.filter(event=event).aggregate(last=Max("waiting_number"))["last"] or 0
        registration.waiting_number = last + 1
        move(registration, "wait", by=by, now=now, fields=("waiting_number",))
        emails.queue("clusters.waiting", registration)
    recount(event)
    return registration


def offer_places(event: Event, *, now: datetime) -> list[Registration]:
    """Offer what is free to those who wait, strictly in the order of their numbers; each has 48 hours to accept.

    A group that does not fit is not overtaken by those behind it. An offer holds its places. After the capacity was
    lowered nothing is offered until enough people have cancelled.
    """
    if event.state != EventState.PUBLISHED or event.starts_at <= now or not event.seats_waiting:
        return []
    offered = []
    queue = Registration.objects.filter(event=event, state=RegistrationState.WAITING).select_for_update(of=("self",))
    for waiting in queue.order_by("waiting_number"):
        if event.seats_taken + waiting.seats > event.capacity:
            break
        waiting.offer_until = min(now + OFFER_LASTS, event.starts_at)
        move(waiting, "offer", by=WAITING_LIST, now=now, fields=("offer_until",))
        emails.queue("clusters.offer", waiting)
        event.seats_taken += waiting.seats
        offered.append(waiting)
    if offered:
        recount(event)
    return offered


def end_offers(event: Event, *, now: datetime) -> list[Registration]:
    """Let offers lapse that nobody took up in time."""
    if event.offers_until is None or event.offers_until > now:
        return []
    over = Registration.objects.filter(event=event, state=RegistrationState.OFFERED, offer_until__lte=now)
    ended = list(over.select_for_update(of=("self",)).order_by("waiting_number"))
    for registration in ended:
        registration.offer_until, registration.cancelled_at = None, now
        move(registration, "lapse", by=WAITING_LIST, now=now, fields=("offer_until", "cancelled_at"))
        emails.queue("clusters.lapsed", registration)
    recount(event)
    return ended


def settle(event: Event, *, now: datetime) -> None:
    """End what has lapsed and offer what is free: after every step that may free a place."""
    end_offers(event, now=now)
    offer_places(event, now=now)
