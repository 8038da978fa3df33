"""A judged batch put into the database: entries, their history, proposals, search documents, and the rows' own record.

A batch is first made ready as text (``Desk.ready``), then written by a handful of statements (``Ready.write``) whose
number does not depend on what it holds. The two overlap: while PostgreSQL writes a batch the next one is made ready.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from companies.entry import CONTACT, CONTACT_PARTS, as_text, contact_text
from companies.enums import OrganisationKind, OrganisationState, ProposalSource, Verdict
from companies.imports.copying import NULL, Table, as_json, numbers_for, texts
from companies.imports.known import LINKED, SAID, SAID_FURTHER
from companies.imports.links import as_capabilities
from companies.imports.places import Places
from companies.imports.values import RowValues, Vocabulary
from companies.imports.verdicts import Judged
from companies.models import (
    ChangeProposal,
    Contact,
    ImportRow,
    ImportRun,
    Organisation,
    OrganisationActivity,
    OrganisationCapability,
)
from companies.names import keys_of_name
from companies.search.documents import Described, NewEntry
from companies.search.storing import Newcomers
from companies.workflow.entering import publish_staged, tell_created
from promo_portal.core import clock

_TEXTS = tuple(name for name in SAID if name not in LINKED)
_ENTRY = (
    "id", "association_id", "state", "language", "legal_form_id", "municipality_id", "source", "name_key", "name_core",
    *_TEXTS,
)  # fmt: skip
# What only a file with further columns fills.
_FURTHER = ("kind", "size_class", "languages", "founded_year", "lon", "lat")
_FURTHER_TEXTS, _FURTHER_NUMBERS = _FURTHER[:3], _FURTHER[3:]
_COMPANY = str(OrganisationKind.COMPANY)
_AGAIN = (*_FURTHER_TEXTS, "language")
_CONTACT = ("organisation_id", "language", *(name for name in CONTACT_PARTS if name != "language"))
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
    activities_again: list[str] = field(default_factory=list)
    further_activities: list[str] = field(default_factory=list)
    capabilities: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
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
        self._write_links(cursor)
        desk.proposal_table.copy_where_new(cursor, self.proposals)
        desk.row_table.copy(cursor, self.rows)

    def _write_links(self, cursor: Any) -> None:
        """What only some rows bring; an entry that comes back may have got the same from somebody meanwhile."""
        desk = self.desk
        for table, lines in (
            (desk.activity_table, self.activities_again),
            (desk.further_activity_table, self.further_activities),
            (desk.capability_table, self.capabilities),
            (desk.contact_table, self.contacts),
        ):
            (table.copy_where_new if self.again else table.copy)(cursor, lines)

    def write_documents(self, cursor: Any) -> None:
        """Write what the search needs of the new entries; by whatever connection, since it only knows their numbers."""
        Newcomers.store(cursor, self.documents)

    def _enter_again(self, cursor: Any) -> None:
        """Entries of a run that was undone, and that nobody has touched since: they say what this file says, in public."""
        cursor.execute(_STAGE_AGAIN)
        cursor.execute("TRUNCATE import_again")
        self.desk.entry_table.copy(cursor, self.again, into="import_again")
        columns: dict[str, Sequence[str]] = {"texts": _TEXTS}
        if self.desk.is_further:
            columns = {"texts": (*_TEXTS, *_AGAIN), "numbers": _FURTHER_NUMBERS}
        self.desk.changed += publish_staged(
            cursor, staged="import_again", **columns, moved=self.desk.moved, now=clock.now()
        )


class Desk:
    """Makes batches of one run ready to be written."""

    def __init__(
        self, run: ImportRun, lists: Vocabulary, places: Places, by: Any, now: datetime, *, is_further: bool = False
    ) -> None:
        self.is_further = is_further
        self._run, self._lists, self._places = run, lists, places
        self._today = now.astimezone(clock.ZURICH).date()
        self._sources = {is_unnamed: _source(run, is_unnamed) for is_unnamed in (False, True)}
        self.moved = [Organisation._meta.label_lower, run.file_name, getattr(by, "pk", None), str(by), now]
        columns = (*_ENTRY, *_FURTHER) if is_further else _ENTRY
        self.entry_table = Table(Organisation, columns, shared={"listed_on": self._today, "created_at": now})
        link = ("organisation_id", "activity_id")
        self.activity_table = Table(OrganisationActivity, link, shared={"is_main": True})
        self.further_activity_table = Table(OrganisationActivity, link, shared={"is_main": False})
        self.capability_table = Table(OrganisationCapability, ("organisation_id", "capability_id", "detail"), shared={})
        self.contact_table = Table(Contact, _CONTACT, shared={"is_main": True, "is_public": False})
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
            if judged.gains:
                self._link(made, judged, judged.gains.activities[1:])
            if judged.state == OrganisationState.PUBLISHED:
                documents.append(self._document(judged, activity))
        made.documents = self.newcomers.lines(documents)
        back = [judged for judged in verdicts if judged.verdict == Verdict.CREATE and judged.organisation]
        made.again = [self._entry(judged, "") for judged in back]
        for judged in back:
            if judged.gains:
                first = judged.gains.has_main
                codes = judged.gains.activities
                made.activities_again += [f"{judged.number}\t{self._lists.activities[code]}" for code in codes[:first]]
                self._link(made, judged, codes[first:])
        made.proposals = self._proposals(verdicts)
        made.rows = row_lines(verdicts)
        return made

    def _entry(self, judged: Judged, state: str) -> str:
        row, get = judged.row, judged.row.fields.get
        key, core = (row.key, row.core) if row.core else keys_of_name(get("name", ""))
        association = self._places.association_of(row.place) or NULL
        said = texts([self._sources[judged.is_unnamed], key, core, *[get(name, "") for name in _TEXTS]])
        listed = f"{get('legal_form', NULL)}\t{get('municipality', NULL)}"
        line = f"{judged.number}\t{association}\t{state}\t{_language(row) if state else get('language', '')}\t{listed}\t{said}"
        return f"{line}\t{_further(get, is_new=bool(state))}" if self.is_further else line

    def _document(self, judged: Judged, activity: int | None) -> NewEntry:
        row, get = judged.row, judged.row.fields.get
        assert judged.number is not None
        assert row.place is not None
        return NewEntry(
            judged.number, get("name", ""), row.key, row.core, get("uid", ""), row.place, get("kind", _COMPANY),
            get("locality", ""), get("postcode", ""), row.words, activity, self._today,
            self._described(judged) if self.is_further or judged.gains else None,
        )  # fmt: skip

    def _described(self, judged: Judged) -> Described:
        get, gains = judged.row.fields.get, judged.gains
        can = gains.more.capabilities if gains else {}
        return Described(
            get("size_class", ""), get("lon"), get("lat"),
            [self._lists.activities[code] for code in gains.activities[1:]] if gains else [],
            [self._number_of(slug) for slug in can], " ".join(can.values()),
        )  # fmt: skip

    def _number_of(self, slug: str) -> int:
        assert self._lists.skills is not None
        return self._lists.skills.number_of(slug)

    def _link(self, made: Ready, judged: Judged, activities: Sequence[str]) -> None:
        """What the entry of a row gets beside its main activity."""
        assert judged.gains is not None
        number, more = judged.number, judged.gains.more
        made.further_activities += [f"{number}\t{self._lists.activities[code]}" for code in activities]
        made.capabilities += [
            f"{number}\t{self._number_of(slug)}\t{texts([detail])}" for slug, detail in more.capabilities.items()
        ]
        if more.person:
            said = texts([more.person.get(name, "") for name in _CONTACT[2:]])
            made.contacts.append(f"{number}\t{_language(judged.row)}\t{said}")

    def _proposals(self, verdicts: Sequence[Judged]) -> list[str]:
        return [
            f"{judged.number}\t{texts([name, before, after])}"
            for judged in verdicts
            for name, (before, after) in judged.changes.items()
        ]


def _language(row: RowValues) -> str:
    """As the file says it, or as the entry's purpose is written."""
    found: str = row.fields.get("language") or row.language or "fr"
    return found


def _further(get: Callable[..., Any], *, is_new: bool) -> str:
    """The cells of ``_FURTHER``; an entry that comes back keeps what the file does not say."""
    said = [get("kind", _COMPANY if is_new else ""), get("size_class", ""), get("languages", "")]
    return "\t".join([*said, *[str(get(name, NULL)) for name in _FURTHER_NUMBERS]])


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
        if judged.verdict == Verdict.CREATE and (holds := _holds(judged, preview_words)):
            notes.append(["would_hold", {"holds": holds}])
        if judged.verdict == Verdict.CREATE and judged.state == OrganisationState.HIDDEN:
            notes.append(["hidden", {}])
    return notes


def _holds(judged: Judged, preview_words: Callable[[str, str], str]) -> list[list[str]]:
    """What an entry would get that few files say: a preview shows that it was understood."""
    get, gains = judged.row.fields.get, judged.gains
    said = [[name, preview_words(name, as_text(get(name)))] for name in SAID_FURTHER if get(name)]
    if gains and len(gains.activities) > 1:
        said.append(["activities", preview_words("activities", " ".join(gains.activities))])
    if gains and gains.more.capabilities:
        said.append(["capabilities", preview_words("capabilities", as_capabilities(gains.more.capabilities))])
    if gains and gains.more.person:
        said.append([CONTACT, contact_text(gains.more.person)])
    return said
