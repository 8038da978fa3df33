"""A founder's links: take the draft up again in any browser, see the true state, take the request back."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coaching.emails import queue_link
from coaching.emails.founder import ways_of_appeal
from coaching.enums import RequestState
from coaching.links import FOLLOW, RESUME, forget, in_browser, masked, opened, path_to, remember
from coaching.models import CaseFile, CoachingRequest, Decision
from coaching.views.check import summary
from coaching.views.start import resume_path
from coaching.workflow.requests import withdraw_request
from coaching.workflow.tables import REQUEST
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.formats import words
from promo_portal.core.limits import allow
from promo_portal.core.scope import association_scope
from promo_portal.core.spam import HOUR
from promo_portal.core.transitions import TransitionRefused

BADGES = {
    RequestState.SUBMITTED: "waiting",
    RequestState.IN_REVIEW: "waiting",
    RequestState.ON_AGENDA: "waiting",
    RequestState.ACCEPTED: "good",
    RequestState.REFUSED: "problem",
}


def _fresh_link(request: HttpRequest, found: CoachingRequest) -> HttpResponse:
    """An ended link says so; a press sends a fresh one to the address that we know."""
    sent_again = False
    if request.method == "POST" and allow(f"coaching.mail:{found.email.lower()}", times=5, seconds=HOUR):
        queue_link(found)
        sent_again = True
    context = {"address": masked(found.email), "sent_again": sent_again}
    return render(request, "coaching/link_ended.html", context, status=200 if sent_again else 410)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def resume_link(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail: open the draft at its first open question, in whatever browser this is."""
    found, has_ended = opened(RESUME, token)
    if has_ended:
        return _fresh_link(request, found)
    return remember(redirect(resume_path(found)), found, proved=True)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """The request as it stands: reference, true state, next date, and what was sent."""
    found, has_ended = opened(FOLLOW, token)
    if has_ended:
        return _fresh_link(request, found)
    if found.state == RequestState.DRAFT:
        return redirect("coaching:start")
    context: dict[str, Any] = {
        "found": found,
        "state": RequestState(found.state),
        "badge": BADGES.get(RequestState(found.state), "neutral"),
        "rows": summary(found, with_links=False),
        "steps": next_steps(found, clock.today()),
        "withdraw_url": reverse("coaching:withdraw", args=[token]) if (found.state, "withdraw") in REQUEST else "",
        "appeal": ways_of_appeal(found),
        "forwarded_url": path_to(FOLLOW, found.forwarded_to) if found.forwarded_to else "",
        **_outcome(found),
    }
    return render(request, "coaching/follow.html", context)


def _outcome(found: CoachingRequest) -> dict[str, Any]:
    """What was decided, for whoever holds the founder's own link."""
    if found.association_id is None:
        return {"decision": None, "case": None}
    with association_scope(found.association_id):
        decision = Decision.objects.filter(request=found).first()
        case = CaseFile.objects.filter(request=found).select_related("lead").first()
    return {"decision": decision, "case": case}


def next_steps(found: CoachingRequest, today: date) -> list[dict[str, Any]]:
    """What has happened and what comes, each with its date; the founder never has to guess."""
    if found.submitted_at is None or found.answer_by is None:
        return []
    received = _("Received on %(moment)s") % {"moment": words.moment_prose(found.submitted_at)}
    steps = [{"kind": "done", "title": received, "text": ""}]
    if found.is_awaiting_answer:
        late = found.answer_by < today
        text = (
            _("This day has gone by without an answer. Call us: the association has been told.")
            if late
            else _("We call you if a question remains open.")
        )
        if found.state == RequestState.IN_REVIEW:
            steps.append({"kind": "done", "title": _("Being read by the association"), "text": ""})
        steps.append(
            {"kind": "next", "title": _("Answer by %(day)s") % {"day": words.day(found.answer_by)}, "text": text}
        )
        steps.append(
            {"kind": "next", "title": _("If accepted: your coach and a first date"), "text": _("You get both by mail.")}
        )
    return steps


def _withdrawal(found: CoachingRequest, back: str) -> dict[str, Any]:
    return {
        "back_url": back,
        "title": _("Withdraw the request %(reference)s?") % {"reference": found.reference},
        "text": _(
            "Nobody will work on it any more, and it cannot be taken up again. You may send a new one at any time."
        ),
        "losses": [_("your place in the order of arrival"), _("the promised day of our answer")],
        "action_label": _("Withdraw my request"),
    }


@public
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then take the request back."""
    found, has_ended = opened(FOLLOW, token)
    if has_ended:
        return _fresh_link(request, found)
    back = reverse("coaching:follow", args=[token])
    if (found.state, "withdraw") not in REQUEST:
        return redirect(back)
    if request.method == "GET":
        return render(request, "coaching/withdraw.html", _withdrawal(found, back))
    try:
        withdraw_request(request=found, now=clock.now())
    except TransitionRefused:  # decided in the same second; the page shows what
        return redirect(back)
    response = redirect(back)
    mine = in_browser(request)
    return forget(response) if mine and mine.pk == found.pk else response
