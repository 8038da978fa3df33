"""A job's way: asked for, claimed by one worker, ended with words, its result forgotten in time.

Nobody who waits at a page talks to the queue: the row waits, and a sweep rings for it. A worker that dies leaves a lease
that runs out; then the work begins anew where it may be done twice, and ends with a sentence where it may not.
"""

import uuid
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pghistory
import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext_noop

from promo_portal.core import clock, slots
from promo_portal.core.files import written
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import Table, next_state
from promo_portal.jobs.kinds import JobKind, ResultFile, Told, WorkFailed
from promo_portal.jobs.models import OPEN, WORKING, Job, JobState, path_of
from promo_portal.jobs.progress import Cancelled, LeaseLost, LiveProgress

log = structlog.get_logger(__name__)
MOST_TRIES = 3
AT_ONCE = 20

ACTIONS = ("start", "cancel", "stop", "finish", "fail", "resume")
JOB: Table = {
    (JobState.QUEUED, "start"): JobState.RUNNING,
    (JobState.QUEUED, "cancel"): JobState.CANCELLED,
    (JobState.RUNNING, "cancel"): JobState.CANCELLING,
    (JobState.RUNNING, "finish"): JobState.DONE,
    (JobState.RUNNING, "fail"): JobState.FAILED,
    (JobState.RUNNING, "resume"): JobState.QUEUED,
    (JobState.CANCELLING, "stop"): JobState.CANCELLED,
    (JobState.CANCELLING, "finish"): JobState.DONE,  # it was quicker than the wish
    (JobState.CANCELLING, "fail"): JobState.FAILED,
}

CANCELLED_BY_HAND = gettext_noop("Stopped on request. Nothing was changed.")
DIED = gettext_noop("The work was interrupted and not finished. Nothing was changed; start it again.")
DIED_AGAIN = gettext_noop("The work was interrupted several times and given up. Nothing was changed.")
TOO_LONG = gettext_noop("The work took too long and was stopped. Nothing was changed.")
UNEXPECTED = gettext_noop(
    "Something unexpected happened. Nothing was changed; the operator finds the reason in the log."
)
NOT_ALLOWED = gettext_noop("The person who asked for it may no longer do this. Nothing was changed.")
UNKNOWN_KIND = gettext_noop("This kind of work no longer exists.")


@transaction.atomic
def queue_job(
    *, kind: str, by: Any, now: datetime, association_id: int | None = None, parameters: dict[str, Any] | None = None
) -> Job:
    """Ask for a piece of work; a worker begins within seconds. Parameters hold numbers of records, never content."""
    if kind not in slots.job_kinds:
        msg = f"no such kind of work: {kind}"
        raise ValueError(msg)
    return Job.objects.create(
        kind=kind,
        association_id=association_id,
        asked_by_id=getattr(by, "pk", None),
        asked_by_name=str(by or ""),
        language=(translation.get_language() or "fr")[:2],
        parameters=parameters or {},
        created_at=now,
    )


@transaction.atomic
def cancel_job(*, job: Job, now: datetime) -> Job:
    """Stop it: at once where nobody works on it yet, else at the worker's next step. Asking twice is harmless."""
    current = Job.objects.select_for_update().get(pk=job.pk)
    if current.state == JobState.CANCELLING:
        return current
    current.state = next_state(JOB, current.state, "cancel")
    if current.state == JobState.CANCELLED:
        current.finished_at, current.message = now, CANCELLED_BY_HAND
        current.save(update_fields=["state", "finished_at", "message"])
        _tell(current)
    else:
        current.save(update_fields=["state"])
    return current


@transaction.atomic
def claim(*, job_id: int) -> Job | None:
    """Take a waiting job for this worker; ``None`` where another has it, or it ended meanwhile."""
    job = Job.objects.select_for_update(skip_locked=True).filter(pk=job_id, state=JobState.QUEUED).first()
    if job is None:
        return None
    job.state = next_state(JOB, job.state, "start")
    now = clock.real_now()
    job.attempts += 1
    job.lease_token, job.lease_until = uuid.uuid4(), now + timedelta(seconds=settings.JOBS_LEASE_SECONDS)
    job.started_at = job.started_at or clock.now()
    job.done, job.message, job.message_values = 0, "", {}
    job.save()
    return job


def run_job(*, job_id: int) -> Job | None:
    """Do a waiting job to its end; ``None`` where there was nothing to do. May be called twice."""
    job = claim(job_id=job_id)
    if job is None:
        return None
    kind: JobKind | None = slots.job_kinds.get(job.kind)
    if kind is None:
        return _end(job, Outcome("fail", UNKNOWN_KIND))
    if not kind.may_run(job):  # rights are those of the moment at which it is done, not of the wish
        return _end(job, Outcome("fail", NOT_ALLOWED))
    with LiveProgress(job, lease_seconds=settings.JOBS_LEASE_SECONDS) as progress:
        try:
            outcome = _work(kind, job, progress)
        except LeaseLost:
            log.warning("job_lease_lost", job=job.pk, kind=job.kind)
            return None
    return _end(job, outcome)


@dataclass(frozen=True)
class Outcome:
    """How a piece of work ended."""

    action: str
    message: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    result: ResultFile | None = None


def _work(kind: JobKind, job: Job, progress: LiveProgress) -> Outcome:
    from celery.exceptions import SoftTimeLimitExceeded  # only workers come here; the web does without Celery

    acts_for = {"user": job.asked_by_id, "association": job.association_id, "route": f"job:{job.kind}"}
    try:
        with translation.override(job.language), pghistory.context(**acts_for):
            result = kind.run(job, progress)
    except LeaseLost:
        raise
    except Cancelled:
        return Outcome("stop", CANCELLED_BY_HAND)
    except WorkFailed as failure:
        return Outcome("fail", failure.message, failure.values)
    except SoftTimeLimitExceeded:
        log.exception("job_too_long", job=job.pk, kind=job.kind)
        return Outcome("fail", TOO_LONG)
    except Exception:
        log.exception("job_failed", job=job.pk, kind=job.kind)
        return Outcome("fail", UNEXPECTED)
    job.done, job.total = progress.done, progress.total
    if isinstance(result, Told):
        return Outcome("finish", result.message, result.values)
    return Outcome("finish", result=result)


def _end(job: Job, outcome: Outcome) -> Job | None:
    """Write down how it ended, if the lease is still ours."""
    result = outcome.result
    key = uuid.uuid4() if result else None
    size = written(path_of(key), result.chunks) if key and result else 0
    with transaction.atomic():
        current = Job.objects.select_for_update().filter(pk=job.pk, lease_token=job.lease_token).first()
        if current is not None:
            # The wish to stop may have come after the last step: what is finished is finished.
            _close(current, outcome.action, outcome.message, outcome.values)
            if outcome.action == "finish":
                current.done, current.total = max(job.done, job.total), max(job.done, job.total)
            if key and result and size:
                current.result_key, current.result_size = key, size
                current.result_name, current.result_type = result.name[:200], result.content_type
            current.save()
            _tell(current)
    if current is None:
        log.warning("job_lease_lost", job=job.pk, kind=job.kind)
    if key and (current is None or not size):
        default_storage.delete(path_of(key))
    return current


def _close(job: Job, action: str, message: str, values: dict[str, Any] | None = None) -> None:
    job.state = next_state(JOB, job.state, action)
    job.message, job.message_values = message, values or {}
    job.lease_token = job.lease_until = None
    job.finished_at = clock.now()


def _tell(job: Job) -> None:
    kind: JobKind | None = slots.job_kinds.get(job.kind)
    if kind is not None:
        with association_scope(job.association_id) if job.association_id else nullcontext():
            kind.ended(job)


def recover_lost() -> int:
    """Look after jobs whose worker is silent: begin anew, or say that it failed. Returns how many."""
    late = models.Q(lease_until__lt=clock.real_now())
    found = 0
    for pk in Job.objects.filter(late, state__in=WORKING).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]:
        with transaction.atomic():
            job = Job.objects.select_for_update(skip_locked=True).filter(late, pk=pk, state__in=WORKING).first()
            if job is None:
                continue
            log.warning("job_worker_lost", job=job.pk, kind=job.kind, attempt=job.attempts)
            found += 1
            kind: JobKind | None = slots.job_kinds.get(job.kind)
            if job.state == JobState.CANCELLING:
                _close(job, "stop", CANCELLED_BY_HAND)
            elif kind is not None and kind.is_resumable and job.attempts < MOST_TRIES:
                job.state = next_state(JOB, job.state, "resume")
                job.lease_token = job.lease_until = None
                job.done = 0
                job.save()
                continue
            else:
                _close(job, "fail", DIED_AGAIN if kind is not None and kind.is_resumable else DIED)
            job.save()
            _tell(job)
    return found


def waiting() -> list[int]:
    """Numbers of the jobs that wait for a worker, the oldest first."""
    rows = Job.objects.filter(state=JobState.QUEUED).order_by("created_at", "pk")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


def run_waiting() -> int:
    """Do all that waits, here and now: for a timer without broker and worker. Returns how many."""
    recover_lost()
    return sum(run_job(job_id=pk) is not None for pk in waiting())


def forget_results(*, now: datetime) -> int:
    """Delete results whose time is over; the row stays. May run twice."""
    before = now - timedelta(days=settings.JOBS_KEEP_DAYS)
    forgotten = 0
    for job in Job.objects.filter(result_key__isnull=False, finished_at__lt=before).order_by("pk")[:500]:
        default_storage.delete(job.result_path)
        job.result_key, job.result_name, job.result_type, job.result_size = None, "", "", 0
        job.save(update_fields=["result_key", "result_name", "result_type", "result_size"])
        forgotten += 1
    return forgotten


__all__ = [
    "JOB", "OPEN", "cancel_job", "claim", "forget_results", "queue_job", "recover_lost", "run_job", "run_waiting", "waiting",
]  # fmt: skip
