"""A session as iCalendar (RFC 5545): day, hour and place, without a word about founders."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from coaching.agendas import session_title
from coaching.emails.commission import where_words
from coaching.enums import SessionState
from coaching.models import CommissionSession
from promo_portal.core.clock import ZURICH

USUAL_LENGTH = timedelta(hours=2)


def calendar_of_session(session: CommissionSession, *, now: datetime) -> bytes:
    """One session in the active language; without an hour it takes the whole day. Called off, it is struck out."""
    calendar, entry = Calendar(), Event()
    calendar.add("prodid", "-//Promotion economique//Commission//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    host = settings.SITE_URL.partition("://")[2].partition(":")[0]
    entry.add("uid", f"commission-{session.pk}@{host}")
    entry.add("dtstamp", now)
    entry.add("sequence", session.version)
    if session.held_at is None:
        entry.add("dtstart", session.held_on)
        entry.add("dtend", session.held_on + timedelta(days=1))
    else:
        start = datetime.combine(session.held_on, session.held_at, ZURICH)
        entry.add("dtstart", start)
        entry.add("dtend", start + USUAL_LENGTH)
    url = f"{settings.SITE_URL}{reverse('coaching:session', args=[session.pk])}"
    entry.add("summary", f"{session_title(session)} · {session.association}")
    entry.add("location", where_words(session))
    entry.add("description", "\n\n".join(part for part in (session.video_url, url) if part))
    entry.add("url", url)
    entry.add("status", "CANCELLED" if session.state == SessionState.CANCELLED else "CONFIRMED")
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    return calendar.to_ical()
