"""The network of specialists: its public list, the founder's agreement by a mailed link, the specialist's own pages.

A specialist belongs to no association's staff: what they read is found through their own profile, and only as long as the
founder's agreement lasts. It is asked anew for every request.
"""

from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from coaching.emails import queue_engagement_proposed
from coaching.engagement_links import opened
from coaching.enums import EngagementState
from coaching.forms.network import ConsentForm, ProfileForm, RateForm, ReasonForm, ReportForm, SearchForm, profile_start
from coaching.links import masked
from coaching.models import Engagement, FinancialPlan, SharedDocument, Specialist
from coaching.models.specialists import READING_ENGAGEMENTS
from coaching.pages import plan
from coaching.permissions import engagement_for_specialist, own_profile
from coaching.workflow.engagements import (
    accept_engagement,
    consent_to_engagement,
    decline_engagement,
    edit_profile,
    rate_engagement,
    report_engagement,
    revoke_consent,
)
from coaching.workflow.tables import ENGAGEMENT
from promo_portal.accounts.access import note_access
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.limits import allow
from promo_portal.core.page_cache import kept_for
from promo_portal.core.scope import association_scope
from promo_portal.core.spam import HOUR
from promo_portal.core.transitions import TransitionRefused
from promo_portal.files.handing import hand_out

PER_PAGE, REFUSED = 25, 422
BADGES = {
    EngagementState.PROPOSED: "waiting",
    EngagementState.CONSENTED: "waiting",
    EngagementState.ACTIVE: "good",
    EngagementState.REPORTED: "good",
    EngagementState.REVOKED: "problem",
}


# -- for everybody ------------------------------------------------------------------------------------------------------


@public
@require_safe
@kept_for(60)
def specialists(request: HttpRequest) -> HttpResponse:
    """Who helps with what, in which language, at which rate: only those who agreed to be shown."""
    form = SearchForm(request.GET or None)
    wanted = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = Specialist.objects.published().select_related("municipality")
    if wanted.get("field"):
        rows = rows.filter(expertise__contains=[wanted["field"]])
    if wanted.get("language"):
        rows = rows.filter(languages__contains=[wanted["language"]])
    for word in wanted.get("q", "").split()[:5]:
        rows = (
            rows.filter(last_name__icontains=word)
            | rows.filter(first_name__icontains=word)
            | rows.filter(company__icontains=word)
        )
    listed = Paginator(rows.order_by("last_name", "first_name", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_obj": listed,
        "rows": [_profile(row) for row in listed.object_list],
        "is_filtered": any(wanted.values()),
    }
    return render(request, "coaching/specialists.html", context)


def _profile(row: Specialist) -> dict[str, Any]:
    """What is public of somebody, in the reader's language where they wrote in it."""
    texts = {"fr": row.about_fr, "de": row.about_de, "en": row.about_en}
    mine = get_language() or "fr"
    language = next((code for code in (mine, "fr", "de", "en") if texts.get(code)), mine)
    return {
        "person": row,
        "fields": row.words_of("expertise"),
        "languages": row.words_of("languages"),
        "about": texts.get(language, ""),
        "about_language": language,
        "rate": row.public_rate,
    }


@public
@require_safe
@kept_for(60)
def specialist(request: HttpRequest, pk: int) -> HttpResponse:
    """One public profile."""
    found = get_object_or_404(Specialist.objects.published().select_related("municipality", "association"), pk=pk)
    return render(request, "coaching/specialist.html", _profile(found))


# -- the founder ---------------------------------------------------------------------------------------------------------


@public
@never_cache
@require_http_methods(["GET", "POST"])
def engagement(request: HttpRequest, token: str) -> HttpResponse:
    """Agree to one person, decline, take the agreement back, read the report, say how it went. Nothing happens on GET."""
    found, has_ended = opened(token)
    if has_ended:
        return _fresh_link(request, found)
    with association_scope(found.association_id):
        forms = _founder_forms(request, found)
        if request.method == "POST":
            with suppress(TransitionRefused):  # already decided, in another tab or by the coach: the page shows it
                if _founder_acts(request, found, forms):
                    return redirect(request.path)
                return render(request, "coaching/engagement.html", _founder_context(found, forms), status=REFUSED)
            return redirect(request.path)
        return render(request, "coaching/engagement.html", _founder_context(found, forms))


def _founder_forms(request: HttpRequest, found: Engagement) -> dict[str, Any]:
    act = request.POST.get("act", "")
    data = request.POST if request.method == "POST" else None
    rated = {"satisfaction": found.satisfaction, "words": found.satisfaction_text}
    return {
        "consent": ConsentForm(data if act == "consent" else None, engagement=found),
        "decline": ReasonForm(data if act in {"decline", "revoke"} else None),
        "rate": RateForm(data if act == "rate" else None, initial=rated),
    }


def _founder_acts(request: HttpRequest, found: Engagement, forms: dict[str, Any]) -> bool:
    """Whether the step that was asked for is made; a form that is not good answers for itself."""
    act = request.POST.get("act", "")
    who: dict[str, Any] = {"by": found.case_file.founder, "now": clock.now()}
    form = forms.get({"revoke": "decline"}.get(act, act))
    if form is None:
        raise TransitionRefused(act, found.state)
    if not form.is_valid():
        return False
    values = form.cleaned_data
    if act == "consent":
        consent_to_engagement(
            engagement=found,
            words=consent_words(found),
            documents=values.get("documents", []),
            shares_plan=values.get("shares_plan", False),
            **who,
        )
    elif act == "decline":
        if found.state != EngagementState.PROPOSED:  # later it is the agreement that is taken back
            raise TransitionRefused(act, found.state)
        decline_engagement(engagement=found, reason=values["reason"], **who)
    elif act == "revoke":
        revoke_consent(engagement=found, reason=values["reason"], **who)
    else:
        rate_engagement(engagement=found, satisfaction=values["satisfaction"], words=values["words"], **who)
    return True


def consent_words(found: Engagement) -> str:
    """The very sentence that the founder agrees to; it is kept as it was shown."""
    person = " · ".join(part for part in (str(found.specialist), found.specialist.company) if part)
    return _(
        "I agree that %(person)s reads my name, the mandate and what is ticked below, for “%(mandate)s”,"
        " until the work has ended or I take this agreement back."
    ) % {"person": person, "mandate": found.mandate}


def _founder_context(found: Engagement, forms: dict[str, Any]) -> dict[str, Any]:
    shared = SharedDocument.objects.filter(engagement=found).select_related("document")
    return {
        "engagement": found,
        "case": found.case_file,
        "person": found.specialist,
        "badge": BADGES.get(EngagementState(found.state), "neutral"),
        "can": {action for state, action in ENGAGEMENT if state == found.state},
        "is_waiting": found.state == EngagementState.PROPOSED,
        "forms": forms,
        "has_errors": any(form.errors for form in forms.values()),
        "words": found.consent_text or consent_words(found),
        "shared": [
            *(row.document.title for row in shared.order_by("pk")),
            *([_("Financial plan")] if found.shares_plan else []),
        ],
    }


def _fresh_link(request: HttpRequest, found: Engagement) -> HttpResponse:
    founder, sent_again = found.case_file.founder, False
    may_mail = found.state == EngagementState.PROPOSED
    if request.method == "POST" and may_mail and allow(f"coaching.mail:{founder.email.lower()}", times=5, seconds=HOUR):
        with association_scope(found.association_id):
            queue_engagement_proposed(found)
        sent_again = True
    context = {"address": masked(founder.email), "sent_again": sent_again}
    return render(request, "coaching/link_ended.html", context, status=200 if sent_again else 410)


# -- the specialist ------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """One's own public profile."""
    own = own_profile(request)
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=profile_start(own))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                edit_profile(specialist=own, values=form.cleaned_data, by=request.user, now=clock.now())  # type: ignore[arg-type]
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect("coaching:profile")
    status = REFUSED if form.is_bound and form.errors else 200
    return render(request, "coaching/profile.html", {"form": form, "person": own}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """An engagement seen by the specialist: first what is asked, then what was shared, at the end the report."""
    found = engagement_for_specialist(request, pk)
    act = request.POST.get("act", "")
    report = ReportForm(request.POST if act == "report" else None, initial={"hours": found.hours_agreed})
    decline = ReasonForm(request.POST if act == "decline" else None)
    with association_scope(found.association_id):
        if request.method == "POST":
            if act == "report" and not report.is_valid():
                return _work_page(request, found, report, decline, status=REFUSED)
            with suppress(TransitionRefused):
                _specialist_acts(request, found, act, report, decline)
            return redirect("portal:space" if act == "decline" else request.path)
        note_access(request, found)
        return _work_page(request, found, report, decline)


def _specialist_acts(request: HttpRequest, found: Engagement, act: str, report: Any, decline: Any) -> None:
    who: dict[str, Any] = {"by": request.user, "now": clock.now()}
    if act == "accept":
        accept_engagement(engagement=found, **who)
    elif act == "decline" and decline.is_valid() and found.state == EngagementState.CONSENTED:
        decline_engagement(engagement=found, reason=decline.cleaned_data["reason"], **who)
    elif act == "report":
        report_engagement(
            engagement=found, report=report.cleaned_data["report"], hours=report.cleaned_data["hours"], **who
        )


def _work_page(request: HttpRequest, found: Engagement, report: Any, decline: Any, status: int = 200) -> HttpResponse:
    is_open = found.state in READING_ENGAGEMENTS
    shared = SharedDocument.objects.filter(engagement=found, document__withdrawn_at=None).select_related("document")
    context = {
        "engagement": found,
        "is_open": is_open,
        "badge": BADGES.get(EngagementState(found.state), "neutral"),
        "can": {action for state, action in ENGAGEMENT if state == found.state},
        "documents": [row.document for row in shared.order_by("pk")] if is_open else [],
        "has_plan": is_open and plans_shared(found).exists(),
        "founder": found.case_file.founder if is_open else None,
        "report_form": report,
        "decline_form": decline,
    }
    return render(request, "coaching/work.html", context, status=status)


def plans_shared(found: Engagement) -> QuerySet[FinancialPlan]:
    """The financial plan of the engagement's file, if its founder agreed to that, and as long as the work lasts."""
    rows = FinancialPlan.objects.filter(case_file_id=found.case_file_id)
    return rows if found.shares_plan and found.opens_file else rows.none()


@never_cache
@require_GET
def work_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The founder's financial plan, to read: what it comes to and its lines; the opening is noted."""
    found = engagement_for_specialist(request, pk)
    with association_scope(found.association_id):
        shown = get_object_or_404(plans_shared(found))
        note_access(request, shown)
        context = {"base": "coaching/work_plan.html", "engagement": found, "case": found.case_file}
        return render(request, "coaching/plan/overview.html", {**context, **plan.to_read(shown)})


@never_cache
@require_GET
def work_document(request: HttpRequest, pk: int, document_pk: int) -> HttpResponseBase:
    """A document that the founder shared with this very engagement; the opening is noted."""
    found = engagement_for_specialist(request, pk)
    if found.state not in READING_ENGAGEMENTS:
        raise Http404
    with association_scope(found.association_id):
        rows = SharedDocument.objects.filter(engagement=found, document__withdrawn_at=None)
        shared = get_object_or_404(rows.select_related("document__file"), document_id=document_pk)
        note_access(request, shared.document, "download")
        return hand_out(request, shared.document.file)
