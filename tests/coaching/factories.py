"""Requests and files for coaching's tests, made through the workflow so that they look as in life."""

import secrets
from datetime import UTC, date, datetime
from typing import Any

from coaching.enums import Need, Stage
from coaching.models import CaseFile, CoachingRequest, Task
from coaching.workflow.acceptance import FirstSteps, accept_request
from coaching.workflow.drafts import begin_request, save_answer
from coaching.workflow.requests import submit_request, take_into_review
from coaching.workflow.tasks import add_task
from promo_portal.accounts.models import User
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Municipality

MONDAY = datetime(2026, 11, 23, 13, 41, tzinfo=UTC)  # 14 h 41 in Tavannes


def an_address() -> str:
    """An address that no other test uses: limits count addresses across tests."""
    return f"lea.{secrets.token_hex(4)}@exemple.example"


def draft(*, email: str = "", now: datetime = MONDAY, **answers: Any) -> CoachingRequest:
    """A draft after the first question."""
    reach = {"first_name": "Léa", "last_name": "Chappuis", "email": email or an_address(), "phone": "+41320000000"}
    begun = begin_request(answers=reach, language=answers.pop("language", "fr"), now=now)
    return save_answer(request=begun, answers=answers, now=now) if answers else begun


def complete_draft(municipality: Municipality, *, now: datetime = MONDAY, **more: Any) -> CoachingRequest:
    """A draft with all answers."""
    answers = {
        "municipality": municipality,
        "stage": Stage.PREPARING,
        "idea": "Reprise d’un atelier de taillage à Reconvilier.",
        "start": "Au printemps, avec mon frère.",
        "need": Need.FINANCE,
    }
    return draft(now=now, **{**answers, **more})


def submitted(municipality: Municipality, *, now: datetime = MONDAY, **more: Any) -> CoachingRequest:
    """A request that was sent."""
    return submit_request(request=complete_draft(municipality, now=now, **more), now=now)


def in_review(municipality: Municipality, by: User, *, now: datetime = MONDAY, **more: Any) -> CoachingRequest:
    """A request that somebody has taken."""
    return take_into_review(request=submitted(municipality, now=now, **more), by=by, now=now)


def open_case(
    municipality: Municipality,
    *,
    manager: User,
    lead: User,
    deputy: User | None = None,
    now: datetime = MONDAY,
    task: str = "Esquisser le plan financier",
    conditions: str = "",
    **more: Any,
) -> CaseFile:
    """An open file whose first date is 7 December 2026, with one task for the founder by 2 December."""
    request = submitted(municipality, now=now, **more)
    assert request.association_id
    steps = FirstSteps(on=date(2026, 12, 7), what="Premier entretien", task=task, task_due_on=date(2026, 12, 2))
    with association_scope(request.association_id):
        return accept_request(
            request=request,
            title="Atelier Chappuis, taillage",
            lead=lead,
            deputy=deputy,
            steps=steps,
            reasons="Projet solide.",
            conditions=conditions,
            by=manager,
            now=now,
        )


def another_task(case: CaseFile, *, by: User, assignee: User | None = None, title: str = "Appeler la banque") -> Task:
    """One more task, due on 15 December 2026."""
    with association_scope(case.association_id):
        return add_task(
            case=case, title=title, assignee=assignee or case.founder, due_on=date(2026, 12, 15), by=by, now=MONDAY
        )
