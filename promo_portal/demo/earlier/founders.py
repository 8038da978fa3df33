"""Founders of earlier years: who they were, what became of them and when; data only, the same for the same day and seed."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from coaching.enums import CaseOutcome, Channel, Need, Stage
from companies.names import key_of
from promo_portal.demo.directory.chance import Lots
from promo_portal.demo.directory.naming import Naming
from promo_portal.demo.directory.words import words

TEXTS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "earlier.toml").read_text(encoding="utf-8"))
SATURDAY = 5
L, T, R = CaseOutcome.LAUNCHED, CaseOutcome.TAKEN_OVER, CaseOutcome.TURNED_ROUND
# What files led to, over and over: half of them to a company, a quarter to one that goes on.
OUTCOMES = (
    L, R, T, L, CaseOutcome.GIVEN_UP, L, R, L, CaseOutcome.EMPLOYED, T, R, CaseOutcome.ELSEWHERE,
)  # fmt: skip
STAGES = {T: (Stage.TAKEOVER,), R: (Stage.EXISTING,), L: (Stage.PREPARING, Stage.IDEA, Stage.PREPARING, Stage.FOUNDED)}
CHANNELS = (Channel.ONLINE,) * 7 + (Channel.PHONE, Channel.PHONE, Channel.PAPER)
MEETINGS_EVERY, AROUND = 33, 38  # days; requests decided so near a session came before it
AT_ONE_SITTING = 6


@dataclass(frozen=True, eq=False)
class Office:
    """An association: how many of its files ended in a whole year, by years ago, how many founders it sent home, and when it sat."""

    code: str
    language: str
    coaches: tuple[str, ...]
    places: tuple[int, ...]  # municipalities, the more frequent ones more than once
    closed: dict[int, int]
    refused: dict[int, int]
    withdrawn: dict[int, int]
    sittings: tuple[tuple[int, int], ...]  # month and day, in each of the last two years


OFFICES = (
    Office(
        code="cep", language="fr", coaches=("nadine.rais@cep.example", "julien.gigon@cep.example"),
        places=(446, 446, 446, 443, 443, 690, 690, 713, 713, 723, 723, 703, 717, 431, 434, 448, 450, 726),
        closed={3: 20, 2: 20, 1: 33, 0: 14}, refused={2: 6, 1: 8}, withdrawn={2: 7, 1: 9},
        sittings=((2, 19), (5, 21), (9, 10), (11, 26)),
    ),
    Office(
        code="bienne-seeland", language="de", coaches=("beat.kunz@bienne-seeland.example",),
        places=(371, 371, 371, 371, 743, 743, 306, 301, 392), closed={3: 14, 2: 15, 1: 24, 0: 10},
        refused={2: 5, 1: 6}, withdrawn={2: 6, 1: 9}, sittings=((3, 12), (6, 18), (10, 22)),
    ),
)  # fmt: skip

OLDEST = max(OFFICES[0].closed)


@dataclass(frozen=True)
class Sitting:
    """A session of a commission, or one that was called off."""

    office: Office
    on: date
    is_called_off: bool = False


@dataclass(frozen=True, kw_only=True)
class Founder:
    """One founder and, where they were accepted, their file from its opening to its end."""

    office: Office
    language: str
    first_name: str
    last_name: str
    email: str
    place: int
    trade: str
    stage: Stage
    need: Need
    channel: Channel
    sent_on: date
    decided_on: date
    fate: str  # accepted, refused or withdrawn
    sitting: Sitting | None = None
    coach: str = ""
    closed_on: date | None = None
    outcome: str = ""
    jobs: int | None = None
    satisfaction: int = 4
    meetings: tuple[date, ...] = field(default=())

    @property
    def texts(self) -> dict[str, Any]:
        """What is said and written in the founder's language."""
        found: dict[str, Any] = TEXTS[self.language]
        return found


def office_day(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(day.weekday() - SATURDAY + 1, 0))


def sittings(today: date, *, before: date) -> list[Sitting]:
    """The sessions of the last two years; the last of the French-speaking ones but one was called off each year."""
    return [
        Sitting(office, on, is_called_off=office.language == "fr" and number == len(office.sittings) - 2)
        for office in OFFICES
        for back in (2, 1)
        for number, (month, day) in enumerate(office.sittings)
        if (on := office_day(date(today.year - back, month, day))) < before
    ]


class Founders:
    """Makes them up."""

    def __init__(self, today: date, lots: Lots) -> None:
        self.today, self.lots, self.naming = today, lots, Naming(lots, words())
        self._known: set[str] = set()

    def all(self, held: Sequence[Sitting]) -> list[Founder]:
        """Everybody, in the order of their requests."""
        found = [founder for office in OFFICES for founder in self._of(office)]
        return sorted(
            map(self._met, self._decided_in(held, found)), key=lambda founder: (founder.sent_on, founder.email)
        )

    def _of(self, office: Office) -> Iterator[Founder]:
        for back, a_year in office.closed.items():
            first, end = self._year(back)
            count = a_year * (end - first).days // 365
            for number in range(count):
                on = first + (end - first) * number // count + timedelta(days=int(self.lots.chance() * 7))
                closed_on = office_day(on)
                outcome = OUTCOMES[number % len(OUTCOMES)]
                lasted = 110 + int(self.lots.chance() * (60 if back == OLDEST else 190))
                yield self._accepted(office, closed_on, closed_on - timedelta(days=lasted), outcome, number)
        for fate, counts in (("refused", office.refused), ("withdrawn", office.withdrawn)):
            for back, count in counts.items():
                first, end = self._year(back)
                for number in range(count):
                    decided_on = office_day(first + timedelta(days=10) + (end - first) * number // (count + 1))
                    yield self._person(office, Stage.IDEA, decided_on, fate)

    def _year(self, back: int) -> tuple[date, date]:
        """A year's days in which files end; of this one, those of whole quarters; of the oldest, the second half."""
        first = date(self.today.year - back, 7 if back == OLDEST else 1, 1)
        if back:
            return first, date(self.today.year - back, 12, 20)
        return first, max(date(self.today.year, (self.today.month - 1) // 3 * 3 + 1, 1) - timedelta(days=10), first)

    def _accepted(self, office: Office, closed_on: date, opened_on: date, outcome: CaseOutcome, number: int) -> Founder:
        stages = STAGES.get(outcome, (Stage.IDEA, Stage.PREPARING))
        founder = self._person(office, stages[number % len(stages)], office_day(opened_on), "accepted")
        is_company = outcome in {L, T, R}
        jobs = {L: 1, T: 3, R: 5}.get(outcome, 0) + int(self.lots.chance() * 4) if is_company else None
        return replace(
            founder, closed_on=closed_on, outcome=outcome, jobs=jobs, coach=self.lots.pick(office.coaches),
            satisfaction=(5, 4, 5, 4, 3, 5)[number % 6] if is_company else 3 + number % 2,
        )  # fmt: skip

    def _person(self, office: Office, stage: Stage, decided_on: date, fate: str) -> Founder:
        language = office.language if not self.lots.happens(0.15) else ("de" if office.language == "fr" else "fr")
        person = self.naming.person(language)
        while person.last_name in self._known:
            person = self.naming.person(language)
        self._known.add(person.last_name)
        name = f"{key_of(person.first_name)}.{key_of(person.last_name)}".replace(" ", "-")
        needs = {Stage.TAKEOVER: Need.FINANCE, Stage.EXISTING: Need.FINANCE, Stage.FOUNDED: Need.MARKET}
        return Founder(
            office=office, language=language, first_name=person.first_name, last_name=person.last_name,
            email=f"{name}@courrier.example", place=self.lots.pick(office.places),
            trade=self.lots.pick(TEXTS[language]["trades"]), stage=stage,
            need=needs.get(stage) or self.lots.pick((Need.BUSINESS_PLAN, Need.FINANCE, Need.LAW, Need.PREMISES)),
            channel=self.lots.pick(CHANNELS), fate=fate, decided_on=decided_on,
            sent_on=office_day(decided_on - timedelta(days=3 + int(self.lots.chance() * 11))),
        )  # fmt: skip

    def _decided_in(self, held: Sequence[Sitting], founders: Sequence[Founder]) -> Iterator[Founder]:
        """Whoever's decision falls near a session had it there, as long as the agenda has room."""
        places = {sitting: AT_ONE_SITTING for sitting in held if not sitting.is_called_off}
        for founder in founders:
            near = [
                sitting for sitting, left in places.items()
                if left and sitting.office is founder.office and founder.fate != "withdrawn"
                and abs((sitting.on - founder.decided_on).days) <= AROUND
            ]  # fmt: skip
            if near:
                places[near[0]] -= 1
            yield self._listed(founder, near[0]) if near else founder

    def _listed(self, founder: Founder, sitting: Sitting) -> Founder:
        sent_on = office_day(sitting.on - timedelta(days=5 + int(self.lots.chance() * 16)))
        return replace(founder, sent_on=sent_on, decided_on=sitting.on, sitting=sitting)

    def _met(self, founder: Founder) -> Founder:
        """Meetings from the acceptance to the end, about one a month."""
        if founder.closed_on is None:
            return founder
        count = min(6, max(2, (founder.closed_on - founder.decided_on).days // MEETINGS_EVERY))
        step = (founder.closed_on - founder.decided_on) / (count + 1)
        days = tuple(office_day(founder.decided_on + step * number) for number in range(1, count + 1))
        return replace(founder, meetings=days)
