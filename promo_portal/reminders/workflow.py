"""Setting, moving and ending dates. The reminders change in the same transaction, or not at all."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.mailing import locks
from promo_portal.mailing.models import OutgoingMail
from promo_portal.mailing.workflow import cancel_waiting
from promo_portal.reminders import planning
from promo_portal.reminders.kinds import deadline_kind
from promo_portal.reminders.leaving import REASON_DONE, REASON_MOVED, REASON_NO_PART, REASON_WITHDRAWN
from promo_portal.reminders.models import Deadline, DeadlineState, Reminder, ReminderState

WAITING = (ReminderState.PLANNED, ReminderState.HELD)


class DeadlineExists(ValidationError):
    """The record already has an open date of this kind; it is moved, not set again."""


class DeadlineEnded(ValidationError):
    """The date is done or cancelled; nothing more can happen to it."""


def open_deadline(subject: models.Model, kind: str) -> Deadline | None:
    """The open date of a kind that a record has, if any."""
    return deadlines_of(subject).filter(kind=kind, state=DeadlineState.OPEN).first()


def deadlines_of(subject: models.Model) -> models.QuerySet[Deadline]:
    """All dates of a record."""
    return Deadline.objects.filter(subject_kind=subject._meta.label_lower, subject_id=subject.pk)


@transaction.atomic
def set_deadline(
    *,
    subject: models.Model,
    kind: str,
    on: date,
    at_time: time | None = None,
    by: Any,
    association_id: int | None = None,
    now: datetime | None = None,
) -> Deadline:
    """Agree on a date for a record and plan its reminders; raises ``DeadlineExists``.

    The association is the record's own, unless given. Steps that already lie behind are not sent late.
    """
    if deadline_kind(kind) is None:
        msg = f"no app registers the deadline kind {kind!r}"
        raise LookupError(msg)
    moment = now or clock.now()
    deadline = Deadline(
        association_id=association_id if association_id is not None else getattr(subject, "association_id", None),
        subject_kind=subject._meta.label_lower,
        subject_id=subject.pk,
        kind=kind,
        local_date=on,
        local_time=at_time,
        created_at=moment,
        set_at=moment,
    )
    try:
        with transaction.atomic():
            deadline.save()
    except IntegrityError as error:
        raise DeadlineExists(_("This date is already set; move it instead.")) from error
    planning.plan(deadline)
    record_transition(
        subject=deadline,
        action="set",
        from_state="",
        to_state=DeadlineState.OPEN,
        by=by,
        reason=on.isoformat(),
        at=moment,
    )
    return deadline


@transaction.atomic
def move_deadline(
    *,
    deadline: Deadline,
    on: date,
    at_time: time | None = None,
    by: Any,
    reason: str = "",
    now: datetime | None = None,
) -> Deadline:
    """Agree on another date: a new version. What the old one had planned or queued never leaves once this is committed."""
    locked = _locked(deadline)
    if locked.state != DeadlineState.OPEN:
        raise DeadlineEnded(_("This date is settled; set a new one."))
    if (locked.local_date, locked.local_time) == (on, at_time):
        return locked
    before, moment = locked.local_date, now or clock.now()
    _withdraw(locked, REASON_MOVED)
    locked.local_date, locked.local_time, locked.set_at = on, at_time, moment
    locked.version += 1
    locked.save(update_fields=["local_date", "local_time", "set_at", "version"])
    planning.plan(locked)
    note = f"{before.isoformat()} → {on.isoformat()}" + (f" {reason}" if reason else "")
    record_transition(
        subject=locked, action="move", from_state=locked.state, to_state=locked.state, by=by, reason=note, at=moment
    )
    return locked


def close_deadline(*, deadline: Deadline, by: Any, reason: str = "", now: datetime | None = None) -> Deadline:
    """What was agreed on is done; no reminder leaves any more. Closing twice changes nothing."""
    return _end(deadline, DeadlineState.DONE, "close", REASON_DONE, by=by, reason=reason, now=now)


def cancel_deadline(*, deadline: Deadline, by: Any, reason: str = "", now: datetime | None = None) -> Deadline:
    """What was agreed on is no longer wanted; no reminder leaves any more. Cancelling twice changes nothing."""
    return _end(deadline, DeadlineState.CANCELLED, "cancel", REASON_WITHDRAWN, by=by, reason=reason, now=now)


def close_deadlines(
    *, subject: models.Model, by: Any, reason: str = "", now: datetime | None = None, kinds: Iterable[str] = ()
) -> int:
    """Close all open dates of a record (or those of some kinds), such as when its file is closed."""
    found = deadlines_of(subject).filter(state=DeadlineState.OPEN)
    if kinds:
        found = found.filter(kind__in=list(kinds))
    ended = [close_deadline(deadline=deadline, by=by, reason=reason, now=now) for deadline in found.order_by("pk")]
    return len(ended)


@transaction.atomic
def replan(*, deadline: Deadline) -> int:
    """After the people concerned have changed: plan for the new ones, withdraw what the old ones have not yet got."""
    locked = _locked(deadline)
    if locked.state != DeadlineState.OPEN:
        return 0
    wanted = {(row.step, row.recipient) for row in planning.derive(locked)}
    current = Reminder.objects.filter(deadline=locked, deadline_version=locked.version)
    stale = [row.pk for row in current.filter(state__in=WAITING) if (row.step, row.recipient) not in wanted]
    Reminder.objects.filter(pk__in=stale, state__in=WAITING).update(state=ReminderState.CANCELLED)
    people = {recipient for _step, recipient in wanted}
    queued = current.filter(state=ReminderState.QUEUED).exclude(recipient__in=people)
    cancel_waiting(OutgoingMail.objects.filter(reminder__in=queued), reason=REASON_NO_PART)
    # Somebody who takes part again gets back what was withdrawn from them.
    for row in current.filter(state=ReminderState.CANCELLED, due_at__gt=clock.now()):
        if (row.step, row.recipient) in wanted:
            Reminder.objects.filter(pk=row.pk).update(state=ReminderState.PLANNED)
    return planning.plan(locked)


@transaction.atomic
def _end(
    deadline: Deadline, state: DeadlineState, action: str, void: str, *, by: Any, reason: str, now: datetime | None
) -> Deadline:
    locked = _locked(deadline)
    if locked.state != DeadlineState.OPEN:
        return locked
    moment = now or clock.now()
    _withdraw(locked, void)
    locked.state, locked.ended_at = state, moment
    locked.save(update_fields=["state", "ended_at"])
    record_transition(
        subject=locked, action=action, from_state=DeadlineState.OPEN, to_state=state, by=by, reason=reason, at=moment
    )
    return locked


def _locked(deadline: Deadline) -> Deadline:
    """The deadline's row, after its reminders on their way have left (bounded, see ``mailing.locks``)."""
    assert connection.in_atomic_block
    locks.stop_sending(deadline.pk)
    return Deadline.objects.select_for_update().get(pk=deadline.pk)


def _withdraw(deadline: Deadline, reason: str) -> None:
    """Take back what has not left: planned and held reminders, and mails that still wait."""
    current = Reminder.objects.filter(deadline=deadline)
    current.filter(state__in=WAITING).update(state=ReminderState.CANCELLED)
    cancel_waiting(OutgoingMail.objects.filter(reminder__deadline=deadline), reason=reason)
