"""A coaching file's life: its next date moves, notes are added, it is paused, closed and opened again."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from coaching import emails
from coaching.enums import CaseState, TaskState
from coaching.models import CaseFile, CaseNote, Task
from coaching.workflow import dates, tables
from coaching.workflow.checks import cancel_checks, plan_checks
from coaching.workflow.engagements import end_all_engagements
from coaching.workflow.locking import locked, save
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.formats import words
from promo_portal.core.transitions import TransitionRefused, next_state

EDITABLE = ("title", "phase", "lead", "deputy")


@transaction.atomic
def edit_case(*, case: CaseFile, values: Mapping[str, Any], by: User, now: datetime, version: int) -> CaseFile:
    """Change title, phase or coaches; an edit by a colleague in between is never overwritten."""
    case = locked(case, version=version)
    next_state(tables.CASE, case.state, "edit")
    changed = [name for name in EDITABLE if name in values and getattr(case, name) != values[name]]
    for name in changed:
        setattr(case, name, values[name])
    if not changed:
        return case
    save(case, *changed)
    labels = ", ".join(str(case._meta.get_field(name).verbose_name) for name in changed)  # type: ignore[union-attr]
    _record(case, "edit", case.state, by=by, now=now, reason=labels)
    if {"lead", "deputy"} & set(changed):
        dates.coaches_changed(case)
    return case


@transaction.atomic
def move_next_date(
    *,
    case: CaseFile,
    on: date,
    at: time | None = None,
    what: str,
    reason: str,
    by: User,
    now: datetime,
    version: int | None = None,
) -> CaseFile:
    """Agree on another next date; coach and founder are reminded of the new one only, and the founder is told."""
    case = locked(case, version=version)
    next_state(tables.CASE, case.state, "move_next_date")
    before = case.next_date
    case.next_date, case.next_time, case.next_what = on, at, what
    save(case, "next_date", "next_time", "next_what")
    moved = f"{words.day(before)} → {words.day(on)}"
    _record(case, "move_next_date", case.state, by=by, now=now, reason=f"{moved}\n{reason}".strip())
    dates.set_next_date(case, by=by, now=now)
    emails.queue_next_date_moved(case)
    return case


@transaction.atomic
def add_note(*, case: CaseFile, text: str, is_shared: bool, by: User, now: datetime) -> CaseNote:
    """Write into the journal: internal unless shared with the founder."""
    next_state(tables.CASE, locked(case).state, "add_note")
    note = CaseNote(
        association_id=case.association_id, case_file=case, author=by, text=text, is_shared=is_shared, written_at=now
    )
    note.save()
    return note


@transaction.atomic
def pause_case(*, case: CaseFile, reason: str, by: User, now: datetime) -> CaseFile:
    """Rest the file with a reason; no reminder leaves until it is opened again."""
    case = _rest(case, "pause", reason=reason, by=by, now=now)
    emails.queue_file_rests(case)
    return case


@transaction.atomic
def close_case(
    *,
    case: CaseFile,
    reason: str,
    outcome: str = "",
    jobs_planned: int | None = None,
    satisfaction: int | None = None,
    checks: Collection[int] = (),
    by: User,
    now: datetime,
    version: int | None = None,
) -> CaseFile:
    """End the coaching with a reason and what it led to; the file stays readable, and open tasks fall away.

    ``checks`` are the months after which founder and coach agreed to ask what became of it. The founder gets all of it in
    one mail.
    """
    case = _rest(case, "close", reason=reason, by=by, now=now, version=version)
    case.closed_at, case.outcome = now, outcome
    case.jobs_planned, case.satisfaction = jobs_planned, satisfaction
    case.save(update_fields=["closed_at", "outcome", "jobs_planned", "satisfaction"])
    end_all_engagements(case=case, reason=reason, by=by, now=now)
    if checks:
        plan_checks(case=case, months=sorted(checks), by=by, now=now)
    emails.queue_closed(case)
    return case


def _rest(case: CaseFile, action: str, *, reason: str, by: User, now: datetime, version: int | None = None) -> CaseFile:
    case = locked(case, version=version)
    before, case.state = case.state, next_state(tables.CASE, case.state, action)
    case.state_reason = reason
    case.next_date = case.next_time = None
    case.next_what = ""
    save(case, "state", "state_reason", "next_date", "next_time", "next_what")
    _record(case, action, before, by=by, now=now, reason=reason)
    dates.cancel(case, dates.NEXT_DATE, by=by, now=now)
    for task in Task.objects.filter(case_file=case, state=TaskState.OPEN):
        dates.cancel(task, dates.TASK, by=by, now=now)
    return case


@transaction.atomic
def reopen_case(*, case: CaseFile, on: date, what: str, reason: str, by: User, now: datetime) -> CaseFile:
    """Take a paused or closed file up again, with the next date that every open file has; open tasks remind again."""
    case = locked(case)
    if case.anonymised_at is not None:
        raise TransitionRefused("reopen", case.state)
    before, case.state = case.state, next_state(tables.CASE, case.state, "reopen")
    case.state_reason, case.closed_at = "", None
    case.next_date, case.next_what = on, what
    save(case, "state", "state_reason", "closed_at", "next_date", "next_what")
    _record(case, "reopen", before, by=by, now=now, reason=reason)
    dates.set_next_date(case, by=by, now=now)
    cancel_checks(case=case, by=by, now=now)
    for task in Task.objects.filter(case_file=case, state=TaskState.OPEN):
        dates.set_task(task, by=by, now=now)
    emails.queue_next_date_moved(case)
    return case


def _record(case: CaseFile, action: str, before: str, *, by: User, now: datetime, reason: str) -> None:
    record_transition(
        subject=case, action=action, from_state=before, to_state=CaseState(case.state), by=by, reason=reason, at=now
    )
