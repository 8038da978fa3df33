"""What became of a company after its coaching: checks are agreed on at the end, asked, answered, and jobs proved."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coaching.enums import CaseState, Channel, CheckState
from coaching.models import CaseDocument, CaseFile, OutcomeCheck
from coaching.models.progress import CHECK_MONTHS
from coaching.workflow import dates, tables
from coaching.workflow.locking import locked, save
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.regions.models import Association

AT_ONCE = 500
CLOCK = "clock"


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
        check.state, check.due_on, check.asked_at = CheckState.PLANNED, months_after(end, after), None
        check.jobs_planned = case.jobs_planned
        check.version += 1 if before else 0
        check.save()
        record_transition(subject=check, action="plan", from_state=before, to_state=check.state, by=by, at=now)
        dates.set_check(check, by=by, now=now)
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


def ask_due_checks(*, now: datetime) -> int:
    """Whose day has come is asked; the mail itself leaves by the deadline engine. Returns how many, and may run often."""
    today, asked = now.astimezone(clock.ZURICH).date(), 0
    for pk in Association.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic(), association_scope(pk):
            due = OutcomeCheck.objects.filter(association_id=pk, state=CheckState.PLANNED, due_on__lte=today)
            for check in due.select_for_update(of=("self",), skip_locked=True).order_by("due_on", "pk")[:AT_ONCE]:
                ask_check(check=check, by=CLOCK, now=now)
                asked += 1
    return asked


@dataclass(frozen=True)
class Answer:
    """What a founder says, and how it reached us: by the link in the mail, or told to somebody on the phone."""

    is_active: bool
    jobs: int | None = None
    comment: str = ""
    told_by: str = ""
    taken_by: User | None = None

    def values(self) -> dict[str, object]:
        """As the row holds it; what a founder says is promised, never proved."""
        return {
            "is_active": self.is_active,
            "jobs_promised": self.jobs,
            "comment": self.comment,
            "channel": Channel.PHONE if self.taken_by else Channel.ONLINE,
            "told_by": self.told_by,
            "taken_by": self.taken_by,
        }


@transaction.atomic
def answer_check(
    *, check: OutcomeCheck, answer: Answer, by: User | str, now: datetime, at: datetime | None = None, version: int = 0
) -> OutcomeCheck:
    """What the founder says: whether the company lives, and which jobs are promised; proved they are not yet.

    A second answer corrects the first, and the same one again changes nothing. ``at`` is when it was given, ``version``
    what a staff member saw, so that two of them do not overwrite each other.
    """
    check = locked(check, version=version or None)
    values = answer.values()
    is_first = check.state != CheckState.ANSWERED
    if not is_first and all(getattr(check, name) == value for name, value in values.items()):
        return check
    if not is_first and not answer.taken_by and check.taken_by_id:
        values |= {"told_by": "", "taken_by": None}
    for name, value in values.items():
        setattr(check, name, value)
    check.answered_at = at or now
    _move(check, "answer" if is_first else "correct", *values, "answered_at", by=by, now=now, reason=answer.told_by)
    dates.close(check, dates.CHECK, by=by, now=now)
    return check


@transaction.atomic
def prove_jobs(
    *,
    check: OutcomeCheck,
    jobs: int,
    proof: str = "",
    document: CaseDocument | None = None,
    by: User,
    now: datetime,
    version: int = 0,
) -> OutcomeCheck:
    """Somebody has seen in writing how many jobs there are: in a document of the file, or a source that has a name."""
    if jobs and not proof and document is None:
        raise ValidationError(_("Proved jobs need their proof."))
    check = locked(check, version=version or None)
    if document is not None and document.case_file_id != check.case_file_id:
        raise ValidationError(_("The document belongs to another file."))
    check.jobs_proved, check.proof, check.proof_document = jobs, proof, document
    shown = " · ".join(part for part in (document.title if document else "", proof) if part)
    _move(check, "prove", "jobs_proved", "proof", "proof_document", by=by, now=now, reason=f"{jobs}: {shown}")
    return check


@transaction.atomic
def give_up_check(*, check: OutcomeCheck, reason: str, by: User, now: datetime, version: int = 0) -> OutcomeCheck:
    """Nobody answers any more; a late answer still counts."""
    check = locked(check, version=version or None)
    _move(check, "give_up", by=by, now=now, reason=reason)
    dates.cancel(check, dates.CHECK, by=by, now=now)
    return check


@transaction.atomic
def cancel_checks(*, case: CaseFile, by: User, now: datetime) -> None:
    """The coaching goes on: what was to be asked after its end is asked after its next one."""
    pending = (CheckState.PLANNED, CheckState.ASKED)
    for found in OutcomeCheck.objects.filter(case_file=case, state__in=pending).order_by("pk"):
        _move(locked(found), "cancel", by=by, now=now)
        dates.cancel(found, dates.CHECK, by=by, now=now)
