"""The reminder of an event in the deadline engine: one date for each confirmed registration."""

from datetime import datetime

from clusters.models import Event, Registration
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.reminders.workflow import cancel_deadline, move_deadline, open_deadline, set_deadline

REMINDER = "clusters.event_reminder"
Actor = User | str


def set_reminder(registration: Registration, event: Event, *, by: Actor, now: datetime) -> None:
    """Remind a confirmed registration before the event; walk-ins without an address need none."""
    if not registration.email:
        return
    local = event.starts_at.astimezone(clock.ZURICH)
    existing = open_deadline(registration, REMINDER)
    if existing is None:
        set_deadline(
            subject=registration, kind=REMINDER, on=local.date(), at_time=local.time(), by=by,
            association_id=event.association_id, now=now,
        )  # fmt: skip
    else:
        move_deadline(deadline=existing, on=local.date(), at_time=local.time(), by=by, now=now)


def drop_reminder(registration: Registration, *, by: Actor, now: datetime) -> None:
    """Nobody is reminded of an event they do not come to."""
    if existing := open_deadline(registration, REMINDER):
        cancel_deadline(deadline=existing, by=by, now=now)
