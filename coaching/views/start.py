"""Where a request begins: what the offer is, who answers, and how to take up a draft again."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coaching.enums import Need, RequestState, Stage
from coaching.forms.fields import LineField
from coaching.forms.place import PlaceForm
from coaching.forms.questions import QUESTIONS, first_unanswered
from coaching.links import FOLLOW, in_browser, path_to
from coaching.links import forget as forget_in_browser
from coaching.models import CoachingRequest
from coaching.papers import PAPERS
from coaching.workflow import dates
from coaching.workflow.drafts import send_links_again
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.forms import EmailInput, PortalFormMixin
from promo_portal.core.limits import allow
from promo_portal.core.page_cache import kept_for
from promo_portal.core.spam import HOUR, GuardedForm, within_limit
from promo_portal.regions.models import Association


class LinkForm(PortalFormMixin, GuardedForm):
    """Ask for one's own links by e-mail."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The one you gave in your request."),
        widget=EmailInput,
        error_messages={"required": gettext_lazy("Enter a full e-mail address, such as name@example.ch")},
    )
    field_order = ("email",)


class WhoAnswersForm(PlaceForm):
    """Which association answers for a municipality."""

    municipality = LineField(label=gettext_lazy("Your municipality"), max_length=120)


def operator() -> Association | None:
    """The association whose portal this is; its usual delay is what the first pages promise."""
    return Association.objects.filter(code=settings.OPERATOR_ASSOCIATION).first()


def promised_day(association: Association | None, today: date) -> date:
    """Until when a request sent today is answered."""
    return dates.answer_day(association or operator() or Association(), from_day=today)


def resume_path(found: CoachingRequest) -> str:
    """Where a founder takes up their request again: the first open question, the check page, or the true state."""
    if found.state != RequestState.DRAFT:
        return path_to(FOLLOW, found)
    asked = first_unanswered(found)
    return reverse("coaching:question", args=[asked.number]) if asked else reverse("coaching:check")


@public
@never_cache
@require_GET
@kept_for(300)
def start(request: HttpRequest) -> HttpResponse:
    """Say who it is for, what is needed, and what happens after; ``?municipality=`` tells who answers there."""
    found, ours = in_browser(request), operator()
    form = WhoAnswersForm(request.GET) if "municipality" in request.GET else WhoAnswersForm()
    context: dict[str, Any] = {
        "papers": PAPERS.values(),
        "found": found,
        "resume_url": resume_path(found) if found else "",
        "answered": sum(asked.is_answered(found) for asked in QUESTIONS) if found else 0,
        "promised_day": promised_day(ours, clock.today()),
        "form": form,
        "place": form.cleaned_data.get("municipality") if form.is_bound and form.is_valid() else None,
    }
    return render(request, "coaching/start.html", context)


@public
@require_GET
@kept_for(300)
def paper(request: HttpRequest) -> HttpResponse:
    """The six questions on a sheet, for those who would rather write by hand."""
    return render(
        request,
        "coaching/paper.html",
        {"questions": QUESTIONS, "operator": operator(), "stages": Stage.choices, "needs": Need.choices},
    )


@public
@never_cache
@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Send somebody their own links. The answer is the same whether we know the address or not."""
    form = LinkForm(request.POST or None)
    if not form.is_bound or not form.is_valid():
        return render(
            request, "coaching/resume.html", {"form": form, "sent_to": ""}, status=422 if form.is_bound else 200
        )
    if form.stumbles():
        form.add_error(None, _("This came back very fast. Press “Send me the link” once more."))
        return render(request, "coaching/resume.html", {"form": form, "sent_to": ""}, status=422)
    email = form.cleaned_data["email"]
    if not within_limit(request, "coaching.resume", times=10):
        form.add_error(None, too_often())
        return render(request, "coaching/resume.html", {"form": form, "sent_to": ""}, status=429)
    if allow(f"coaching.mail:{email.lower()}", times=5, seconds=HOUR):
        send_links_again(email=email)
    return render(request, "coaching/resume.html", {"form": form, "sent_to": email})


@public
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Leave nothing in a shared computer's browser."""
    return forget_in_browser(redirect("coaching:start"))


def too_often() -> str:
    """What somebody reads whose network has sent its share."""
    return _("Several requests came from your network within an hour. Try again in an hour, or call us.")
