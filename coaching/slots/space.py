"""Coaching in a person's own space: a founder's files, a member's sessions, a specialist's engagements, the figures."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest

from coaching.canton import years_for
from coaching.engagement_links import engagement_path
from coaching.enums import EngagementState
from coaching.links import FOLLOW, path_to
from coaching.models import CaseFile, CoachingRequest, Engagement
from coaching.models.request import AWAITING_ANSWER
from coaching.models.specialists import READING_ENGAGEMENTS
from coaching.permissions import may_read_figures, profiles_of, seat_of
from coaching.slots.doors import rights_in
from promo_portal.accounts.enums import Role
from promo_portal.core import clock
from promo_portal.core.scope import association_scope

PAST_ENGAGEMENTS = (
    EngagementState.ENDED,
    EngagementState.DECLINED,
    EngagementState.REVOKED,
    EngagementState.CANCELLED,
)


def founder_panel(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A founder's files, tasks first, and requests that are still with the association."""
    rights = rights_in(request)
    if not rights.has(Role.FOUNDER) or not request.user.is_authenticated:
        return None
    from coaching.views.file import founder_views

    related = ("association", "lead", "deputy", "founder")
    files = CaseFile.objects.filter(founder_id=rights.user_id).select_related(*related)
    requests = CoachingRequest.unscoped.filter(email__iexact=request.user.email, state__in=AWAITING_ANSWER)
    engagements = Engagement.objects.filter(case_file__founder_id=rights.user_id).exclude(state__in=PAST_ENGAGEMENTS)
    context = {
        "engagements": [
            {"engagement": row, "url": engagement_path(row), "waits": row.state == EngagementState.PROPOSED}
            for row in engagements.select_related("specialist", "case_file").order_by("proposed_at", "pk")
        ],
        "files": founder_views(list(files.order_by(F("next_date").asc(nulls_last=True), "pk"))),
        "requests": [
            {"request": found, "url": path_to(FOLLOW, found)}
            for found in requests.select_related("association").order_by("pk")
        ],
    }
    return context if context["files"] or context["requests"] else None


def member_panel(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A commission member's next sessions, and what they have yet to say."""
    rights = rights_in(request)
    if not rights.has(Role.COMMISSION_MEMBER) or rights.association is None:
        return None
    from coaching.views.commission import next_sessions

    with seat_of(request):
        cards = next_sessions(rights)
    return {"cards": cards} if cards else None


def specialist_panel(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A specialist's engagements, first those that wait for an answer, and the way to the own profile."""
    own = list(profiles_of(rights_in(request)))
    if not own:
        return None
    with association_scope(*(profile.association_id for profile in own)):
        rows = Engagement.objects.filter(
            specialist__in=own, state__in=(EngagementState.CONSENTED, *READING_ENGAGEMENTS)
        )
        found = list(rows.order_by("state", "proposed_at", "pk"))
    return {"profile": own[0], "engagements": found}


def canton_panel(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The way to the figures, for those who read figures only."""
    if not may_read_figures(rights_in(request)):
        return None
    year, _offered = years_for("", clock.today())
    return {"year": str(year)}
