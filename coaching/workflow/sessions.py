"""The commission's sessions: planned, convened, opened with a quorum, closed with everything that was decided."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from coaching.enums import Advice, ItemOutcome, ItemState, RecusalSource
from coaching.models import AgendaItem, CommissionSession, Opinion, Recusal, SessionMember
from coaching.workflow import tables
from coaching.workflow.acceptance import FirstSteps, accept_in_session
from coaching.workflow.agenda import back_to_review
from coaching.workflow.locking import locked, save
from coaching.workflow.requests import refuse_request
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import next_state
from promo_portal.regions.models import Association


class NoQuorum(Exception):
    """Too few members have come: the session cannot be opened."""

    @property
    def message(self) -> str:
        """What the person in the chair reads."""
        return _("Too few members are present for a valid decision.")


class Undecided(Exception):
    """The session cannot be closed while an item says nothing; ``item`` is the first of them."""

    def __init__(self, item: AgendaItem) -> None:
        super().__init__(f"item {item.pk} is undecided")
        self.item = item

    @property
    def message(self) -> str:
        """What the person in the chair reads."""
        return _("Item %(number)s has no complete decision yet.") % {"number": self.item.position}


class StandsAside(Exception):
    """Somebody who stands aside from an item gives no opinion on it."""


@transaction.atomic
def plan_session(
    *,
    association: Association,
    held_on: date,
    held_at: time | None,
    place: str,
    quorum: int,
    members: Sequence[User],
    by: User,
    now: datetime,
) -> CommissionSession:
    """Set a day for the commission; the first of ``members`` takes the chair."""
    session = CommissionSession(association=association, held_on=held_on, held_at=held_at, place=place, quorum=quorum)
    session.save()
    for number, member in enumerate(members):
        SessionMember.objects.create(association=association, session=session, member=member, is_chair=number == 0)
    record_transition(subject=session, action="plan", from_state="", to_state=session.state, by=by, at=now)
    return session


def _move(session: CommissionSession, action: str, *fields: str, by: User, now: datetime, reason: str = "") -> None:
    before, session.state = session.state, next_state(tables.SESSION, session.state, action)
    save(session, "state", *fields)
    record_transition(
        subject=session, action=action, from_state=before, to_state=session.state, by=by, reason=reason, at=now
    )


@transaction.atomic
def convene_session(*, session: CommissionSession, by: User, now: datetime) -> CommissionSession:
    """The agenda stands and the members are called; from now on they may give their opinions."""
    session = locked(session)
    _move(session, "convene", by=by, now=now)
    return session


@transaction.atomic
def cancel_session(*, session: CommissionSession, reason: str, by: User, now: datetime) -> CommissionSession:
    """Call a session off; what was on its agenda is being read again."""
    session = locked(session)
    session.state_reason = reason
    _move(session, "cancel", "state_reason", by=by, now=now, reason=reason)
    for found in AgendaItem.objects.filter(session=session, state=ItemState.LISTED).select_related("request"):
        _settle(found, "remove", by=by, now=now, reason=reason)
        back_to_review(found.request, reason=reason, by=by, now=now)
    return session


@transaction.atomic
def give_opinion(*, item: AgendaItem, member: User, advice: str, text: str = "", now: datetime) -> Opinion:
    """A member's opinion before the day; giving it again replaces it, the history keeps both."""
    next_state(tables.SESSION, locked(item.session).state, "opine")
    if Recusal.objects.filter(item=item, member=member).exists():
        raise StandsAside
    found = Opinion.objects.filter(item=item, member=member).first()
    opinion = found or Opinion(association_id=item.association_id, item=item, member=member)
    opinion.advice, opinion.text, opinion.given_at = Advice(advice), text, now
    opinion.save()
    return opinion


@transaction.atomic
def stand_aside(
    *, item: AgendaItem, member: User, reason: str, source: str = RecusalSource.DECLARED, by: User, now: datetime
) -> Recusal:
    """A member has a stake in an item: they neither read, advise nor vote; an opinion already given falls away."""
    next_state(tables.SESSION, locked(item.session).state, "recuse")
    Opinion.objects.filter(item=item, member=member).delete()
    recusal, is_new = Recusal.objects.get_or_create(
        item=item,
        member=member,
        defaults={
            "association_id": item.association_id,
            "source": source,
            "reason": reason,
            "declared_at": now,
        },
    )
    if is_new:
        record_transition(
            subject=item, action="recuse", from_state=item.state, to_state=item.state, by=by, reason=str(member), at=now
        )
    return recusal


@transaction.atomic
def open_session(
    *, session: CommissionSession, present: Collection[User], by: User, now: datetime
) -> CommissionSession:
    """Note who has come and begin; without a quorum nothing is decided."""
    session = locked(session)
    next_state(tables.SESSION, session.state, "open")
    here = {member.pk for member in present}
    seats = list(SessionMember.objects.filter(session=session))
    for seat in seats:
        seat.is_present = seat.member_id in here
        seat.save(update_fields=["is_present"])
    if sum(seat.is_present or False for seat in seats) < session.quorum:
        raise NoQuorum
    session.opened_at = now
    _move(session, "open", "opened_at", by=by, now=now)
    return session


@transaction.atomic
def enter_decision(
    *,
    item: AgendaItem,
    outcome: str,
    reasons: str,
    title: str = "",
    lead: User | None = None,
    deputy: User | None = None,
    first_date: date | None = None,
    first_what: str = "",
    by: User,
    now: datetime,
) -> AgendaItem:
    """Write down what the commission says of an item; it takes effect when the session is closed."""
    next_state(tables.SESSION, locked(item.session).state, "enter")
    item = locked(item)
    next_state(tables.ITEM, item.state, "enter")
    item.outcome, item.reasons = ItemOutcome(outcome), reasons
    item.title, item.lead, item.deputy = title or item.title, lead or item.lead, deputy
    item.first_date, item.first_what = first_date, first_what
    save(item, "outcome", "reasons", "title", "lead", "deputy", "first_date", "first_what")
    record_transition(
        subject=item, action="enter", from_state=item.state, to_state=item.state, by=by, reason=outcome, at=now
    )
    return item


def _is_complete(item: AgendaItem) -> bool:
    if item.outcome == ItemOutcome.ACCEPT:
        return bool(item.reasons and item.title and item.lead and item.first_date and item.first_what)
    return bool(item.reasons and item.outcome)


@transaction.atomic
def close_session(*, session: CommissionSession, minutes: str, by: User, now: datetime) -> CommissionSession:
    """End the session: every decision takes effect at once, with its letter, its file, its coach and its dates."""
    session = locked(session)
    next_state(tables.SESSION, session.state, "close")
    related = ("request", "lead", "deputy")
    listed = AgendaItem.objects.filter(session=session, state=ItemState.LISTED).select_related(*related)
    items = list(listed.order_by("position", "pk"))
    for item in items:
        if not _is_complete(item):
            raise Undecided(item)
    for item in items:
        _take_effect(session, item, by=by, now=now)
    session.minutes, session.closed_at = minutes, now
    _move(session, "close", "minutes", "closed_at", by=by, now=now)
    return session


def _take_effect(session: CommissionSession, item: AgendaItem, *, by: User, now: datetime) -> None:
    if item.outcome == ItemOutcome.POSTPONE:
        _settle(item, "postpone", by=by, now=now, reason=item.reasons)
        back_to_review(item.request, reason=item.reasons, by=by, now=now)
        return
    _settle(item, "decide", by=by, now=now, reason=item.reasons)
    if item.outcome == ItemOutcome.REFUSE:
        refuse_request(request=item.request, reasons=item.reasons, session=session, by=by, now=now)
        return
    assert item.lead is not None
    assert item.first_date is not None
    accept_in_session(
        request=item.request,
        session=session,
        title=item.title,
        lead=item.lead,
        deputy=item.deputy,
        steps=FirstSteps(on=item.first_date, what=item.first_what),
        reasons=item.reasons,
        by=by,
        now=now,
    )


def _settle(item: AgendaItem, action: str, *, by: User, now: datetime, reason: str) -> None:
    current = locked(item)
    before, current.state = current.state, next_state(tables.ITEM, current.state, action)
    save(current, "state")
    record_transition(
        subject=current, action=action, from_state=before, to_state=current.state, by=by, reason=reason, at=now
    )
