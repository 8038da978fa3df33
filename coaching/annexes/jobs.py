"""Making the papers of an issued annex, by the worker: twice is harmless, what exists is never replaced."""

import tempfile
from pathlib import Path
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, gettext_noop, override, pgettext

from coaching.enums import AnnexState
from coaching.models import Annex
from coaching.workflow.annexes import MAKE_PAPERS
from coaching.workflow.locking import locked, save
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import User
from promo_portal.accounts.rights import rights_of_person
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.files.models import StoredFile
from promo_portal.files.workflow import store
from promo_portal.jobs.kinds import JobKind, WorkFailed
from promo_portal.jobs.kinds import register as register_kind
from promo_portal.jobs.models import Job
from promo_portal.jobs.progress import Progress

STEPS = 3  # gathered, printed, put into a table
NOT_ISSUED = gettext_noop("The annex is not issued: there is nothing to print.")
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def make_papers(job: Job, progress: Progress) -> None:
    """Print the annex and write its table, from the lines frozen with it, in its own language."""
    from coaching.annexes.content import sheet_of
    from coaching.annexes.paper import write_paper  # the type-setter, which pages of the web never need
    from coaching.annexes.table import write_table

    assert job.association_id is not None
    progress.at(0, STEPS)
    with transaction.atomic(), association_scope(job.association_id), tempfile.TemporaryDirectory() as folder:
        annex = locked(Annex.objects.get(pk=job.parameters["annex"]))
        if annex.state == AnnexState.DRAFT:
            raise WorkFailed(NOT_ISSUED)
        if annex.paper_id is not None:
            return
        with override(annex.language):
            sheet = sheet_of(annex)
            progress.at(1)
            write_paper(annex, sheet, Path(folder) / "pdf")
            progress.at(2)
            write_table(annex, sheet, Path(folder) / "xlsx")
            annex.paper, annex.table = (_kept(annex, Path(folder), kind) for kind in TYPES)
        save(annex, "paper", "table")
        progress.at(STEPS)


def _kept(annex: Annex, folder: Path, kind: str) -> StoredFile:
    word = pgettext("file name", "annex")
    name = f"{word}-{annex.number}.{kind}"
    upload = SimpleUploadedFile(name, (folder / kind).read_bytes(), content_type=TYPES[kind])
    return store(
        upload=upload, association_id=annex.association_id, by=annex.issued_by, now=clock.now(), series=uuid4()
    )


def _may_see(request: HttpRequest, job: Job) -> bool:
    return bool(request.rights.has(Role.MANAGER))  # type: ignore[attr-defined]


def _may_run(job: Job) -> bool:
    if job.asked_by_id is None or not User.objects.filter(pk=job.asked_by_id, is_active=True).exists():
        return False
    rights = rights_of_person(job.asked_by_id, association_id=job.association_id)
    return rights.has(Role.MANAGER) and rights.association_id == job.association_id


def _url(job: Job) -> str:
    return reverse("admin:coaching_annex_change", args=[job.parameters["annex"]])


def register() -> None:
    """Make the work known to the worker."""
    label = gettext_lazy("Printing a cost annex")
    register_kind(JobKind(MAKE_PAPERS, label, make_papers, True, may_see=_may_see, may_run=_may_run, url=_url))
