"""The history of a record in words: transitions with their reasons, and the fields that changed, newest first."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.models import User
from promo_portal.accounts.record_words import act_words, actor_words
from promo_portal.audit.models import Transition
from promo_portal.core.formats import words

# Kept by the program for itself: nobody reads them as a change.
OWN = frozenset({"version", "changed_at", "name_key", "name_core"})
LABELS = {"insert": _("made"), "update": _("changed"), "delete": _("deleted")}
SHOWN = 200  # entries; older ones stay in the database


@dataclass(frozen=True)
class FieldChange:
    """One field before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class HistoryEntry:
    """What happened at an instant, and who did it."""

    at: datetime
    by: str
    what: Any
    reason: str = ""
    changes: list[FieldChange] = field(default_factory=list)


def told_history(row: models.Model) -> list[HistoryEntry]:
    """Everything that happened to a row, as far as the scope in force allows."""
    entries = [*_transitions(row), *_changes(row)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _transitions(row: models.Model) -> list[HistoryEntry]:
    if not isinstance(row.pk, int):  # transitions are kept of numbered records
        return []
    found = Transition.objects.filter(subject_kind=row._meta.label_lower, subject_id=row.pk).order_by("-at")[:SHOWN]
    states = dict(row._meta.get_field("state").flatchoices) if hasattr(row, "state") else {}  # type: ignore[union-attr]
    return [
        HistoryEntry(
            at=moved.at,
            by=actor_words(moved.actor_name, moved.actor_id),
            what=_what(moved, states),
            reason=moved.reason,
        )
        for moved in found
    ]


def _what(moved: Transition, states: dict[Any, Any]) -> str:
    act = act_words(moved.action)
    if moved.from_state == moved.to_state or not moved.to_state:
        return act
    before, after = (states.get(state, state) or "–" for state in (moved.from_state, moved.to_state))
    return f"{act}: {before} → {after}"


def _changes(row: models.Model) -> list[HistoryEntry]:
    events = getattr(row, "history", None)
    if events is None:
        return []
    newest = list(events.order_by("-pgh_created_at", "-pgh_id")[: SHOWN + 1])
    numbers = {(event.pgh_context or {}).get("user") for event in newest} - {None}
    names = {person.pk: str(person) for person in User.objects.filter(pk__in=numbers)}
    entries = []
    for event, before in zip(newest, [*newest[1:], None], strict=True):
        is_change = event.pgh_label == "update" and before is not None
        changes = _difference(row, before, event) if is_change else []
        if is_change and not changes:
            continue  # something that hangs on it was touched
        person = names.get((event.pgh_context or {}).get("user"), "")
        entries.append(HistoryEntry(event.pgh_created_at, person, LABELS[event.pgh_label], changes=changes))
    return entries[:SHOWN]


def _difference(row: models.Model, before: Any, after: Any) -> list[FieldChange]:
    kept = {kept_field.name for kept_field in after._meta.fields}
    return [
        FieldChange(str(own.verbose_name), _shown(own, before), _shown(own, after))
        for own in row._meta.fields
        if own.name in kept - OWN and getattr(before, own.attname) != getattr(after, own.attname)
    ]


def _shown(own: Any, event: Any) -> str:
    value = getattr(event, own.attname)
    if value in (None, ""):
        return "–"
    if own.flatchoices:
        return str(dict(own.flatchoices).get(value, value))
    if isinstance(value, datetime):
        return words.moment(value)
    return words.day(value) if isinstance(value, date) else str(value)
