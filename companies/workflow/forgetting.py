"""What is kept of an import for a while only: the file, the cells of refused rows, and what its notes say of people."""

from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from companies.imports.people import COLUMNS, NOTES, speaks_of_somebody
from companies.models import ImportRow, ImportRun
from companies.workflow.importing import has_open_job

_AT_ONCE = 1_000
_OF_PEOPLE = reduce(
    or_,
    [Q(notes__contains=[[code]]) for code in NOTES]
    + [Q(notes__contains=[[code, {"field": name}]]) for code in ("left_out", "would_change") for name in COLUMNS],
)


def forget_files(*, now: datetime) -> int:
    """Delete the files of old imports, the cells of refused rows and notes that name people; what was done with each row
    stays. May run twice.
    """
    before = now - timedelta(days=settings.IMPORTS_KEEP_DAYS)
    forgotten = 0
    rows = ImportRow.objects.filter(run=OuterRef("pk"))
    holds = Exists(rows.exclude(cells=[])) | Exists(rows.exclude(notes=[]).filter(_OF_PEOPLE))
    old = ImportRun.objects.filter(~Q(stored_as="") | holds, created_at__lt=before)
    for run in old.order_by("pk")[:100]:
        if has_open_job(run):
            continue
        with transaction.atomic():
            run.rows.exclude(cells=[]).update(cells=[])
            _forget_people(run)
            run.reading = {key: value for key, value in run.reading.items() if key != "examples"}
            kept, run.stored_as = run.stored_as, ""
            run.save(update_fields=["stored_as", "reading"])
        if kept:
            default_storage.delete(kept)
        forgotten += 1
    return forgotten


def _forget_people(run: ImportRun) -> None:
    while rows := list(run.rows.filter(_OF_PEOPLE).order_by("pk")[:_AT_ONCE]):
        for row in rows:
            row.notes = [note for note in row.notes if not speaks_of_somebody(note)]
        ImportRow.objects.bulk_update(rows, ["notes"])
