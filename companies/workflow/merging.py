"""Two entries become one: nothing that hung on the old one is lost, and its address leads to the heir."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from companies import entry
from companies.changed import organisations_changed
from companies.enums import DuplicateState, OrganisationState, ProposalState
from companies.models import (
    ChangeProposal,
    Contact,
    DuplicatePair,
    MergeRecord,
    Organisation,
    OrganisationActivity,
    OrganisationCapability,
)
from companies.workflow import tables
from companies.workflow.locking import save
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import next_state

HERE = {OrganisationActivity, OrganisationCapability, Contact, DuplicatePair, MergeRecord}
WITH_PLACE = ("lon", "lat")


class CannotMerge(Exception):
    """The two entries are no pair that can become one."""

    @property
    def message(self) -> str:
        """What a person reads."""
        return str(self)


@transaction.atomic
def merge_organisations(
    *, merged: Organisation, into: Organisation, take: Iterable[str] = (), by: Any, now: datetime
) -> MergeRecord:
    """Make ``merged`` part of ``into``. The heir keeps what it says; its blanks are filled from the other, and fields
    named in ``take`` are taken over. What was not taken stands in the record, and the old row keeps all it said.
    """
    pair = Organisation.objects.select_for_update(of=("self",)).in_bulk(sorted({merged.pk, into.pk}))
    if merged.pk == into.pk:
        raise CannotMerge(_("An entry cannot be merged with itself."))
    merged, into = pair[merged.pk], pair[into.pk]
    state = next_state(tables.ORGANISATION, merged.state, "merge")
    next_state(tables.ORGANISATION, into.state, "edit")
    record = MergeRecord(merged=merged, into=into, at=now, actor_id=getattr(by, "pk", None), actor_name=str(by or ""))
    before = merged.state
    merged.state, merged.merged_into = state, into
    parent, merged.parent, merged.parent_link = merged.parent_id, None, ""
    save(merged, "state", "merged_into", "parent", "parent_link")
    Organisation.objects.filter(merged_into=merged).update(merged_into=into)
    columns, record.put_aside = _join_fields(merged, into, set(take))
    if into.parent_id == merged.pk:
        into.parent_id, into.parent_link = (parent, into.parent_link) if parent and parent != into.pk else (None, "")
        columns |= {"parent", "parent_link"}
    save(into, *columns)
    record.moved = dict(_move_links(merged, into))
    record.save()
    _settle_pairs(merged, into, by=by, now=now)
    record_transition(
        subject=merged, action="merge", from_state=before, to_state=state, by=by, reason=f"→ {into.pk} {into}", at=now
    )
    record_transition(
        subject=into, action="take_in", from_state=into.state, to_state=into.state, by=by,
        reason=f"← {merged.pk} {merged}", at=now,
    )  # fmt: skip
    organisations_changed([merged.pk, into.pk])
    return record


def hanging_on(organisation: Organisation) -> dict[str, int]:
    """What a merger would move from an entry, of this app and of those above it: by kind in words, how many."""
    found: Counter[str] = Counter()
    for relation in Organisation._meta.related_objects:
        model, column = relation.related_model, relation.field
        if not isinstance(column, models.ForeignKey) or is_history(column) or model in {DuplicatePair, MergeRecord}:
            continue
        if column.name != "merged_into" and (count := rows_of(model).filter(**{column.name: organisation}).count()):
            found[str(model._meta.verbose_name_plural)] += count
    return dict(found)


def _join_fields(merged: Organisation, into: Organisation, take: set[str]) -> tuple[set[str], dict[str, str]]:
    columns, aside = set(), {}
    for name in entry.COLUMNS:
        theirs, ours = entry.text_of(merged, name), entry.text_of(into, name)
        if not theirs or theirs == ours or name in {"municipality", *WITH_PLACE}:
            continue
        if not ours or name in take:
            setattr(into, name, getattr(merged, name))
            columns.add(name)
            theirs = ours
        if theirs:
            aside[name] = theirs
    if into.lon is None and merged.lon is not None and merged.municipality_id == into.municipality_id:
        into.lon, into.lat = merged.lon, merged.lat
        columns |= set(WITH_PLACE)
    dates = [day for day in (merged.confirmed_on, into.confirmed_on) if day]
    if dates and into.confirmed_on != max(dates):
        into.confirmed_on = max(dates)
        columns.add("confirmed_on")
    if merged.listed_on < into.listed_on:
        into.listed_on = merged.listed_on
        columns.add("listed_on")
    return columns, aside


def _move_links(merged: Organisation, into: Organisation) -> Counter[str]:
    """Everything that points to the old entry points to the heir: also rows of apps above, found by their keys."""
    moved: Counter[str] = Counter()
    _move_vocabulary(merged, into, moved)
    _move_contacts(merged, into, moved)
    for relation in Organisation._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if model in HERE or not isinstance(relation.field, models.ForeignKey) or is_history(relation.field):
            continue
        if model is Organisation and name == "merged_into":
            continue
        for row in rows_of(model).filter(**{name: merged}).exclude(pk=into.pk if model is Organisation else None):
            moved[model._meta.label_lower] += _repoint(row, name, into)
    return moved


def is_history(field: Any) -> bool:
    """Whether a link belongs to a history table."""
    return not field.db_constraint  # the history's link to its row is kept when the row is gone: no constraint


def rows_of(model: Any) -> Any:
    """All rows of a model that the scope's policies show."""
    return getattr(model, "unscoped", model._default_manager).all()  # noqa: SLF001 - rows of every scope move


def _repoint(row: models.Model, name: str, into: Organisation) -> int:
    """Point one row to the heir; where the heir has the like already (a unique rule), the old row stays as it is."""
    setattr(row, name, into)
    try:
        with transaction.atomic():
            row.save(update_fields=[name])
    except IntegrityError:
        return 0
    return 1


def _move_vocabulary(merged: Organisation, into: Organisation, moved: Counter[str]) -> None:
    has = set(into.activity_links.values_list("activity_id", flat=True))
    has_main = into.activity_links.filter(is_main=True).exists()
    for activity in merged.activity_links.exclude(activity_id__in=has):
        OrganisationActivity.objects.create(
            organisation=into, activity_id=activity.activity_id, is_main=activity.is_main and not has_main
        )
        moved["activities"] += 1
    has = set(into.capability_links.values_list("capability_id", flat=True))
    for capability in merged.capability_links.exclude(capability_id__in=has):
        OrganisationCapability.objects.create(
            organisation=into, capability_id=capability.capability_id, detail=capability.detail
        )
        moved["capabilities"] += 1


def _move_contacts(merged: Organisation, into: Organisation, moved: Counter[str]) -> None:
    has_main = into.contacts.filter(is_main=True, left_on=None).exists()
    for contact in merged.contacts.all():
        contact.organisation = into
        contact.is_main = contact.is_main and not has_main
        contact.save(update_fields=["organisation", "is_main"])
        moved["contacts"] += 1
    open_here = ChangeProposal.objects.filter(organisation=merged, state=ProposalState.OPEN)
    known = set(
        ChangeProposal.objects.filter(organisation=into, state=ProposalState.OPEN).values_list("field", "proposed")
    )
    for proposal in open_here:
        if (proposal.field, proposal.proposed) not in known:
            proposal.current = entry.text_of(into, proposal.field)
            proposal.save(update_fields=["current"])


def _settle_pairs(merged: Organisation, into: Organisation, *, by: Any, now: datetime) -> None:
    """The suspicion is answered; others that named the old entry are no longer questions."""
    for pair in DuplicatePair.objects.filter(
        models.Q(first=merged) | models.Q(second=merged), state=DuplicateState.OPEN
    ):
        pair.state = next_state(tables.DUPLICATE, pair.state, "merge")
        pair.decided_at, pair.decider_name = now, str(by or "")
        pair.save(update_fields=["state", "decided_at", "decider_name"])


@transaction.atomic
def suspect(*, one: Organisation, other: Organisation, likeness: int, now: datetime) -> DuplicatePair:
    """Two entries may be one: ask a person. Pairs that were once called two are asked about again only where this is
    called for them; an open question is left as it is.
    """
    if one.pk == other.pk:
        raise CannotMerge(_("An entry cannot be merged with itself."))
    first, second = sorted((one, other), key=lambda entry: entry.pk)
    pair, is_new = DuplicatePair.objects.select_for_update().get_or_create(
        first=first, second=second, defaults={"likeness": likeness, "found_at": now}
    )
    if not is_new and pair.state == DuplicateState.DISTINCT:
        pair.state = next_state(tables.DUPLICATE, pair.state, "suspect")
        pair.likeness, pair.found_at, pair.decided_at, pair.decider_name = likeness, now, None, ""
        pair.save(update_fields=["state", "likeness", "found_at", "decided_at", "decider_name"])
    return pair


@transaction.atomic
def keep_both(*, pair: DuplicatePair, by: Any, now: datetime) -> DuplicatePair:
    """They are two; the question is not asked again."""
    pair = DuplicatePair.objects.select_for_update().get(pk=pair.pk)
    pair.state = next_state(tables.DUPLICATE, pair.state, "keep_both")
    pair.decided_at, pair.decider_name = now, str(by or "")
    pair.save(update_fields=["state", "decided_at", "decider_name"])
    return pair


def heir_of(organisation: Organisation) -> Organisation:
    """The entry that an address leads to today: itself, or what it was merged into."""
    heir = organisation.merged_into
    return heir if organisation.state == OrganisationState.MERGED and heir is not None else organisation
