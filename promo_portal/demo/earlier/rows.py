"""Earlier years written into the tables: one statement per table and batch, in the states that the workflow would have left."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from coaching.enums import (
    CasePhase,
    CaseState,
    Channel,
    ItemState,
    MeetingKind,
    MilestoneKind,
    MilestoneState,
    RequestState,
    SessionKind,
    SessionState,
)
from coaching.models import (
    AgendaItem,
    CaseFile,
    CoachingRequest,
    CommissionSession,
    Decision,
    Meeting,
    Milestone,
    SessionMember,
)
from coaching.workflow import dates
from coaching.workflow.drafts import FOUNDER
from coaching.workflow.references import case_reference, request_reference
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.models import Transition
from promo_portal.demo.course import CONTACT, KINDS, PREPARATION, TOPICS
from promo_portal.demo.earlier.afterwards import Afterwards
from promo_portal.demo.earlier.founders import OFFICES, TEXTS, Founder, Sitting
from promo_portal.demo.earlier.writing import at, stored
from promo_portal.demo.episodes.story import Stage
from promo_portal.regions.models import Association, Municipality

QUORUM = 2
REACHED = (MilestoneKind.BUSINESS_PLAN, MilestoneKind.FINANCIAL_PLAN, MilestoneKind.LAUNCH)


class Archive:
    """Writes requests, sessions, files and checks, and the history of each."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.today, self.lots = stage, stage.calendar.today, stage.lots
        held = Membership.objects.select_related("user").order_by("pk")
        self.managers = {row.association_id: row.user for row in held.filter(role=Role.MANAGER)}
        self.members: dict[str, list[User]] = {}
        for row in held.filter(role=Role.COMMISSION_MEMBER).select_related("association"):
            assert row.association
            self.members.setdefault(row.association.code, []).append(row.user)
        bfs = {place for office in OFFICES for place in office.places}
        self.places = {place.bfs: place for place in Municipality.objects.filter(bfs__in=bfs)}
        self.history: list[Transition] = []

    def association(self, code: str) -> Association:
        """The association of a code."""
        return self.stage.associations[code]

    def manager(self, association: Association) -> User:
        """Who decides and plans there."""
        return self.managers[association.pk]

    def write(self, founders: Sequence[Founder], held: Sequence[Sitting]) -> None:
        """Everything but the ledger, which is written quarter by quarter before it is charged."""
        requests = stored(self._request(founder) for founder in founders)
        asked = list(zip(founders, requests, strict=True))
        sessions = self._sessions(held)
        self._items(asked, sessions)
        stored(self._decision(founder, request, sessions) for founder, request in asked if founder.fate != "withdrawn")
        accepted = [(founder, request) for founder, request in asked if founder.fate == "accepted"]
        people = self._people([founder for founder, _request in accepted])
        cases = stored(
            self._case(founder, request, person) for (founder, request), person in zip(accepted, people, strict=True)
        )
        files = list(zip([founder for founder, _request in accepted], cases, strict=True))
        self._met(files)
        Afterwards(self.today, self.lots, self._tell).write(files)
        stored(self.history)

    def _tell(
        self, subject: Any, action: str, before: str, after: str, by: User | str, when: datetime, why: str = ""
    ) -> None:
        actor = {"actor_name": by} if isinstance(by, str) else {"actor_id": by.pk, "actor_name": str(by)}
        self.history.append(
            Transition(
                subject_kind=subject._meta.label_lower, subject_id=subject.pk, association_id=subject.association_id,
                action=action, from_state=before, to_state=after, reason=why, at=when, **actor,
            )
        )  # fmt: skip

    # -- requests and decisions ----------------------------------------------------------------------------------------

    def _request(self, founder: Founder) -> CoachingRequest:
        association, sent = self.association(founder.office.code), at(founder.sent_on, 9)
        place = self.places[founder.place]
        texts = founder.texts
        return CoachingRequest(
            association=association, municipality=place, reference=request_reference(sent.year), state=founder.fate,
            channel=founder.channel, first_name=founder.first_name, last_name=founder.last_name, email=founder.email,
            language=founder.language, stage=founder.stage, need=founder.need, created_at=sent, saved_at=sent,
            idea=texts["idea"].format(
                trade=founder.trade, place=place, more=self.lots.pick(texts["more"][founder.stage])
            ),
            consented_at=sent, confirmed_at=sent if founder.channel == Channel.ONLINE else None, submitted_at=sent,
            answer_by=dates.answer_day(association, from_day=founder.sent_on), reviewer=self.manager(association),
        )  # fmt: skip

    def _decision(
        self, founder: Founder, request: CoachingRequest, sessions: dict[Sitting, CommissionSession]
    ) -> Decision:
        texts, is_accepted = founder.texts, founder.fate == "accepted"
        return Decision(
            association=self.association(founder.office.code), request=request, outcome=founder.fate,
            way=Decision.Way.COMMISSION if founder.sitting else Decision.Way.CIRCULAR,
            session=sessions[founder.sitting] if founder.sitting else None, reasons=self.lots.pick(texts[founder.fate]),
            addresses="" if is_accepted else texts["addresses"], decided_by=self.managers[request.association_id],
            decided_at=at(founder.decided_on, 11),
        )  # fmt: skip

    def _told_of(self, founder: Founder, request: CoachingRequest) -> None:
        manager, sent = self.managers[request.association_id], at(founder.sent_on, 9)
        is_online = founder.channel == Channel.ONLINE
        self._tell(
            request,
            "submit" if is_online else "enter",
            "",
            RequestState.SUBMITTED,
            FOUNDER if is_online else manager,
            sent,
        )
        self._tell(request, "review", RequestState.SUBMITTED, RequestState.IN_REVIEW, manager, sent + timedelta(days=1))
        done = {"accepted": "accept_in_session" if founder.sitting else "accept", "refused": "refuse"}
        by: User | str = FOUNDER if founder.fate == "withdrawn" else manager
        why = founder.texts["withdrawn"] if founder.fate == "withdrawn" else ""
        before = RequestState.ON_AGENDA if founder.sitting else RequestState.IN_REVIEW
        self._tell(
            request, done.get(founder.fate, "withdraw"), before, founder.fate, by, at(founder.decided_on, 11), why
        )

    # -- the commission ------------------------------------------------------------------------------------------------

    def _sessions(self, held: Sequence[Sitting]) -> dict[Sitting, CommissionSession]:
        sessions = stored(self._session(sitting, number) for number, sitting in enumerate(held))
        seats = []
        for number, (sitting, session) in enumerate(zip(held, sessions, strict=True)):
            members = self.members[sitting.office.code]
            missing = members[-1] if number % 4 == 1 and len(members) > QUORUM else None
            seats += [
                SessionMember(
                    association_id=session.association_id, session=session, member=member, is_chair=place == 0,
                    is_present=None if sitting.is_called_off else member is not missing,
                )
                for place, member in enumerate(members)
            ]  # fmt: skip
        stored(seats)
        return dict(zip(held, sessions, strict=True))

    def _session(self, sitting: Sitting, number: int) -> CommissionSession:
        association = self.association(sitting.office.code)
        session = CommissionSession(
            association=association, held_on=sitting.on, held_at=time(8, 15), quorum=QUORUM,
            kind=SessionKind.MEETING, place=(places := _texts(sitting)["places"])[number % len(places)],
        )  # fmt: skip
        if sitting.is_called_off:
            session.state, session.state_reason = SessionState.CANCELLED, _texts(sitting)["called_off"]
            return session
        session.state, session.approved_by = SessionState.APPROVED, self.manager(association)
        session.minutes = self.lots.pick(_texts(sitting)["minutes"])
        session.opened_at, session.closed_at = at(sitting.on, 8, 20), at(sitting.on, 10, 40)
        session.approved_at = at(sitting.on + timedelta(days=20))
        return session

    def _items(
        self, asked: Sequence[tuple[Founder, CoachingRequest]], sessions: dict[Sitting, CommissionSession]
    ) -> None:
        items, taken = [], dict.fromkeys(sessions, 0)
        for founder, request in asked:
            self._told_of(founder, request)
            if founder.sitting is None:
                continue
            taken[founder.sitting] += 1
            is_accepted, texts = founder.fate == "accepted", founder.texts
            here = len(self.members[founder.office.code])
            title = self._title(founder)
            items.append(
                AgendaItem(
                    association=self.association(founder.office.code), session=sessions[founder.sitting], request=request,
                    position=taken[founder.sitting], summary=texts["summary"].format(title=title), state=ItemState.DECIDED,
                    outcome="accept" if is_accepted else "refuse", reasons=self.lots.pick(texts[founder.fate]),
                    votes_for=QUORUM if is_accepted else 0, votes_against=0 if is_accepted else QUORUM,
                    votes_abstained=here - QUORUM, title=title, lead=self.stage.people.get(founder.coach),
                    first_date=founder.meetings[0] if founder.meetings else None,
                    first_what=texts["first_what"] if founder.meetings else "",
                )
            )  # fmt: skip
        stored(items)

    # -- files ---------------------------------------------------------------------------------------------------------

    def _title(self, founder: Founder) -> str:
        """The same each time it is asked for."""
        texts = founder.texts
        number = sum(map(ord, founder.email))
        fields = self.stage.naming.words.fields[founder.language]
        form = texts["title"][number % len(texts["title"])]
        return str(
            form.format(
                trade=founder.trade, family=founder.last_name, place=self.places[founder.place],
                field=fields[number % len(fields)],
            )
        )  # fmt: skip

    def _people(self, founders: Sequence[Founder]) -> list[User]:
        people = []
        for founder in founders:
            names = {"first_name": founder.first_name, "last_name": founder.last_name}
            person = User(email=founder.email, language=founder.language, **names)
            person.set_unusable_password()
            people.append(person)
        stored(people)
        stored(
            Membership(
                user=person, role=Role.FOUNDER, association=self.association(founder.office.code),
                valid_from=founder.decided_on, granted_by=self.manager(self.association(founder.office.code)),
            )
            for founder, person in zip(founders, people, strict=True)
        )  # fmt: skip
        return people

    def _case(self, founder: Founder, request: CoachingRequest, person: User) -> CaseFile:
        assert founder.closed_on
        lead = self.stage.people[founder.coach]
        others = [email for email in founder.office.coaches if email != founder.coach]
        return CaseFile(
            association=self.association(founder.office.code), request=request, reference=case_reference(founder.decided_on.year),
            title=self._title(founder), founder=person, lead=lead,
            deputy=self.stage.people[others[0]] if others else None, phase=CasePhase.FOLLOW_UP, state=CaseState.CLOSED,
            state_reason=self.lots.pick(founder.texts["closed"][founder.outcome]), opened_at=at(founder.decided_on, 11),
            closed_at=at(founder.closed_on, 16), outcome=founder.outcome, jobs_planned=founder.jobs,
            satisfaction=founder.satisfaction,
        )  # fmt: skip

    def _met(self, files: Sequence[tuple[Founder, CaseFile]]) -> None:
        meetings, milestones = [], []
        for number, (founder, case) in enumerate(files):
            self._tell(case, "open", "", CaseState.OPEN, self.managers[case.association_id], case.opened_at)
            assert case.closed_at
            self._tell(case, "close", CaseState.OPEN, CaseState.CLOSED, case.lead, case.closed_at, case.state_reason)
            talks = founder.texts["talks"]
            meetings += [
                Meeting(
                    association_id=case.association_id, case_file=case, held_on=day,
                    kind=MeetingKind(KINDS[(number + index) % len(KINDS)]), topics=list(TOPICS[founder.need]),
                    text=talks[index % len(talks)], is_shared=index % 2 == 0,
                    contact_minutes=CONTACT[(number + index) % len(CONTACT)],
                    preparation_minutes=PREPARATION[index % len(PREPARATION)], coach=case.lead, entered_at=at(day, 17),
                )
                for index, day in enumerate(founder.meetings)
            ]  # fmt: skip
            reached = REACHED if founder.jobs else REACHED[:1]
            milestones += [
                Milestone(
                    association_id=case.association_id, case_file=case, kind=kind, due_on=day, reached_on=day,
                    state=MilestoneState.REACHED, proof_text=founder.texts["reached"],
                )
                for kind, day in zip(reached, founder.meetings, strict=False)
            ]  # fmt: skip
        stored(meetings)
        stored(milestones)


def _texts(sitting: Sitting) -> dict[str, Any]:
    found: dict[str, Any] = TEXTS[sitting.office.language]
    return found
