"""Documents of a file: brought by either side, kept in versions, shared or taken back."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from coaching import emails
from coaching.enums import TaskState
from coaching.models import CaseDocument, CaseFile, Task
from coaching.workflow import tables
from coaching.workflow.locking import locked, save
from coaching.workflow.tasks import complete_task
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import next_state
from promo_portal.files.workflow import digest_of, store


class AlreadyThere(Exception):
    """The very same bytes lie in the file already; a second press of the button makes no second document."""

    def __init__(self, document: CaseDocument) -> None:
        super().__init__(f"document {document.pk} holds the same bytes")
        self.document = document


@transaction.atomic
def add_document(
    *,
    case: CaseFile,
    title: str,
    kind: str,
    is_shared: bool,
    upload: UploadedFile,
    answers: Task | None = None,
    by: User,
    now: datetime,
) -> CaseDocument:
    """Put a document into the file. What a founder brings is open to them and to their coaches.

    ``answers`` is the task that asked for it: bringing it ticks the task. ``AlreadyThere`` for bytes the person brought before.
    """
    with association_scope(case.association_id):
        next_state(tables.CASE, locked(case).state, "add_document")
        _refuse_twice(case, upload, by)
        stored = store(upload=upload, association_id=case.association_id, by=by, now=now)
        document = CaseDocument(
            association_id=case.association_id,
            case_file=case,
            title=title,
            kind=kind,
            is_shared=is_shared or by.pk == case.founder_id,
            series=stored.series,
            file=stored,
            added_by=by,
            added_at=now,
        )
        document.save()
        record_transition(subject=document, action="add", from_state="", to_state="", by=by, reason=title, at=now)
        if answers is not None and answers.case_file_id == case.pk and answers.state == TaskState.OPEN:
            complete_task(task=answers, by=by, now=now)
        _tell_coach(document, by, now)
    return document


def _refuse_twice(case: CaseFile, upload: UploadedFile, by: User) -> None:
    own = CaseDocument.objects.filter(case_file=case, added_by=by, withdrawn_at=None)
    twin = own.filter(file__sha256=digest_of(upload)).first()
    if twin is not None:
        raise AlreadyThere(twin)


@transaction.atomic
def add_version(*, document: CaseDocument, upload: UploadedFile, by: User, now: datetime) -> CaseDocument:
    """A newer version under the same title; the older ones stay and can be opened."""
    with association_scope(document.association_id):
        next_state(tables.CASE, locked(document.case_file).state, "add_document")
        document = locked(document)
        if document.file.sha256 == digest_of(upload):
            raise AlreadyThere(document)
        document.file = store(
            upload=upload, association_id=document.association_id, by=by, now=now, series=document.series
        )
        save(document, "file")
        record_transition(
            subject=document, action="version", from_state="", to_state="", by=by, reason=document.file.name, at=now
        )
        _tell_coach(document, by, now)
    return document


def _tell_coach(document: CaseDocument, by: User, now: datetime) -> None:
    if by.pk == document.case_file.founder_id:
        emails.queue_documents_brought(document.case_file, now=now)


@transaction.atomic
def share_document(*, document: CaseDocument, is_shared: bool, by: User, now: datetime) -> CaseDocument:
    """Open a document to the founder, or close it again; closing counts from the next request on."""
    document = locked(document)
    if document.is_shared != is_shared:
        document.is_shared = is_shared
        save(document, "is_shared")
        action = "share" if is_shared else "unshare"
        record_transition(subject=document, action=action, from_state="", to_state="", by=by, at=now)
    return document
