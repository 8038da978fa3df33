"""A judged batch put into the database: entries, their history, proposals, and the rows' own record."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from companies.enums import OrganisationState, ProposalSource, Verdict
from companies.imports.copying import RowWriter, numbers_for
from companies.imports.values import Vocabulary
from companies.imports.verdicts import Judged
from companies.models import ChangeProposal, ImportRow, ImportRun, Organisation, OrganisationActivity
from companies.names import core_of, key_of
from companies.workflow import tables
from companies.workflow.locking import locked, save
from promo_portal.audit.models import Transition
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.transitions import next_state


def write_entries(run: ImportRun, verdicts: Sequence[Judged], lists: Vocabulary, by: Any, now: datetime) -> list[int]:
    """Enter and propose; returns the numbers of entries that the search has to learn."""
    new = [judged for judged in verdicts if judged.verdict == Verdict.CREATE and judged.organisation is None]
    again = [judged for judged in verdicts if judged.verdict == Verdict.CREATE and judged.organisation is not None]
    made = numbers_for(Organisation, len(new))
    _enter(run, zip(new, made, strict=True), lists, now)
    _tell_record(made, run, by, now)
    ChangeProposal.objects.bulk_create(
        [proposal for judged in verdicts for proposal in _proposals(run, judged, by, now)], ignore_conflicts=True
    )
    return [*made, *(_enter_again(run, judged, by, now) for judged in again)]


def _enter(run: ImportRun, new: Iterable[tuple[Judged, int]], lists: Vocabulary, now: datetime) -> None:
    entries = RowWriter(Organisation, listed_on=now.astimezone(clock.ZURICH).date(), created_at=now)
    links: list[tuple[int, int]] = []
    for judged, number in new:
        judged.number = number
        fields, place = dict(judged.row.fields), judged.row.place
        for name in ("municipality", "legal_form"):
            if name in fields:
                fields[f"{name}_id"] = fields.pop(name).pk
        association = place.association() if place else None
        entries.add(
            {
                **fields,
                "id": number,
                "association_id": association.pk if association else None,
                "state": judged.state,
                "name_key": key_of(fields["name"]),
                "name_core": core_of(fields["name"]),
                "language": judged.row.language or "fr",
                "source": _source(run, judged),
            }
        )
        if judged.row.activity:
            links.append((number, lists.activities[judged.row.activity]))
    entries.write()
    activities = RowWriter(OrganisationActivity, is_main=True)
    for (number, activity), key in zip(links, numbers_for(OrganisationActivity, len(links)), strict=True):
        activities.add({"id": key, "organisation_id": number, "activity_id": activity})
    activities.write()


def _source(run: ImportRun, judged: Judged) -> str:
    source = _("%(file)s, without name") if judged.is_unnamed else "%(file)s"
    return (source % {"file": run.file_name})[:120]


def _enter_again(run: ImportRun, judged: Judged, by: Any, now: datetime) -> int:
    """An entry of a run that was undone, and that nobody has touched since: it says what this file says, and is public."""
    assert judged.organisation is not None
    one = locked(judged.organisation)
    before, one.state = one.state, next_state(tables.ORGANISATION, one.state, "publish")
    for name, value in judged.row.fields.items():
        setattr(one, name, value)
    if judged.row.place:
        one.association = judged.row.place.association()
    one.source = _source(run, judged)
    save(one, "state", "association", "source", *judged.row.fields)
    record_transition(
        subject=one, action="publish", from_state=before, to_state=one.state, by=by, reason=run.file_name, at=now
    )
    judged.organisation = one
    return one.pk


def _tell_record(made: Sequence[int], run: ImportRun, by: Any, now: datetime) -> None:
    """The first line of each entry's history, drawn from the entries themselves."""
    if not made:
        return
    table = Transition._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" (subject_kind, subject_id, association_id, action, from_state, to_state, reason,'  # noqa: S608
            " actor_id, actor_name, at) SELECT %s, id, association_id, 'create', '', state, %s, %s, %s, %s"
            " FROM companies_organisation WHERE id = ANY(%s)",
            [
                Organisation._meta.label_lower,
                run.file_name,
                getattr(by, "pk", None),
                str(by),
                now,
                list(made),
            ],
        )


def _proposals(run: ImportRun, judged: Judged, by: Any, now: datetime) -> Iterator[ChangeProposal]:
    for name, (current, proposed) in judged.changes.items():
        yield ChangeProposal(
            organisation=judged.organisation,
            field=name,
            current=current,
            proposed=proposed,
            source=ProposalSource.IMPORT,
            source_detail=run.file_name,
            import_run=run,
            author_id=getattr(by, "pk", None),
            author_name=str(by),
            created_at=now,
        )


def record_rows(
    run: ImportRun, verdicts: Sequence[Judged], *, preview_words: Callable[[str, str], str] | None = None
) -> None:
    """Keep what became of each row. A preview says which values would be proposed; later the proposals do."""
    writer = RowWriter(ImportRow, run_id=run.pk)
    for judged, key in zip(verdicts, numbers_for(ImportRow, len(verdicts)), strict=True):
        row = judged.row
        writer.add(
            {
                "id": key,
                "number": row.number,
                "verdict": judged.verdict,
                "name": row.fields.get("name", "")[:200],
                "place": row.place_text,
                "notes": _notes(judged, preview_words),
                "cells": row.cells if row.refusal else [],
                "organisation_id": judged.number,
            }
        )
    writer.write()


def _notes(judged: Judged, preview_words: Callable[[str, str], str] | None) -> list[Any]:
    notes = [*([judged.row.refusal] if judged.row.refusal else []), *judged.row.notes]
    if preview_words is not None:
        for name, (before, after) in judged.changes.items():
            values = {"field": name, "before": preview_words(name, before), "after": preview_words(name, after)}
            notes.append(["would_change", values])
        if judged.verdict == Verdict.CREATE and judged.state == OrganisationState.HIDDEN:
            notes.append(["hidden", {}])
    return notes
