"""Events as lists show them: the day, the title, the place, and the places left in words."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clusters.enums import EventState
from clusters.models import Event
from clusters.words import free_words
from promo_portal.core.clock import ZURICH


def event_url(event: Event) -> str:
    """The event's page."""
    return reverse("clusters:event", args=[event.pk, event.slug])


def standing(event: Event, now: datetime) -> tuple[str, str]:
    """A badge's kind and its words: cancelled, over, closed, full or free."""
    if event.state == EventState.CANCELLED:
        return "problem", _("Cancelled")
    if event.is_over(now):
        return "neutral", _("Over")
    if not event.takes_registrations(now):
        return "neutral", _("Registration closed")
    return ("good" if event.seats_free else "waiting"), free_words(event)


def event_rows(events: Iterable[Event], now: datetime) -> list[dict[str, Any]]:
    """One line for each event."""
    rows = []
    for event in events:
        kind, words = standing(event, now)
        rows.append(
            {
                "event": event,
                "url": event_url(event),
                "place": event.municipality.name,
                "badge": kind,
                "words": words,
                "begins": event.starts_at.astimezone(ZURICH),
            }
        )
    return rows
