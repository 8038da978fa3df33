"""What a founder's story consists of. Days count back from today; a day still to come has a minus."""

from dataclasses import dataclass
from enum import Enum

from coaching.enums import CasePhase, Channel


class Fate(Enum):
    """Where a request stands today."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in review"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    FORWARDED = "forwarded"
    ON_AGENDA = "on the agenda"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class Errand:
    """A task of a file: agreed at one of its meetings, due and perhaps done on some day."""

    title: str
    due: int
    done: int | None = None
    by_coach: bool = False
    meeting: int = 0


@dataclass(frozen=True)
class Ending:
    """When and why a file was paused or closed, and what a closed one led to."""

    days_ago: int
    reason: str
    outcome: str = ""
    jobs: int | None = None
    satisfaction: int | None = None


@dataclass(frozen=True, kw_only=True)
class Story:
    """One founder, from the first answer to where they stand today."""

    first_name: str
    last_name: str
    email: str
    municipality: int
    project: str
    idea: str
    stage: str
    need: str
    begun: int
    fate: Fate
    language: str = "fr"
    phone: str = ""
    start: str = ""
    need_detail: str = ""
    channel: str = Channel.ONLINE
    decided: int = 0  # days ago: taken up, refused, accepted, forwarded or withdrawn
    in_session: bool = False  # decided by the commission on that day, not by circular decision
    words: str = ""  # reasons of the decision
    answers: int = 6  # of a draft
    coach: str = ""
    deputy: str = ""
    phase: str = CasePhase.PREPARATION
    meetings: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    next_in: int = 14
    next_what: str = ""
    errands: tuple[Errand, ...] = ()
    paused: Ending | None = None
    closed: Ending | None = None
    forwarded_to: int = 0  # a municipality
