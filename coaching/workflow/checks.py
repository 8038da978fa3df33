"""What became of a company after its coaching: checks are agreed on at the end, asked, answered, and jobs proved."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coaching.enums import CaseState, CheckState
from coaching.models import CaseFile, OutcomeCheck
from coaching.models.progress import CHECK_MONTHS
from coaching.workflow import tables
from coaching.workflow.locking import locked, save
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.transitions import TransitionRefused, next_state


def months_after(day: date, months: int) -> date:
    """The same day some months on, or the last of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


@transaction.atomic
def plan_checks(*, case: CaseFile, months: Iterable[int] = CHECK_MONTHS, by: User, now: datetime) -> list[OutcomeCheck]:
    """Agree, once the file is closed, on when to ask how the company does; a check that was dropped is planned anew."""
    case = locked(case)
    if case.state != CaseState.CLOSED or case.closed_at is None:
        raise TransitionRefused("plan_checks", case.state)
    end = case.closed_at.astimezone(clock.ZURICH).date()
    known = {check.months: check for check in OutcomeCheck.objects.filter(case_file=case)}
    planned = []
    for after in months:
        check = known.get(after) or OutcomeCheck(association_id=case.association_id, case_file=case, months=after)
        if check.pk and check.state != CheckState.CANCELLED:
            continue
        before = check.state if check.pk else ""
        check.state, check.due_on = CheckState.PLANNED, months_after(end, after)
        check.jobs_planned = case.jobs_planned
        check.version += 1 if before else 0
        check.save()
        record_transition(subject=check, action="plan", from_state=before, to_state=check.state, by=by, at=now)
        planned.append(check)
    return planned


def _move(check: OutcomeCheck, action: str, *fields: str, by: User | str, now: datetime, reason: str = "") -> None:
    before, check.state = check.state, next_state(tables.CHECK, check.state, action)
    save(check, "state", *fields)
    record_transition(
        subject=check, action=action, from_state=before, to_state=check.state, by=by, reason=reason, at=now
    )


@transaction.atomic
def ask_check(*, check: OutcomeCheck, by: User | str, now: datetime) -> OutcomeCheck:
    """The three questions are put to the founder."""
    check = locked(check)
    check.asked_at = now
    _move(check, "ask", "asked_at", by=by, now=now)
    return check


@transaction.atomic
def answer_check(
    *, check: OutcomeCheck, is_active: bool, jobs_promised: int | None, comment: str, by: User | str, now: datetime
) -> OutcomeCheck:
    """What the founder says: whether the company lives, and which jobs are promised; proved they are not yet."""
    check = locked(check)
    check.is_active, check.jobs_promised, check.comment, check.answered_at = is_active, jobs_promised, comment, now
    _move(check, "answer", "is_active", "jobs_promised", "comment", "answered_at", by=by, now=now)
    return check


@transaction.atomic
def prove_jobs(*, check: OutcomeCheck, jobs: int, proof: str, by: User, now: datetime) -> OutcomeCheck:
    """Somebody has seen in writing how many jobs there are."""
    if jobs and not proof:
        raise ValidationError(_("Proved jobs need their proof."))
    check = locked(check)
    check.jobs_proved, check.proof = jobs, proof
    _move(check, "prove", "jobs_proved", "proof", by=by, now=now, reason=proof)
    return check


@transaction.atomic
def give_up_check(*, check: OutcomeCheck, reason: str, by: User, now: datetime) -> OutcomeCheck:
    """Nobody answers any more; a late answer still counts."""
    check = locked(check)
    _move(check, "give_up", by=by, now=now, reason=reason)
    return check


@transaction.atomic
def cancel_checks(*, case: CaseFile, by: User, now: datetime) -> None:
    """The coaching goes on: what was to be asked after its end is asked after its next one."""
    pending = (CheckState.PLANNED, CheckState.ASKED)
    for found in OutcomeCheck.objects.filter(case_file=case, state__in=pending).order_by("pk"):
        _move(locked(found), "cancel", by=by, now=now)
