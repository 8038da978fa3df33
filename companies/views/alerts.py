"""Following a search of the directory: the form, the press in the mailbox, the reader's own list. Opening changes nothing."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from companies.alerts import kept_query, list_url, said
from companies.enums import AlertState, Rhythm
from companies.facets import read
from companies.forms.alerts import RHYTHMS, AlertForm, RhythmForm
from companies.links import (
    ALERT_CONFIRM,
    ALERT_MANAGE,
    ALERT_STOP,
    alert_token,
    masked,
    reader_behind,
    search_behind,
)
from companies.models import AlertReader, SavedSearch
from companies.models.alerts import LONGEST_QUERY
from companies.workflow.alerts import change_rhythm, confirm_search, end_searches, save_search
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.limits import allow
from promo_portal.core.list_query import ListQuery
from promo_portal.core.spam import HOUR, accept_proof, within_limit
from promo_portal.core.transitions import TransitionRefused

FORM = "companies.alert"
PROVED_AN_HOUR, UNPROVED_AN_HOUR = 5, 2  # searches saved from one network; an address gets as many mails an hour


@public
@never_cache
@require_http_methods(["GET", "POST"])
def alert_new(request: HttpRequest) -> HttpResponse:
    """Follow the search that stands in the address; the same answer whether the reader is known or not."""
    asked = read(ListQuery(request.GET, reverse("companies:list")))
    query = kept_query(asked)
    form = AlertForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "form": form,
        "said": said(asked),
        "hints": asked.query.hints,
        "back_url": list_url(query),
        "is_too_long": len(query) > LONGEST_QUERY,
    }
    status = 200
    if request.method == "POST":
        status = _refused(request, form, query)
        if status == 200:  # noqa: PLR2004
            save_search(
                email=form.cleaned_data["email"],
                query=query,
                rhythm=form.cleaned_data["rhythm"],
                language=(get_language() or "fr")[:2],
                now=clock.now(),
            )
            return redirect("companies:alert_sent")
    return render(request, "companies/alerts/new.html", context, status=status)


def _refused(request: HttpRequest, form: AlertForm, query: str) -> int:
    """The status of a refusal, its reason in the form; 200 where the search may be saved."""
    if not form.is_valid():
        return 422
    if len(query) > LONGEST_QUERY:
        form.add_error(None, _("This search has more filters than can be followed. Take some of them off."))
        return 422
    if form.stumbles():
        form.add_error(None, _("This came back very fast. Press “Follow this search” once more."))
        return 422
    times = PROVED_AN_HOUR if accept_proof(form.cleaned_data["proof"]) else UNPROVED_AN_HOUR
    address = form.cleaned_data["email"].lower()
    if not within_limit(request, FORM, times=times) or not allow(f"{FORM}:{address}", times=5, seconds=HOUR):
        form.add_error(
            None, _("Several searches came from your network within an hour. Try again in an hour, or call us.")
        )
        return 429
    return 200


@public
@never_cache
@require_GET
def alert_sent(request: HttpRequest) -> HttpResponse:
    """What remains to be done, in the mailbox."""
    return render(request, "companies/alerts/sent.html")


def _ended(request: HttpRequest, *, is_followed: bool = False) -> HttpResponse:
    return render(request, "companies/alerts/ended.html", {"is_followed": is_followed}, status=410)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def alert_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail: the button with which the alerts begin; afterwards what happens next."""
    search, has_ended = search_behind(token, ALERT_CONFIRM)
    waits = search.state == AlertState.WAITING
    if has_ended or search.state == AlertState.ENDED:
        return _ended(request, is_followed=search.state == AlertState.ACTIVE)
    if request.method == "POST" and waits:
        with suppress(TransitionRefused):  # the other press of a double click
            confirm_search(search=search, now=clock.now())
        return redirect(request.path)
    context = {
        "search": search,
        "said": search.title,
        "waits": waits,
        "list_url": list_url(search.query),
        "manage_url": _manage_url(search.reader),
    }
    return render(request, "companies/alerts/confirm.html", context)


def _manage_url(reader: AlertReader) -> str:
    return reverse("companies:alerts", args=[alert_token(ALERT_MANAGE, reader.key)])


@public
@never_cache
@require_http_methods(["GET", "POST"])
def alert_list(request: HttpRequest, token: str) -> HttpResponse:
    """All searches of an address: more or less often, or no more."""
    reader, has_ended = reader_behind(token)
    if has_ended:
        return _ended(request, is_followed=True)
    live = list(reader.searches.live().order_by("pk"))
    if request.method == "POST":
        _act(request, live)
        return redirect(request.path)
    rows = [
        {
            "search": search,
            "said": search.title,
            "url": list_url(search.query),
            "waits": search.state == AlertState.WAITING,
        }
        for search in live
    ]
    context = {"rows": rows, "address": masked(reader.email), "rhythms": RHYTHMS}
    return render(request, "companies/alerts/list.html", context)


def _act(request: HttpRequest, live: list[SavedSearch]) -> None:
    """One of the page's buttons; what another window has ended meanwhile stays ended."""
    answer, number = request.POST.get("answer", ""), request.POST.get("search", "")
    if answer == "end all":
        end_searches(searches=live, now=clock.now())
        return
    chosen = next((search for search in live if str(search.pk) == number), None)
    if chosen is None:
        return
    form = RhythmForm(request.POST)
    if answer == "end":
        end_searches(searches=[chosen], now=clock.now())
    elif answer == "change" and form.is_valid() and chosen.state == AlertState.ACTIVE:
        with suppress(TransitionRefused):
            change_rhythm(search=chosen, rhythm=Rhythm(form.cleaned_data["rhythm"]), now=clock.now())


@public
@never_cache
@csrf_exempt  # mail programs post here without a page of ours (RFC 8058); the signed address is the proof
@require_http_methods(["GET", "POST"])
def alert_stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more messages about a search: one press, also of a mail program's own button."""
    search, _has_ended = search_behind(token, ALERT_STOP)
    if request.method == "POST":
        rows = list(search.reader.searches.live()) if request.POST.get("answer") == "end all" else [search]
        end_searches(searches=rows, now=clock.now())
        return redirect(request.path)
    context = {
        "search": search,
        "said": search.title,
        "list_url": list_url(search.query),
        "is_over": search.state == AlertState.ENDED,
        "others": search.reader.searches.live().exclude(pk=search.pk).count(),
    }
    return render(request, "companies/alerts/stop.html", context)
