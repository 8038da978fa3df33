"""The day itself: who has arrived, slips of the finger, and people who come without having registered."""

from datetime import datetime

from clusters.enums import RegistrationChannel, RegistrationState
from clusters.models import CheckIn, Event, Guest, Registration
from clusters.workflow import tables
from clusters.workflow.places import move, recount
from clusters.workflow.registrations import Answers, at_event, write_answers
from promo_portal.accounts.models import User
from promo_portal.core.transitions import next_state


def check_in(*, guest: Guest, by: User, now: datetime) -> tuple[CheckIn, bool]:
    """Note that somebody has arrived; ``False`` with the first note if they were noted before."""
    with at_event(guest.registration.event_id) as event:
        next_state(tables.REGISTRATION, guest.registration.state, "check_in")
        return CheckIn.objects.get_or_create(
            guest=guest, defaults={"association_id": event.association_id, "event": event, "at": now, "by": by}
        )


def undo_check_in(*, guest: Guest, by: User, now: datetime) -> None:
    """Take back a slip of the finger; the history keeps it."""
    with at_event(guest.registration.event_id):
        CheckIn.objects.filter(guest=guest).delete()


def walk_in(*, event: Event, name: str, company: str = "", by: User, now: datetime) -> CheckIn:
    """Let in somebody who had not registered: whoever stands at the door decides, also when the house is full."""
    first, _blank, last = name.strip().rpartition(" ")
    with at_event(event.pk) as current:
        next_state(tables.EVENT, current.state, "register")
        registration = Registration(
            association_id=current.association_id,
            event=current,
            channel=RegistrationChannel.DOOR,
            state=RegistrationState.PENDING,
            registered_at=now,
            confirmed_at=now,
            language=by.language,
        )
        write_answers(registration, Answers(first_name=first, last_name=last, email="", company=company))
        move(registration, "confirm", by=by, now=now)
        recount(current)
        arrived, _is_new = check_in(guest=registration.guests.get(), by=by, now=now)
    return arrived
