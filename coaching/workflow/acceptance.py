"""Accepting a founder: the decision, their account, their file, its first task and its first date, in one step."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from coaching import emails
from coaching.models import CaseFile, CoachingRequest, CommissionSession, Decision
from coaching.workflow import dates, tables
from coaching.workflow.agenda import leave_agenda
from coaching.workflow.locking import locked, save
from coaching.workflow.references import case_reference
from coaching.workflow.requests import association_of
from coaching.workflow.tasks import create_task
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.transitions import next_state


class CircularNotAllowed(Exception):
    """Only the manager may decide between the commission's sessions, and only where the association allows it."""


@dataclass(frozen=True)
class FirstSteps:
    """What is agreed when a file is opened: the next date, and what the founder does until then."""

    on: date
    what: str
    at: time | None = None
    task: str = ""
    task_due_on: date | None = None


@transaction.atomic
def accept_request(
    *,
    request: CoachingRequest,
    title: str,
    lead: User,
    deputy: User | None,
    steps: FirstSteps,
    reasons: str,
    conditions: str = "",
    by: User,
    now: datetime,
    version: int | None = None,
) -> CaseFile:
    """Accept by circular decision: record it, give the founder an account and a file, and tell founder and coach."""
    request = locked(request, version=version)
    next_state(tables.REQUEST, request.state, "accept")
    _may_decide_alone(request, by, on=now.astimezone(clock.ZURICH).date())
    leave_agenda(request, by=by, now=now)
    given: dict[str, Any] = {"title": title, "lead": lead, "deputy": deputy, "steps": steps}
    return _accept(request, None, **given, reasons=reasons, conditions=conditions, by=by, now=now)


@transaction.atomic
def accept_in_session(
    *,
    request: CoachingRequest,
    session: CommissionSession,
    title: str,
    lead: User,
    deputy: User | None,
    steps: FirstSteps,
    reasons: str,
    conditions: str = "",
    by: User,
    now: datetime,
) -> CaseFile:
    """The commission has accepted: part of closing its session, by the same steps as a circular decision."""
    request = locked(request)
    next_state(tables.REQUEST, request.state, "accept")
    given: dict[str, Any] = {"title": title, "lead": lead, "deputy": deputy, "steps": steps}
    return _accept(request, session, **given, reasons=reasons, conditions=conditions, by=by, now=now)


def _accept(
    request: CoachingRequest,
    session: CommissionSession | None,
    *,
    title: str,
    lead: User,
    deputy: User | None,
    steps: FirstSteps,
    reasons: str,
    conditions: str,
    by: User,
    now: datetime,
) -> CaseFile:
    before, request.state = request.state, next_state(tables.REQUEST, request.state, "accept")
    save(request, "state")
    Decision.objects.create(
        association_id=association_of(request).pk,
        request=request,
        outcome=Decision.Outcome.ACCEPTED,
        way=Decision.Way.COMMISSION if session and not session.is_circular else Decision.Way.CIRCULAR,
        session=session,
        reasons=reasons,
        conditions=conditions,
        decided_by=by,
        decided_at=now,
    )
    action = "accept_in_session" if session else "accept"
    record_transition(
        subject=request, action=action, from_state=before, to_state=request.state, by=by, reason=reasons, at=now
    )
    dates.close(request, dates.ANSWER, by=by, now=now)
    case = _open_file(request, title=title, lead=lead, deputy=deputy, steps=steps, by=by, now=now)
    emails.queue_accepted(case)
    return case


def _may_decide_alone(request: CoachingRequest, by: User, *, on: date) -> None:
    association = association_of(request)
    is_manager = Membership.objects.active(on).in_association(association.pk, Role.MANAGER).filter(user=by).exists()
    if not is_manager or not association.allows_circular_decisions:
        raise CircularNotAllowed


def _open_file(
    request: CoachingRequest, *, title: str, lead: User, deputy: User | None, steps: FirstSteps, by: User, now: datetime
) -> CaseFile:
    today = now.astimezone(clock.ZURICH).date()
    founder = _founder_account(request, by=by, today=today)
    case = CaseFile(
        association_id=association_of(request).pk,
        request=request,
        reference=case_reference(today.year),
        title=title,
        founder=founder,
        lead=lead,
        deputy=deputy,
        next_date=steps.on,
        next_time=steps.at,
        next_what=steps.what,
        opened_at=now,
    )
    case.save()
    record_transition(subject=case, action="open", from_state="", to_state=case.state, by=by, at=now)
    dates.set_next_date(case, by=by, now=now)
    if steps.task:
        create_task(case=case, title=steps.task, assignee=founder, due_on=steps.task_due_on or steps.on, by=by, now=now)
    return case


def _founder_account(request: CoachingRequest, *, by: User, today: date) -> User:
    """The person behind the address, made if need be; they sign in by a code sent to that same address."""
    founder = User.objects.filter(email__iexact=request.email).first()
    if founder is None:
        names = {"first_name": request.first_name, "last_name": request.last_name, "phone": request.phone}
        founder = User.objects.create_user(request.email, language=request.language, **names)
    _be_founder(founder, association_of(request).pk, by=by, today=today)
    return founder


def _be_founder(person: User, office: int, *, by: User, today: date) -> None:
    """The role holds from today; one that was granted for a later day begins earlier."""
    held = Membership.objects.filter(user=person, role=Role.FOUNDER, association_id=office)
    if held.filter(valid_to=None).exists():
        held.filter(valid_to=None, valid_from__gt=today).update(valid_from=today)
    elif not held.active(today).exists():
        Membership.objects.create(
            user=person, role=Role.FOUNDER, association_id=office, valid_from=today, granted_by=by
        )
