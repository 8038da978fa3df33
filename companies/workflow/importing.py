"""A file's way into the directory: chosen, columns named, rows judged, imported, and undone while nobody has built on it.

The command line and the pages use the same functions. What takes long is done by a job; the run's state moves in the
job's transaction, so that a worker that dies leaves the run as it was.
"""

import hashlib
import shutil
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from companies.enums import ImportState, OrganisationState, ProposalState, Undoing, Verdict
from companies.imports.beside import apart
from companies.imports.places import Places
from companies.imports.reading import estimated_rows, sheets_passed_over
from companies.imports.run import REJECTED, Pass, Summary, alone, tell_search
from companies.imports.source import Source, look_at
from companies.imports.words import UnreadableFile
from companies.models import (
    ChangeProposal,
    ColumnMemory,
    Contact,
    DuplicatePair,
    ImportRow,
    ImportRun,
    MergeRecord,
    Organisation,
    OrganisationActivity,
    OrganisationCapability,
    SearchDocument,
)
from companies.search import refresh
from companies.workflow import tables
from companies.workflow.merging import is_history, rows_of
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.core.files import written
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import TransitionRefused, next_state
from promo_portal.files.names import clean_name
from promo_portal.jobs.kinds import WorkFailed
from promo_portal.jobs.models import Job, JobState
from promo_portal.jobs.progress import Progress
from promo_portal.jobs.workflow import queue_job
from promo_portal.regions.models import Association

JUDGE, CARRY_OUT, UNDO = "companies.judge_import", "companies.carry_out_import", "companies.undo_import"
CANNOT = gettext_noop("The file cannot be imported: %(why)s")
TAKES_BACK = gettext_noop("Rows are being taken back")
UNDONE = gettext_noop("Import undone")
BATCH = 1_000
# What hangs on an entry and does not count as use of it: made with it, derived from it, or only a suspicion.
NO_USE = {
    OrganisationActivity, OrganisationCapability, Contact, SearchDocument, DuplicatePair, MergeRecord, ImportRow, ChangeProposal,
}  # fmt: skip


def _today(now: datetime) -> Any:
    return now.astimezone(clock.ZURICH).date()


# -- by command --------------------------------------------------------------------------------------------------------


def import_file(
    path: Path,
    *,
    association: Association | None = None,
    dry_run: bool = False,
    by: Any = "",
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Import a file at once; ``UnreadableFile`` where nothing of it can be used. A dry run writes nothing."""
    now, progress = now or clock.now(), progress or Progress()
    source = Source.guessed(path, Places(_today(now)))
    work = Pass(source, association, now=now, progress=progress)
    if dry_run:
        return work.judge_only()
    with apart() as search, transaction.atomic():
        run = ImportRun.objects.create(
            association=association,
            state=ImportState.RUNNING,
            file_name=path.name[:200],
            size=path.stat().st_size,
            columns=[[name, position] for name, position in source.columns.items()],
            reading={"has_header": source.has_header, "header": [cell[:60] for cell in source.header]},
            actor_id=getattr(by, "pk", None),
            actor_name=str(by),
            created_at=now,
        )
        summary = work.write(run, by, search)
        _finish(run, "finish", summary)
    return summary


def _finish(run: ImportRun, action: str, summary: Summary | None = None, message: str = "") -> None:
    run.state = next_state(tables.IMPORT, run.state, action)
    if summary is not None:
        run.counts = summary.as_counts()
    run.message, run.finished_at = message[:500], clock.now()
    run.save(update_fields=["state", "counts", "message", "finished_at"])


# -- by page -----------------------------------------------------------------------------------------------------------


def choose_file(*, upload: UploadedFile, association: Association | None, by: Any, now: datetime) -> ImportRun:
    """Take a file in and guess its columns; ``UnreadableFile`` where it is no table, and nothing is kept."""
    name = clean_name(upload.name or "")
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / f"upload{Path(name).suffix.lower()}"
        digest = hashlib.sha256()
        with path.open("wb") as file:
            for chunk in upload.chunks():
                digest.update(chunk)
                file.write(chunk)
        look = look_at(path, Places(_today(now)))
        key = uuid.uuid4().hex
        kept = f"imports/{key[:2]}/{key}{path.suffix}"
        with path.open("rb") as file:
            written(kept, iter(lambda: file.read(1 << 20), b""))
        rows, others = estimated_rows(path), sheets_passed_over(path)
    remembered = _remembered(association, look.signature)
    try:
        return ImportRun.objects.create(
            association=association,
            file_name=name,
            stored_as=kept,
            size=upload.size or 0,
            digest=digest.hexdigest(),
            columns=remembered or [[field, position] for field, position in look.columns.items()],
            reading={
                "has_header": look.has_header,
                "header": look.header,
                "examples": look.examples,
                "signature": look.signature,
                "rows": rows,
                "remembered": bool(remembered),
                "other_sheets": others,
            },
            actor_id=getattr(by, "pk", None),
            actor_name=str(by),
            created_at=now,
        )
    except BaseException:
        default_storage.delete(kept)
        raise


def _remembered(association: Association | None, signature: str) -> list[Any]:
    if not signature:
        return []
    found = ColumnMemory.objects.filter(association=association, signature=signature).first()
    return list(found.columns) if found else []


@transaction.atomic
def name_columns(*, run: ImportRun, columns: Mapping[str, int], has_header: bool, now: datetime) -> ImportRun:
    """Say which column holds what; remembered for the next file of this form. Earlier verdicts no longer hold."""
    run = _checked(run, "name_columns")
    run.state = next_state(tables.IMPORT, run.state, "name_columns")
    run.columns = [[field, position] for field, position in columns.items()]
    run.reading = {**run.reading, "has_header": has_header}
    run.counts, run.message, run.finished_at = {}, "", None
    run.save(update_fields=["state", "columns", "reading", "counts", "message", "finished_at"])
    signature = run.reading.get("signature")
    if signature and has_header:
        ColumnMemory.objects.update_or_create(
            association=run.association, signature=signature, defaults={"columns": run.columns}
        )
    return run


def _checked(run: ImportRun, action: str) -> ImportRun:
    """The run, locked for a step that fits. Looked at before, so that nobody waits for a worker that holds the row."""
    next_state(tables.IMPORT, ImportRun.objects.values_list("state", flat=True).get(pk=run.pk), action)
    if has_open_job(ImportRun.objects.get(pk=run.pk)):
        raise TransitionRefused(action, run.state)
    return _locked(run)


def _locked(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update(of=("self",)).select_related("association").get(pk=run.pk)


@transaction.atomic
def start(*, run: ImportRun, action: str, by: Any, now: datetime) -> ImportRun:
    """Have a worker judge the rows (``judge``), import them (``run``), or take the run back (``undo``)."""
    run = _checked(run, action)
    following = next_state(tables.IMPORT, run.state, action)
    kind = {"judge": JUDGE, "run": CARRY_OUT, "undo": UNDO}[action]
    job = queue_job(kind=kind, by=by, now=now, association_id=run.association_id, parameters={"run": run.pk})
    if action != "undo":  # undone is what it is when the work is done
        run.state = following
    run.job_id, run.message = job.pk, ""
    run.save(update_fields=["state", "job_id", "message"])
    return run


def has_open_job(run: ImportRun) -> bool:
    """Whether a worker has the run, or will."""
    return any(job.is_open for job in Job.objects.filter(pk=run.job_id or 0))


@transaction.atomic
def put_aside(*, run: ImportRun, now: datetime) -> ImportRun:
    """Nobody wants the file imported after all."""
    run = _checked(run, "cancel")
    if run.is_working:  # its job is cancelled, not the run
        raise TransitionRefused("cancel", run.state)
    _finish(run, "cancel")
    return run


# -- by the worker -----------------------------------------------------------------------------------------------------


@contextmanager
def readable(run: ImportRun) -> Iterator[Path]:
    """The kept file as a path, whatever stores it."""
    if not run.stored_as or not default_storage.exists(run.stored_as):
        raise WorkFailed(gettext_noop("The file is no longer kept. Choose it again."))
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / Path(run.stored_as).name
        with default_storage.open(run.stored_as, "rb") as kept, path.open("wb") as file:
            shutil.copyfileobj(kept, file)
        yield path


def _pass(run: ImportRun, path: Path, now: datetime, progress: Progress) -> Pass:
    progress.at(0, int(run.reading.get("rows") or 0))
    return Pass(Source.of(path, run.columns, run.reading), run.association, now=now, progress=progress)


def judge_run(job: Job, progress: Progress) -> None:
    """Judge all rows and keep the verdicts for people to look at; the directory is not touched."""
    now = clock.now()
    with _told(), transaction.atomic():
        run = _locked(ImportRun(pk=job.parameters["run"]))
        if run.state != ImportState.JUDGING:
            return
        run.rows.all().delete()
        with readable(run) as path:
            summary = _pass(run, path, now, progress).judge_only(run)
        run.reading = {**run.reading, "rows": sum(summary.counts.values())}
        run.save(update_fields=["reading"])
        _finish(run, "judged", summary)


def carry_out(job: Job, progress: Progress) -> None:
    """Judge once more, since the directory may have changed, and write; all of it or nothing."""
    now = clock.now()
    with _told(), apart() as search, transaction.atomic():
        run = _locked(ImportRun(pk=job.parameters["run"]))
        if run.state != ImportState.RUNNING:
            return
        run.rows.all().delete()
        with readable(run) as path:
            summary = _pass(run, path, now, progress).write(run, _person(job), search)
        _finish(run, "finish", summary)


def follow_owed() -> int:
    """Let the search find the entries of runs whose second transaction was lost; returns how many runs there were.

    One that is just being committed is waited for, and its documents stay as they are.
    """
    runs = ImportRun.objects.filter(owes_search=True).order_by("pk")
    for run in runs:
        _follow(run)
    return len(runs)


def _follow(run: ImportRun) -> None:
    rows = run.rows.filter(organisation__isnull=False, verdict=Verdict.CREATE).order_by("number")
    last = 0
    while batch := list(rows.filter(number__gt=last).values_list("number", "organisation_id")[:BATCH]):
        refresh({organisation for _number, organisation in batch if organisation})
        last = batch[-1][0]
    ImportRun.objects.filter(pk=run.pk).update(owes_search=False)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except UnreadableFile as refusal:
        raise WorkFailed(CANNOT, why=str(refusal)) from refusal


@dataclass(frozen=True)
class _Asker:
    """Who asked for a job, for records that want a number and a name."""

    pk: int | None
    name: str

    def __str__(self) -> str:
        return self.name


def _person(job: Job) -> _Asker:
    return _Asker(job.asked_by_id, job.asked_by_name)


def job_ended(job: Job) -> None:
    """A job was stopped or failed: the run says so, and may be begun again from its columns."""
    if not ImportRun.objects.filter(pk=job.parameters["run"], job_id=job.pk).exists():
        return
    run = _locked(ImportRun(pk=job.parameters["run"]))
    if not run.is_working:
        return
    if job.state == JobState.CANCELLED:
        _finish(run, "cancel")
    elif job.state == JobState.FAILED:
        _finish(run, "fail", message=job.told)


# -- undoing -----------------------------------------------------------------------------------------------------------


def undo(job: Job, progress: Progress) -> None:
    """Take back what a run did, row by row, as far as nobody has built on it; what is kept says why.

    An entry is never deleted: it is hidden, with the reason in its history.
    """
    now, by = clock.now(), _person(job)
    with transaction.atomic():
        alone(progress)
        run = _locked(ImportRun(pk=job.parameters["run"]))
        if (run.state, "undo") not in tables.IMPORT:
            return
        rows = run.rows.filter(organisation__isnull=False, verdict__in=[Verdict.CREATE, Verdict.PROPOSE])
        progress.at(0, rows.count() or 1, TAKES_BACK)
        hidden: list[int] = []
        done = last = 0
        while batch := list(rows.filter(number__gt=last).order_by("number")[:BATCH]):
            hidden += _take_back(run, batch, by=by, now=now)
            last, done = batch[-1].number, done + len(batch)
            progress.at(done)
        tell_search(hidden, progress)
        _finish(run, "undo")


def _take_back(run: ImportRun, rows: Sequence[ImportRow], *, by: Any, now: datetime) -> list[int]:
    numbers = [row.organisation_id for row in rows if row.organisation_id]
    locked = Organisation.objects.select_for_update(of=("self",)).filter(pk__in=numbers).order_by("pk")
    entries = {one.pk: one for one in locked}
    _withdraw(run, entries, by=by, now=now)
    accepted = set(
        ChangeProposal.objects.filter(import_run=run, organisation__in=entries, state=ProposalState.ACCEPTED)
        .order_by()
        .values_list("organisation_id", flat=True)
    )
    used = _uses(run, entries)
    to_hide: list[Organisation] = []
    for row in rows:
        one = entries[row.organisation_id or 0]
        note: list[Any] | None = None
        if row.verdict == Verdict.PROPOSE:
            note = ["kept_accepted", {}] if one.pk in accepted else None
        elif one.changed_at is not None and (run.finished_at is None or one.changed_at > run.finished_at):
            note = ["kept_changed", {}]
        elif one.pk in used:
            note = ["kept_used", {"what": ", ".join(sorted(used[one.pk]))}]
        elif (one.state, "hide") in tables.ORGANISATION:
            to_hide.append(one)
        row.outcome = Undoing.KEPT if note else Undoing.UNDONE
        row.notes = [note, *row.notes] if note else row.notes
    undone = [row.pk for row in rows if row.outcome == Undoing.UNDONE]
    ImportRow.objects.filter(pk__in=undone).update(outcome=Undoing.UNDONE)
    ImportRow.objects.bulk_update([row for row in rows if row.outcome == Undoing.KEPT], ["outcome", "notes"])
    return _hide(run, to_hide, by=by, now=now)


def _withdraw(run: ImportRun, entries: Mapping[int, Organisation], *, by: Any, now: datetime) -> None:
    state = next_state(tables.PROPOSAL, ProposalState.OPEN, "withdraw")
    ChangeProposal.objects.filter(import_run=run, organisation__in=entries, state=ProposalState.OPEN).update(
        state=state,
        decided_at=now,
        decider_id=getattr(by, "pk", None),
        decider_name=str(by),
        reason=f"{UNDONE}: {run.file_name}"[:500],
    )


def _hide(run: ImportRun, entries: Sequence[Organisation], *, by: Any, now: datetime) -> list[int]:
    numbers = [one.pk for one in entries]
    state = next_state(tables.ORGANISATION, OrganisationState.PUBLISHED, "hide")
    Organisation.objects.filter(pk__in=numbers).update(state=state, version=F("version") + 1, changed_at=clock.now())
    Transition.unscoped.bulk_create(
        Transition(
            subject_kind=one._meta.label_lower,
            subject_id=one.pk,
            association_id=one.association_id,
            action="hide",
            from_state=one.state,
            to_state=state,
            reason=f"{UNDONE}: {run.file_name}",
            actor_id=getattr(by, "pk", None),
            actor_name=str(by),
            at=now,
        )
        for one in entries
    )
    return numbers


def _uses(run: ImportRun, entries: Mapping[int, Organisation]) -> dict[int, set[str]]:
    """What names the entries, of this app and of those above it: by kind, in words."""
    found: dict[int, set[str]] = defaultdict(set)
    associations = {one.association_id for one in entries.values() if one.association_id}
    with association_scope(*associations) if associations else nullcontext():
        for relation in Organisation._meta.related_objects:
            model, column = relation.related_model, relation.field
            if model in NO_USE or not isinstance(column, models.ForeignKey) or is_history(column):
                continue
            rows = rows_of(model).filter(**{f"{column.name}__in": list(entries)})
            for pk in rows.order_by().values_list(column.attname, flat=True).distinct():
                found[pk].add(str(model._meta.verbose_name))
    asked = ChangeProposal.objects.filter(organisation__in=entries).exclude(import_run=run)
    for pk in asked.order_by().values_list("organisation_id", flat=True).distinct():
        found[pk].add(str(ChangeProposal._meta.verbose_name))
    return found


__all__ = [
    "CARRY_OUT", "JUDGE", "REJECTED", "UNDO", "carry_out", "choose_file", "import_file", "job_ended",
    "judge_run", "name_columns", "put_aside", "start", "undo",
]  # fmt: skip
