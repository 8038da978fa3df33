"""Events by month, one event with its programme, and the same as calendar files."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clusters.calendar import calendar_of
from clusters.emails.registered import price_words
from clusters.enums import EventState
from clusters.languages import LANGUAGES
from clusters.models import Event
from clusters.views.rows import event_rows, event_url, standing
from clusters.words import free_words, place_words, when_words
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.formats import words
from promo_portal.core.page_cache import kept_for

PER_PAGE = 25
FEED_LENGTH = 200
WHENS = ("coming", "past")
NAMES = {"fr": "Français", "de": "Deutsch", "en": "English"}


@public
@require_safe
@kept_for(60)
def event_list(request: HttpRequest) -> HttpResponse:
    """What comes, by month; what was, the latest first."""
    now = clock.now()
    when = request.GET.get("when", "coming")
    hint = "" if when in WHENS else _("“when” was not understood; the coming events are shown.")
    is_past = when == "past"
    rows = Event.objects.public().select_related("municipality")
    listed = Paginator(rows.over(now) if is_past else rows.upcoming(now), PER_PAGE).get_page(request.GET.get("page"))
    lines = event_rows(listed.object_list, now)
    months = [
        {"label": f"{MONTHS[month]} {year}".capitalize(), "rows": list(found)}
        for (year, month), found in groupby(lines, key=lambda line: (line["begins"].year, line["begins"].month))
    ]
    here = reverse("clusters:events")
    tabs = [
        {"label": _("Coming"), "url": here, "current": not is_past},
        {"label": _("Past"), "url": f"{here}?when=past", "current": is_past},
    ]
    context = {"months": months, "page_obj": listed, "tabs": tabs, "is_past": is_past, "hint": hint}
    return render(request, "clusters/event_list.html", context)


def public_event(pk: int) -> Event:
    """A published or cancelled event, or 404."""
    related = ("association", "cluster", "municipality")
    try:
        return Event.objects.public().select_related(*related).get(pk=pk)
    except (Event.DoesNotExist, OverflowError):
        raise Http404 from None


@public
@require_safe
@kept_for(60)
def event(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One event: when, where, what, for how much, how many places, until when one can cancel."""
    found, now = public_event(pk), clock.now()
    if slug != found.slug:
        return redirect(event_url(found), permanent=True)
    kind, told = standing(found, now)
    context = {
        "event": found,
        "now": now,
        "is_over": found.is_over(now),
        "is_cancelled": found.state == EventState.CANCELLED,
        "is_open": found.takes_registrations(now),
        "badge": kind,
        "standing": told,
        "free": free_words(found),
        "rows": facts(found, now),
        "sessions": list(found.sessions.order_by("starts_at", "pk")),
        "register_url": reverse("clusters:register", args=[found.pk, found.slug]),
        "calendar_url": reverse("clusters:event_calendar", args=[found.pk, found.slug]),
        "alternate_urls": _alternate_urls(found),
        "crumbs": [{"label": _("Events"), "url": reverse("clusters:events")}, {"label": found.title, "url": ""}],
    }
    return render(request, "clusters/event_detail.html", context)


def facts(found: Event, now: datetime) -> list[dict[str, Any]]:
    """When, where, price, languages, until when."""
    spoken = ", ".join(NAMES.get(code, code) for code in found.languages.split())
    until, leave = found.registration_until or found.starts_at, found.cancel_until or found.starts_at
    rows = [(_("When"), when_words(found)), (_("Where"), place_words(found)), (_("Price"), price_words(found))]
    rows.append((_("Languages"), spoken))
    if found.takes_registrations(now):
        rows.append((_("Register until"), clock_words(until)))
        rows.append((_("Cancel until"), clock_words(leave)))
    return [{"label": label, "value": value} for label, value in rows if value]


def clock_words(moment: datetime) -> str:
    """Monday 23 November, 18:00."""
    return f"{words.weekday(moment)}, {words.hour(moment)}"


def _alternate_urls(found: Event) -> dict[str, str]:
    urls = {}
    for language in LANGUAGES:
        with translation.override(language):
            urls[language] = event_url(found)
    return urls


@public
@require_safe
def event_calendar(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One event for the visitor's own calendar."""
    found = public_event(pk)
    return _calendar([found], f"{found.slug}.ics")


@public
@require_safe
@kept_for(300)
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """All events that are not over, for calendars that subscribe; ``?lang=de`` chooses the language."""
    wanted = request.GET.get("lang", "fr")
    with translation.override(wanted if wanted in LANGUAGES else "fr"):
        rows = Event.objects.public().upcoming(clock.now()).select_related("municipality", "association")
        return _calendar(list(rows[:FEED_LENGTH]), "events.ics")


def _calendar(events: list[Event], name: str) -> HttpResponse:
    response = HttpResponse(calendar_of(events), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
