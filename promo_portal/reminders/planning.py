"""From a deadline to its reminder rows: always derived the same way, so that the nightly check can do it again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from promo_portal.core.scope import Scope, scope
from promo_portal.reminders.calendar import step, step_instant
from promo_portal.reminders.kinds import LAST_STEP_LASTS, DeadlineKind, deadline_kind
from promo_portal.reminders.models import Deadline, Holiday, Reminder


@dataclass(frozen=True)
class PlannedStep:
    """A step with its instants."""

    name: str
    due_at: datetime
    expires_at: datetime


def closing_days(association_id: int | None) -> frozenset[date]:
    """Days on which an association sends nothing, beyond weekends and public holidays."""
    found = Holiday.objects.filter(Q(association_id=association_id) | Q(association=None))
    return frozenset(found.values_list("day", flat=True))


def planned_steps(kind: DeadlineKind, deadline: Deadline, *, closed: frozenset[date]) -> list[PlannedStep]:
    """The steps of a version, in order; those that lay behind it when it was set are left out.

    Where two steps fall on the same instant (a Saturday and the Sunday after it both move to Friday), the later counts.
    """
    due: dict[datetime, str] = {}
    for name in sorted(kind.steps, key=lambda name: _nominal(name, deadline)):
        at = step_instant(
            name,
            local_date=deadline.local_date,
            local_time=deadline.local_time,
            at=kind.send_at,
            tz=deadline.tz,
            closing_days=closed,
            working_days_only=kind.working_days_only,
        )
        due[at] = name
    ordered = sorted(due.items())
    following = [at for at, _ in ordered[1:]]
    steps = [
        PlannedStep(name, at, _expiry(kind, name, at, following[index] if index < len(following) else None))
        for index, (at, name) in enumerate(ordered)
    ]
    return [planned for planned in steps if planned.due_at > deadline.set_at]


def _nominal(name: str, deadline: Deadline) -> datetime:
    return step_instant(
        name, local_date=deadline.local_date, local_time=deadline.local_time, tz=deadline.tz, working_days_only=False
    )


def _expiry(kind: DeadlineKind, name: str, due_at: datetime, following: datetime | None) -> datetime:
    lasts = kind.expiry.get(name)
    if lasts is None and following is not None:
        return following
    wanted = step(lasts or LAST_STEP_LASTS)
    return due_at + (
        timedelta(hours=wanted.amount) if wanted.is_hours else wanted.day(date(2000, 1, 1)) - date(2000, 1, 1)
    )


def derive(deadline: Deadline, *, closed: frozenset[date] | None = None) -> list[Reminder]:
    """The reminder rows a deadline's version must have, unsaved. Needs an open transaction, for the scope."""
    kind = deadline_kind(deadline.kind)
    if kind is None:
        return []
    if closed is None:
        closed = closing_days(deadline.association_id)
    steps = planned_steps(kind, deadline, closed=closed)
    own = frozenset() if deadline.association_id is None else frozenset({deadline.association_id})
    with scope(Scope(associations=own)):
        return [
            Reminder(
                deadline=deadline,
                deadline_version=deadline.version,
                step=planned.name,
                recipient=recipient.key,
                user=recipient.user,
                language=recipient.language,
                due_at=planned.due_at,
                expires_at=planned.expires_at,
            )
            for planned in steps
            for recipient in kind.recipients_of(deadline, planned.name)
        ]


def plan(deadline: Deadline) -> int:
    """Insert what a deadline's version lacks of reminders; tells how many."""
    rows = derive(deadline)
    existing = set(
        Reminder.objects.filter(deadline=deadline, deadline_version=deadline.version).values_list("step", "recipient")
    )
    missing = [row for row in rows if (row.step, row.recipient) not in existing]
    Reminder.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
