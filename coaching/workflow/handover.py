"""A coach leaves or hands files over: every file gets another lead in one step, and nothing that was agreed is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from coaching import emails
from coaching.enums import TaskState
from coaching.models import CaseFile, Task
from coaching.workflow import dates, tables
from coaching.workflow.locking import locked, save
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import next_state


@dataclass(frozen=True)
class Handed:
    """One file, as the person at the desk saw it, and who leads it from now on."""

    case: CaseFile
    version: int
    to: User


@transaction.atomic
def hand_over(*, files: Sequence[Handed], leaving: User, reason: str, by: User, now: datetime) -> list[CaseFile]:
    """Give the files new leads, all or none: open tasks of the leaving coach go along, reminders turn to the new people,
    founders learn by mail who coaches them. A file that changed since it was seen raises ``ChangedMeanwhile``.
    """
    done = []
    for handed in sorted(files, key=lambda one: one.case.pk):
        case = locked(handed.case, version=handed.version)
        next_state(tables.CASE, case.state, "edit")
        if case.lead_id == handed.to.pk:
            continue
        if case.lead_id == leaving.pk:
            case.lead = handed.to
            if case.deputy_id == handed.to.pk:
                case.deputy = None
        elif case.deputy_id == leaving.pk:
            case.deputy = handed.to
        else:
            continue
        save(case, "lead", "deputy")
        Task.objects.filter(case_file=case, state=TaskState.OPEN, assignee=leaving).update(assignee=handed.to)
        told = f"{leaving} → {handed.to}\n{reason}".strip()
        record_transition(
            subject=case, action="hand_over", from_state=case.state, to_state=case.state, by=by, reason=told, at=now
        )
        dates.coaches_changed(case)
        emails.queue_handed_over(case, to=handed.to)
        done.append(case)
    return done
