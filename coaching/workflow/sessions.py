"""The commission's sessions: planned, convened, opened with a quorum, closed with everything that was decided."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coaching import emails
from coaching.enums import ItemOutcome, ItemState, SessionKind
from coaching.models import AgendaItem, CommissionSession, SessionMember
from coaching.workflow import dates, tables
from coaching.workflow.agenda import back_to_review, settle_item
from coaching.workflow.effects import is_complete, take_effect
from coaching.workflow.locking import ChangedMeanwhile, locked, save
from coaching.workflow.votes import (
    NotSeated,
    StandsAside,
    Votes,
    VotesDisagree,
    check_votes,
    counted,
    give_opinion,
    missing_votes,
    note_conflicts,
    stand_aside,
)
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.transitions import next_state
from promo_portal.regions.models import Association

__all__ = [
    "DayTaken",
    "NoQuorum",
    "NotSeated",
    "NothingToDecide",
    "StandsAside",
    "Undecided",
    "Votes",
    "VotesDisagree",
    "VotesMissing",
    "approve_minutes",
    "attend",
    "cancel_session",
    "close_session",
    "convene_session",
    "count_votes",
    "edit_session",
    "enter_decision",
    "give_opinion",
    "open_session",
    "plan_session",
    "seat_members",
    "stand_aside",
    "write_minutes",
]


class NoQuorum(Exception):
    """Too few members have come: the session cannot be opened."""

    @property
    def message(self) -> str:
        """What the person in the chair reads."""
        return _("Too few members are present for a valid decision.")


class DayTaken(Exception):
    """Two sessions on one day, or two circular decisions that end on it, could not be told apart."""

    @property
    def message(self) -> str:
        """What the manager reads."""
        return _("There is a session, or a circular decision, with this day already.")


class NothingToDecide(Exception):
    """A session without members or without items is not convened."""

    @property
    def message(self) -> str:
        """What the manager reads."""
        return _("Put at least one request on the agenda, and invite at least as many members as the quorum asks for.")


class VotesMissing(Exception):
    """A circular decision is counted when all have voted, or when its last day has come."""

    @property
    def message(self) -> str:
        """What the manager reads."""
        return _("Votes are still missing, and the members may vote until the last day.")


class Undecided(Exception):
    """The session cannot be closed while an item says nothing; ``item`` is the first of them."""

    def __init__(self, item: AgendaItem) -> None:
        super().__init__(f"item {item.pk} is undecided")
        self.item = item

    @property
    def message(self) -> str:
        """What the person in the chair reads."""
        return _("Item %(number)s has no complete decision yet.") % {"number": self.item.position}


# -- before the day -----------------------------------------------------------------------------------------------------


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
    video_url: str = "",
    kind: str = SessionKind.MEETING,
) -> CommissionSession:
    """Set a day for the commission, or the last day of a circular decision; the first of ``members`` takes the chair.

    A session and a circular decision may share a day; of two of a kind the second raises ``DayTaken``.
    """
    session = CommissionSession(
        association=association,
        kind=kind,
        held_on=held_on,
        held_at=held_at,
        place=place,
        video_url=video_url,
        quorum=quorum,
    )
    with _own_day():
        session.save()
    for number, member in enumerate(members):
        SessionMember.objects.create(association=association, session=session, member=member, is_chair=number == 0)
    record_transition(subject=session, action="plan", from_state="", to_state=session.state, by=by, at=now)
    return session


@contextmanager
def _own_day() -> Iterator[None]:
    """What the database refuses, in words; also where two planned at the same moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as refusal:
        if "commissionsession_day_once" in str(refusal):
            raise DayTaken from refusal
        raise


def _move(session: CommissionSession, action: str, *fields: str, by: User, now: datetime, reason: str = "") -> None:
    before, session.state = session.state, next_state(tables.SESSION, session.state, action)
    save(session, "state", *fields)
    record_transition(
        subject=session, action=action, from_state=before, to_state=session.state, by=by, reason=reason, at=now
    )


@transaction.atomic
def edit_session(
    *,
    session: CommissionSession,
    held_on: date,
    held_at: time | None,
    place: str,
    video_url: str,
    quorum: int,
    by: User,
    now: datetime,
    version: int | None = None,
) -> CommissionSession:
    """Another day, hour, place or quorum; members who were called already are told at once."""
    session = locked(session, version=version)
    new: dict[str, Any] = {"held_on": held_on, "held_at": held_at, "place": place, "video_url": video_url}
    has_moved = any(getattr(session, name) != value for name, value in new.items())
    session.held_on, session.held_at, session.place, session.video_url = held_on, held_at, place, video_url
    session.quorum = quorum
    was = session.state
    with _own_day():
        _move(session, "edit", *new, "quorum", by=by, now=now)
    if was == "convened" and has_moved:
        dates.set_session(session, by=by, now=now)
        emails.queue_session_changed(session)
    return session


@transaction.atomic
def seat_members(
    *, session: CommissionSession, members: Sequence[User], chair: User, by: User, now: datetime
) -> CommissionSession:
    """Who sits in the session, and who chairs it; whoever joins after the call is called as well."""
    session = locked(session)
    seats = {seat.member_id: seat for seat in SessionMember.objects.filter(session=session)}
    wanted = {member.pk: member for member in members}
    SessionMember.objects.filter(session=session).exclude(member_id__in=wanted).delete()
    SessionMember.objects.filter(session=session, is_chair=True).exclude(member=chair).update(is_chair=False)
    joined = [member for pk, member in wanted.items() if pk not in seats]
    for member in joined:
        SessionMember.objects.create(association_id=session.association_id, session=session, member=member)
    SessionMember.objects.filter(session=session, member=chair).update(is_chair=True)
    _move(session, "edit", by=by, now=now, reason=", ".join(str(member) for member in members)[:300])
    note_conflicts(session, by=by, now=now)
    if session.state == "convened":
        dates.recipients_changed(session)
        emails.queue_session_convened(session, joined)
    return session


@transaction.atomic
def convene_session(*, session: CommissionSession, by: User, now: datetime) -> CommissionSession:
    """The agenda stands and the members are called; from now on they may give their opinions."""
    session = locked(session)
    next_state(tables.SESSION, session.state, "convene")
    members = [seat.member for seat in SessionMember.objects.filter(session=session).select_related("member")]
    if len(members) < session.quorum or not AgendaItem.objects.filter(session=session, state=ItemState.LISTED).exists():
        raise NothingToDecide
    _move(session, "convene", by=by, now=now)
    note_conflicts(session, by=by, now=now)
    dates.set_session(session, by=by, now=now)
    emails.queue_session_convened(session, members)
    return session


@transaction.atomic
def cancel_session(*, session: CommissionSession, reason: str, by: User, now: datetime) -> CommissionSession:
    """Call a session off; what was on its agenda is being read again."""
    session = locked(session)
    session.state_reason = reason
    was_convened = session.state == "convened"
    _move(session, "cancel", "state_reason", by=by, now=now, reason=reason)
    for found in AgendaItem.objects.filter(session=session, state=ItemState.LISTED).select_related("request"):
        settle_item(found, "remove", by=by, now=now, reason=reason)
        back_to_review(found.request, reason=reason, by=by, now=now)
    if was_convened:
        _end_dates(session, dates.cancel, by=by, now=now)
        emails.queue_session_cancelled(session)
    return session


def _end_dates(session: CommissionSession, step: Any, *, by: User, now: datetime) -> None:
    for kind in (dates.SESSION, dates.VOTE):
        step(session, kind, by=by, now=now)


# -- on the day ---------------------------------------------------------------------------------------------------------


def _note_presence(session: CommissionSession, present: Collection[User]) -> int:
    """Write down who is here; returns how many."""
    here = {member.pk for member in present}
    seats = list(SessionMember.objects.filter(session=session))
    for seat in seats:
        seat.is_present = seat.member_id in here
        seat.save(update_fields=["is_present"])
    return sum(seat.is_present or False for seat in seats)


@transaction.atomic
def open_session(
    *, session: CommissionSession, present: Collection[User], by: User, now: datetime
) -> CommissionSession:
    """Note who has come and begin; without a quorum nothing is decided."""
    session = locked(session)
    next_state(tables.SESSION, session.state, "open")
    if _note_presence(session, present) < session.quorum:
        raise NoQuorum
    session.opened_at = now
    _move(session, "open", "opened_at", by=by, now=now)
    note_conflicts(session, by=by, now=now)
    _end_dates(session, dates.close, by=by, now=now)
    return session


@transaction.atomic
def attend(*, session: CommissionSession, present: Collection[User], by: User, now: datetime) -> CommissionSession:
    """Somebody comes late or leaves early: presence as it is now."""
    session = locked(session)
    next_state(tables.SESSION, session.state, "attend")
    count = _note_presence(session, present)
    _move(session, "attend", by=by, now=now, reason=str(count))
    return session


@transaction.atomic
def count_votes(*, session: CommissionSession, by: User, now: datetime) -> CommissionSession:
    """Count the votes of a circular decision: present is who has voted, and each item proposes what the majority said."""
    session = locked(session)
    next_state(tables.SESSION, session.state, "open")
    if missing_votes(session) and now.astimezone(clock.ZURICH).date() < session.held_on:
        raise VotesMissing
    items = list(AgendaItem.objects.filter(session=session, state=ItemState.LISTED).order_by("position", "pk"))
    voted = SessionMember.objects.filter(session=session, member__in=_voters_of(items)).select_related("member")
    session = open_session(session=session, present=[seat.member for seat in voted], by=by, now=now)
    for item in items:
        current, votes = locked(item), counted(item)
        current.votes_for, current.votes_against, current.votes_abstained = (
            votes.in_favour,
            votes.against,
            votes.abstained,
        )
        current.outcome = _said(session, votes)
        save(current, "votes_for", "votes_against", "votes_abstained", "outcome")
    return session


def _voters_of(items: Sequence[AgendaItem]) -> Any:
    from coaching.models import Opinion

    return Opinion.objects.filter(item__in=items).values("member_id")


def _said(session: CommissionSession, votes: Votes) -> str:
    """What the votes come to; too few, or as many against as for, and the item waits."""
    in_favour, against = votes.in_favour or 0, votes.against or 0
    if in_favour + against < session.quorum or in_favour == against:
        return ItemOutcome.POSTPONE
    return ItemOutcome.ACCEPT if in_favour > against else ItemOutcome.REFUSE


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
    conditions: str = "",
    addresses: str = "",
    votes: Votes | None = None,
    by: User,
    now: datetime,
    version: int | None = None,
) -> AgendaItem:
    """Write down what the commission says of an item; it takes effect when the session is closed."""
    session = locked(item.session)
    next_state(tables.SESSION, session.state, "enter")
    item = locked(item, version=version)
    next_state(tables.ITEM, item.state, "enter")
    if session.is_circular:
        votes = counted(item)
        if outcome != ItemOutcome.POSTPONE and outcome != _said(session, votes):
            raise VotesDisagree(
                _("The members have voted otherwise. Only the result, or putting it off, can be entered.")
            )
    votes = votes or Votes()
    check_votes(item, outcome, votes)
    item.outcome, item.reasons = ItemOutcome(outcome), reasons
    item.title, item.lead, item.deputy = title or item.title, lead or item.lead, deputy
    item.first_date, item.first_what = first_date, first_what
    item.conditions, item.addresses = conditions, addresses
    item.votes_for, item.votes_against, item.votes_abstained = votes.in_favour, votes.against, votes.abstained
    save(
        item,
        *("outcome", "reasons", "title", "lead", "deputy", "first_date", "first_what", "conditions", "addresses"),
        *("votes_for", "votes_against", "votes_abstained"),
    )
    record_transition(
        subject=item, action="enter", from_state=item.state, to_state=item.state, by=by, reason=outcome, at=now
    )
    return item


def fingerprint(items: Sequence[AgendaItem]) -> str:
    """What somebody saw who is about to close: every item as it stood. Changes when any of them does."""
    return " ".join(f"{item.pk}:{item.version}" for item in sorted(items, key=lambda item: item.pk))


@transaction.atomic
def close_session(
    *, session: CommissionSession, minutes: str, by: User, now: datetime, seen: str | None = None
) -> CommissionSession:
    """End the session: every decision takes effect at once, with its letter, its file, its coach and its dates.

    ``seen`` is the fingerprint of the decisions that the person read before: another window's entry since then raises
    ``ChangedMeanwhile``, so that nothing leaves unread. A second press finds the session closed.
    """
    session = locked(session)
    next_state(tables.SESSION, session.state, "close")
    related = ("request", "lead", "deputy")
    listed = AgendaItem.objects.filter(session=session, state=ItemState.LISTED).select_related(*related)
    items = list(listed.order_by("position", "pk"))
    if seen is not None and seen != fingerprint(items):
        raise ChangedMeanwhile(session)
    for item in items:
        if not is_complete(item):
            raise Undecided(item)
    present = SessionMember.objects.filter(session=session, is_present=True).count()
    if present < session.quorum and any(item.outcome != ItemOutcome.POSTPONE for item in items):
        raise NoQuorum
    for item in items:
        take_effect(session, item, by=by, now=now)
    session.minutes, session.closed_at = minutes, now
    _move(session, "close", "minutes", "closed_at", by=by, now=now)
    return session


# -- afterwards ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def write_minutes(
    *, session: CommissionSession, minutes: str, by: User, now: datetime, version: int | None = None
) -> CommissionSession:
    """Correct the remarks of the minutes as long as nobody has approved them; decisions are not touched."""
    session = locked(session, version=version)
    session.minutes = minutes
    _move(session, "note", "minutes", by=by, now=now)
    return session


@transaction.atomic
def approve_minutes(*, session: CommissionSession, by: User, now: datetime) -> CommissionSession:
    """The minutes are final: nobody changes them any more, and the members can read them."""
    session = locked(session)
    session.approved_at, session.approved_by = now, by
    _move(session, "approve", "approved_at", "approved_by", by=by, now=now)
    emails.queue_minutes_approved(session)
    return session
