"""Tasks of a file: given, moved, ticked, taken up again; each has one deadline that reminds whoever must do it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from coaching import emails
from coaching.models import CaseFile, Task
from coaching.workflow import dates, tables
from coaching.workflow.locking import locked, save
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.formats import words
from promo_portal.core.transitions import next_state

EDITABLE = ("title", "detail", "assignee", "due_on")


class NotTheirTask(Exception):
    """A founder ticks their own tasks only."""


@transaction.atomic
def add_task(
    *,
    case: CaseFile,
    title: str,
    assignee: User,
    due_on: date,
    detail: str = "",
    wanted: str = "",
    by: User,
    now: datetime,
) -> Task:
    """Agree on something to do until a date; whoever must do it is told, and reminded in time.

    ``wanted`` names the kind of document that is asked for: bringing one ticks the task.
    """
    next_state(tables.CASE, locked(case).state, "add_task")
    task = create_task(
        case=case, title=title, assignee=assignee, due_on=due_on, detail=detail, wanted=wanted, by=by, now=now
    )
    if assignee != by:
        emails.queue_task_added(task)
    return task


def create_task(
    *,
    case: CaseFile,
    title: str,
    assignee: User,
    due_on: date,
    detail: str = "",
    wanted: str = "",
    by: User,
    now: datetime,
) -> Task:
    """The task's row and its deadline; part of a larger step."""
    task = Task(
        association_id=case.association_id,
        case_file=case,
        title=title,
        detail=detail,
        assignee=assignee,
        due_on=due_on,
        wanted=wanted,
        created_at=now,
    )
    task.save()
    record_transition(subject=task, action="add", from_state="", to_state=task.state, by=by, at=now)
    dates.set_task(task, by=by, now=now)
    return task


@transaction.atomic
def edit_task(*, task: Task, values: Mapping[str, Any], by: User, now: datetime, version: int) -> Task:
    """Change what, who or until when; a new date or person means new reminders."""
    task = locked(task, version=version)
    next_state(tables.TASK, task.state, "edit")
    before = task.due_on
    changed = [name for name in EDITABLE if name in values and getattr(task, name) != values[name]]
    if not changed:
        return task
    for name in changed:
        setattr(task, name, values[name])
    save(task, *changed)
    moved = f"{words.day(before)} → {words.day(task.due_on)}" if "due_on" in changed else ""
    record_transition(
        subject=task, action="edit", from_state=task.state, to_state=task.state, by=by, reason=moved, at=now
    )
    dates.set_task(task, by=by, now=now)
    if "assignee" in changed:
        dates.recipients_changed(task)
    return task


@transaction.atomic
def complete_task(*, task: Task, by: User, now: datetime) -> Task:
    """Tick a task: founders their own, coaches any of the file; its reminders stop at once."""
    if by.pk == task.case_file.founder_id and task.assignee_id != by.pk:
        raise NotTheirTask
    task = locked(task)
    before, task.state = task.state, next_state(tables.TASK, task.state, "complete")
    task.done_at = now
    save(task, "state", "done_at")
    record_transition(subject=task, action="complete", from_state=before, to_state=task.state, by=by, at=now)
    dates.close(task, dates.TASK, by=by, now=now)
    return task


@transaction.atomic
def drop_task(*, task: Task, by: User, now: datetime) -> Task:
    """Let a task fall that is no longer needed."""
    task = locked(task)
    before, task.state = task.state, next_state(tables.TASK, task.state, "drop")
    save(task, "state")
    record_transition(subject=task, action="drop", from_state=before, to_state=task.state, by=by, at=now)
    dates.cancel(task, dates.TASK, by=by, now=now)
    return task


@transaction.atomic
def reopen_task(*, task: Task, by: User, now: datetime) -> Task:
    """Take a tick back, or a dropped task up again; reminders that still lie ahead are planned anew."""
    if by.pk == task.case_file.founder_id and task.assignee_id != by.pk:
        raise NotTheirTask
    task = locked(task)
    before, task.state = task.state, next_state(tables.TASK, task.state, "reopen")
    task.done_at = None
    save(task, "state", "done_at")
    record_transition(subject=task, action="reopen", from_state=before, to_state=task.state, by=by, at=now)
    dates.set_task(task, by=by, now=now)
    return task
