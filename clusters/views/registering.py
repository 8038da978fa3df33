"""Registering for an event on one page, and the pages behind a registered person's own links."""

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clusters.emails.registered import price_words
from clusters.enums import RegistrationState
from clusters.forms.registration import PeopleForm, RegistrationForm, initial_of
from clusters.links import CONFIRM, MANAGE, opened, path_to
from clusters.models import Event, Registration
from clusters.views.busy import patient
from clusters.views.events import clock_words, public_event
from clusters.views.rows import event_url, standing
from clusters.words import free_words, place_words, when_words
from clusters.workflow.registrations import (
    Came,
    NotEnoughPlaces,
    RegistrationClosed,
    TooLate,
    accept_offer,
    cancel_registration,
    change_registration,
    confirm_registration,
    register,
)
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.limits import allow
from promo_portal.core.spam import HOUR, accept_proof, within_limit
from promo_portal.core.transitions import TransitionRefused

# Many guests share one network: 3000 an hour, counted in parts so that nobody waits for the counting. A thousand pass for
# sure: spread by chance over the parts, none of them gets thirty.
PARTS, TIMES = 100, 30
MAILS_TO_CONFIRM = 3  # an hour, to one address


@public
@never_cache
@require_http_methods(["GET", "POST"])
@patient
def register_page(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Who comes: six fields. Sent twice it is one registration; full meanwhile, it is the waiting list."""
    event, now = public_event(pk), clock.now()
    if not event.takes_registrations(now):
        return redirect(event_url(event))
    form = RegistrationForm(request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _form_page(request, event, form)
    if not form.is_valid():
        return _form_page(request, event, form, status=422)
    if form.stumbles():
        form.add_error(None, _("This came back very fast. Press “Register” once more."))
        return _form_page(request, event, form, status=422)
    if not within_limit(request, f"clusters.register:{secrets.randbelow(PARTS)}", times=TIMES):
        form.add_error(None, _("Too many registrations came from your network. Try again in an hour, or call us."))
        return _form_page(request, event, form, status=429)
    return _register(request, event, form)


def _register(request: HttpRequest, event: Event, form: RegistrationForm) -> HttpResponse:
    values = form.cleaned_data
    proved = accept_proof(values["proof"])
    if not proved and not allow(f"clusters.confirm:{values['email'].lower()}", times=MAILS_TO_CONFIRM, seconds=HOUR):
        return redirect("clusters:mail_sent")
    user = request.user if request.user.is_authenticated else None
    try:
        made, came = register(
            event=event,
            answers=form.answers(email=values["email"]),
            proved=proved,
            form_key=values["form_key"],
            user=user,
            now=clock.now(),
        )
    except RegistrationClosed:
        return redirect(event_url(event))
    if came == Came.NEW or (came == Came.SAME and made.state != RegistrationState.PENDING):
        return redirect(path_to(MANAGE, made))
    return redirect("clusters:mail_sent")


def _form_page(request: HttpRequest, event: Event, form: RegistrationForm, status: int = 200) -> HttpResponse:
    context = {
        "event": event,
        "form": form,
        "form_key": form.shown_key(),
        "has_errors": bool(form.errors),
        "rows": event_facts(event),
        "free": free_words(event),
        "is_full": not event.seats_free,
        "back_url": event_url(event),
    }
    return render(request, "clusters/register.html", context, status=status)


def event_facts(event: Event) -> list[dict[str, Any]]:
    """What one looks up before pressing: when, where, how much."""
    values = ((_("When"), when_words(event)), (_("Where"), place_words(event)), (_("Price"), price_words(event)))
    return [{"label": label, "value": value} for label, value in values]


@public
@never_cache
@require_safe
def mail_sent(request: HttpRequest) -> HttpResponse:
    """The next step lies in the mailbox; the same page whatever the address is to us."""
    return render(request, "clusters/mail_sent.html")


@public
@never_cache
@require_http_methods(["GET", "POST"])
@patient
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail: show what was filled in; the press gives a place or a number."""
    with opened(CONFIRM, token) as (found, has_ended):
        if has_ended:  # first of all: an ended link must not lead to a fresh one
            return _ended(request, found)
        if found.state != RegistrationState.PENDING:
            return redirect(path_to(MANAGE, found))
        if not found.event.takes_registrations(clock.now()):
            return _ended(request, found)
        if request.method == "POST":
            try:
                return redirect(path_to(MANAGE, confirm_registration(registration=found, now=clock.now())))
            except RegistrationClosed:
                return _ended(request, found)
        context = {"registration": found, "event": found.event, "rows": _rows(found), "free": free_words(found.event)}
        return render(request, "clusters/confirm.html", context)


def _ended(request: HttpRequest, found: Registration) -> HttpResponse:
    context = {"event": found.event, "event_url": event_url(found.event)}
    return render(request, "clusters/link_ended.html", context, status=410)


@public
@never_cache
@require_safe
def registration(request: HttpRequest, token: str) -> HttpResponse:
    """Where the registration stands, and what can still be done."""
    with opened(MANAGE, token) as (found, has_ended):
        return _ended(request, found) if has_ended else _own_page(request, found, token)


def _own_page(
    request: HttpRequest, found: Registration, token: str, problem: str = "", status: int = 200
) -> HttpResponse:
    event, now = found.event, clock.now()
    state, reason = standing(event, now)
    ahead = Registration.objects.filter(
        event=event, state=RegistrationState.WAITING, waiting_number__lt=found.waiting_number or 0
    )
    leave = event.cancel_until or event.starts_at
    context = {
        "registration": found,
        "event": event,
        "event_badge": state,
        "event_words": reason,
        "is_live": event.state == "published" and not event.is_over(now),
        "may_leave": event.may_be_left(now),
        "leave_until": clock_words(leave),
        "offer_until": clock_words(found.offer_until) if found.offer_until else "",
        "position": ahead.count() + 1 if found.state == RegistrationState.WAITING else None,
        "rows": _rows(found),
        "problem": problem,
        "has_errors": bool(problem),
        "event_url": event_url(event),
        "calendar_url": reverse("clusters:event_calendar", args=[event.pk, event.slug]),
        "change_url": reverse("clusters:change", args=[token]),
        "cancel_url": reverse("clusters:cancel", args=[token]),
        "accept_url": reverse("clusters:accept", args=[token]),
    }
    return render(request, "clusters/registration.html", context, status=status)


def _rows(found: Registration) -> list[dict[str, Any]]:
    names = list(found.guests.order_by("number").values_list("name", flat=True))
    rows = event_facts(found.event)
    rows.append({"label": _("Who comes"), "value": ", ".join(names)})
    if found.company:
        rows.append({"label": _("Company or organisation"), "value": found.company})
    if found.remark:
        rows.append({"label": _("Your remark"), "value": found.remark})
    return rows


@public
@never_cache
@require_POST
@patient
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Take up the offered place."""
    with opened(MANAGE, token) as (found, has_ended):
        if has_ended:
            return _ended(request, found)
        try:
            accept_offer(registration=found, now=clock.now())
        except (TooLate, TransitionRefused):
            found.refresh_from_db()
            return _own_page(request, found, token, _("The time to accept this place is over."), status=409)
        return redirect("clusters:registration", token)


@public
@never_cache
@require_http_methods(["GET", "POST"])
@patient
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Give the place back: asked once, then done."""
    with opened(MANAGE, token) as (found, has_ended):
        if has_ended or not found.event.may_be_left(clock.now()) or found.state == RegistrationState.CANCELLED:
            return redirect("clusters:registration", token)
        if request.method == "POST":
            try:
                cancel_registration(registration=found, now=clock.now())
            except (TooLate, TransitionRefused):
                found.refresh_from_db()
                return _own_page(request, found, token, _("It is too late to cancel here: call us."), status=409)
            return redirect("clusters:registration", token)
        context = {
            "event": found.event,
            "registration": found,
            "action_url": reverse("clusters:cancel", args=[token]),
            "back_url": reverse("clusters:registration", args=[token]),
        }
        return render(request, "clusters/cancel.html", context)


@public
@never_cache
@require_http_methods(["GET", "POST"])
@patient
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Correct names, or come with fewer or more people."""
    with opened(MANAGE, token) as (found, has_ended):
        back = reverse("clusters:registration", args=[token])
        is_live = found.state in {RegistrationState.CONFIRMED, RegistrationState.WAITING, RegistrationState.OFFERED}
        if has_ended or not is_live or not found.event.may_be_left(clock.now()):
            return redirect(back)
        form = PeopleForm(request.POST if request.method == "POST" else None, initial=initial_of(found))
        if request.method == "POST" and form.is_valid():
            answers = form.answers(email=found.email, language=found.language)
            try:
                change_registration(registration=found, answers=answers, now=clock.now())
            except NotEnoughPlaces:
                form.add_error("others", _("There are not enough free places for more people"))
            except (TooLate, TransitionRefused):
                return redirect(back)
            else:
                return redirect(back)
        context = {"event": found.event, "form": form, "has_errors": bool(form.errors), "back_url": back}
        return render(request, "clusters/change.html", context, status=422 if form.errors else 200)
