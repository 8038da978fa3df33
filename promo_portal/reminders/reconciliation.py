"""Every night all reminders are derived anew. What lacks is inserted and reported: it is a sign of a bug, no routine."""

from dataclasses import asdict, dataclass, field
from datetime import datetime

import structlog
from django.db import transaction

from promo_portal.core import clock
from promo_portal.reminders import planning
from promo_portal.reminders.kinds import deadline_kind
from promo_portal.reminders.models import Deadline, DeadlineState, Reminder, ReminderState

log = structlog.get_logger(__name__)
CHUNK = 200


@dataclass
class Reconciled:
    """What the night found."""

    deadlines: int = 0
    inserted: int = 0  # lacked: a bug
    moved: int = 0  # holidays or time zone rules have changed
    unknown_kinds: set[str] = field(default_factory=set)


def reconcile(*, now: datetime | None = None) -> Reconciled:
    """Derive the reminders of all open deadlines, insert what lacks, and follow new holidays and time zone rules."""
    found, last = Reconciled(), 0
    with clock.standing_still(now or clock.now()):
        while True:
            chunk = list(
                Deadline.objects.filter(state=DeadlineState.OPEN, pk__gt=last)
                .order_by("pk")
                .values_list("pk", flat=True)[:CHUNK]
            )
            for pk in chunk:
                _reconcile_one(pk, found)
            if len(chunk) < CHUNK:
                break
            last = chunk[-1]
    if found.inserted or found.unknown_kinds:
        log.error("reminders_lacked", **asdict(found) | {"unknown_kinds": sorted(found.unknown_kinds)})
    return found


@transaction.atomic
def _reconcile_one(pk: int, found: Reconciled) -> None:
    deadline = Deadline.objects.select_for_update(skip_locked=True).filter(pk=pk, state=DeadlineState.OPEN).first()
    if deadline is None:
        return
    found.deadlines += 1
    if deadline_kind(deadline.kind) is None:
        found.unknown_kinds.add(deadline.kind)
        return
    now = clock.now()
    wanted = {(row.step, row.recipient): row for row in planning.derive(deadline)}
    existing = {
        (row.step, row.recipient): row
        for row in Reminder.objects.filter(deadline=deadline, deadline_version=deadline.version)
    }
    lacking = [row for key, row in wanted.items() if key not in existing]
    Reminder.objects.bulk_create(lacking, ignore_conflicts=True)
    found.inserted += len(lacking)
    for key, row in existing.items():
        fresh = wanted.get(key)
        if fresh is None or row.state != ReminderState.PLANNED or row.due_at <= now:
            continue
        if (row.due_at, row.expires_at) != (fresh.due_at, fresh.expires_at):
            row.due_at, row.expires_at = fresh.due_at, fresh.expires_at
            row.save(update_fields=["due_at", "expires_at"])
            found.moved += 1
