"""The three questions after a coaching: a mailed link shows them, a press saves, a second answer puts the first right."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coaching.check_links import opened
from coaching.emails import queue_check_link
from coaching.enums import CheckState
from coaching.forms.after import AnswerForm
from coaching.links import masked
from coaching.models import OutcomeCheck
from coaching.workflow.checks import Answer, answer_check
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.limits import allow
from promo_portal.core.scope import association_scope
from promo_portal.core.spam import HOUR
from promo_portal.core.transitions import TransitionRefused

REFUSED = 422


@public
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questions, or what was answered; save only what was sent by the button."""
    check, has_ended = opened(token)
    if has_ended:
        return _fresh_link(request, check)
    if check.state == CheckState.CANCELLED:
        return render(request, "coaching/afterwards.html", {"check": check, "case": check.case_file, "is_over": True})
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=_said(check))
    if request.method == "POST" and form.is_valid():
        with suppress(TransitionRefused):  # the coaching goes on since this page was opened; the page says so
            _save(check, form.cleaned_data)
        return redirect(f"{request.path}?saved=1")
    is_answered = check.state == CheckState.ANSWERED
    context: dict[str, Any] = {
        "check": check,
        "case": check.case_file,
        "form": form,
        "saved": is_answered and not form.is_bound and request.GET.get("saved") == "1",
        "is_answered": is_answered,
    }
    return render(request, "coaching/afterwards.html", context, status=REFUSED if form.is_bound else 200)


def _said(check: OutcomeCheck) -> dict[str, Any]:
    if check.is_active is None:
        return {}
    return {"is_active": "yes" if check.is_active else "no", "jobs": check.jobs_promised, "comment": check.comment}


def _save(check: OutcomeCheck, values: dict[str, Any]) -> None:
    said = Answer(is_active=values["is_active"], jobs=values["jobs"], comment=values["comment"])
    with association_scope(check.association_id):
        answer_check(check=check, answer=said, by=check.case_file.founder, now=clock.now())


def _fresh_link(request: HttpRequest, check: OutcomeCheck) -> HttpResponse:
    """An ended link says so; a press sends a fresh one to the address that we know."""
    founder, sent_again = check.case_file.founder, False
    if request.method == "POST" and allow(f"coaching.mail:{founder.email.lower()}", times=5, seconds=HOUR):
        with association_scope(check.association_id):
            queue_check_link(check)
        sent_again = True
    context = {"address": masked(founder.email), "sent_again": sent_again}
    return render(request, "coaching/link_ended.html", context, status=200 if sent_again else 410)
