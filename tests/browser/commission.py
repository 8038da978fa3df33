"""The commission in every state that its pages know: being planned, convened, sitting, closed, by circular, called off."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import time, timedelta
from functools import cached_property
from typing import Any

from coaching.models import AgendaItem, CoachingRequest, CommissionSession
from coaching.workflow import sessions
from coaching.workflow.agenda import list_request
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.regions.models import Association

LONG_WORD = "Mehrjahresfinanzplanungsgrundlagen" * 3


class Commission:
    """Mixed into the scene; uses its people and its way of making requests."""

    association: Association
    people: dict[str, User]
    working: Callable[..., AbstractContextManager[None]]
    _begin: Callable[..., CoachingRequest]
    _answer: Callable[..., CoachingRequest]
    _send: Callable[..., CoachingRequest]

    def _planned(self, name: str, days: int, **more: Any) -> CommissionSession:
        """A session so many days ahead, with two requests on its agenda; one has long words."""
        asked = [self._send(self._answer(self._begin(f"{name}{number}@essai.example"))) for number in range(2)]
        people = self.people
        with self.working(self.association):
            now = clock.now()
            session = sessions.plan_session(
                association=self.association, held_on=clock.today() + timedelta(days=days), held_at=time(14),
                place="Tavannes, salle du conseil", video_url="https://video.example/commission", quorum=1,
                members=[people["commission_member"]], by=people["manager"], now=now, **more,
            )  # fmt: skip
            for found, title in zip(asked, ("Atelier d’essai", LONG_WORD[:100]), strict=True):
                list_request(
                    session=session, request=found, summary="Deux clients, un atelier à louer.", title=title,
                    lead=people["coach"], by=people["manager"], now=now,
                )  # fmt: skip
        return session

    def _convened(self, name: str, days: int, **more: Any) -> CommissionSession:
        session = self._planned(name, days, **more)
        with self.working(self.association):
            sessions.convene_session(session=session, by=self.people["manager"], now=clock.now())
        return session

    def _sitting(self, name: str, days: int) -> CommissionSession:
        session = self._convened(name, days)
        with self.working(self.association):
            present, by = [self.people["commission_member"]], self.people["manager"]
            session = sessions.open_session(session=session, present=present, by=by, now=clock.now())
            item = AgendaItem.objects.filter(session=session).earliest("position")
            sessions.enter_decision(item=item, outcome="refuse", reasons="Hors région.", by=by, now=clock.now())
        return session

    @cached_property
    def session_planned(self) -> CommissionSession:
        """One whose agenda is being made."""
        return self._planned("prevue", 31)

    @cached_property
    def session_convened(self) -> CommissionSession:
        """One whose members read and write their opinions; the member has spoken once."""
        session = self._convened("convoquee", 32)
        with self.working(self.association):
            item = AgendaItem.objects.filter(session=session).latest("position")
            member = self.people["commission_member"]
            sessions.give_opinion(item=item, member=member, advice="reserved", text=LONG_WORD, now=clock.now())
        return session

    @cached_property
    def session_open(self) -> CommissionSession:
        """One that sits: one item decided, one not."""
        return self._sitting("ouverte", 33)

    @cached_property
    def session_closed(self) -> CommissionSession:
        """One that is over."""
        session = self._sitting("close", 34)
        with self.working(self.association):
            by = self.people["manager"]
            for item in AgendaItem.objects.filter(session=session):
                sessions.enter_decision(item=item, outcome="postpone", reasons="À revoir.", by=by, now=clock.now())
            return sessions.close_session(session=session, minutes="Rien d’autre.", by=by, now=clock.now())

    @cached_property
    def session_circular(self) -> CommissionSession:
        """One by circular, whose member has not voted yet."""
        return self._convened("circulaire", 35, kind="circular")

    @cached_property
    def session_cancelled(self) -> CommissionSession:
        """One that was called off."""
        session = self._convened("annulee", 36)
        with self.working(self.association):
            by = self.people["manager"]
            return sessions.cancel_session(session=session, reason="Grippe", by=by, now=clock.now())

    def item_of(self, session: CommissionSession) -> int:
        """The number of a session's first item."""
        with self.working(self.association):
            return AgendaItem.objects.filter(session=session).order_by("position").values_list("pk", flat=True)[0]
