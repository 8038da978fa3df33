"""Open data: all published entries as files for everybody, in each language, made by night in one reading.

Row by row, so that a million entries need no more memory than a thousand. A file that is being made is seen by nobody; the
new ones replace those before in one step.
"""

import csv
import json
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any, TextIO

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext_lazy, override

from companies.exports.rows import Exported, exported, published_entries
from companies.exports.tables import SOURCE, as_feature, as_object
from companies.models import BulkFile
from companies.permissions import may_still_keep
from promo_portal.core import clock
from promo_portal.core.cells import safe_cell
from promo_portal.core.files import written
from promo_portal.jobs.kinds import JobKind
from promo_portal.jobs.kinds import register as register_kind
from promo_portal.jobs.models import Job
from promo_portal.jobs.progress import Progress
from promo_portal.jobs.workflow import queue_job
from promo_portal.regions.models import Association

OPEN_DATA = "companies.open_data"
FORMATS = ("csv", "json", "geojson")
LANGUAGES = ("fr", "de", "en")  # of labels and addresses; codes are the same in every language
TERMS = "Free to use, also commercially, if the source is named. Entries marked is_demonstration are invented."
FROM_HOUR = 2  # in Zurich, after the search has followed the day
TRIED_AGAIN_AFTER = timedelta(hours=1)  # while files are missing
EVERY = 500
CHUNK = 64 * 1024  # bytes
# What everybody may take away: the public fields without people's names.
COLUMNS = (
    *("id", "name", "kind", "uid", "legal_form", "street", "address_extra", "postcode", "locality"),
    *("municipality_bfs", "municipality"),
    *("lon", "lat", "phone", "email", "website", "languages", "size", "founded_year"),
    *("purpose_fr", "purpose_de", "purpose_en", "activities", "activity_labels", "capabilities"),
    *("confirmed_on", "is_demonstration", "url"),
)


@dataclass
class _Writers:
    """The three files of a language, open side by side."""

    language: str
    csv: TextIO
    json: TextIO
    geojson: TextIO

    def begin(self, made_at: datetime) -> None:
        """Heads: names of the columns; where it comes from, on what terms, of when."""
        csv.writer(self.csv, delimiter=";").writerow(COLUMNS)
        head = json.dumps({"source": SOURCE, "terms": TERMS, "made_at": made_at.isoformat(timespec="seconds")})[:-1]
        self.json.write(f'{head}, "items": [')
        self.geojson.write(f'{{"type": "FeatureCollection", {head[1:]}, "features": [')

    def add(self, row: Exported, *, is_first: bool) -> None:
        """One entry in each of them."""
        with override(self.language):
            cells, items = row.cells(), (as_object(row, COLUMNS), as_feature(row, COLUMNS))
        csv.writer(self.csv, delimiter=";").writerow([safe_cell(cells[name]) for name in COLUMNS])
        for file, item in zip((self.json, self.geojson), items, strict=True):
            file.write("\n" if is_first else ",\n")
            json.dump(item, file, ensure_ascii=False)

    def end(self) -> None:
        """Close what was opened."""
        for file in (self.json, self.geojson):
            file.write("\n]}\n")


def write_all(folder: Path, *, made_at: datetime, progress: Progress) -> int:
    """Write the files of all languages into a folder; returns the number of entries. At a million some minutes, and 150 MB
    for each language.
    """
    rows = published_entries(on=made_at.astimezone(clock.ZURICH).date())
    count = 0
    with ExitStack() as stack:
        languages = [_opened(folder, language, stack) for language in LANGUAGES]
        stack.enter_context(transaction.atomic())
        with connection.cursor() as cursor:  # no limit of a web request holds here
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
        progress.at(0, rows.order_by().count())
        for writers in languages:
            writers.begin(made_at)
        for count, row in enumerate(exported(rows, language=LANGUAGES[0]), start=1):
            for writers in languages:
                writers.add(row, is_first=count == 1)
            if count % EVERY == 0:
                progress.at(count)
        for writers in languages:
            writers.end()
    progress.at(count, count)
    return count


def _opened(folder: Path, language: str, stack: ExitStack) -> _Writers:
    def file(kind: str, **more: Any) -> TextIO:
        return stack.enter_context((folder / f"{language}.{kind}").open("w", **more))

    table = file("csv", encoding="utf-8-sig", newline="")
    return _Writers(language, table, file("json", encoding="utf-8"), file("geojson", encoding="utf-8"))


def build(job: Job, progress: Progress) -> None:
    """Make the files anew. May run twice: the later ones replace the earlier."""
    now = clock.now()
    kept: list[BulkFile] = []
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            count = write_all(folder, made_at=now, progress=progress)
            for language, kind in product(LANGUAGES, FORMATS):
                kept.append(_kept(kind, language, folder / f"{language}.{kind}", count, now))
    except BaseException:
        for file in kept:
            default_storage.delete(file.path)
        raise
    _replace(kept)


def _kept(kind: str, language: str, path: Path, count: int, now: datetime) -> BulkFile:
    """The finished file, laid into the store under a key of its own."""
    digest = sha256()

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                yield chunk

    file = BulkFile(format=kind, language=language, key=uuid.uuid4(), entries=count, made_at=now)
    file.size = written(file.path, chunks())
    file.sha256 = digest.hexdigest()
    return file


@transaction.atomic
def _replace(files: list[BulkFile]) -> None:
    """Show the new files; the bytes of the old ones go once that is settled."""
    for file in files:
        before = BulkFile.objects.select_for_update().filter(format=file.format, language=file.language).first()
        if before is not None:
            file.pk = before.pk
            transaction.on_commit(partial(default_storage.delete, before.path), robust=True)
        file.save()


def queue_build(*, by: Any, now: datetime, association: Association | None = None) -> Job:
    """Have the files made: by night, or because somebody of the staff wants them now."""
    return queue_job(kind=OPEN_DATA, by=by, now=now, association_id=association.pk if association else None)


def is_whole() -> bool:
    """Whether every format is there in every language."""
    known = BulkFile.objects.filter(format__in=FORMATS, language__in=LANGUAGES)
    return known.count() == len(FORMATS) * len(LANGUAGES)


def nightly_build(*, now: datetime) -> bool:
    """Once a day from two in the morning, and at once where a file is missing: on the first day, or after a version that
    makes more of them. ``False`` where it is too early, or was asked for already.
    """
    local = now.astimezone(clock.ZURICH)
    since = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if not is_whole():
        since = local - TRIED_AGAIN_AFTER
    elif local.hour < FROM_HOUR:
        return False
    if Job.objects.filter(kind=OPEN_DATA, asked_by_id=None, created_at__gte=since).exists():
        return False
    queue_build(by=None, now=now)
    return True


def register() -> None:
    """May be done anew: nothing but the files comes of it."""
    register_kind(JobKind(OPEN_DATA, gettext_lazy("Making the open data files"), build, True, may_run=may_still_keep))
