"""One change to many entries: what it would do first, then the same again for good."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from companies import entry
from companies.models import Organisation
from companies.workflow import tables
from companies.workflow.entries import (
    confirm_organisation,
    edit_organisation,
    hide_organisation,
    publish_organisation,
)
from promo_portal.core.transitions import TransitionRefused, next_state

STEPS: Mapping[str, Callable[..., Any]] = {
    "publish": publish_organisation,
    "hide": hide_organisation,
    "confirm": confirm_organisation,
}


@dataclass
class Outcome:
    """Entries that a change concerns, and those it passes over, with the reason in words."""

    done: list[Organisation] = field(default_factory=list)
    skipped: list[tuple[Organisation, str]] = field(default_factory=list)


def preview_step(organisations: Iterable[Organisation], action: str) -> Outcome:
    """What a step would do to each."""
    outcome = Outcome()
    for organisation in organisations:
        try:
            next_state(tables.ORGANISATION, organisation.state, action)
        except TransitionRefused:
            outcome.skipped.append((organisation, _("is %(state)s") % {"state": organisation.get_state_display()}))
        else:
            outcome.done.append(organisation)
    return outcome


@transaction.atomic
def take_step(organisations: Iterable[Organisation], action: str, *, by: Any, now: datetime, reason: str) -> Outcome:
    """Publish, hide or confirm many."""
    outcome = preview_step(organisations, action)
    for organisation in outcome.done:
        if action == "confirm":
            confirm_organisation(organisation=organisation, by=by, now=now, note=reason)
        else:
            STEPS[action](organisation=organisation, by=by, now=now, reason=reason)
    return outcome


def preview_value(organisations: Iterable[Organisation], name: str, value: str) -> Outcome:
    """What a value would change."""
    outcome = Outcome()
    for organisation in organisations:
        if (organisation.state, "edit") not in tables.ORGANISATION:
            outcome.skipped.append((organisation, _("is %(state)s") % {"state": organisation.get_state_display()}))
        elif name == "add_activity":
            has = organisation.activity_links.filter(activity__code=value).exists()
            if has:
                outcome.skipped.append((organisation, _("has it already")))
            else:
                outcome.done.append(organisation)
        elif getattr(organisation, name) == value:
            outcome.skipped.append((organisation, _("has it already")))
        else:
            outcome.done.append(organisation)
    return outcome


@transaction.atomic
def set_value(organisations: Iterable[Organisation], name: str, value: str, *, by: Any, now: datetime) -> Outcome:
    """Give many entries the same value, or one more activity."""
    outcome = preview_value(organisations, name, value)
    for organisation in outcome.done:
        if name == "add_activity":
            codes = [*entry.text_of(organisation, "activities").split(), value]
            edit_organisation(organisation=organisation, values={}, activities=codes, by=by, now=now)
        else:
            edit_organisation(organisation=organisation, values={name: value}, by=by, now=now)
    return outcome
