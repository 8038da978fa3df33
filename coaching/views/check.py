"""The last page before sending, and the road by mail for browsers that cannot prove their work."""

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from coaching.emails import queue_link
from coaching.enums import RequestState
from coaching.forms.questions import QUESTIONS
from coaching.links import CONFIRM, FOLLOW, in_browser, is_proved, masked, opened, path_to, remember
from coaching.models import CoachingRequest
from coaching.views.questions import LAST, kept_words
from coaching.views.start import promised_day, resume_path, too_often
from coaching.workflow.drafts import ask_confirmation
from coaching.workflow.requests import missing_answers, submit_request
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.formats import words
from promo_portal.core.limits import allow
from promo_portal.core.spam import HOUR, GuardedForm, accept_proof, within_limit
from promo_portal.core.transitions import TransitionRefused


class SendForm(GuardedForm):
    """Nothing to fill in: the press itself is the agreement that the sentence beside it describes."""

    least_seconds = 0  # reading comes before, on six pages; the proof of work takes its time


def summary(found: CoachingRequest, *, with_links: bool = True) -> list[dict[str, Any]]:
    """The answers as label and value, each with its way back."""
    name = " · ".join(part for part in (found.founder_name, found.email, words.phone(found.phone)) if part)
    need = " · ".join(part for part in (found.get_need_display() if found.need else "", found.need_detail) if part)
    values = [
        (_("Name and address"), name),
        (_("Municipality"), found.municipality.name if found.municipality else ""),
        (_("Stage"), found.get_stage_display() if found.stage else ""),
        (_("Idea"), found.idea),
        (_("When and with whom"), found.start),
        (_("Main need"), need),
    ]
    return [
        {
            "label": label,
            "value": value,
            "missing": not value,
            "url": f"{reverse('coaching:question', args=[number])}?return=check" if with_links else "",
        }
        for number, (label, value) in enumerate(values, start=1)
    ]


def gaps(found: CoachingRequest) -> list[dict[str, Any]]:
    """The questions that still need an answer, as lines of the error summary."""
    missing = set(missing_answers(found))
    return [
        {"text": str(asked.title), "url": f"{reverse('coaching:question', args=[asked.number])}?return=check"}
        for asked in QUESTIONS
        if missing & {*asked.answers, *(("association",) if "municipality" in asked.answers else ())}
    ]


@public
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Show all answers and send them. A second press finds the request sent and shows the same page."""
    draft = in_browser(request)
    if draft is None:
        return redirect("coaching:start")
    if draft.state != RequestState.DRAFT:
        return redirect(resume_path(draft))
    form = SendForm(request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _page(request, draft, form)
    if gaps(draft) or not form.is_valid() or form.stumbles():
        if not gaps(draft):
            form.add_error(None, _("This came back very fast. Press “Send my request” once more."))
        return _page(request, draft, form, status=422)
    return _send(request, draft, form)


def _send(request: HttpRequest, draft: CoachingRequest, form: SendForm) -> HttpResponse:
    proved = is_proved(request)
    worked = proved or accept_proof(form.cleaned_data["proof"])
    if not within_limit(request, "coaching.submit"):
        form.add_error(None, too_often())
        return _page(request, draft, form, status=429)
    try:
        if worked:
            submit_request(request=draft, confirmed=proved, now=clock.now())
            return remember(redirect(path_to(FOLLOW, draft)), draft, proved=proved)
        if allow(f"coaching.confirm:{draft.key}", times=3, seconds=HOUR):
            ask_confirmation(request=draft, now=clock.now())
    except TransitionRefused:  # sent by the other press of a double click
        return redirect(path_to(FOLLOW, draft))
    return redirect("coaching:confirmation_asked")


def _page(request: HttpRequest, draft: CoachingRequest, form: SendForm, status: int = 200) -> HttpResponse:
    open_questions = gaps(draft)
    context = {
        "form": form,
        "draft": draft,
        "rows": summary(draft),
        "gaps": open_questions,
        "has_errors": status != 200 or bool(form.errors),  # noqa: PLR2004
        "show_gaps": request.method == "POST" and bool(open_questions),
        "kept_words": kept_words(draft, but=0),
        "back_url": reverse("coaching:question", args=[LAST]),
        "promised_day": promised_day(draft.association, clock.today()),
    }
    return render(request, "coaching/check.html", context, status=status)


@public
@never_cache
@require_GET
def confirmation_asked(request: HttpRequest) -> HttpResponse:
    """Say plainly that one step remains, in the mailbox."""
    draft = in_browser(request)
    if draft is None:
        return redirect("coaching:start")
    if not draft.awaits_confirmation:
        return redirect(resume_path(draft))
    return render(request, "coaching/confirmation_asked.html", {"draft": draft, "address": masked(draft.email)})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail: show the answers, and send them when the button is pressed, once."""
    draft, has_ended = opened(CONFIRM, token)
    if has_ended:
        return _send_again(request, draft)
    if draft.state != RequestState.DRAFT:
        return redirect(path_to(FOLLOW, draft))
    if request.method == "POST" and not gaps(draft):
        with suppress(TransitionRefused):  # the other press of a double click has sent it
            submit_request(request=draft, confirmed=True, now=clock.now())
        return redirect(path_to(FOLLOW, draft))
    context = {
        "draft": draft,
        "rows": summary(draft, with_links=False),
        "gaps": gaps(draft),
        "resume_url": resume_path(draft),
    }
    return remember(
        render(request, "coaching/confirm.html", context, status=422 if request.method == "POST" else 200),
        draft,
        proved=True,
    )


def _send_again(request: HttpRequest, draft: CoachingRequest) -> HttpResponse:
    sent_again = False
    if request.method == "POST" and allow(f"coaching.mail:{draft.email.lower()}", times=5, seconds=HOUR):
        if draft.state == RequestState.DRAFT:
            ask_confirmation(request=draft, now=clock.now())
        else:  # sent meanwhile: the way to its page, which an ended link does not open
            queue_link(draft)
        sent_again = True
    context = {"address": masked(draft.email), "sent_again": sent_again}
    return render(request, "coaching/link_ended.html", context, status=200 if sent_again else 410)
