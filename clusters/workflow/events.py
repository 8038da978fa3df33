"""Events from the draft to the day, and what those who are registered are told when something changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clusters import emails
from clusters.enums import ACTIVE, EventState, RegistrationState
from clusters.models import Event, Registration
from clusters.workflow import dates, tables
from clusters.workflow.locking import locked_event
from clusters.workflow.places import recount, settle
from clusters.workflow.registrations import at_event
from promo_portal.accounts.models import User
from promo_portal.audit.record import record_transition
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import next_state

Actor = User | str
WORTH_A_MAIL = ("starts_at", "ends_at", "place", "address", "municipality")
EDITABLE = (
    *("cluster", "is_cluster_day", "title_fr", "title_de", "title_en", "text_fr", "text_de", "text_en"),
    *("starts_at", "ends_at", "place", "address", "municipality", "languages", "price", "capacity"),
    *("registration_until", "cancel_until"),
)


@transaction.atomic
def plan_event(*, event: Event, by: Actor, now: datetime) -> Event:
    """Keep a new event as a draft."""
    event.state, event.changed_at = EventState.DRAFT, now
    event.save()
    _record(event, "plan", "", by=by, now=now)
    return event


@transaction.atomic
def publish_event(*, event: Event, by: Actor, now: datetime) -> Event:
    """Show an event to the public and open the registration."""
    event = locked_event(event.pk)
    before, event.state = event.state, next_state(tables.EVENT, event.state, "publish")
    event.published_at = event.published_at or now
    _save(event, "state", "published_at", now=now)
    _record(event, "publish", before, by=by, now=now)
    return event


def withdraw_event(*, event: Event, by: Actor, now: datetime) -> Event:
    """Take an event off the pages again; with people registered it can only be cancelled, and they are told."""
    with at_event(event.pk) as current:
        before, state = current.state, next_state(tables.EVENT, current.state, "withdraw")
        if Registration.objects.filter(event=current, state__in=ACTIVE).exists():
            raise ValidationError(_("People are registered: cancel the event, so that they are told."))
        current.state, current.published_at = state, None
        _save(current, "state", "published_at", now=now)
        _record(current, "withdraw", before, by=by, now=now)
    return current


def cancel_event(*, event: Event, reason: str, by: Actor, now: datetime) -> Event:
    """Call an event off: everybody who is registered or waits is told once, and nobody is reminded any more."""
    with at_event(event.pk) as current:
        before, current.state = current.state, next_state(tables.EVENT, current.state, "cancel")
        current.state_reason = reason
        _save(current, "state", "state_reason", now=now)
        _record(current, "cancel", before, by=by, reason=reason, now=now)
        for registration in _registered(current):
            if registration.state == RegistrationState.CONFIRMED:
                dates.drop_reminder(registration, by=by, now=now)
            emails.queue("clusters.event_cancelled", registration)
    return current


def change_event(
    *, event: Event, values: Mapping[str, Any], by: Actor, now: datetime, version: int | None = None
) -> Event:
    """Change an event. A new date or place goes to everybody registered; more places go to those who wait.

    Fewer places take nobody's away: the waiting list rests until enough people have cancelled.
    """
    with at_event(event.pk, version=version) as current:
        next_state(tables.EVENT, current.state, "edit")
        changed = [name for name in EDITABLE if name in values and getattr(current, name) != values[name]]
        if not changed:
            return current
        for name in changed:
            setattr(current, name, values[name])
        current.full_clean(exclude=["association"])
        _save(current, *changed, now=now)
        _record(current, "edit", current.state, by=by, reason=", ".join(changed), now=now)
        if current.state == EventState.PUBLISHED and not current.is_over(now):
            _tell(current, changed, by=by, now=now)
            settle(recount(current), now=now)
    return current


def _tell(event: Event, changed: list[str], *, by: Actor, now: datetime) -> None:
    if not set(changed) & set(WORTH_A_MAIL):
        return
    for registration in _registered(event):
        if registration.state == RegistrationState.CONFIRMED and "starts_at" in changed:
            dates.set_reminder(registration, event, by=by, now=now)
        emails.queue("clusters.event_changed", registration, act=f"v{event.version}")


def _registered(event: Event) -> list[Registration]:
    return list(Registration.objects.filter(event=event, state__in=ACTIVE).exclude(email="").order_by("pk"))


def _save(event: Event, *fields: str, now: datetime) -> None:
    event.version += 1
    event.changed_at = now
    event.save(update_fields=[*fields, "version", "changed_at"])


def _record(event: Event, action: str, before: str, *, by: Actor, reason: str = "", now: datetime) -> None:
    with association_scope(event.association_id):
        record_transition(
            subject=event, action=action, from_state=before, to_state=event.state, by=by, reason=reason, at=now
        )
