"""The journal of a file: notes and meetings as one list, newest first, however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Value

from coaching.models import CaseFile, CaseNote, Meeting

ENTRIES = 50


@dataclass(frozen=True)
class JournalEntry:
    """A note or a meeting."""

    at: datetime
    note: CaseNote | None = None
    meeting: Meeting | None = None


def journal_of(case: CaseFile, number: Any) -> tuple[Sequence[JournalEntry], Page[Any]]:
    """One page of the journal: four queries, whatever its length."""
    kind = CharField(max_length=7)
    notes = CaseNote.objects.filter(case_file=case).order_by().annotate(what=Value("note", kind))
    meetings = Meeting.objects.filter(case_file=case).order_by().annotate(what=Value("meeting", kind))
    both = notes.values_list("what", "pk", "written_at").union(
        meetings.values_list("what", "pk", "entered_at"), all=True
    )
    listed = Paginator(both.order_by("-written_at", "-pk"), ENTRIES).get_page(number)
    shown = list(listed.object_list)
    wanted: dict[str, list[int]] = {"note": [], "meeting": []}
    for what, pk, _at in shown:
        wanted[what].append(pk)
    found_notes = CaseNote.objects.select_related("author").in_bulk(wanted["note"])
    found_meetings = Meeting.objects.select_related("coach").in_bulk(wanted["meeting"])
    entries = [
        JournalEntry(at, note=found_notes.get(pk))
        if what == "note"
        else JournalEntry(at, meeting=found_meetings.get(pk))
        for what, pk, at in shown
    ]
    return entries, listed
