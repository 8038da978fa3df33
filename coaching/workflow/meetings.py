"""A meeting is entered once: its minutes for the journal, its time for the ledger, its funder by the key of the period."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from coaching.enums import TimeKind
from coaching.models import CaseFile, Meeting, ReadinessScore
from coaching.models.progress import AREAS
from coaching.workflow import tables
from coaching.workflow.ledger import book_time
from coaching.workflow.locking import locked
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import next_state
from promo_portal.regions.models import Funder


@transaction.atomic
def record_meeting(
    *,
    case: CaseFile,
    held_on: date,
    kind: str,
    topics: Sequence[str],
    text: str,
    is_shared: bool,
    contact_minutes: int,
    preparation_minutes: int,
    funder: Funder | None,
    by: User,
    now: datetime,
) -> Meeting:
    """Enter a meeting; preparation and meeting each become a line of the ledger."""
    next_state(tables.CASE, locked(case).state, "add_meeting")
    meeting = Meeting(
        association_id=case.association_id,
        case_file=case,
        held_on=held_on,
        kind=kind,
        topics=list(topics),
        text=text,
        is_shared=is_shared,
        contact_minutes=contact_minutes,
        preparation_minutes=preparation_minutes,
        funder=funder,
        coach=by,
        entered_at=now,
    )
    meeting.save()
    spent = ((TimeKind.PREPARATION, preparation_minutes), (TimeKind.CONTACT, contact_minutes))
    for spent_on, minutes in spent:
        if minutes:
            book_time(
                case=case,
                kind=spent_on,
                worked_on=held_on,
                minutes=minutes,
                funder=funder,
                meeting=meeting,
                by=by,
                now=now,
            )
    return meeting


@transaction.atomic
def score_readiness(
    *, case: CaseFile, month: int, values: dict[str, int], comment: str, is_shared: bool, by: User, now: datetime
) -> ReadinessScore:
    """Judge how ready the project is at one of the four moments; judging again replaces the row, history keeps both."""
    next_state(tables.CASE, locked(case).state, "score")
    found = ReadinessScore.objects.filter(case_file=case, month=month).first()
    score = found or ReadinessScore(association_id=case.association_id, case_file=case, month=month)
    for area in AREAS:
        setattr(score, area, values[area])
    score.comment, score.is_shared, score.scored_by, score.scored_at = comment, is_shared, by, now
    score.save()
    record_transition(subject=case, action="score", from_state=case.state, to_state=case.state, by=by, at=now)
    return score
