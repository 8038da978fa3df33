"""A request on an agenda: put there, moved up or down, and taken off again when it is decided or withdrawn beforehand."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from coaching.enums import ItemState
from coaching.models import AgendaItem, CoachingRequest, CommissionSession
from coaching.workflow import tables
from coaching.workflow.locking import locked, save
from coaching.workflow.votes import note_conflicts
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import next_state


class OtherAssociation(Exception):
    """A commission decides on requests of its own association only."""


@transaction.atomic
def list_request(
    *,
    session: CommissionSession,
    request: CoachingRequest,
    summary: str = "",
    title: str = "",
    lead: User | None = None,
    by: User,
    now: datetime,
) -> AgendaItem:
    """Put a request before the commission; the founder sees that it is on the agenda, and of which day."""
    session = locked(session)
    next_state(tables.SESSION, session.state, "list")
    request = locked(request)
    if request.association_id != session.association_id:
        raise OtherAssociation
    before, request.state = request.state, next_state(tables.REQUEST, request.state, "list")
    save(request, "state")
    last = AgendaItem.objects.filter(session=session).aggregate(last=Max("position"))["last"] or 0
    item = AgendaItem(
        association_id=session.association_id,
        session=session,
        request=request,
        position=last + 1,
        summary=summary,
        title=title,
        lead=lead,
    )
    item.save()
    record_transition(
        subject=request, action="list", from_state=before, to_state=request.state, by=by, reason=str(session), at=now
    )
    note_conflicts(session, by=by, now=now)
    return item


@transaction.atomic
def edit_item(
    *,
    item: AgendaItem,
    title: str,
    summary: str,
    minutes: int,
    lead: User | None,
    by: User,
    now: datetime,
    version: int | None = None,
) -> AgendaItem:
    """Prepare an item: the project's name, what the members read first, how long it takes, and the coach proposed."""
    session = locked(item.session)
    next_state(tables.SESSION, session.state, "list")
    item = locked(item, version=version)
    item.state = next_state(tables.ITEM, item.state, "edit")
    item.title, item.summary, item.minutes_planned, item.lead = title, summary, minutes, lead
    save(item, "title", "summary", "minutes_planned", "lead")
    record_transition(subject=item, action="edit", from_state=item.state, to_state=item.state, by=by, at=now)
    note_conflicts(session, by=by, now=now)
    return item


@transaction.atomic
def move_item(*, item: AgendaItem, up: bool, by: User, now: datetime) -> AgendaItem:
    """Let an item change places with the one before or after it; at the end of the agenda nothing happens."""
    session = locked(item.session)
    next_state(tables.SESSION, session.state, "list")
    listed = list(AgendaItem.objects.filter(session=session, state=ItemState.LISTED).order_by("position", "pk"))
    place = next((number for number, row in enumerate(listed) if row.pk == item.pk), None)
    if place is None:
        next_state(tables.ITEM, locked(item).state, "edit")
        return item
    other = place - 1 if up else place + 1
    if 0 <= other < len(listed):
        listed[place], listed[other] = listed[other], listed[place]
        for number, row in enumerate(listed, start=1):
            current = locked(row)
            if current.position != number:
                current.position = number
                save(current, "position")
        record_transition(subject=item, action="move", from_state=item.state, to_state=item.state, by=by, at=now)
    return item


def leave_agenda(request: CoachingRequest, *, by: User | str, now: datetime) -> None:
    """What was settled otherwise needs no session: its item is taken off. Part of a larger step."""
    if request.association_id is None:
        return
    with association_scope(request.association_id):
        for found in AgendaItem.objects.filter(request=request, state=ItemState.LISTED):
            item = locked(found)
            before, item.state = item.state, next_state(tables.ITEM, item.state, "remove")
            save(item, "state")
            record_transition(subject=item, action="remove", from_state=before, to_state=item.state, by=by, at=now)


def settle_item(item: AgendaItem, action: str, *, by: User, now: datetime, reason: str) -> None:
    """Move an item to where it ends. Part of a larger step."""
    current = locked(item)
    before, current.state = current.state, next_state(tables.ITEM, current.state, action)
    save(current, "state")
    record_transition(
        subject=current, action=action, from_state=before, to_state=current.state, by=by, reason=reason, at=now
    )


def back_to_review(request: CoachingRequest, *, reason: str, by: User, now: datetime) -> None:
    """The commission has not decided: the request is on somebody's desk again. Part of a larger step."""
    request = locked(request)
    before, request.state = request.state, next_state(tables.REQUEST, request.state, "unlist")
    save(request, "state")
    record_transition(
        subject=request, action="unlist", from_state=before, to_state=request.state, by=by, reason=reason, at=now
    )


@transaction.atomic
def remove_item(*, item: AgendaItem, reason: str, by: User, now: datetime) -> AgendaItem:
    """Take a request off the agenda before the session; it is being read again."""
    next_state(tables.SESSION, locked(item.session).state, "list")
    settle_item(item, "remove", by=by, now=now, reason=reason)
    item.refresh_from_db()
    back_to_review(item.request, reason=reason, by=by, now=now)
    return item
