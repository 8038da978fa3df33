"""What happens in each coaching file beside its story: readiness judged, milestones agreed on and proved, documents, hours.

All of it follows from the story's days, so that nobody has to write it down for each founder.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from coaching.enums import CasePhase, DocumentKind, MeetingKind, MeetingTopic, MilestoneKind, Need, TimeKind
from coaching.models import CaseDocument, CaseFile, Milestone, TimeEntry
from coaching.models.progress import AREAS, READINESS_MONTHS
from coaching.workflow.documents import add_document, add_version
from coaching.workflow.ledger import book_time, correct_entry
from coaching.workflow.meetings import record_meeting, score_readiness
from coaching.workflow.milestones import plan_milestone, reach_milestone
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.demo import papers
from promo_portal.demo.planning import Planning
from promo_portal.demo.stories.plot import Story

Act = Callable[[datetime], Any]
Step = tuple[int, int, Act]
Day = Callable[[int], date]  # days ago -> a working day
TOPICS = {
    Need.BUSINESS_PLAN: (MeetingTopic.PLAN, MeetingTopic.MARKET),
    Need.FINANCE: (MeetingTopic.FINANCE, MeetingTopic.FUNDING),
    Need.MARKET: (MeetingTopic.MARKET, MeetingTopic.PLAN),
    Need.LAW: (MeetingTopic.LEGAL, MeetingTopic.PLAN),
    Need.PROTECTION: (MeetingTopic.PROTECTION, MeetingTopic.FINANCE),
    Need.PREMISES: (MeetingTopic.PREMISES, MeetingTopic.FINANCE),
    Need.OTHER: (MeetingTopic.PLAN,),
}
KINDS = (MeetingKind.OFFICE, MeetingKind.SITE, MeetingKind.OFFICE, MeetingKind.ONLINE, MeetingKind.PHONE)
CONTACT, PREPARATION = (90, 60, 75, 45), (30, 20, 45, 15)
# Which milestones a phase brings with it, and how many days after the acceptance each is due.
PHASES = (CasePhase.PREPARATION, CasePhase.LAUNCH, CasePhase.FOLLOW_UP)
PLANNED = (
    (MilestoneKind.BUSINESS_PLAN, 45), (MilestoneKind.FINANCIAL_PLAN, 80), (MilestoneKind.LAUNCH, 110),
    (MilestoneKind.MARKETING_PLAN, 150),
)  # fmt: skip
PLANS_FULLY, PLANS_TOO = "lea.chappuis@", "samira.haddad@"  # the second shares it with a specialist
LATE = "celine.gyger@"  # her first milestone is past its day
MONTH, TOO_MUCH = 30, 30
WORDS = {
    "fr": {
        "plan": "Plan d’affaires", "figures": "Plan de trésorerie", "proof": "Attestation", "travel": "Visite sur place",
        "after": "Compte rendu et recherches", "typo": "Saisi 30 minutes de trop.", "reached": "Vu et relu avec la coach.",
        "launch": "Inscription au registre du commerce vue.", "score": "Jugé ensemble à l’entretien.",
        "note": "Motivation forte. À rappeler si la date est repoussée une deuxième fois.",
        "months": "Mois", "in": "Entrées", "out": "Sorties", "sketch": "Esquisse, à relire.",
    },
    "de": {
        "plan": "Geschäftsplan", "figures": "Liquiditätsplan", "proof": "Bestätigung", "travel": "Besuch vor Ort",
        "after": "Protokoll und Abklärungen", "typo": "30 Minuten zu viel erfasst.", "reached": "Mit dem Coach durchgesehen.",
        "launch": "Eintrag im Handelsregister gesehen.", "score": "Im Gespräch gemeinsam beurteilt.",
        "note": "Sehr motiviert. Nachfragen, wenn der Termin ein zweites Mal verschoben wird.",
        "months": "Monat", "in": "Einnahmen", "out": "Ausgaben", "sketch": "Entwurf, noch durchzusehen.",
    },
}  # fmt: skip


class Course:
    """The course of one file; the thread that tells the story hands in its file when it is there."""

    def __init__(self, story: Story, day: Day, case: Callable[[], CaseFile], lead: Callable[[], User]) -> None:
        self.story, self.day, self._case, self._lead = story, day, case, lead
        self.number = sum(map(ord, story.email))  # tells stories apart, alike in every run
        self.words = WORDS[story.language]
        self.planning = Planning(case, lead, number=self.number, language=story.language)

    @property
    def ended(self) -> int:
        """How many days ago the file came to rest; 0 for one that is open."""
        ending = story_ending(self.story)
        return ending.days_ago if ending else 0

    def steps(self) -> Iterator[Step]:
        """Everything that follows from the story's days; of what has not come yet, only the plan."""
        story, meetings = self.story, self.story.meetings
        if not meetings:
            return
        for month in READINESS_MONTHS:
            day = meetings[0] - month * MONTH
            if day >= max(self.ended, 1):
                yield -day, 1, partial(self._score, month)
        for kind, due in self._milestones():
            yield -meetings[0], 1, partial(self._plan, kind, due)
            if due >= max(self.ended, 1) and not story.email.startswith(LATE):
                yield -due, 3, partial(self._reach, kind)
        if len(meetings) > 1:
            yield -meetings[1], 1, self._bring_plan
            yield -meetings[1], 1, self._add_figures
            yield -(meetings[1] - 1), 0, self._work_after
            yield -(meetings[1] - 2), 0, self.planning.talk
            yield from self._planned(meetings)
        if len(meetings) > 2 and self.number % 2:  # noqa: PLR2004 - at the third meeting a better version
            yield -meetings[2], 1, self._bring_again
        if self.number % 4 == 2:  # noqa: PLR2004 - every fourth file
            yield -(meetings[0] - 1), 1, self._correct

    def _planned(self, meetings: Sequence[int]) -> Iterator[Step]:
        """Some founders plan in the browser; of the first of them everything is to be seen."""
        is_first = self.story.email.startswith(PLANS_FULLY)
        if is_first or self.story.email.startswith(PLANS_TOO) or self.number % 5 == 1:
            yield -(meetings[1] - 1), 2, self.planning.plan
            yield -(meetings[1] - 3), 1, self.planning.discuss
        if is_first:
            yield -1, 2, self.planning.tell

    def _milestones(self) -> Iterator[tuple[MilestoneKind, int]]:
        """Kinds with their due days, counted back from today."""
        reached = PHASES.index(CasePhase(self.story.phase)) + 2
        for kind, after in PLANNED[:reached]:
            yield kind, self.story.decided - after

    # -- meetings ------------------------------------------------------------------------------------------------------

    def meet(self, index: int, text: str, now: datetime) -> None:
        """A meeting with its topics, its minutes and its time; half of what was noted is shared with the founder."""
        kind = KINDS[(self.number + index) % len(KINDS)]
        record_meeting(
            case=self._case(), held_on=_day(now), kind=kind, topics=TOPICS[Need(self.story.need)], text=text,
            is_shared=index % 2 == 0, contact_minutes=CONTACT[(self.number + index) % 4],
            preparation_minutes=PREPARATION[index % 4], funder=None, by=self._lead(), now=now,
        )  # fmt: skip
        if kind == MeetingKind.SITE:
            self._book(TimeKind.TRAVEL, 40, self.words["travel"], now)

    def _book(self, kind: TimeKind, minutes: int, note: str, now: datetime) -> None:
        book_time(
            case=self._case(), kind=kind, worked_on=_day(now), minutes=minutes, note=note, by=self._lead(), now=now
        )

    def _work_after(self, now: datetime) -> None:
        self._book(TimeKind.FOLLOW_UP, 20 + self.number % 4 * 15, self.words["after"], now)
        if self.number % 3 == 0:
            fee = Decimal("48.60")
            book_time(
                case=self._case(), kind=TimeKind.COST, worked_on=_day(now), amount=fee, note=self.words["proof"],
                by=self._lead(), now=now,
            )  # fmt: skip

    def _correct(self, now: datetime) -> None:
        """The first meeting was entered with half an hour too much."""
        entry = TimeEntry.objects.filter(case_file=self._case(), kind=TimeKind.CONTACT).order_by("pk").first()
        if entry is not None and entry.minutes > TOO_MUCH:
            note, minutes = self.words["typo"], entry.minutes - TOO_MUCH
            correct_entry(entry=entry, minutes=minutes, note=note, by=self._lead(), now=now)

    # -- readiness and milestones --------------------------------------------------------------------------------------

    def _score(self, month: int, now: datetime) -> None:
        grown = READINESS_MONTHS.index(month)
        values = {area: min(5, (self.number + place * 7) % 3 + grown) for place, area in enumerate(AREAS)}
        score_readiness(
            case=self._case(), month=month, values=values, comment=self.words["score"], is_shared=True,
            by=self._lead(), now=now,
        )  # fmt: skip

    def _plan(self, kind: MilestoneKind, due: int, now: datetime) -> None:
        plan_milestone(case=self._case(), kind=kind, due_on=self.day(due), by=self._lead(), now=now)

    def _reach(self, kind: MilestoneKind, now: datetime) -> None:
        """Business and financial plan are proved by their document, the others by words."""
        milestone = Milestone.objects.get(case_file=self._case(), kind=kind)
        document = CaseDocument.objects.filter(case_file=self._case(), kind=kind.value).first()
        words = "" if document else self.words["launch" if kind == MilestoneKind.LAUNCH else "reached"]
        reach_milestone(milestone=milestone, on=_day(now), proof=document, proof_text=words, by=self._lead(), now=now)

    # -- documents -----------------------------------------------------------------------------------------------------

    def _paper(self, version: int) -> Any:
        lines = [self.story.project, "", self.story.idea[:80], self.story.start[:80], f"Version {version}"]
        return papers.pdf(self.words["plan"], lines)

    def _bring_plan(self, now: datetime) -> None:
        case = self._case()
        add_document(
            case=case, title=self.words["plan"], kind=DocumentKind.BUSINESS_PLAN, is_shared=True, upload=self._paper(1),
            by=case.founder, now=now,
        )  # fmt: skip

    def _bring_again(self, now: datetime) -> None:
        case = self._case()
        document = CaseDocument.objects.get(case_file=case, kind=DocumentKind.BUSINESS_PLAN)
        add_version(document=document, upload=self._paper(2), by=case.founder, now=now)

    def _add_figures(self, now: datetime) -> None:
        first = 4_000 + self.number % 7 * 350
        head = (self.words["months"], self.words["in"], self.words["out"])
        rows = [(month, first + month * 420, first + 1_600 - month * 60) for month in range(1, 13)]
        add_document(
            case=self._case(), title=self.words["figures"], kind=DocumentKind.FINANCIAL_PLAN, is_shared=True,
            upload=papers.sheet(self.words["figures"], [head, *rows]), by=self._lead(), now=now,
        )  # fmt: skip


def story_ending(story: Story) -> Any:
    """When and why a story's file came to rest, if it did."""
    return story.closed or story.paused


def _day(now: datetime) -> date:
    return now.astimezone(clock.ZURICH).date()
