"""Needs, offers and introductions for staff."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from clusters.admin.clusters import ClusterPartAdmin
from clusters.admin.steps import Step, person
from clusters.enums import IntroductionOutcome, NeedOfferState
from clusters.models import Introduction, NeedOffer
from clusters.workflow.needs import follow_up, publish_need, settle_need
from clusters.workflow.tables import INTRODUCTION, NEED_OFFER
from promo_portal.accounts.admin_base import rights_of_staff
from promo_portal.core.templatetags.ui import badge

BADGES = {NeedOfferState.DRAFT: "waiting", NeedOfferState.OPEN: "good", NeedOfferState.CLOSED: "neutral"}


class ConfidentialPartAdmin(ClusterPartAdmin):
    """Behind the association's walls; the association follows from the person who writes."""

    association_path = "association"
    confidential = True

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The association comes from the desk, never from the form."""
        obj.association_id = obj.association_id or rights_of_staff(request).association_id
        super().save_model(request, obj, form, change)


@admin.register(NeedOffer)
class NeedOfferAdmin(ConfidentialPartAdmin):
    """What members look for and offer."""

    list_display = ("title", "kind", "organisation", "cluster", "shown_state", "valid_until")
    list_filter = ("state", "kind", "cluster")
    list_select_related = ("organisation", "cluster")
    search_fields = ("title", "text", "organisation__name")
    raw_id_fields = ("organisation",)
    ordering = ("-created_at", "-pk")
    fields = (
        *("cluster", "organisation", "kind", "title", "text", "language", "capability"),
        *("valid_until", "internal_note"),
    )
    table = NEED_OFFER
    steps = {
        "publish": Step(
            gettext_lazy("Publish"),
            lambda row, by, now, reason: publish_need(need_offer=row, by=by, now=now),
            gettext_lazy("It stands on the cluster’s page."),
        ),
        "settle": Step(
            gettext_lazy("Settled"),
            lambda row, by, now, reason: settle_need(need_offer=row, by=by, now=now),
            gettext_lazy("It is off the cluster’s page."),
        ),
    }

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, row: NeedOffer) -> SafeString:
        """The normal case is quiet."""
        return badge(BADGES[NeedOfferState(row.state)], row.get_state_display(), quiet=row.state == NeedOfferState.OPEN)


def _followed(outcome: IntroductionOutcome) -> Step:
    return Step(
        outcome.label,
        lambda row, by, now, reason: follow_up(introduction=row, outcome=outcome, note=reason, by=by, now=now),
        gettext_lazy("Noted what became of the introduction."),
    )


@admin.register(Introduction)
class IntroductionAdmin(ConfidentialPartAdmin):
    """Who was brought together, and what became of it after 3 and 12 months."""

    list_display = ("first", "second", "cluster", "made_on", "state", "after_3_months", "after_12_months")
    list_filter = ("state", "cluster")
    list_select_related = ("first", "second", "cluster")
    search_fields = ("first__name", "second__name", "reason")
    raw_id_fields = ("first", "second", "need_offer")
    ordering = ("-made_on", "-pk")
    fields = ("cluster", "first", "second", "need_offer", "reason", "made_on", "note")
    steps = {outcome.value: _followed(outcome) for outcome in IntroductionOutcome}
    table = {(state, outcome.value): "" for state, action in INTRODUCTION if action for outcome in IntroductionOutcome}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Whoever enters it has made the introduction."""
        if not change:
            obj.made_by = person(request)
        super().save_model(request, obj, form, change)
