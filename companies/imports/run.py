"""A pass over a file: its rows judged in batches, and written where they are to be.

New entries are made in bulk, as ``workflow.entries.create_organisation`` makes one: public at once, with a line in the
history. Known entries are never overwritten: what a file says otherwise becomes a proposal. The caller holds the
transaction, so that a pass that is stopped or fails leaves nothing behind.
"""

import gc
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import connection
from django.utils.translation import gettext_noop

from companies.changed import organisations_changed
from companies.entry import CONTACT
from companies.enums import Verdict
from companies.imports.beside import Apart, Beside, ahead
from companies.imports.child import WORTH_IT, by_child, is_possible
from companies.imports.known import NUMBERS, Known
from companies.imports.likeness import Asked, alike
from companies.imports.pieces import put, taken
from companies.imports.places import Places
from companies.imports.source import Source
from companies.imports.values import Reader, RowValues, Vocabulary
from companies.imports.verdicts import Judge, Judged, is_unsure
from companies.imports.words import told
from companies.imports.writing import Desk, Ready, row_lines, row_table
from companies.models import ImportRun
from companies.search.upkeep import by_the_run_itself, follow_changes
from promo_portal.core import clock
from promo_portal.jobs.progress import Progress
from promo_portal.regions.models import Association

REJECTED = (Verdict.REJECT, Verdict.DUPLICATE)
_REASONS = 50
_SHOWN = 120
_AT_ONCE = 1_000
READS = gettext_noop("The file is being read")
CHECKS = gettext_noop("Rows are being checked")
ENTERS = gettext_noop("Rows are being imported")
SEARCHES = gettext_noop("The search learns the new entries")
WAITS = gettext_noop("Waiting for another import to end")


@dataclass
class Summary:
    """What a pass did, or would do."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: list[dict[str, Any]] = field(default_factory=list)
    run: ImportRun | None = None

    def as_data(self) -> dict[str, Any]:
        """The contract of ``--json``."""
        return {
            "created": self.counts[Verdict.CREATE],
            "proposed": self.counts[Verdict.PROPOSE],
            "unchanged": self.counts[Verdict.UNCHANGED],
            "rejected": sum(self.counts[verdict] for verdict in REJECTED),
            "reasons": self.reasons,
        }

    def as_counts(self) -> dict[str, int]:
        """Rows by verdict, as a run keeps them."""
        return {verdict: self.counts[verdict] for verdict in Verdict.values}

    @property
    def is_useless(self) -> bool:
        """Whether every row was rejected."""
        return not sum(count for verdict, count in self.counts.items() if verdict not in REJECTED)

    def add(self, verdicts: Sequence[Judged]) -> None:
        """Count a batch and keep the first reasons."""
        for judged in verdicts:
            self.counts[judged.verdict] += 1
            if judged.row.refusal and len(self.reasons) < _REASONS:
                self.reasons.append({"line": judged.row.number, "reason": told(judged.row.refusal)})


class Pass:
    """One pass over a source on a day, for an association or for all."""

    def __init__(self, source: Source, association: Association | None, *, now: datetime, progress: Progress) -> None:
        self.source, self.association, self.now, self.progress = source, association, now, progress
        self.lists = Vocabulary(with_skills=source.is_further)
        self.summary = Summary()
        self._places = Places(now.astimezone(clock.ZURICH).date())
        self._reader = Reader(source.columns, self._places, self.lists)
        self._kept: IO[bytes]
        self._length = 0  # rows that were looked through

    def _in_words(self, name: str, text: str) -> str:
        """A value for the preview: names instead of numbers, without a question to the database."""
        if name == "municipality" and text:
            return self._places.name_of(int(text))
        if name == "legal_form" and text:
            return self.lists.form_name(int(text))
        if name == "capabilities" and text and self.lists.skills:
            return self.lists.skills.in_words(text)[:_SHOWN]
        return text if name == CONTACT else text[:_SHOWN]

    def _look_through(self) -> Iterator[Asked]:
        """Read the file whole before anything is written, and keep its rows at hand.

        Yields the names of rows that have nothing else to be known by; ``UnreadableFile`` where the table breaks off.
        """
        numbered = [at for name, at in self.source.columns.items() if name in NUMBERS]
        self.progress.at(0, message=READS)
        done = 0
        for batch, width in self.source.batches():
            put(self._kept, (batch, width))
            for number, cells in batch:
                if not any(at < len(cells) and cells[at] for at in numbered):
                    row = self._reader.row(number, cells)
                    if is_unsure(row) and row.place:
                        yield row.place, row.core
            done += len(batch)
            self.progress.at(done, max(done, self.progress.total))
        self._length = done
        self.progress.at(0, done)

    def _rows(self) -> Iterator[list[RowValues]]:
        """The rows as values, batch by batch."""
        read = self._reader.row
        self._kept.seek(0)
        for batch, width in taken(self._kept):
            rows = [read(number, cells) for number, cells in batch]
            if width:
                for row in rows:
                    if len(row.cells) > width:
                        row.refusal = ["ragged", {}]
            yield rows

    def _ahead(self) -> Iterator[list[RowValues]]:
        """The rows, read while those before them are judged: a long file's by a process of its own."""
        if self._length < WORTH_IT or not is_possible():
            yield from ahead(self._rows())
            return
        self._kept.flush()
        of_row = attrgetter(*RowValues.__slots__)
        for batch in by_child(lambda: (list(map(of_row, rows)) for rows in self._rows()), needs=[self._kept.fileno()]):
            yield [RowValues(*values) for values in batch]

    def judged(self, message: str, writes: "_Writes | None" = None) -> Iterator[list[Judged]]:
        """Verdicts batch by batch, told as ``message``; what is written meanwhile leaves the connection free to ask."""
        association, has_names = self.association.pk if self.association else None, "name" in self.source.columns
        resembling = alike(self._look_through(), self.progress)
        judge = Judge(association, self._places, has_names=has_names, alike=resembling)
        self.progress.at(0, message=message)
        done = 0
        for rows in self._ahead():
            if writes is not None:
                writes.pause()
            known = Known(rows, is_further=self.source.is_further)
            if writes is not None:
                writes.go_on(sum(known.is_new(row) for row in rows))
            verdicts = judge.judge(rows, known)
            self.summary.add(verdicts)
            self.progress.at(done + len(rows) // 2)  # half of the work with a batch is to judge it
            yield verdicts
            done += len(rows)
            self.progress.at(done, max(done, self.progress.total))

    def judge_only(self, run: ImportRun | None = None) -> Summary:
        """What would happen; with a run, every row's verdict is kept for people to look at."""
        with self._at_hand():
            table = row_table(run) if run is not None else None
            for verdicts in self.judged(CHECKS):
                if table is not None:
                    with connection.cursor() as cursor:
                        table.copy(cursor, row_lines(verdicts, self._in_words))
        return self.summary

    def write(self, run: ImportRun, by: Any, search: Apart | None = None) -> Summary:
        """Enter and propose what the file says; the search's documents in a transaction of their own where there is one."""
        alone(self.progress)
        desk = Desk(run, self.lists, self._places, by, self.now, is_further=self.source.is_further)
        with self._at_hand(), ExitStack() as held:
            beside = held.enter_context(Beside())
            writes = _Writes(desk, beside, held.enter_context(Beside(search.connection)) if search else beside)
            for verdicts in self.judged(ENTERS, writes):
                writes.ready = desk.ready(verdicts)
            writes.end()
        if search and desk.made:
            run.owes_search = True
            run.save(update_fields=["owes_search"])
            search.at_last(f"UPDATE {ImportRun._meta.db_table} SET owes_search = false WHERE id = %s", [run.pk])  # noqa: S608 - a name of the model
        with connection.cursor() as cursor:
            desk.newcomers.tell(cursor)
        organisations_changed(desk.made, but=follow_changes)  # the search has their documents already
        tell_search(desk.changed, self.progress)
        self.summary.run = run
        return self.summary

    @contextmanager
    def _at_hand(self) -> Iterator[None]:
        """Rows at hand on disk. They are many small things without circles: to look for those took a third of the time."""
        was_collecting = gc.isenabled()
        gc.disable()
        try:
            with TemporaryFile(prefix="import-") as self._kept:
                yield
        finally:
            if was_collecting:
                gc.enable()


class _Writes:
    """Each batch is written while the next one is judged: begun when the connection has answered what is known of that.

    Documents go through the same connection or through another one, which nobody asks.
    """

    def __init__(self, desk: Desk, beside: Beside, documents: Beside) -> None:
        self._desk, self._beside, self._documents = desk, beside, documents
        self.ready: Ready | None = None

    def pause(self) -> None:
        """Leave the connection to whoever wants to ask."""
        self._beside.wait()

    def go_on(self, new: int) -> None:
        """Begin to write what is ready; the batch that is judged meanwhile will hold at most so many new entries."""
        self._desk.reserve(new)
        if self.ready is not None:
            self._beside.start(self.ready.write)
            self._documents.start(self.ready.write_documents)
            self.ready = None

    def end(self) -> None:
        """Write what is left, and wait for it."""
        self.pause()
        self.go_on(0)
        self.pause()
        self._documents.wait()


def tell_search(touched: Sequence[int], progress: Progress) -> None:
    """Let the search follow, so that all is found from the same moment on."""
    progress.at(0, len(touched) or 1, SEARCHES)
    with by_the_run_itself():
        for start in range(0, len(touched), _AT_ONCE):
            organisations_changed(touched[start : start + _AT_ONCE])
            progress.at(min(start + _AT_ONCE, len(touched)))


def alone(progress: Progress) -> None:
    """One import at a time: two runs of the same file would enter everything twice. Waits, and may be stopped waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true)")
        while True:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('companies.imports'))")
            if cursor.fetchone()[0]:
                return
            progress.at(progress.done, message=WAITS)
            time.sleep(0.3)
