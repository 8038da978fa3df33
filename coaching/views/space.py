"""The rest of a founder's file: dates with their calendar, and consents that count from the next request on."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from coaching.calendar import calendar_of, entries_of
from coaching.enums import EngagementState
from coaching.models import CalendarFeed, CaseDocument, CaseFile, Engagement, FinancialPlan, SharedDocument
from coaching.models.specialists import READING_ENGAGEMENTS
from coaching.permissions import case_for_user
from coaching.views.tabs import file_tabs
from coaching.workflow.engagements import consent_to_engagement, decline_engagement, revoke_consent
from coaching.workflow.locking import locked
from coaching.workflow.talk import new_calendar, withdraw_calendar
from promo_portal.accounts.access import require
from promo_portal.accounts.enums import Role
from promo_portal.accounts.models import Membership
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.scope import Scope, association_scope, scope
from promo_portal.core.transitions import TransitionRefused

ICS = "text/calendar; charset=utf-8"
BADGES = {
    EngagementState.PROPOSED: "waiting",
    EngagementState.CONSENTED: "waiting",
    EngagementState.ACTIVE: "good",
    EngagementState.REPORTED: "good",
}
WITHDRAWABLE = (EngagementState.CONSENTED, *READING_ENGAGEMENTS)


# -- dates --------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def dates(request: HttpRequest, pk: int) -> HttpResponse:
    """What lies ahead in the file; the secret address for one's calendar, made and withdrawn here."""
    case = case_for_user(request, pk)
    require(request, "case file")
    if request.method == "POST":
        person: Any = request.user
        if request.POST.get("action") == "withdraw":
            withdraw_calendar(user=person, now=clock.now())
            messages.success(request, _("The address is withdrawn. Your calendar receives nothing more."))
        else:
            new_calendar(user=person, now=clock.now())
            messages.success(request, _("Copy the address below into your calendar program."))
        return redirect("coaching:dates", pk=pk)
    feed = CalendarFeed.objects.filter(user_id=case.founder_id, withdrawn_at=None).first()
    context = {
        "case": case,
        "tabs": file_tabs(case, "dates"),
        "entries": entries_of([case]),
        "feed": feed,
        "feed_url": f"{settings.SITE_URL}{reverse('coaching:calendar_feed', args=[feed.key])}" if feed else "",
    }
    return render(request, "coaching/space/dates.html", context)


def _calendar(cases: list[CaseFile]) -> HttpResponse:
    answer = HttpResponse(calendar_of(entries_of(cases), clock.now()), content_type=ICS)
    answer["Content-Disposition"] = 'attachment; filename="coaching.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_GET
def calendar_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The dates of one file, once."""
    return _calendar([case_for_user(request, pk)])


@public
@never_cache
@require_safe
def calendar_feed(request: HttpRequest, key: str) -> HttpResponse:
    """What a calendar program fetches with its secret address: own files only, as long as address and role last."""
    feed = CalendarFeed.objects.select_related("user").filter(key=key, withdrawn_at=None).first()
    if feed is None or not feed.user.is_active:
        raise Http404
    held = Membership.objects.active(clock.today()).filter(user=feed.user, role=Role.FOUNDER)
    associations = list(held.values_list("association_id", flat=True))
    if not associations:
        raise Http404
    with transaction.atomic(), scope(Scope(user_id=feed.user_id)), translation.override(feed.user.language):
        cases = CaseFile.objects.filter(founder_id=feed.user_id, association_id__in=associations).order_by("pk")
        return _calendar(list(cases))


# -- consents -----------------------------------------------------------------------------------------------------------


@require_GET
def consents(request: HttpRequest, pk: int) -> HttpResponse:
    """Every specialist proposed for the file: what each may read, and the buttons to agree and to withdraw."""
    case = case_for_user(request, pk)
    require(request, "case document", "write")
    rows = Engagement.objects.filter(case_file=case).select_related("specialist").order_by("-proposed_at", "-pk")
    shared: dict[int, list[str]] = {}
    for row in SharedDocument.objects.filter(engagement__case_file=case).select_related("document").order_by("pk"):
        shared.setdefault(row.engagement_id, []).append(row.document.title)
    plan_words = [_("Financial plan")]
    context = {
        "case": case,
        "tabs": file_tabs(case, "consents"),
        "rows": [
            {
                "engagement": row,
                "badge": BADGES.get(EngagementState(row.state), "neutral"),
                "is_asked": row.state == EngagementState.PROPOSED,
                "is_given": row.state in WITHDRAWABLE,
                "shared": shared.get(row.pk, []) + (plan_words if row.shares_plan else []),
            }
            for row in rows
        ],
        "documents": list(CaseDocument.objects.filter(case_file=case, withdrawn_at=None).order_by("title", "pk")),
        "has_plan": FinancialPlan.objects.filter(case_file=case).exists(),
        "consented_at": case.request.consented_at,
    }
    return render(request, "coaching/space/consents.html", context)


def _still_asked(engagement: Engagement, action: str) -> None:
    """Declining is for what is proposed; what was agreed to is withdrawn."""
    if action == "decline" and engagement.state != EngagementState.PROPOSED:
        raise TransitionRefused(action, engagement.state)


@require_POST
def consent(request: HttpRequest, pk: int, engagement_pk: int) -> HttpResponse:
    """Agree to a specialist, decline, or take the agreement back; it counts at once."""
    case = case_for_user(request, pk)
    require(request, "case document", "write")
    rows = Engagement.objects.select_related("specialist", "case_file")
    found = get_object_or_404(rows, pk=engagement_pk, case_file=case)
    chosen = CaseDocument.objects.filter(case_file=case, withdrawn_at=None)
    numbers = [number for number in request.POST.getlist("document") if number.isascii() and number.isdigit()]
    documents = list(chosen.filter(pk__in=[int(number) for number in numbers if len(number) < 18]))  # noqa: PLR2004 - beyond, no number of ours
    by: Any = request.user
    done = {
        "consent": _("You have agreed. %(name)s may read what you chose, once the work is accepted."),
        "decline": _("Declined. %(name)s learns nothing of your file."),
        "revoke": _("Withdrawn. %(name)s can read nothing of your file from now on."),
    }
    action = request.POST.get("action", "")
    if action not in done:
        messages.info(request, _("Nothing was changed: choose one of the buttons."))
        return redirect("coaching:consents", pk=pk)
    try:
        with transaction.atomic(), association_scope(case.association_id):
            _still_asked(locked(found), action)
            if action == "consent":
                words = _("I agree that %(name)s works on my file (%(mandate)s) and reads what I have chosen.")
                text = words % {"name": found.specialist, "mandate": found.mandate[:600]}
                consent_to_engagement(
                    engagement=found,
                    words=text,
                    documents=documents,
                    shares_plan=request.POST.get("plan") == "1",
                    by=by,
                    now=clock.now(),
                )
            elif action == "decline":
                decline_engagement(engagement=found, by=by, now=clock.now())
            else:
                revoke_consent(engagement=found, by=by, now=clock.now())
    except TransitionRefused as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, done[action] % {"name": found.specialist})
    return redirect("coaching:consents", pk=pk)
