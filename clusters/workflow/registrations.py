"""Registering for an event, changing and cancelling; never more people than places, and first come, first served."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction

from clusters import emails
from clusters.enums import ACTIVE, EventState, RegistrationChannel, RegistrationState
from clusters.models import Event, Guest, Registration
from clusters.workflow import dates, tables
from clusters.workflow.locking import locked_event, locked_registration
from clusters.workflow.places import end_offers, give_place, move, recount, settle
from promo_portal.accounts.models import User
from promo_portal.core.limits import claim
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.regions.models import Association

VISITOR = "visitor"
PENDING_LASTS = timedelta(days=3)
JUST_NOW = timedelta(minutes=10)
Actor = User | str


class RegistrationClosed(Exception):
    """The event takes no registrations (any more)."""


class TooLate(Exception):
    """The last moment to cancel or change online has gone by, or the offer has ended."""


class NotEnoughPlaces(Exception):
    """More people than there are free places; who already has a place keeps it."""


class AddressTaken(Exception):
    """Another registration stands under the address that staff entered."""


class Came(Enum):
    """What became of a form that was sent."""

    NEW = "new"
    SAME = "same"  # the same form again: a double click
    KNOWN = "known"  # another registration stands under this address already
    TO_CONFIRM = "to confirm"  # without a proof of work, the person confirms by mail first


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What a person fills in; ``others`` are the names of those who come with them."""

    first_name: str
    last_name: str
    email: str
    company: str = ""
    others: tuple[str, ...] = ()
    remark: str = ""
    language: str = "fr"

    @property
    def seats(self) -> int:
        """How many people that makes."""
        return 1 + len(self.others)


@contextmanager
def at_event(event_id: int, *, version: int | None = None) -> Iterator[Event]:
    """The event's places held still, on behalf of the association whose event it is."""
    with transaction.atomic():
        event = locked_event(event_id, version=version)
        with association_scope(event.association_id):
            yield event


def write_answers(registration: Registration, answers: Answers) -> None:
    """Put the answers into the row and name its guests."""
    registration.first_name, registration.last_name = answers.first_name, answers.last_name
    registration.company, registration.remark = answers.company, answers.remark
    registration.seats = answers.seats
    registration.save()
    registration.guests.all().delete()
    names = [registration.name, *answers.others]
    Guest.objects.bulk_create(
        Guest(
            association_id=registration.association_id,
            registration=registration,
            number=number,
            name=name,
            company=answers.company,
        )
        for number, name in enumerate(names, start=1)
    )


def register(
    *,
    event: Event,
    answers: Answers,
    proved: bool,
    form_key: str = "",
    channel: RegistrationChannel = RegistrationChannel.ONLINE,
    user: User | None = None,
    by: Actor = VISITOR,
    now: datetime,
) -> tuple[Registration, Came]:
    """Register one or several people: a place at once, or a number on the waiting list, and one mail that says which.

    ``proved`` says that the form came with a proof of work (or was typed in by staff); without it the person first
    confirms by mail. The same form twice, or the same address twice, is one registration. Raises ``RegistrationClosed``.
    """
    with at_event(event.pk) as current:
        same = Registration.objects.filter(event=current, form_key=form_key).first() if form_key else None
        if same and not (proved and same.state == RegistrationState.PENDING):
            return same, Came.SAME
        is_open = current.takes_registrations(now) if by == VISITOR else not current.is_over(now)
        if not is_open or current.state != EventState.PUBLISHED:
            raise RegistrationClosed
        known = _under_address(current, answers.email)
        if known is not None:
            return _again(known, by=by, now=now)
        registration = _begun(current, answers, form_key, channel, user, now)
        if not proved:
            emails.queue("clusters.confirm", registration)
            return registration, Came.TO_CONFIRM
        end_offers(current, now=now)
        give_place(registration, current, by=by, now=now)
        return registration, Came.NEW


def _under_address(event: Event, email: str) -> Registration | None:
    if not email:
        return None
    return Registration.objects.filter(event=event, state__in=ACTIVE, email__iexact=email).first()


def _again(known: Registration, *, by: Actor, now: datetime) -> tuple[Registration, Came]:
    """Somebody registers under an address that is registered: its owner gets the link again, at most once an hour.

    Just after registering there is none: the confirmation on its way has the link.
    """
    if by != VISITOR:
        raise AddressTaken
    if now - known.registered_at > JUST_NOW and claim(f"registration-link:{known.pk}", seconds=3600):
        emails.queue("clusters.link", known)
    return known, Came.KNOWN


def _begun(
    event: Event, answers: Answers, form_key: str, channel: RegistrationChannel, user: User | None, now: datetime
) -> Registration:
    """A row that holds no place yet; one that waits for its confirmation is taken up again."""
    waiting = Registration.objects.filter(event=event, state=RegistrationState.PENDING, email__iexact=answers.email)
    registration = waiting.first() or Registration(association_id=event.association_id, event=event)
    registration.form_key, registration.channel, registration.user = form_key, channel, user
    registration.email, registration.language, registration.registered_at = answers.email, answers.language, now
    write_answers(registration, answers)
    return registration


def confirm_registration(*, registration: Registration, now: datetime) -> Registration:
    """The person pressed the button behind the mailed link: now a place is given, or a number. Twice changes nothing.

    Raises ``RegistrationClosed`` when the event takes no registrations any more.
    """
    with at_event(registration.event_id) as event:
        current = locked_registration(registration.pk)
        if current.state != RegistrationState.PENDING:
            return current
        if not event.takes_registrations(now):
            raise RegistrationClosed
        if known := _under_address(event, current.email):
            return known
        end_offers(event, now=now)
        return give_place(current, event, by=VISITOR, now=now)


def accept_offer(*, registration: Registration, by: Actor = VISITOR, now: datetime) -> Registration:
    """Take up the place that was offered. Raises ``TooLate`` when the 48 hours are over."""
    with at_event(registration.event_id) as event:
        current = locked_registration(registration.pk)
        if current.state == RegistrationState.CONFIRMED:
            return current
        next_state(tables.REGISTRATION, current.state, "accept")
        if event.state != EventState.PUBLISHED or current.offer_until is None or current.offer_until <= now:
            raise TooLate
        current.offer_until, current.confirmed_at = None, now
        move(current, "accept", by=by, now=now, fields=("offer_until", "confirmed_at"))
        dates.set_reminder(current, event, by=by, now=now)
        emails.queue("clusters.confirmed", current)
        settle(recount(event), now=now)
    return current


def change_registration(
    *, registration: Registration, answers: Answers, by: Actor = VISITOR, now: datetime
) -> Registration:
    """Correct names, or come with fewer or more people. More needs free places, and is not possible while waiting."""
    with at_event(registration.event_id) as event:
        current = locked_registration(registration.pk)
        next_state(tables.REGISTRATION, current.state, "change")
        _in_time(event, by, now)
        more = answers.seats - current.seats
        if more > 0 and (current.state != RegistrationState.CONFIRMED or more > event.seats_free):
            raise NotEnoughPlaces
        write_answers(current, answers)
        move(current, "change", by=by, now=now)
        emails.queue("clusters.changed", current)
        settle(recount(event), now=now)
    return current


def cancel_registration(
    *, registration: Registration, by: Actor = VISITOR, reason: str = "", now: datetime
) -> Registration:
    """Give places back; the next in the queue are offered them at once. Cancelling twice changes nothing.

    Visitors cancel until the day that the event names (``TooLate`` afterwards), staff at any time.
    """
    with at_event(registration.event_id) as event:
        current = locked_registration(registration.pk)
        if current.state == RegistrationState.CANCELLED:
            return current
        _in_time(event, by, now)
        was_pending = current.state == RegistrationState.PENDING
        current.offer_until, current.cancelled_at = None, now
        move(current, "cancel", by=by, reason=reason, now=now, fields=("offer_until", "cancelled_at"))
        if not was_pending:
            dates.drop_reminder(current, by=by, now=now)
            emails.queue("clusters.cancelled", current)
        settle(recount(event), now=now)
    return current


def _in_time(event: Event, by: Actor, now: datetime) -> None:
    if event.state != EventState.PUBLISHED:
        raise TransitionRefused("change", event.state)
    if by == VISITOR and not event.may_be_left(now):
        raise TooLate


def end_lapsed_offers(*, now: datetime) -> int:
    """Look at every event with an offer whose time is over: it goes to the next in the queue."""
    due = Event.objects.filter(state=EventState.PUBLISHED, offers_until__lte=now).order_by("pk")
    for pk in list(due.values_list("pk", flat=True)):
        with at_event(pk) as event:
            settle(event, now=now)
    return len(due)


@transaction.atomic
def drop_unconfirmed(*, now: datetime) -> int:
    """Delete registrations whose mail was never answered: they may hold a stranger's address."""
    dropped = 0
    for association in Association.objects.order_by("pk"):
        with association_scope(association.pk):
            old = Registration.objects.filter(state=RegistrationState.PENDING, registered_at__lt=now - PENDING_LASTS)
            dropped += old.delete()[1].get("clusters.Registration", 0)
    return dropped
