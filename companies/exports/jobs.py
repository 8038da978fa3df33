"""The directory as a file, made by the worker: the printed book, and tables for those who work on."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.http import HttpRequest
from django.utils.translation import gettext_lazy, gettext_noop, pgettext

from companies.exports.rows import published_entries
from companies.exports.tables import write_table
from companies.permissions import may_keep, may_still_keep
from promo_portal.core import clock
from promo_portal.jobs.kinds import JobKind, ResultFile, WorkFailed
from promo_portal.jobs.kinds import register as register_kind
from promo_portal.jobs.models import Job
from promo_portal.jobs.progress import Progress
from promo_portal.regions.models import Association

TAKE_OUT = "companies.take_out"
MOST_PRINTED = 10_000  # entries: some 1,500 pages; more is a data base, not a book
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "geojson": "application/geo+json",
}
CHUNK = 64 * 1024  # bytes
SETTING = gettext_noop("The pages are being set.")
NOTHING = gettext_noop("There is no published entry to put into a file.")
TOO_THICK = gettext_noop("A printed directory holds at most 10,000 entries. Take out a table instead.")


def take_out(job: Job, progress: Progress) -> ResultFile:
    """Write the published entries of an association (of all regions where the job names none) as one file."""
    from companies.exports.book import EmptyBook, make_book  # the type-setter, which pages of the web never need

    kind, language = job.parameters["format"], job.parameters["language"]
    association = Association.objects.get(pk=job.association_id) if job.association_id else None
    today = clock.today()
    rows = published_entries(on=today, association=association)
    total = rows.order_by().count()
    progress.at(0, total)
    if not total:
        raise WorkFailed(NOTHING)
    if kind == "pdf" and total > MOST_PRINTED:
        raise WorkFailed(TOO_THICK)
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "directory"

    def told(number: int) -> None:
        progress.at(number, message=SETTING if kind == "pdf" and number >= total - total % 100 else None)

    try:
        if kind == "pdf":
            count = make_book(rows, path, language=language, on=today, progress=told)
        else:
            count = write_table(kind, rows, path, language=language, progress=told)
        progress.at(count, count, "")
    except EmptyBook:
        folder.cleanup()
        raise WorkFailed(NOTHING) from None
    except BaseException:
        folder.cleanup()
        raise
    word = pgettext("file name", "directory")
    name = f"{word}-{today:%Y-%m-%d}.{kind}"
    return ResultFile(name, TYPES[kind], _handed_over(path, folder))


def _handed_over(path: Path, folder: "tempfile.TemporaryDirectory[str]") -> Iterator[bytes]:
    with folder, path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _may_see(request: HttpRequest, job: Job) -> bool:
    """Public fields only: whoever keeps the directory may fetch what a colleague asked for."""
    return may_keep(request.rights)  # type: ignore[attr-defined]


def register() -> None:
    """May be done anew: nothing but the file comes of it."""
    label = gettext_lazy("Writing the directory as a file")
    register_kind(JobKind(TAKE_OUT, label, take_out, True, may_see=_may_see, may_run=may_still_keep))
