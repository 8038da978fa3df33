"""The demo's date: moved forward to see reminders fall due, and back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from promo_portal.core import clock, slots
from promo_portal.core.page_cache import forget_pages
from promo_portal.demo import travel
from promo_portal.demo.access import demo_only
from promo_portal.demo.views.start import in_readers_language, languages
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.reminders.models import Reminder, ReminderState

SHOWN = 12
MOVES: dict[str, Callable[[], Any]] = {
    "day": lambda: travel.forward(timedelta(days=1)),
    "week": lambda: travel.forward(timedelta(days=7)),
    "month": lambda: travel.forward(timedelta(days=30)),
    "next": travel.to_next_reminder,
    "today": travel.back_to_today,
}


@demo_only
@require_safe
@in_readers_language
def clock_page(request: HttpRequest) -> HttpResponse:
    """Which date it is, what will leave next, and what the last move made leave (``?since=``)."""
    now, since = clock.now(), _since(request)
    left = OutgoingMail.objects.filter(created_at__gt=since).select_related("to_user") if since else None
    context = {
        "now": now,
        "is_moved": bool(travel.shift()),
        "planned": [_planned(reminder) for reminder in _next(now)],
        "since": since,
        "left": [_left(mail) for mail in left.order_by("created_at", "pk")[:100]] if left is not None else [],
        "alternate_urls": languages(request),
    }
    return render(request, "demo/clock.html", context)


def _since(request: HttpRequest) -> datetime | None:
    try:
        found = parse_datetime(request.GET.get("since", ""))
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _next(now: datetime) -> list[Reminder]:
    planned = Reminder.objects.filter(state__in=(ReminderState.PLANNED, ReminderState.HELD), due_at__gt=now)
    return list(planned.select_related("deadline", "user").order_by("due_at", "pk")[:SHOWN])


def _planned(reminder: Reminder) -> dict[str, Any]:
    kind = slots.deadline_kinds.get(reminder.deadline.kind)
    return {
        "at": reminder.due_at,
        "what": kind.label if kind else reminder.deadline.kind,
        "until": reminder.deadline.local_date,
        "whom": str(reminder.user) if reminder.user else reminder.recipient.partition(":")[2],
        "is_held": reminder.state == ReminderState.HELD,
    }


def _left(mail: OutgoingMail) -> dict[str, Any]:
    kind = slots.mail_kinds.get(mail.kind)
    return {
        "at": mail.sent_at or mail.created_at,
        "what": mail.subject or (kind.label if kind else mail.kind),
        "whom": mail.to_address,
        "state": MailState(mail.state),
        "url": f"{reverse('demo:mail')}?q={mail.to_address}",
    }


@demo_only
@require_POST
@transaction.non_atomic_requests
def move(request: HttpRequest) -> HttpResponse:
    """Move the date and let the clockwork act at once; each mail is committed by itself."""
    act = MOVES.get(request.POST.get("move", ""))
    if act is None:
        messages.error(request, _("Choose one of the buttons. The date is as it was."))
        return HttpResponseRedirect(reverse("demo:clock"))
    before = clock.now()
    try:
        moved = act()
    except travel.TooFarError:
        messages.error(request, _("The demonstration ends five years ahead. Return to today first."))
        return HttpResponseRedirect(reverse("demo:clock"))
    forget_pages()
    if act is travel.back_to_today:
        messages.success(request, _("The demonstration plays today again. What was sent stays sent."))
        return HttpResponseRedirect(reverse("demo:clock"))
    if moved is False:
        messages.info(request, _("No reminder is planned ahead."))
        return HttpResponseRedirect(reverse("demo:clock"))
    count = OutgoingMail.objects.filter(created_at__gt=before, state=MailState.SENT).count()
    text = ngettext("The date has moved; %(count)s mail left.", "The date has moved; %(count)s mails left.", count)
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(f"{reverse('demo:clock')}?since={before.isoformat().replace('+', '%2B')}")
