"""The pack as long work: asked for by its reader, made by the worker, handed to nobody else."""

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, gettext_noop, pgettext

from coaching.emails.commission import may_sit
from coaching.enums import SessionState
from coaching.models import CommissionSession, Recusal
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.jobs.kinds import JobKind, ResultFile, WorkFailed
from promo_portal.jobs.kinds import register as register_kind
from promo_portal.jobs.models import Job
from promo_portal.jobs.progress import Progress

PACK = "coaching.commission_pack"
NOTHING = gettext_noop("There is no request on this agenda that you may read.")
GONE = gettext_noop("This session does not exist any more.")
SETTING = gettext_noop("The pages are being set.")


def _session(job: Job) -> CommissionSession | None:
    rows = CommissionSession.objects.select_related("association").filter(association_id=job.association_id or 0)
    return rows.filter(pk=job.parameters.get("session")).first()


def make(job: Job, progress: Progress) -> ResultFile:
    """Write the pack of one reader."""
    from coaching.exports.pack import make_pack, pack_items  # the type-setter, which pages of the web never need

    now = clock.now()
    with transaction.atomic(), association_scope(job.association_id or 0):
        session = _session(job)
        if session is None:
            raise WorkFailed(GONE)
        reader = User.objects.get(pk=job.asked_by_id)
        total = len(pack_items(session, reader))
        if not total:
            raise WorkFailed(NOTHING)
        progress.at(0, total)

        def told(number: int) -> None:
            progress.at(number, message=SETTING if number == total else None)

        content, count = make_pack(session, reader, now=now, progress=told)
        progress.at(count, count, "")
    word = pgettext("file name", "commission")
    return ResultFile(f"{word}-{session.held_on:%Y-%m-%d}.pdf", "application/pdf", iter([content]))


def may_run(job: Job) -> bool:
    """A member who still sits in the session, or a manager of the association."""
    if job.asked_by_id is None or job.association_id is None:
        return False
    with transaction.atomic(), association_scope(job.association_id):
        session = _session(job)
        if session is None:
            return False
        held = Membership.objects.active(clock.today()).in_association(job.association_id, Role.MANAGER)
        if held.filter(user_id=job.asked_by_id).exists():
            return True
        return session.state not in {SessionState.PLANNED, SessionState.CANCELLED} and may_sit(session, job.asked_by_id)


def still_true(job: Job) -> bool:
    """Not once the reader stands aside from something that the pack may hold."""
    with transaction.atomic(), association_scope(job.association_id or 0):
        later = Recusal.objects.filter(item__session_id=job.parameters.get("session"), member_id=job.asked_by_id)
        return not later.filter(declared_at__gte=job.created_at).exists()


def not_here(request: HttpRequest, job: Job) -> bool:
    """Handed out on the session's page only, where each opening is noted."""
    return False


def _url(job: Job) -> str:
    return reverse("admin:coaching_commissionsession_change", args=[job.parameters.get("session", 0)])


def register() -> None:
    """May be done anew: nothing but the file comes of it."""
    label = gettext_lazy("Making the commission’s pack of files")
    register_kind(JobKind(PACK, label, make, True, may_see=not_here, url=_url, may_run=may_run))
