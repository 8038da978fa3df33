"""What members say of an item, who stands aside from it, and whether what was counted agrees with what was decided."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from coaching.enums import Advice, ItemOutcome, ItemState, RecusalSource
from coaching.models import AgendaItem, CommissionSession, Opinion, Recusal, SessionMember
from coaching.workflow import tables
from coaching.workflow.conflicts import unnoted_conflicts
from coaching.workflow.locking import locked
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import next_state


class StandsAside(Exception):
    """Somebody who stands aside from an item gives no opinion on it."""


class NotSeated(Exception):
    """Only who was invited to the session says something of its items."""


class VotesDisagree(Exception):
    """What was counted cannot be what was decided; ``message`` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Votes:
    """A count of hands, or of answers to a circular decision."""

    in_favour: int | None = None
    against: int | None = None
    abstained: int | None = None

    @property
    def total(self) -> int:
        """How many votes were counted."""
        return (self.in_favour or 0) + (self.against or 0) + (self.abstained or 0)

    @property
    def was_counted(self) -> bool:
        """Whether anybody counted; a decision by general assent needs no figures."""
        return self.in_favour is not None or self.against is not None


def voters(item: AgendaItem) -> int:
    """How many members may vote on an item: those present who do not stand aside."""
    aside = Recusal.objects.filter(item=item).values("member_id")
    here = SessionMember.objects.filter(session_id=item.session_id, is_present=True)
    return here.exclude(member_id__in=aside).count()


def check_votes(item: AgendaItem, outcome: str, votes: Votes) -> None:
    """Refuse counts that cannot be: more votes than voters, or a decision against the majority."""
    if not votes.was_counted:
        return
    most = voters(item)
    if votes.total > most:
        words = _("%(count)s votes were entered, but %(most)s members present may vote on this item.")
        raise VotesDisagree(words % {"count": votes.total, "most": most})
    majority = (votes.in_favour or 0) - (votes.against or 0)
    if (outcome == ItemOutcome.ACCEPT and majority < 0) or (outcome == ItemOutcome.REFUSE and majority > 0):
        raise VotesDisagree(_("The decision contradicts the votes. Correct one of the two."))


@transaction.atomic
def give_opinion(*, item: AgendaItem, member: User, advice: str, text: str = "", now: datetime) -> Opinion:
    """A member's opinion before the day; giving it again replaces it, the history keeps both."""
    session = locked(item.session)
    next_state(tables.SESSION, session.state, "opine")
    next_state(tables.ITEM, locked(item).state, "enter")
    if not SessionMember.objects.filter(session=session, member=member).exists():
        raise NotSeated
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


def note_conflicts(session: CommissionSession, *, by: User, now: datetime) -> list[Recusal]:
    """Write down every conflict that shows by itself. Part of a larger step: listing, seating, convening, opening."""
    return [
        stand_aside(item=item, member=member, reason=reason, source=RecusalSource.FOUND, by=by, now=now)
        for item, member, reason in list(unnoted_conflicts(session))
    ]


def missing_votes(session: CommissionSession) -> dict[int, int]:
    """How many items each member has yet to say something about; whoever has said all is left out."""
    items = AgendaItem.objects.filter(session=session, state=ItemState.LISTED).values_list("pk", flat=True)
    done = set(Opinion.objects.filter(item__in=items).values_list("item_id", "member_id"))
    done |= set(Recusal.objects.filter(item__in=items).values_list("item_id", "member_id"))
    seats = SessionMember.objects.filter(session=session).values_list("member_id", flat=True)
    lacking = {member: sum((item, member) not in done for item in items) for member in seats}
    return {member: count for member, count in lacking.items() if count}


def counted(item: AgendaItem) -> Votes:
    """A circular decision's votes: reservations count as agreement, a question is no answer yet."""
    said = Counter(Opinion.objects.filter(item=item).values_list("advice", flat=True))
    in_favour = said[Advice.FAVOURABLE] + said[Advice.RESERVED]
    return Votes(in_favour=in_favour, against=said[Advice.AGAINST], abstained=said[Advice.QUESTION])
