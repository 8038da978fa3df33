"""History as it would have happened: every step through the real workflow, at its own instant, with its own mails.

A story becomes a list of moments; all stories' moments are played in order of time. Between them the clockwork runs
each morning, so that reminders fell due, were sent or came to nothing, exactly as on a real installation.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import Max

from coaching.enums import CaseOutcome, Channel
from coaching.models import CaseFile, CoachingRequest, Task
from coaching.models.progress import CHECK_MONTHS
from coaching.workflow.acceptance import FirstSteps, accept_request
from coaching.workflow.drafts import begin_request, save_answer
from coaching.workflow.files import add_note, close_case, edit_case, move_next_date, pause_case
from coaching.workflow.requests import (
    enter_request,
    forward_request,
    refuse_request,
    submit_request,
    take_into_review,
    withdraw_request,
)
from coaching.workflow.tasks import add_task, complete_task
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import Scope, scope
from promo_portal.demo.course import Course
from promo_portal.demo.stories.plot import Ending, Errand, Fate, Story
from promo_portal.mailing.models import WAITING, OutgoingMail
from promo_portal.regions.models import Association, Municipality

MORNING = time(8, 1)
SATURDAY = 5
SOON = timedelta(seconds=20)
LIVE_FOR = timedelta(days=50)
UNDECIDED = {Fate.IN_REVIEW, Fate.ON_AGENDA}
ANSWER_ORDER = (("municipality",), ("stage",), ("idea",), ("start",), ("need", "need_detail"))


Act = Callable[[datetime], Any]
Step = tuple[int, int, Act]  # minus days ago, order within the day, what happens


@dataclass(order=True)
class Moment:
    """Something that happened at an instant."""

    at: datetime
    number: int
    act: Act = field(compare=False)


@dataclass
class Calendar:
    """Days counted back from today, as instants of Zurich's office hours that keep a story's order."""

    today: date
    random: Random

    def day(self, days_ago: int) -> date:
        """A working day: a weekend's past day is the Friday before, a coming one the Monday after."""
        day = self.today - timedelta(days=days_ago)
        step = -1 if days_ago > 0 else 1
        while day.weekday() >= SATURDAY:
            day += timedelta(days=step)
        return day

    def instant(self, days_ago: int, after: datetime | None) -> datetime:
        """An instant of that day's office hours, always after the step before."""
        moment = time(self.random.randint(9, 16), self.random.randint(0, 59))
        at = datetime.combine(self.day(days_ago), moment, clock.ZURICH)
        return at if after is None or at > after else after + timedelta(minutes=self.random.randint(3, 9))


@dataclass
class Cast:
    """Who is there to act."""

    people: dict[str, User]
    managers: dict[int, User]
    places: dict[int, Municipality]

    def manager_of(self, association: Association) -> User:
        """The head of an association."""
        return self.managers[association.pk]


class Thread:
    """One story on its way: what it has led to so far."""

    def __init__(self, story: Story, cast: Cast, calendar: Calendar) -> None:
        self.story, self.cast, self.calendar = story, cast, calendar
        self.request: CoachingRequest | None = None
        self.case: CaseFile | None = None
        self._last: datetime | None = None
        self.course = Course(story, calendar.day, self._file, self._lead)

    @property
    def association(self) -> Association:
        """Who is in charge of the founder's municipality."""
        found = self.cast.places[self.story.municipality].association()
        assert found is not None
        return found

    def moments(self) -> Iterator[tuple[datetime, Act]]:
        """The story's steps with their instants, in order."""
        story = self.story
        if story.channel == Channel.ONLINE:
            yield from self._online()
        else:
            yield self._at(story.begun), self._typed_in
        if story.fate in {Fate.ACCEPTED, Fate.REFUSED, *UNDECIDED}:
            reviewed = story.decided if story.fate in UNDECIDED else max(story.begun - 2, story.decided)
            yield self._at(reviewed), self._review
        ends = {
            Fate.ACCEPTED: self._accept,
            Fate.REFUSED: self._refuse,
            Fate.WITHDRAWN: self._withdraw,
            Fate.FORWARDED: self._forward,
        }
        if story.fate in ends:
            yield self._at(story.decided), ends[story.fate]
        if story.fate == Fate.ACCEPTED:
            yield from self._course()

    def _at(self, days_ago: int) -> datetime:
        self._last = self.calendar.instant(days_ago, self._last)
        return self._last

    # -- the request ---------------------------------------------------------------------------------------------------

    def _online(self) -> Iterator[tuple[datetime, Act]]:
        yield self._at(self.story.begun), self._begin
        answered = self.story.answers if self.story.fate == Fate.DRAFT else 6
        for names in ANSWER_ORDER[: answered - 1]:
            yield self._at(self.story.begun), partial(self._answer, names)
        if self.story.fate != Fate.DRAFT:
            yield self._at(self.story.begun), self._submit

    def _answers(self, *names: str) -> dict[str, Any]:
        story = self.story
        known: dict[str, Any] = {
            "first_name": story.first_name,
            "last_name": story.last_name,
            "email": story.email,
            "phone": story.phone,
            "municipality": self.cast.places[story.municipality],
            "stage": story.stage,
            "idea": story.idea,
            "start": story.start,
            "need": story.need,
            "need_detail": story.need_detail,
        }
        return {name: known[name] for name in names}

    def _begin(self, now: datetime) -> None:
        reach = self._answers("first_name", "last_name", "email", "phone")
        self.request = begin_request(answers=reach, language=self.story.language, now=now)

    def _answer(self, names: tuple[str, ...], now: datetime) -> None:
        self.request = save_answer(request=self._asked(), answers=self._answers(*names), now=now)

    def _submit(self, now: datetime) -> None:
        self.request = submit_request(request=self._asked(), now=now, confirmed=True)

    def _typed_in(self, now: datetime) -> None:
        answers = {name: value for names in ANSWER_ORDER for name, value in self._answers(*names).items()}
        answers |= self._answers("first_name", "last_name", "email", "phone") | {"language": self.story.language}
        self.request = enter_request(
            answers=answers,
            channel=self.story.channel,
            association=self.association,
            by=self.cast.manager_of(self.association),
            now=now,
        )

    def _asked(self) -> CoachingRequest:
        assert self.request is not None
        return self.request

    def _review(self, now: datetime) -> None:
        reader = self.cast.people.get(self.story.coach) if self.story.fate in UNDECIDED else None
        by = reader or self.cast.manager_of(self.association)
        self.request = take_into_review(request=self._asked(), by=by, now=now)

    def _refuse(self, now: datetime) -> None:
        if self.story.in_session:
            return  # refused that morning, when the commission closed its session
        manager = self.cast.manager_of(self.association)
        refuse_request(request=self._asked(), reasons=self.story.words, by=manager, now=now)

    def _withdraw(self, now: datetime) -> None:
        withdraw_request(request=self._asked(), reason=self.story.words, now=now)

    def _forward(self, now: datetime) -> None:
        forward_request(
            request=self._asked(),
            municipality=self.cast.places[self.story.forwarded_to],
            consent=self.story.words,
            by=self.cast.manager_of(self.association),
            now=now,
        )

    # -- the file ------------------------------------------------------------------------------------------------------

    def _meeting_words(self) -> str:
        return "Nächstes Gespräch" if self.story.language == "de" else "Prochain entretien"

    def _next(self, index: int) -> tuple[date, str]:
        """The date agreed on at meeting ``index`` (−1: when the file was opened)."""
        meetings = self.story.meetings
        if index + 1 < len(meetings):
            return self.calendar.day(meetings[index + 1]), self._meeting_words()
        return self.calendar.day(-self.story.next_in), self.story.next_what or self._meeting_words()

    def _accept(self, now: datetime) -> None:
        story = self.story
        on, what = self._next(-1)
        first = "Erste Zahlen zusammentragen" if story.language == "de" else "Rassembler les premiers chiffres"
        if story.in_session:
            # The file was opened that morning, when the commission closed its session.
            self.case = CaseFile.objects.get(request=self._asked())
            add_task(case=self.case, title=first, assignee=self.case.founder, due_on=on, by=self._lead(), now=now)
            return
        self.case = accept_request(
            request=self._asked(),
            title=story.project,
            lead=self.cast.people[story.coach],
            deputy=self.cast.people.get(story.deputy),
            steps=FirstSteps(on=on, what=what, at=time(14, 0), task=first, task_due_on=on),
            reasons=story.words,
            by=self.cast.manager_of(self.association),
            now=now,
        )

    def _course(self) -> Iterator[tuple[datetime, Act]]:
        story = self.story
        steps: list[Step] = [(-day, 0, partial(self._meet, index)) for index, day in enumerate(story.meetings)]
        done = [(errand.done, errand.title) for errand in story.errands if errand.done is not None]
        steps += [(-day, 1, partial(self._finish, title)) for day, title in done]
        steps += [(-day, 1, self._first_task_done) for day in story.meetings[:1]]
        steps += self.course.steps()
        steps += [(-ending.days_ago, 4, partial(self._pause, ending)) for ending in [story.paused] if ending]
        steps += [(-ending.days_ago, 4, partial(self._close, ending)) for ending in [story.closed] if ending]
        for days, _order, act in sorted(steps, key=lambda step: step[:2]):
            yield self._at(-days), act

    def _file(self) -> CaseFile:
        assert self.case is not None
        return self.case

    def _lead(self) -> User:
        return self.cast.people[self.story.coach]

    def _meet(self, index: int, now: datetime) -> None:
        """A meeting, errands, and the next date; after the first a note among coaches, at the last the phase reached."""
        story, case = self.story, self._file()
        self.course.meet(index, story.notes[index] if index < len(story.notes) else self._meeting_words(), now)
        if index == 0:
            add_note(case=case, text=self.course.words["note"], is_shared=False, by=self._lead(), now=now)
        if index == len(story.meetings) - 1 and story.phase != case.phase:
            case.refresh_from_db()
            edit_case(case=case, values={"phase": story.phase}, by=self._lead(), now=now, version=case.version)
        for errand in story.errands:
            if errand.meeting == index:
                self._give(errand, now)
        on, what = self._next(index)
        self.case = move_next_date(case=case, on=on, at=time(14, 0), what=what, reason="", by=self._lead(), now=now)

    def _give(self, errand: Errand, now: datetime) -> None:
        add_task(
            case=self._file(),
            title=errand.title,
            assignee=self._lead() if errand.by_coach else self._file().founder,
            due_on=self.calendar.day(errand.due),
            by=self._lead(),
            now=now,
        )

    def _finish(self, title: str, now: datetime) -> None:
        task = Task.objects.get(case_file=self._file(), title=title)
        complete_task(task=task, by=task.assignee, now=now)

    def _first_task_done(self, now: datetime) -> None:
        task = Task.objects.filter(case_file=self._file(), done_at=None).earliest("pk")
        complete_task(task=task, by=self._file().founder, now=now)

    def _pause(self, ending: Ending, now: datetime) -> None:
        pause_case(case=self._file(), reason=ending.reason, by=self._lead(), now=now)

    def _close(self, ending: Ending, now: datetime) -> None:
        close_case(
            case=self._file(), reason=ending.reason, outcome=ending.outcome, jobs_planned=ending.jobs,
            satisfaction=ending.satisfaction, checks=() if ending.outcome == CaseOutcome.GIVEN_UP else CHECK_MONTHS,
            by=self._lead(), now=now,
        )  # fmt: skip


def timeline(told: Iterable[tuple[datetime, Act]]) -> list[Moment]:
    """All moments, oldest first."""
    return sorted(Moment(at, number, act) for number, (at, act) in enumerate(told))


def play(moments: list[Moment], *, until: datetime, clockwork: Callable[[], Any], association_ids: list[int]) -> None:
    """Play the moments before ``until``.

    Up to the day the portal went live, files were kept on paper and are entered without mail; then the clockwork
    passes after each moment and on every morning in between.
    """
    everybody = Scope(associations=frozenset(association_ids))
    live = datetime.combine((until - LIVE_FOR).date(), MORNING, clock.ZURICH)
    morning = live
    for moment in moments:
        if moment.at >= until:
            break
        morning = _mornings(morning, moment.at, clockwork)
        with clock.standing_still(moment.at), transaction.atomic(), scope(everybody):
            moment.act(moment.at)
            if moment.at < live:
                OutgoingMail.objects.filter(state__in=WAITING).delete()
        if moment.at >= live:
            with clock.standing_still(moment.at + SOON):
                clockwork()
            _collected(moment.at, until, clockwork)
    _mornings(morning, until, clockwork)


def _collected(after: datetime, until: datetime, clockwork: Callable[[], Any]) -> None:
    """Let a mail leave that gathers what comes within the hour: the clockwork passes once more when it is full."""
    gathering = OutgoingMail.objects.filter(
        state__in=WAITING, send_after__gt=after + SOON, send_after__lt=min(after + timedelta(hours=1), until)
    )
    full = gathering.aggregate(last=Max("send_after"))["last"]
    if full is not None:
        with clock.standing_still(full + SOON):
            clockwork()


def _mornings(morning: datetime, end: datetime, clockwork: Callable[[], Any]) -> datetime:
    """Run the clockwork on each morning up to ``end`` and return the next one."""
    while morning <= end:
        with clock.standing_still(morning):
            clockwork()
        morning += timedelta(days=1)  # of the wall clock: the zone's own, through summer and winter time
    return morning
