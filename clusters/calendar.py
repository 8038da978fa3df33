"""Events as iCalendar (RFC 5545), with the time zone spelt out for programs that do not know it."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from clusters.enums import EventState
from clusters.models import Event
from clusters.words import place_words
from promo_portal.core.clock import ZURICH


def calendar_of(events: Iterable[Event]) -> bytes:
    """A calendar of these events in the active language; a cancelled one is struck out where it was taken over."""
    from icalendar import Calendar  # with its time zones some megabytes, which most processes never need

    calendar = Calendar()
    calendar.add("prodid", "-//Promotion economique//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", str(settings.BRANDING["name"]))
    for event in events:
        calendar.add_component(_entry(event))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _entry(event: Event) -> Any:
    from icalendar import Event as CalendarEvent

    entry = CalendarEvent()
    host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    url = f"{settings.SITE_URL}{reverse('clusters:event', args=[event.pk, event.slug])}"
    entry.add("uid", f"event-{event.pk}@{host}")
    entry.add("dtstamp", event.changed_at)
    entry.add("last-modified", event.changed_at)
    entry.add("sequence", event.version)
    entry.add("dtstart", event.starts_at.astimezone(ZURICH))
    entry.add("dtend", event.ends_at.astimezone(ZURICH))
    entry.add("summary", event.title)
    entry.add("location", place_words(event))
    entry.add("description", f"{event.text[:500]}\n\n{url}".strip())
    entry.add("url", url)
    entry.add("status", "CANCELLED" if event.state == EventState.CANCELLED else "CONFIRMED")
    return entry
