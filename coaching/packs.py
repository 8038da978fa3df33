"""The pack of files on a session's page: asked for, watched while it is made, handed out with a note of who opened it."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from coaching.exports.jobs import PACK, may_run, still_true
from coaching.models import CommissionSession
from promo_portal.accounts.access import note_access
from promo_portal.accounts.models import User
from promo_portal.audit.models import AccessLog
from promo_portal.core.files import hand_bytes
from promo_portal.jobs.models import OPEN, Job
from promo_portal.jobs.workflow import queue_job

SHOWN = 20


def packs_of(session: CommissionSession, reader_id: int | None) -> Any:
    """The reader's packs of a session, newest first; nobody sees another's."""
    rows = Job.objects.filter(kind=PACK, association_id=session.association_id, asked_by_id=reader_id)
    return rows.filter(parameters__session=session.pk).order_by("-created_at", "-pk")


def ask_for_pack(session: CommissionSession, *, by: User, now: datetime) -> Job:
    """Have it made; the second press of a double click finds the first."""
    waiting = packs_of(session, by.pk).filter(state__in=OPEN).first()
    return waiting or queue_job(
        kind=PACK, by=by, now=now, association_id=session.association_id, parameters={"session": session.pk}
    )


def latest_pack(session: CommissionSession, reader_id: int | None) -> dict[str, Any]:
    """The newest pack, and whether it can be fetched: not if the reader has stood aside from something since."""
    job = packs_of(session, reader_id).first()
    ready = bool(job and job.result_key and still_true(job))
    return {"job": job, "is_ready": ready, "is_stale": bool(job and job.result_key and not ready)}


def pack_job(session: CommissionSession, reader_id: int | None, pk: int) -> Job:
    """One of the reader's own packs, or 404."""
    job: Job | None = packs_of(session, reader_id).filter(pk=pk).first()
    if job is None:
        raise Http404
    return job


def hand_pack(request: HttpRequest, session: CommissionSession, job: Job) -> HttpResponseBase:
    """The pack as a download, noted as an opening of the session's files."""
    if not job.result_key or not may_run(job) or not still_true(job):
        raise Http404
    note_access(request, session, "download")
    return hand_bytes(job.result_path, name=job.result_name, content_type=job.result_type, size=job.result_size)


def openings(session: CommissionSession) -> list[AccessLog]:
    """Who took the pack or the minutes with them, and when, newest first."""
    rows = AccessLog.objects.filter(
        subject_kind="coaching.commissionsession", subject_id=session.pk, act=AccessLog.Act.DOWNLOAD
    )
    return list(rows.order_by("-at", "-pk")[:SHOWN])
