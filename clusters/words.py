"""An event in words: when, where, and how many places are left."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusters.models import Event
from promo_portal.core.clock import ZURICH
from promo_portal.core.formats import words


def when_words(event: Event) -> str:
    """Thursday, 26 November 2026, 13.30 to 18.00; over several days both are written."""
    begin, end = event.starts_at.astimezone(ZURICH), event.ends_at.astimezone(ZURICH)
    first = f"{words.weekday(begin)} {begin.year}, {words.hour(begin)}"
    last = words.hour(end) if begin.date() == end.date() else f"{words.weekday(end)}, {words.hour(end)}"
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def place_words(event: Event) -> str:
    """Room, street and municipality, each once."""
    town = event.municipality.name
    parts = [event.place, event.address] if town in event.address else [event.place, event.address, town]
    return ", ".join(part for part in parts if part)


def free_words(event: Event) -> str:
    """How many places are left, in words that everybody reads the same way."""
    free = event.seats_free
    if free:
        return ngettext("%(count)s place free", "%(count)s places free", free) % {"count": words.number(free)}
    if event.seats_waiting:
        return ngettext(
            "Full, %(count)s person on the waiting list",
            "Full, %(count)s people on the waiting list",
            event.seats_waiting,
        ) % {"count": words.number(event.seats_waiting)}
    return _("Full, with a waiting list")
