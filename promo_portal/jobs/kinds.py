"""What an app registers for each kind of long work, in ``core.slots.job_kinds``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from promo_portal.core import slots
from promo_portal.jobs.models import Job
from promo_portal.jobs.progress import Progress


@dataclass(frozen=True)
class ResultFile:
    """What the work made, to be kept privately until it is fetched or its time is over."""

    name: str
    content_type: str
    chunks: Iterable[bytes]


@dataclass(frozen=True)
class Told:
    """What the work came to where it makes no file: a sentence in English, translated when it is read."""

    message: str
    values: dict[str, Any]


class WorkFailed(Exception):
    """The work cannot be done; the sentence (in English, translated when it is read) tells the person why."""

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message % values)
        self.message, self.values = message, values


def _own(request: HttpRequest, job: Job) -> bool:
    return bool(request.user.pk and job.asked_by_id == request.user.pk)


def _anybody(job: Job) -> bool:
    return True


def _nothing(job: Job) -> None:
    """Nobody else needs to know."""


@dataclass(frozen=True)
class JobKind:
    """A kind of long work.

    ``run`` does it, outside of any transaction, and calls ``progress`` at every few steps; it may be run twice where
    ``is_resumable``: a worker that died leaves half of the work, or none. ``ended`` is called in the transaction that
    ends the job (done, failed, cancelled), so that the record behind it follows. ``may_run`` says, when its turn has come,
    whether the one who asked for it still may; ``may_see`` guards the result.
    """

    name: str
    label: Any
    run: Callable[[Job, Progress], ResultFile | Told | None]
    is_resumable: bool = False
    ended: Callable[[Job], None] = field(default=_nothing)
    may_see: Callable[[HttpRequest, Job], bool] = field(default=_own)
    url: Callable[[Job], str] = field(default=lambda job: "")
    may_run: Callable[[Job], bool] = field(default=_anybody)


def register(kind: JobKind) -> JobKind:
    """Make a kind known; called from ``AppConfig.ready()``."""
    slots.job_kinds.register(kind.name, kind)
    return kind
