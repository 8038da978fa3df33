"""Milestones of a file: agreed on with a day, reached with a proof, or said not to be needed."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coaching.enums import MilestoneState
from coaching.models import CaseDocument, CaseFile, Milestone
from coaching.workflow import dates, tables
from coaching.workflow.locking import locked, save
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.formats import words
from promo_portal.core.transitions import next_state


@transaction.atomic
def plan_milestone(*, case: CaseFile, kind: str, due_on: date, by: User, now: datetime) -> Milestone:
    """Agree until when a milestone is to be reached, or move its day; the deadline engine reminds both sides."""
    next_state(tables.CASE, locked(case).state, "plan_milestone")
    found = Milestone.objects.filter(case_file=case, kind=kind).first()
    milestone = locked(found) if found else Milestone(association_id=case.association_id, case_file=case, kind=kind)
    before, state = milestone.state, next_state(tables.MILESTONE, milestone.state, "plan")
    moved = f"{words.day(milestone.due_on)} → {words.day(due_on)}" if milestone.due_on else words.day(due_on)
    milestone.due_on, milestone.state = due_on, state
    milestone.version += 1 if found else 0
    milestone.save()
    record_transition(
        subject=milestone,
        action="plan",
        from_state=before if found else "",
        to_state=state,
        by=by,
        reason=moved,
        at=now,
    )
    dates.set_milestone(milestone, by=by, now=now)
    return milestone


@transaction.atomic
def reach_milestone(
    *, milestone: Milestone, on: date, proof: CaseDocument | None, proof_text: str, by: User, now: datetime
) -> Milestone:
    """A milestone is reached with a day and something that a third person can look at."""
    if proof is None and not proof_text:
        raise ValidationError(_("A milestone is reached with a day and a proof."))
    milestone = locked(milestone)
    before, milestone.state = milestone.state, next_state(tables.MILESTONE, milestone.state, "reach")
    milestone.reached_on, milestone.proof, milestone.proof_text = on, proof, proof_text
    save(milestone, "state", "reached_on", "proof", "proof_text")
    shown = proof.title if proof else proof_text
    record_transition(
        subject=milestone, action="reach", from_state=before, to_state=milestone.state, by=by, reason=shown, at=now
    )
    dates.close(milestone, dates.MILESTONE, by=by, now=now)
    return milestone


@transaction.atomic
def drop_milestone(*, milestone: Milestone, reason: str, by: User, now: datetime) -> Milestone:
    """The project does not need the milestone; the reason stays in the history."""
    milestone = locked(milestone)
    before, milestone.state = milestone.state, next_state(tables.MILESTONE, milestone.state, "drop")
    save(milestone, "state")
    record_transition(
        subject=milestone, action="drop", from_state=before, to_state=milestone.state, by=by, reason=reason, at=now
    )
    dates.cancel(milestone, dates.MILESTONE, by=by, now=now)
    return milestone


@transaction.atomic
def reopen_milestone(*, milestone: Milestone, reason: str, by: User, now: datetime) -> Milestone:
    """What was taken for a proof was none, or the milestone is needed after all."""
    milestone = locked(milestone)
    before, milestone.state = milestone.state, next_state(tables.MILESTONE, milestone.state, "reopen")
    milestone.reached_on, milestone.proof, milestone.proof_text = None, None, ""
    save(milestone, "state", "reached_on", "proof", "proof_text")
    record_transition(
        subject=milestone, action="reopen", from_state=before, to_state=milestone.state, by=by, reason=reason, at=now
    )
    if milestone.due_on and milestone.state == MilestoneState.OPEN:
        dates.set_milestone(milestone, by=by, now=now)
    return milestone
