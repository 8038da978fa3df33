"""The six questions: one page each, saved as one goes, left and taken up at will."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from coaching.enums import RequestState
from coaching.forms.questions import QUESTIONS, GuardedReachForm, Question, initial
from coaching.links import in_browser, masked, remember
from coaching.models import CoachingRequest
from coaching.views.start import promised_day, resume_path, too_often
from coaching.workflow.drafts import begin_request, save_answer
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.formats import words
from promo_portal.core.limits import allow
from promo_portal.core.spam import HOUR, within_limit
from promo_portal.core.transitions import TransitionRefused
from promo_portal.regions.models import Municipality

LAST = len(QUESTIONS)


def _asked(number: int) -> Question:
    if not 1 <= number <= LAST:
        raise Http404
    return QUESTIONS[number - 1]


def _form_for(asked: Question, draft: CoachingRequest | None, data: Any) -> forms.Form:
    form_class = asked.form if draft else GuardedReachForm
    return form_class(data, initial=initial(asked, draft) if draft else None)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Ask one question; "later" keeps what is there, "continue" wants a good answer."""
    asked = _asked(number)
    draft = in_browser(request)
    if draft and draft.state != RequestState.DRAFT:
        return redirect(resume_path(draft))
    if draft is None and number > 1:
        return redirect(f"{reverse('coaching:resume')}?lost=1")
    form = _form_for(asked, draft, request.POST if request.method == "POST" else None)
    if request.method == "GET":
        return _page(request, asked, form, draft)
    if draft and "later" in request.POST:
        _save_good_answers(draft, asked, form)
        return redirect("coaching:kept")
    return _answered(request, asked, form, draft)


def _answered(request: HttpRequest, asked: Question, form: Any, draft: CoachingRequest | None) -> HttpResponse:
    if not form.is_valid():
        return _page(request, asked, form, draft, status=422)
    return _continue(request, asked, form, draft) if draft else _begin(request, asked, form)


def _begin(request: HttpRequest, asked: Question, form: Any) -> HttpResponse:
    """Keep a first draft, if it seems to come from a person and not too often."""
    answers = {name: form.cleaned_data[name] for name in asked.answers}
    if form.stumbles():
        form.add_error(None, _("This came back very fast. Press “Continue” once more."))
        return _page(request, asked, form, None, status=422)
    if not within_limit(request, "coaching.begin") or not _may_mail(answers["email"]):
        form.add_error(None, too_often())
        return _page(request, asked, form, None, status=429)
    draft = begin_request(answers=answers, language=get_language() or "fr", now=clock.now())
    return remember(redirect("coaching:question", number=2), draft)


def _continue(request: HttpRequest, asked: Question, form: Any, draft: CoachingRequest) -> HttpResponse:
    answers = {name: form.cleaned_data[name] for name in asked.answers}
    if answers.get("email", draft.email) != draft.email and not _may_mail(answers["email"]):
        form.add_error(None, too_often())
        return _page(request, asked, form, draft, status=429)
    try:
        save_answer(request=draft, answers=answers, now=clock.now())
    except TransitionRefused:  # sent or withdrawn from another tab meanwhile
        return redirect("coaching:start")
    if asked.number == LAST or request.POST.get("return") == "check":
        return redirect("coaching:check")
    return redirect("coaching:question", number=asked.number + 1)


def _may_mail(email: str) -> bool:
    """A stranger cannot make us write to somebody more than a few times an hour."""
    return allow(f"coaching.mail:{email.lower()}", times=5, seconds=HOUR)


def _save_good_answers(draft: CoachingRequest, asked: Question, form: Any) -> bool:
    """Keep what is good of a page that is left or still being typed; a changed address waits for "continue"."""
    form.is_valid()
    typed = [name for name in asked.answers if name in form.data and name in form.cleaned_data and name != "email"]
    good = {name: form.cleaned_data[name] for name in typed}
    if any(getattr(draft, name) != value for name, value in good.items()):
        try:
            save_answer(request=draft, answers=good, now=clock.now())
        except TransitionRefused:  # sent or withdrawn from another tab meanwhile
            return False
    return bool(good)


@public
@require_POST
def autosave(request: HttpRequest, number: int) -> HttpResponse:
    """Keep a half-written page; says when, as words. A browser without a draft gets the 404 of a missing one."""
    asked, draft = _asked(number), in_browser(request)
    if draft is None or draft.state != RequestState.DRAFT:
        raise Http404
    if not _save_good_answers(draft, asked, _form_for(asked, draft, request.POST)):
        return JsonResponse({"saved_text": ""})
    hour = words.hour_prose(clock.now())
    return JsonResponse({"saved_at": hour, "saved_text": _("Draft saved at %(hour)s") % {"hour": hour}})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def kept(request: HttpRequest) -> HttpResponse:
    """Say that the draft is kept, where its link is and until when; a press sends the link again."""
    draft = in_browser(request)
    if draft is None or draft.state != RequestState.DRAFT:
        return redirect("coaching:start")
    sent_again = False
    if request.method == "POST" and _may_mail(draft.email):
        from coaching.emails import queue_draft_saved

        queue_draft_saved(draft)
        sent_again = True
    context = {
        "draft": draft,
        "resume_url": resume_path(draft),
        "sent_again": sent_again,
        "address": masked(draft.email),
    }
    return render(request, "coaching/kept.html", context)


def _page(
    request: HttpRequest, asked: Question, form: Any, draft: CoachingRequest | None, status: int = 200
) -> HttpResponse:
    returns = "check" if (request.POST or request.GET).get("return") == "check" else ""
    back = reverse("coaching:question", args=[asked.number - 1]) if asked.number > 1 else reverse("coaching:start")
    context: dict[str, Any] = {
        "asked": asked,
        "total": LAST,
        "form": form,
        "draft": draft,
        "returns": returns,
        "back_url": reverse("coaching:check") if returns else back,
        "kept_words": kept_words(draft, but=asked.number),
        "promised_day": promised_day(draft.association if draft else None, clock.today()),
        "choices": getattr(form, "choices", []),
        "municipalities": _municipality_names() if asked.number == 2 else [],  # noqa: PLR2004 - the question of place
    }
    return render(request, "coaching/question.html", context, status=status)


def _municipality_names() -> list[str]:
    """What the field offers while one types: all municipalities of our regions, by their name in this language."""
    ours = Municipality.objects.valid(clock.today()).exclude(district__region__association=None)
    return sorted({place.name for place in ours.only("name_fr", "name_de").order_by("pk")})


def kept_words(draft: CoachingRequest | None, *, but: int) -> str:
    """What an error page says about the other answers: "Your answers 1 and 2 are saved."."""
    numbers = [str(asked.number) for asked in QUESTIONS if draft and asked.number != but and asked.is_answered(draft)]
    if not numbers:
        return _("Everything you typed is still here.")
    listed = (
        numbers[0]
        if len(numbers) == 1
        else _("%(first)s and %(last)s")
        % {
            "first": ", ".join(numbers[:-1]),
            "last": numbers[-1],
        }
    )
    return ngettext("Your answer %(list)s is saved.", "Your answers %(list)s are saved.", len(numbers)) % {
        "list": listed
    }
