"""The history of a record in words: transitions with their reasons, and the fields that changed, newest first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from promo_portal.accounts.models import User
from promo_portal.accounts.record_words import act_words, actor_words
from promo_portal.audit.models import Transition
from promo_portal.core.formats import words

# Kept by the program for itself: nobody reads them as a change.
OWN = frozenset({"version", "changed_at", "name_key", "name_core"})
LABELS = {"insert": _("made"), "update": _("changed"), "delete": _("deleted")}
PARTS = {
    "insert": pgettext_lazy("act", "added"),
    "update": pgettext_lazy("act", "changed"),
    "delete": pgettext_lazy("act", "removed"),
}
SHOWN = 200  # entries; older ones stay in the database

Raw = tuple[Any, Any, Any]  # a field, its value before, its value after
Names = dict[type[models.Model], dict[Any, str]]


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


@dataclass(frozen=True)
class Part:
    """Rows that hang on a record by a key, and whose changes are told as its own: contacts, activities."""

    model: type[models.Model]
    key: str
    label: Any
    named_by: tuple[str, ...] = ()  # fields that say which of the rows has changed


@dataclass(frozen=True)
class _Event:
    """A change as the database wrote it."""

    at: datetime
    number: int | None  # of the person
    what: Any
    raws: list[Raw]
    row: list[Raw] = field(default_factory=list)  # which of several rows it was


def told_history(row: models.Model, parts: Iterable[Part] = ()) -> list[HistoryEntry]:
    """Everything that happened to a row and its parts, as far as the scope in force allows."""
    events = [*_changes(row), *(event for part in parts for event in _changes_of_part(row, part))]
    events = sorted(events, key=lambda event: event.at, reverse=True)[:SHOWN]
    people = {person.pk: str(person) for person in User.objects.filter(pk__in={event.number for event in events})}
    names = _names(raw for event in events for raw in (*event.raws, *event.row))
    entries = [
        HistoryEntry(
            event.at,
            people.get(event.number, ""),
            event.what,
            " ".join(_said(own, value, names) for own, _before, value in event.row),
            changes=[FieldChange(str(own.verbose_name), *_shown(own, values, names)) for own, *values in event.raws],
        )
        for event in events
    ]
    return sorted([*_transitions(row), *entries], key=lambda entry: entry.at, reverse=True)


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
    return gettext("%(name)s: %(value)s") % {"name": act, "value": f"{before} → {after}"}


def _changes(row: models.Model) -> Iterator[_Event]:
    events = getattr(row, "history", None)
    if events is None:
        return
    newest = list(events.order_by("-pgh_created_at", "-pgh_id")[: SHOWN + 1])
    for event, before in list(zip(newest, [*newest[1:], None], strict=True))[:SHOWN]:
        is_compared = event.pgh_label == "update" and before is not None
        raws = _difference(type(row), before, event) if is_compared else []
        if raws or not is_compared:
            yield _Event(event.pgh_created_at, _number(event), LABELS[event.pgh_label], raws)


def _changes_of_part(row: models.Model, part: Part) -> Iterator[_Event]:
    """The changes of the rows that hang on the record, and of those that did."""
    history = part.model.history.rel.related_model  # type: ignore[attr-defined]
    left = history.objects.filter(**{part.key: row.pk}).exclude(pgh_label="insert").order_by("-pgh_created_at")
    numbers = set(part.model._default_manager.filter(**{part.key: row.pk}).values_list("pk", flat=True))  # noqa: SLF001
    numbers.update(left.values_list("pgh_obj", flat=True)[:SHOWN])
    before: dict[Any, Any] = {}
    for event in history.objects.filter(pgh_obj__in=numbers).order_by("pgh_created_at", "pgh_id"):
        last, before[event.pgh_obj_id] = before.get(event.pgh_obj_id), event
        what = gettext("%(name)s: %(value)s") % {"name": capfirst(part.label), "value": PARTS[event.pgh_label]}
        raws = _whole(part.model, event)
        which = [raw for raw in raws if raw[0].name in part.named_by] if event.pgh_label == "update" else []
        if event.pgh_label == "update" and last:
            raws = _difference(part.model, last, event)
        told = [raw for raw in raws if raw[0].name != part.key]
        if told:
            yield _Event(event.pgh_created_at, _number(event), what, told, which)


def _number(event: Any) -> int | None:
    return (event.pgh_context or {}).get("user")


def _difference(model: type[models.Model], before: Any, after: Any) -> list[Raw]:
    return [
        (own, getattr(before, own.attname), getattr(after, own.attname))
        for own in _fields(model, after)
        if getattr(before, own.attname) != getattr(after, own.attname)
    ]


def _whole(model: type[models.Model], event: Any) -> list[Raw]:
    """Every field that says something, from nothing to its value, or back where the row was deleted."""
    filled = [(own, getattr(event, own.attname)) for own in _fields(model, event) if not own.primary_key]
    is_gone = event.pgh_label == "delete"
    return [
        (own, *((value, "") if is_gone else ("", value))) for own, value in filled if value not in (None, "", False)
    ]


def _fields(model: type[models.Model], event: Any) -> Iterator[Any]:
    kept = {kept_field.name for kept_field in event._meta.fields} - OWN
    return (own for own in model._meta.fields if own.name in kept)


def _names(raws: Iterable[Raw]) -> Names:
    """What the keys among the values stand for; each list is asked once."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for own, *values in raws:
        if own.is_relation:
            wanted[own.related_model].update(value for value in values if value not in (None, ""))
    return {
        model: {row.pk: str(row) for row in model._default_manager.filter(pk__in=keys)}  # noqa: SLF001 - as the scope allows
        for model, keys in wanted.items()
    }


def _shown(own: Any, values: Iterable[Any], names: Names) -> tuple[str, str]:
    before, after = (_said(own, value, names) for value in values)
    return before, after


def _said(own: Any, value: Any, names: Names) -> str:
    if value in (None, ""):
        return "–"
    if own.is_relation:
        return names[own.related_model].get(value, str(value))
    if own.flatchoices:
        return str(dict(own.flatchoices).get(value, value))
    if isinstance(value, bool):
        return pgettext("history", "yes") if value else pgettext("history", "no")
    if isinstance(value, datetime):
        return words.moment(value)
    return words.day(value) if isinstance(value, date) else str(value)
