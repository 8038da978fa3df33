"""The tick: what is due goes to the outbox. It may run many times at once, late, or twice; every reminder goes once."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from promo_portal.core import clock
from promo_portal.mailing.models import PRIORITY, MailClass, OutgoingMail
from promo_portal.reminders.models import Absence, DeadlineState, Reminder, ReminderState

if TYPE_CHECKING:
    from promo_portal.accounts.models import User

BATCH = 500
TIME_LIMIT_SECONDS = 20
COURTESY_LOCK = 0x5449 << 48
# Without this clause two ticks take the same rows; the outbox's unique key still lets each reminder through once.
SKIP_LOCKED = True


@dataclass
class Ticked:
    """What a tick did with due reminders."""

    queued: int = 0
    superseded: int = 0
    expired: int = 0
    cancelled: int = 0


def tick(*, now: datetime | None = None, seconds: float = TIME_LIMIT_SECONDS) -> Ticked:
    """Hand every due reminder to the outbox, in batches committed one by one, until none is left or time is up.

    After an outage only the latest step of a deadline is sent, and none that is too late to be useful.
    """
    done, until = Ticked(), time.monotonic() + seconds
    moment = now or clock.now()
    with clock.standing_still(moment):
        _resume_held(moment)
        while time.monotonic() < until and _batch(moment, done) == BATCH:
            pass
    return done


def _resume_held(now: datetime) -> None:
    """A hold "until" a day ends by itself."""
    Reminder.objects.filter(state=ReminderState.HELD, held_until__lte=now).update(
        state=ReminderState.PLANNED, held_until=None
    )


def due_reminders(now: datetime) -> QuerySet[Reminder]:
    """Planned reminders whose time has come, oldest first."""
    return Reminder.objects.filter(state=ReminderState.PLANNED, due_at__lte=now).order_by("due_at", "pk")


@transaction.atomic
def _batch(now: datetime, done: Ticked) -> int:
    with connection.cursor() as cursor:  # a courtesy: another tick at work spares us the search; nothing depends on it
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [COURTESY_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    return hand_over(now, done)


def hand_over(now: datetime, done: Ticked) -> int:
    """One batch: lock, sort out what is void, queue the rest; returns how many rows it looked at."""
    later = Reminder.objects.filter(
        deadline_id=OuterRef("deadline_id"),
        deadline_version=OuterRef("deadline_version"),
        recipient=OuterRef("recipient"),
        due_at__gt=OuterRef("due_at"),
        due_at__lte=now,
        expires_at__gt=now,
        state__in=(ReminderState.PLANNED, ReminderState.QUEUED),
    )
    found = due_reminders(now).select_related("deadline", "user").annotate(overtaken=Exists(later))
    if SKIP_LOCKED:
        found = found.select_for_update(skip_locked=True, of=("self",))
    rows = list(found[:BATCH])
    leaving: list[Reminder] = []
    for reminder in rows:
        deadline = reminder.deadline
        if deadline.state != DeadlineState.OPEN or deadline.version != reminder.deadline_version:
            reminder.state, done.cancelled = ReminderState.CANCELLED, done.cancelled + 1
        elif reminder.overtaken:
            reminder.state, done.superseded = ReminderState.SUPERSEDED, done.superseded + 1
        elif reminder.expires_at <= now:
            reminder.state, done.expired = ReminderState.EXPIRED, done.expired + 1
        else:
            leaving.append(reminder)
    leaving += _for_deputies(leaving, now)
    _queue(leaving, now)
    done.queued += len(leaving)
    Reminder.objects.bulk_update([*rows, *leaving], ["state", "mail"])
    return len(rows)


def _for_deputies(leaving: Sequence[Reminder], now: datetime) -> list[Reminder]:
    """For people who are away today: the same reminder for their deputy."""
    today = now.astimezone(clock.ZURICH).date()
    absences = Absence.objects.filter(
        Q(user_id__in={reminder.user_id for reminder in leaving if reminder.user_id}),
        first_day__lte=today,
        last_day__gte=today,
        deputy__isnull=False,
    ).select_related("deputy")
    deputies: dict[int, User] = {absence.user_id: absence.deputy for absence in absences if absence.deputy}
    wanted = [
        Reminder(
            deadline=reminder.deadline,
            deadline_version=reminder.deadline_version,
            step=reminder.step,
            recipient=f"user:{deputy.pk}",
            user=deputy,
            language=deputy.language,
            due_at=reminder.due_at,
            expires_at=reminder.expires_at,
        )
        for reminder in leaving
        if reminder.user_id and (deputy := deputies.get(reminder.user_id))
    ]
    if not wanted:
        return []
    Reminder.objects.bulk_create(wanted, ignore_conflicts=True)
    # Who has a reminder of their own for this step keeps that one.
    keys = Q()
    for row in wanted:
        keys |= Q(deadline=row.deadline, deadline_version=row.deadline_version, step=row.step, recipient=row.recipient)
    have = {reminder.pk for reminder in leaving}
    fresh = Reminder.objects.filter(keys, state=ReminderState.PLANNED).exclude(pk__in=have)
    return list(fresh.select_related("deadline", "user").select_for_update(of=("self",)))


def _queue(leaving: Sequence[Reminder], now: datetime) -> None:
    """Put the reminders' mails into the outbox; a mail that is there already stays the only one."""
    mails = {f"reminder:{reminder.pk}": outgoing(reminder, now) for reminder in leaving}
    OutgoingMail.objects.bulk_create(mails.values(), ignore_conflicts=True, batch_size=BATCH)
    kept = dict(OutgoingMail.objects.filter(idempotency_key__in=mails).order_by().values_list("idempotency_key", "pk"))
    for reminder in leaving:
        reminder.state, reminder.mail_id = ReminderState.QUEUED, kept[f"reminder:{reminder.pk}"]


def outgoing(reminder: Reminder, now: datetime) -> OutgoingMail:
    """The mail of a reminder, unsaved: numbers only, its text is made when it leaves."""
    deadline = reminder.deadline
    return OutgoingMail(
        idempotency_key=f"reminder:{reminder.pk}",
        kind=deadline.kind,
        mail_class=MailClass.REMINDER,
        priority=PRIORITY[MailClass.REMINDER],
        association_id=deadline.association_id,
        subject_kind=deadline.subject_kind,
        subject_id=deadline.subject_id,
        to_user=reminder.user,
        to_address=reminder.user.email if reminder.user else reminder.recipient.partition(":")[2],
        language=reminder.language,
        params={"deadline": deadline.pk, "version": reminder.deadline_version, "step": reminder.step},
        send_after=now,
        expires_at=reminder.expires_at,
        created_at=now,
    )
