"""The commission: sessions planned, called, advised on, held and approved."""

from datetime import datetime, time, timedelta
from functools import cache, partial
from typing import Any

from coaching.enums import ItemOutcome, SessionKind, SessionState
from coaching.models import (
    AgendaItem,
    CoachingRequest,
    CommissionSession,
)
from coaching.workflow.agenda import list_request
from coaching.workflow.sessions import (
    Votes,
    approve_minutes,
    close_session,
    convene_session,
    enter_decision,
    give_opinion,
    open_session,
    plan_session,
    stand_aside,
)
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.demo.episodes.files import manager_of
from promo_portal.demo.episodes.story import Moments, Stage
from promo_portal.demo.stories import stories
from promo_portal.demo.stories.plot import Story

QUORUM = 2
APPROVED_AFTER = 20  # days: the members have had time to object
CONVENED, OPINION = 7, 4  # days before a session; a session of a Sunday is held on the Friday before


def session(stage: Stage, row: dict[str, Any]) -> Moments:
    """Planned, convened, advised on; held in the morning, so that its founders' stories go on the same day."""
    held, at = row["held"], stage.in_order()
    yield at(row["planned"]), partial(_plan, stage, row)
    convened = max(held + CONVENED, 3)
    yield at(convened), partial(_convene, stage, row)
    yield at(max(held + OPINION, 2)), partial(_advise, stage, row)
    if held > 0:
        morning = datetime.combine(stage.calendar.day(held), time(8, 20), clock.ZURICH)
        yield morning, partial(_hold, stage, row)
    if held > APPROVED_AFTER * 2:
        yield at(held - APPROVED_AFTER), partial(_approve, stage, row)


def _members(stage: Stage, row: dict[str, Any]) -> list[User]:
    association = stage.associations[row["association"]]
    held = Membership.objects.filter(role=Role.COMMISSION_MEMBER, association=association).order_by("pk")
    return [membership.user for membership in held.select_related("user")]


def _plan(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    association = stage.associations[row["association"]]
    is_circular = row.get("circular", False)
    plan_session(
        association=association, held_on=stage.calendar.day(row["held"]), held_at=None if is_circular else time(8, 15),
        place=row.get("place", ""), video_url=row.get("video", ""), quorum=QUORUM, members=_members(stage, row),
        kind=SessionKind.CIRCULAR if is_circular else SessionKind.MEETING, by=manager_of(association), now=now,
    )  # fmt: skip


def _found(stage: Stage, row: dict[str, Any]) -> CommissionSession:
    association = stage.associations[row["association"]]
    kind = SessionKind.CIRCULAR if row.get("circular", False) else SessionKind.MEETING
    day = stage.calendar.day(row["held"])
    return CommissionSession.objects.get(association=association, held_on=day, kind=kind)


@cache
def _stories() -> dict[str, Story]:
    return {story.email: story for story in stories()}


def _story(row: dict[str, Any]) -> Story:
    return _stories()[row["founder"]]


def _convene(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    session, by = _found(stage, row), manager_of(stage.associations[row["association"]])
    for item in row["item"]:
        request = CoachingRequest.objects.filter(email=item["founder"], association=session.association).first()
        if request is not None:
            story = _story(item)
            list_request(
                session=session, request=request, summary=item["summary"], title=story.project,
                lead=stage.people.get(story.coach), by=by, now=now,
            )  # fmt: skip
    if AgendaItem.objects.filter(session=session).exists():  # there is none when only some of the stories are told
        convene_session(session=session, by=by, now=now)


def _advise(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    """All but the last member write their opinion; the last stands aside where they have a stake."""
    *others, last = _members(stage, row)
    items = AgendaItem.objects.filter(session=_found(stage, row)).select_related("request", "session")
    for item in items.order_by("position"):
        listed = next(known for known in row["item"] if known["founder"] == item.request.email)
        refuses = listed.get("outcome") == ItemOutcome.REFUSE
        for number, member in enumerate(others):
            advice = "reserved" if refuses or number else "favourable"
            text = listed["summary"] if advice == "reserved" else ""
            give_opinion(item=item, member=member, advice=advice, text=text, now=now)
        if "aside" in listed:
            stand_aside(item=item, member=last, reason=listed["aside"], by=last, now=now)


def _hold(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    session, by = _found(stage, row), manager_of(stage.associations[row["association"]])
    if session.state != SessionState.CONVENED:
        return
    session = open_session(session=session, present=_members(stage, row), by=by, now=now)
    for item in AgendaItem.objects.filter(session=session).select_related("request", "session"):
        listed = next(known for known in row["item"] if known["founder"] == item.request.email)
        story = _story(listed)
        is_accepted = listed["outcome"] == ItemOutcome.ACCEPT
        first = stage.calendar.day(story.meetings[0]) if is_accepted else None
        enter_decision(
            item=item, outcome=listed["outcome"], reasons=story.words, first_date=first,
            first_what=("Erstes Gespräch" if story.language == "de" else "Premier entretien") if first else "",
            votes=Votes(*listed["votes"]) if "votes" in listed else None, conditions=listed.get("conditions", ""),
            addresses=listed.get("addresses", ""), by=by, now=now,
        )  # fmt: skip
    close_session(session=session, minutes=row["minutes"], by=by, now=now + timedelta(minutes=35))


def _approve(stage: Stage, row: dict[str, Any], now: datetime) -> None:
    session, by = _found(stage, row), manager_of(stage.associations[row["association"]])
    if session.state == SessionState.CLOSED:
        approve_minutes(session=session, by=by, now=now)
