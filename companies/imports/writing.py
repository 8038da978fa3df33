"""A judged batch put into the database: entries, their history, proposals, search documents, and the rows' own record.

A batch is first made ready as text (``Desk.ready``), then written by a handful of statements (``Ready.write``) whose
number does not depend on what it holds. The two overlap: while PostgreSQL writes a batch the next one is made ready.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from companies.enums import OrganisationState, ProposalSource, Verdict
from companies.imports.copying import NULL, Table, as_json, numbers_for, texts
from companies.imports.known import LINKED, SAID
from companies.imports.places import Places
from companies.imports.values import Vocabulary
from companies.imports.verdicts import Judged
from companies.models import ChangeProposal, ImportRow, ImportRun, Organisation, OrganisationActivity
from companies.names import keys_of_name
from companies.search.documents import NewEntry
from companies.search.storing import Newcomers
from companies.workflow.entering import publish_staged, tell_created
from promo_portal.core import clock

_TEXTS = tuple(name for name in SAID if name not in LINKED)
_ENTRY = (
    "id", "association_id", "state", "language", "legal_form_id", "municipality_id", "source", "name_key", "name_core",
    *_TEXTS,
)  # fmt: skip
_ROW = ("number", "verdict", "name", "place", "notes", "cells", "organisation_id")
_PROPOSAL = ("organisation_id", "field", "current", "proposed")
_STAGE_AGAIN = """
CREATE TEMPORARY TABLE IF NOT EXISTS import_again ON COMMIT DROP AS SELECT * FROM companies_organisation WITH NO DATA
"""


@dataclass
class Ready:
    """A batch as text, and what to do with it."""

    desk: "Desk"
    entries: list[str] = field(default_factory=list)
    activities: list[str] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    made: list[int] = field(default_factory=list)
    documents: str = ""

    def write(self, cursor: Any) -> None:
        """Write it, by a cursor that no other thread uses meanwhile."""
        desk = self.desk
        desk.entry_table.copy(cursor, self.entries)
        desk.activity_table.copy(cursor, self.activities)
        if self.made:
            tell_created(cursor, numbers=self.made, moved=desk.moved)
        if self.again:
            self._enter_again(cursor)
        desk.proposal_table.copy_where_new(cursor, self.proposals)
        desk.row_table.copy(cursor, self.rows)

    def write_documents(self, cursor: Any) -> None:
        """Write what the search needs of the new entries; by whatever connection, since it only knows their numbers."""
        Newcomers.store(cursor, self.documents)

    def _enter_again(self, cursor: Any) -> None:
        """Entries of a run that was undone, and that nobody has touched since: they say what this file says, in public."""
        cursor.execute(_STAGE_AGAIN)
        cursor.execute("TRUNCATE import_again")
        self.desk.entry_table.copy(cursor, self.again, into="import_again")
        self.desk.changed += publish_staged(
            cursor, staged="import_again", texts=_TEXTS, moved=self.desk.moved, now=clock.now()
        )


class Desk:
    """Makes batches of one run ready to be written."""

    def __init__(self, run: ImportRun, lists: Vocabulary, places: Places, by: Any, now: datetime) -> None:
        self._run, self._lists, self._places = run, lists, places
        self._today = now.astimezone(clock.ZURICH).date()
        self._sources = {is_unnamed: _source(run, is_unnamed) for is_unnamed in (False, True)}
        self.moved = [Organisation._meta.label_lower, run.file_name, getattr(by, "pk", None), str(by), now]
        self.entry_table = Table(Organisation, _ENTRY, shared={"listed_on": self._today, "created_at": now})
        self.activity_table = Table(OrganisationActivity, ("organisation_id", "activity_id"), shared={"is_main": True})
        self.proposal_table = Table(
            ChangeProposal,
            _PROPOSAL,
            shared={
                "source": str(ProposalSource.IMPORT),
                "source_detail": run.file_name,
                "import_run_id": run.pk,
                "author_id": getattr(by, "pk", None),
                "author_name": str(by),
                "created_at": now,
            },
        )
        self.row_table = row_table(run)
        self.newcomers = Newcomers(self._today)
        self._numbers: list[int] = []
        self.made: list[int] = []  # entries, in their order
        self.changed: list[int] = []  # entries that the search has to read anew

    def reserve(self, count: int) -> None:
        """Have numbers for so many new entries at hand."""
        if count > len(self._numbers):
            self._numbers += numbers_for(Organisation, count - len(self._numbers))

    def ready(self, verdicts: Sequence[Judged]) -> Ready:
        """Make a batch ready; asks the database nothing."""
        made = Ready(self)
        new = [judged for judged in verdicts if judged.verdict == Verdict.CREATE and judged.organisation is None]
        made.made, self._numbers = self._numbers[: len(new)], self._numbers[len(new) :]
        self.made += made.made
        documents: list[NewEntry] = []
        for judged, number in zip(new, made.made, strict=True):
            judged.number = number
            made.entries.append(self._entry(judged, judged.state))
            activity = self._lists.activities[judged.row.activity] if judged.row.activity else None
            if activity:
                made.activities.append(f"{number}\t{activity}")
            if judged.state == OrganisationState.PUBLISHED:
                documents.append(self._document(judged, activity))
        made.documents = self.newcomers.lines(documents)
        made.again = [
            self._entry(judged, "") for judged in verdicts if judged.verdict == Verdict.CREATE and judged.organisation
        ]
        made.proposals = self._proposals(verdicts)
        made.rows = row_lines(verdicts)
        return made

    def _entry(self, judged: Judged, state: str) -> str:
        row, get = judged.row, judged.row.fields.get
        key, core = (row.key, row.core) if row.core else keys_of_name(get("name", ""))
        association = self._places.association_of(row.place) or NULL
        said = texts([self._sources[judged.is_unnamed], key, core, *[get(name, "") for name in _TEXTS]])
        listed = f"{get('legal_form', NULL)}\t{get('municipality', NULL)}"
        return f"{judged.number}\t{association}\t{state}\t{row.language or 'fr'}\t{listed}\t{said}"

    def _document(self, judged: Judged, activity: int | None) -> NewEntry:
        row, get = judged.row, judged.row.fields.get
        assert judged.number is not None
        assert row.place is not None
        return NewEntry(
            judged.number, get("name", ""), row.key, row.core, get("uid", ""), row.place, "company", get("locality", ""),
            get("postcode", ""), row.words, activity, self._today,
        )  # fmt: skip

    def _proposals(self, verdicts: Sequence[Judged]) -> list[str]:
        return [
            f"{judged.number}\t{texts([name, before, after])}"
            for judged in verdicts
            for name, (before, after) in judged.changes.items()
        ]


def _source(run: ImportRun, is_unnamed: bool) -> str:
    source = _("%(file)s, without name") if is_unnamed else "%(file)s"
    return (source % {"file": run.file_name})[:120]


def row_table(run: ImportRun) -> Table:
    """How the record of a run's rows is written."""
    return Table(ImportRow, _ROW, shared={"run_id": run.pk})


def row_lines(verdicts: Sequence[Judged], preview_words: Callable[[str, str], str] | None = None) -> list[str]:
    """What became of each row. A preview says which values would be proposed; later the proposals do."""
    lines = []
    for judged in verdicts:
        row = judged.row
        said = texts([row.fields.get("name", "")[:200], row.place_text])
        notes = as_json(_notes(judged, preview_words))
        cells = as_json(row.cells) if row.refusal else "[]"
        lines.append(f"{row.number}\t{judged.verdict.value}\t{said}\t{notes}\t{cells}\t{judged.number or NULL}")
    return lines


def _notes(judged: Judged, preview_words: Callable[[str, str], str] | None) -> list[Any]:
    notes = [judged.row.refusal, *judged.row.notes] if judged.row.refusal else judged.row.notes
    if preview_words is not None:
        notes = list(notes)
        for name, (before, after) in judged.changes.items():
            values = {"field": name, "before": preview_words(name, before), "after": preview_words(name, after)}
            notes.append(["would_change", values])
        if judged.verdict == Verdict.CREATE and judged.state == OrganisationState.HIDDEN:
            notes.append(["hidden", {}])
    return notes
