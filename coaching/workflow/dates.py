"""Coaching's dates in the deadline engine: set or moved with the step that agrees on them, ended with the step that settles them."""

from datetime import date, datetime, time

from coaching.enums import CheckState, MilestoneState, TaskState
from coaching.models import (
    CaseFile,
    CoachingRequest,
    CommissionSession,
    Engagement,
    Milestone,
    OutcomeCheck,
    SpecialistTerms,
    Task,
)
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.regions.models import Association
from promo_portal.reminders.calendar import add_working_days, next_working_day
from promo_portal.reminders.planning import closing_days
from promo_portal.reminders.workflow import (
    cancel_deadline,
    close_deadline,
    move_deadline,
    open_deadline,
    replan,
    set_deadline,
)

ANSWER, NUDGE, NEXT_DATE, TASK = "coaching.answer", "coaching.draft_nudge", "coaching.next_date", "coaching.task"
MILESTONE, CHECK, ENGAGEMENT = "coaching.milestone", "coaching.check", "coaching.engagement"
SESSION, VOTE, AGREEMENT = "coaching.session", "coaching.vote", "coaching.agreement"
Subject = (
    CoachingRequest | CaseFile | Task | Milestone | OutcomeCheck | CommissionSession | Engagement | SpecialistTerms
)
Actor = User | str


def answer_day(association: Association, *, from_day: date) -> date:
    """Until when a request sent on a day is answered: the association's promise in working days of its own calendar."""
    return add_working_days(from_day, association.answer_within_days, closing_days(association.pk))


def _agree(subject: Subject, kind: str, on: date, at: time | None = None, *, by: Actor, now: datetime) -> None:
    """Set the date, or move the one that is open."""
    existing = open_deadline(subject, kind)
    if existing is None:
        set_deadline(subject=subject, kind=kind, on=on, at_time=at, by=by, now=now)
    else:
        move_deadline(deadline=existing, on=on, at_time=at, by=by, now=now)


def set_answer(request: CoachingRequest, *, by: Actor, now: datetime) -> None:
    """The day by which the association has promised its answer."""
    assert request.answer_by is not None
    _agree(request, ANSWER, request.answer_by, by=by, now=now)


def set_nudge(request: CoachingRequest, *, by: Actor, now: datetime) -> None:
    """The one message to somebody who has begun and not sent: on the working day after, so never on the same evening."""
    _agree(request, NUDGE, next_working_day(now.astimezone(clock.ZURICH).date()), by=by, now=now)


def set_next_date(case: CaseFile, *, by: Actor, now: datetime) -> None:
    """The next date that every open file has."""
    assert case.next_date is not None
    _agree(case, NEXT_DATE, case.next_date, case.next_time, by=by, now=now)


def set_task(task: Task, *, by: Actor, now: datetime) -> None:
    """The day until which a task is to be done."""
    _agree(task, TASK, task.due_on, by=by, now=now)


def set_milestone(milestone: Milestone, *, by: Actor, now: datetime) -> None:
    """The day until which a milestone is to be reached."""
    assert milestone.due_on is not None
    _agree(milestone, MILESTONE, milestone.due_on, by=by, now=now)


def set_check(check: OutcomeCheck, *, by: Actor, now: datetime) -> None:
    """The day on which a founder is asked what became of the company."""
    _agree(check, CHECK, check.due_on, by=by, now=now)


def set_session(session: CommissionSession, *, by: Actor, now: datetime) -> None:
    """The day of a session, or the last day for the votes of a circular decision."""
    if session.is_circular:
        _agree(session, VOTE, session.held_on, by=by, now=now)
    else:
        _agree(session, SESSION, session.held_on, session.held_at, by=by, now=now)


def set_engagement(engagement: Engagement, on: date, *, by: Actor, now: datetime) -> None:
    """Until when whoever is to move next in an engagement answers, reports or says how it went."""
    _agree(engagement, ENGAGEMENT, on, by=by, now=now)
    recipients_changed(engagement)


def set_agreement(terms: SpecialistTerms, *, by: Actor, now: datetime) -> None:
    """The last day of a specialist's agreement; none where it has no end, or where the specialist has left the network.

    An end that has gone by already is nothing to be reminded of.
    """
    end = terms.agreement_until if terms.specialist.is_active else None
    existing = open_deadline(terms, AGREEMENT)
    if end is None or end < now.astimezone(clock.ZURICH).date():
        cancel(terms, AGREEMENT, by=by, now=now)
    elif existing is None or existing.local_date != end:
        _agree(terms, AGREEMENT, end, by=by, now=now)


def close(subject: Subject, kind: str, *, by: Actor, now: datetime) -> None:
    """What the date was for is done."""
    if existing := open_deadline(subject, kind):
        close_deadline(deadline=existing, by=by, now=now)


def cancel(subject: Subject, kind: str, *, by: Actor, now: datetime) -> None:
    """What the date was for is no longer wanted."""
    if existing := open_deadline(subject, kind):
        cancel_deadline(deadline=existing, by=by, now=now)


def recipients_changed(subject: Subject) -> None:
    """Somebody else answers, leads the file or must do the task, or the founder has another address: remind them instead."""
    of_type: dict[type[Subject], tuple[str, ...]] = {
        CoachingRequest: (NUDGE, ANSWER),
        CaseFile: (NEXT_DATE,),
        Task: (TASK,),
        Milestone: (MILESTONE,),
        OutcomeCheck: (CHECK,),
        CommissionSession: (SESSION, VOTE),
        Engagement: (ENGAGEMENT,),
        SpecialistTerms: (AGREEMENT,),
    }
    kinds = of_type[type(subject)]
    for kind in kinds:
        if existing := open_deadline(subject, kind):
            replan(deadline=existing)


def coaches_changed(case: CaseFile) -> None:
    """Others lead the file: its own date, its open tasks, milestones and checks remind them from now on."""
    recipients_changed(case)
    for task in Task.objects.filter(case_file=case, state=TaskState.OPEN).order_by("pk"):
        recipients_changed(task)
    for milestone in Milestone.objects.filter(case_file=case, state=MilestoneState.OPEN).order_by("pk"):
        recipients_changed(milestone)
    waiting = (CheckState.PLANNED, CheckState.ASKED)
    for check in OutcomeCheck.objects.filter(case_file=case, state__in=waiting).order_by("pk"):
        recipients_changed(check)
    for engagement in Engagement.objects.filter(case_file=case).order_by("pk"):
        recipients_changed(engagement)
