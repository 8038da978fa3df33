"""A pass over a file: its rows judged in batches, and written where they are to be.

New entries are made in bulk, as ``workflow.entries.create_organisation`` makes one: public at once, with a line in the
history. Known entries are never overwritten: what a file says otherwise becomes a proposal. The caller holds the
transaction, so that a pass that is stopped or fails leaves nothing behind.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from companies.changed import organisations_changed
from companies.enums import Verdict
from companies.imports.places import Places
from companies.imports.source import Source
from companies.imports.values import Vocabulary, row_values
from companies.imports.verdicts import Judge, Judged
from companies.imports.words import told
from companies.imports.writing import record_rows, write_entries
from companies.models import ImportRun
from companies.search.upkeep import by_the_run_itself
from promo_portal.core import clock
from promo_portal.jobs.progress import Progress
from promo_portal.regions.models import Association

REJECTED = (Verdict.REJECT, Verdict.DUPLICATE)
_REASONS = 50
_SHOWN = 120
_AT_ONCE = 1_000
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
        self.lists = Vocabulary()
        self.summary = Summary()
        self._places = Places(now.astimezone(clock.ZURICH).date())

    def _in_words(self, name: str, text: str) -> str:
        """A value for the preview: names instead of numbers, without a question to the database."""
        if name == "municipality" and text:
            return self._places.name_of(int(text))
        if name == "legal_form" and text:
            return self.lists.form_name(int(text))
        return text[:_SHOWN]

    def judged(self) -> Iterator[list[Judged]]:
        """Verdicts batch by batch; ``UnreadableFile`` where the table breaks off."""
        columns = self.source.columns
        judge = Judge(self.association, has_names="name" in columns)
        done = 0
        for batch, width in self.source.batches():
            ready = [row_values(number, cells, columns, self._places, self.lists) for number, cells in batch]
            for row in ready:
                if width and len(row.cells) > width:
                    row.refusal = ["ragged", {}]
            verdicts = judge.judge(ready)
            self.summary.add(verdicts)
            self.progress.at(done + len(batch) // 2)  # half of the work with a batch is to judge it
            yield verdicts
            done += len(batch)
            self.progress.at(done, max(done, self.progress.total))

    def judge_only(self, run: ImportRun | None = None) -> Summary:
        """What would happen; with a run, every row's verdict is kept for people to look at."""
        self.progress.at(0, message=CHECKS)
        for verdicts in self.judged():
            if run is not None:
                record_rows(run, verdicts, preview_words=self._in_words)
        return self.summary

    def write(self, run: ImportRun, by: Any) -> Summary:
        """Enter and propose what the file says."""
        alone(self.progress)
        self.progress.at(0, message=ENTERS)
        touched: list[int] = []
        for verdicts in self.judged():
            touched += write_entries(run, verdicts, self.lists, by, self.now)
            record_rows(run, verdicts)
        tell_search(touched, self.progress)
        self.summary.run = run
        return self.summary


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
