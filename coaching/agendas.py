"""An agenda as people read it: hours worked out from the planned minutes, the quorum in words, opinions and recusals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from coaching.enums import Advice, ItemOutcome, ItemState, SessionState
from coaching.models import AgendaItem, CommissionSession, Opinion, Recusal, SessionMember
from promo_portal.core.formats import words

SESSION_BADGES = {
    SessionState.PLANNED: "neutral",
    SessionState.CONVENED: "waiting",
    SessionState.OPEN: "waiting",
    SessionState.CLOSED: "good",
    SessionState.APPROVED: "good",
    SessionState.CANCELLED: "neutral",
}
ADVICE_BADGES = {
    Advice.FAVOURABLE: "good",
    Advice.RESERVED: "waiting",
    Advice.AGAINST: "problem",
    Advice.QUESTION: "waiting",
}
OUTCOME_BADGES = {ItemOutcome.ACCEPT: "good", ItemOutcome.REFUSE: "problem", ItemOutcome.POSTPONE: "waiting"}


@dataclass
class Line:
    """One item with what surrounds it."""

    item: AgendaItem
    starts_at: time | None = None
    opinions: list[Opinion] = field(default_factory=list)
    recusals: list[Recusal] = field(default_factory=list)

    @property
    def outcome_badge(self) -> str:
        """The colour of what was decided."""
        return OUTCOME_BADGES.get(ItemOutcome(self.item.outcome), "neutral") if self.item.outcome else "neutral"

    @property
    def told_opinions(self) -> list[tuple[Opinion, str]]:
        """Opinions, each with the colour of its word."""
        return [(opinion, ADVICE_BADGES[Advice(opinion.advice)]) for opinion in self.opinions]

    @property
    def vote_words(self) -> str:
        """What was counted, in words; nothing where nobody counted."""
        item = self.item
        if item.votes_for is None and item.votes_against is None:
            return ""
        return _("%(for)s for, %(against)s against, %(abstained)s abstained") % {
            "for": item.votes_for or 0,
            "against": item.votes_against or 0,
            "abstained": item.votes_abstained or 0,
        }


def lines_of(session: CommissionSession, items: Sequence[AgendaItem]) -> list[Line]:
    """Items with hours, opinions and recusals; three queries with the items."""
    lines = {item.pk: Line(item) for item in items}
    if session.held_at is not None:
        at = datetime.combine(date(2000, 1, 1), session.held_at)
        for line in lines.values():
            line.starts_at = at.time()
            if line.item.state != ItemState.REMOVED:
                at += timedelta(minutes=line.item.minutes_planned)
    for opinion in Opinion.objects.filter(item__in=lines).select_related("member").order_by("pk"):
        lines[opinion.item_id].opinions.append(opinion)
    for recusal in Recusal.objects.filter(item__in=lines).select_related("member").order_by("pk"):
        lines[recusal.item_id].recusals.append(recusal)
    return list(lines.values())


def seats_of(session: CommissionSession) -> list[SessionMember]:
    """Who sits in it, the chair first."""
    return list(SessionMember.objects.filter(session=session).select_related("member").order_by("-is_chair", "pk"))


def present_count(seats: Iterable[SessionMember]) -> int:
    """How many are here, or were."""
    return sum(seat.is_present or False for seat in seats)


def quorum_words(session: CommissionSession, seats: Sequence[SessionMember]) -> str:
    """Whether enough members are there, in a sentence."""
    numbers = {"present": present_count(seats), "invited": len(seats), "quorum": session.quorum}
    if session.state in {SessionState.PLANNED, SessionState.CONVENED, SessionState.CANCELLED}:
        return _("%(invited)s members invited; the quorum is %(quorum)s.") % numbers
    if numbers["present"] >= session.quorum:
        return _("%(present)s of %(invited)s members present: the quorum of %(quorum)s is reached.") % numbers
    return _("%(present)s of %(invited)s members present: the quorum of %(quorum)s is not reached.") % numbers


def session_title(session: CommissionSession) -> str:
    """What a session is called on its page and its papers."""
    if session.is_circular:
        return _("Circular decision, votes by %(day)s") % {"day": words.day_prose(session.held_on)}
    return _("Session of %(day)s") % {"day": words.weekday(session.held_on)}
