"""Moving the demo's date: each morning in between is lived through, so that every reminder leaves on its own day."""

from datetime import datetime, time, timedelta

from promo_portal.core import clock
from promo_portal.core.models import ClockOffset
from promo_portal.mailing.workflow import send_waiting
from promo_portal.reminders.clockwork import deadlines_pass, other_work, outbox_pass
from promo_portal.reminders.models import Reminder, ReminderState

MORNING = time(8, 1)
SENDING_SECONDS = 8
FURTHEST = timedelta(days=5 * 366)  # from a request to the last check, three years after its file was closed
A_MOMENT = timedelta(seconds=30)


class TooFarError(Exception):
    """Nobody needs the demo in ten years."""


def shift() -> timedelta:
    """How far the demo's date runs ahead of the real one."""
    found = ClockOffset.objects.first()
    return found.shift if found else timedelta(0)


def next_reminder() -> Reminder | None:
    """The next planned reminder that lies ahead."""
    planned = Reminder.objects.filter(state=ReminderState.PLANNED, due_at__gt=clock.now())
    return planned.order_by("due_at", "pk").first()


def forward(by: timedelta) -> None:
    """Move ahead by ``by``, morning by morning."""
    travel_to(clock.now() + by)


def to_next_reminder() -> bool:
    """Move to the moment the next reminder falls due; False if none is planned."""
    reminder = next_reminder()
    if reminder is None:
        return False
    travel_to(reminder.due_at + A_MOMENT)
    return True


def travel_to(goal: datetime) -> None:
    """Live through every morning up to ``goal`` and stay there; raises ``TooFarError``."""
    if goal - clock.real_now() > FURTHEST:
        raise TooFarError
    day = clock.now().astimezone(clock.ZURICH).date()
    while True:
        morning = datetime.combine(day, MORNING, clock.ZURICH)
        if morning >= goal:
            break
        if morning > clock.now():
            clock.move(morning - clock.real_now())
            work()
        day += timedelta(days=1)
    clock.move(goal - clock.real_now())
    work()


def back_to_today() -> None:
    """Return to the real date. What was sent stays sent."""
    clock.move(timedelta(0))


def work() -> None:
    """Let the clockwork act on the present date at once, as beat and worker would within a minute."""
    other_work()
    deadlines_pass()
    outbox_pass()
    send_waiting(seconds=SENDING_SECONDS)
