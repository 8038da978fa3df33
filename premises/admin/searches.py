"""The register of demand: who looks for what, until when, and which offers suit, with the reasons."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from companies.models import Organisation
from premises.admin.doors import attempt, person
from premises.admin.offers import STATE_BADGES as OFFER_BADGES
from premises.enums import MatchState, OfferState, SearchState
from premises.models import Match, SpaceSearch
from premises.permissions import match_for_staff, search_for_staff
from premises.reasons import reason_lines
from premises.titles import offer_title, price_words
from premises.workflow.matching import move_match, refresh_of_search
from premises.workflow.searches import move_search
from premises.workflow.tables import MATCH, SEARCH
from promo_portal.accounts.admin_base import AssociationAdmin
from promo_portal.accounts.permissions import may_open
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.core.templatetags.ui import badge

SHOWN = 50
BADGES = {
    SearchState.OPEN: "good",
    SearchState.PAUSED: "waiting",
    SearchState.FOUND: "neutral",
    SearchState.GIVEN_UP: "neutral",
}
STEPS = {
    "pause": (gettext_lazy("Pause"), gettext_lazy("Paused: nothing is suggested meanwhile.")),
    "resume": (gettext_lazy("Resume"), gettext_lazy("Open again, with fresh suggestions.")),
    "find": (gettext_lazy("Found"), gettext_lazy("Found. The suggestions are put away.")),
    "give_up": (gettext_lazy("Given up"), gettext_lazy("Closed without result; it counts as unmet demand.")),
    "reopen": (gettext_lazy("Reopen"), gettext_lazy("Open again, with fresh suggestions.")),
}
MATCH_STEPS = {
    "show": (gettext_lazy("Shown"), gettext_lazy("Noted as shown.")),
    "keep": (gettext_lazy("Keep in view"), gettext_lazy("Kept in view.")),
    "dismiss": (gettext_lazy("Does not suit"), gettext_lazy("Put away.")),
}


@admin.register(SpaceSearch)
class SpaceSearchAdmin(AssociationAdmin):
    """Searches by companies and investors; confidential ones stay within the association."""

    confidential = True
    change_form_template = "premises/admin/search.html"
    list_display = ("title", "who", "wanted", "shown_area", "shown_state", "open_until", "shown_matches", "in_charge")
    list_filter = ("state", "wanted", "deal")
    list_select_related = ("organisation", "in_charge")
    search_fields = ("title", "organisation__name", "organisation_name", "contact_name", "email")
    search_help_text = gettext_lazy("Title, organisation or person")
    ordering = ("open_until", "pk")
    actions = None
    autocomplete_fields = ("municipalities",)
    raw_id_fields = ("organisation",)
    fieldsets = (
        (None, {"fields": ("title", ("organisation", "organisation_name"), ("contact_name", "language"))}),
        (gettext_lazy("Contact"), {"fields": (("email", "phone"), "is_confidential")}),
        (
            gettext_lazy("Criteria"),
            {
                "fields": (
                    ("wanted", "deal"),
                    ("area_from", "area_to"),
                    "municipalities",
                    "price_to",
                    ("ceiling_height", "floor_load"),
                    ("power", "crane"),
                    ("needs_dock", "needs_clean_room"),
                )
            },
        ),
        (
            gettext_lazy("Dates"),
            {"fields": (("needed_by", "open_until"), "jobs_planned", "in_charge", "note")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        waiting = Count("matches", filter=Q(matches__state=MatchState.PROPOSED))
        return super().get_queryset(request).annotate(waiting=waiting)

    @admin.display(description=gettext_lazy("who"))
    def who(self, search: SpaceSearch) -> str:
        """Who is looking."""
        return search.who

    @admin.display(description=gettext_lazy("area"), ordering="area_from")
    def shown_area(self, search: SpaceSearch) -> str:
        """From and to."""
        return (
            words.area_range(search.area_from, search.area_to)
            if search.area_to
            else f"≥ {words.area(search.area_from)}"
        )

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, search: SpaceSearch) -> SafeString:
        """Late ones stand out."""
        if search.is_over(clock.today()):
            return badge("problem", _("Time is up"))
        return badge(
            BADGES[SearchState(search.state)], search.get_state_display(), quiet=search.state == SearchState.OPEN
        )

    @admin.display(description=gettext_lazy("suggestions"), ordering="waiting")
    def shown_matches(self, search: Any) -> str:
        """How many suggestions nobody has looked at."""
        return str(search.waiting or "–")

    # -- steps ---------------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Each step has an address of its own."""
        view = self.admin_site.admin_view
        steps: list[URLPattern] = [
            path(f"<int:pk>/{name}/", view(require_POST(self.step(name))), name=f"premises_spacesearch_{name}")
            for name in STEPS
        ]
        match = path(
            "<int:pk>/match/<int:match_pk>/", view(require_POST(self.match)), name="premises_spacesearch_match"
        )
        return [*steps, match, *super().get_urls()]

    def step(self, name: str) -> Any:
        """The view of a step."""

        def run(request: HttpRequest, pk: int) -> HttpResponse:
            search = search_for_staff(request, pk, act="write")
            attempt(
                request,
                lambda: move_search(search=search, action=name, by=person(request), now=clock.now()),
                STEPS[name][1],
            )
            return redirect("admin:premises_spacesearch_change", pk)

        return run

    def match(self, request: HttpRequest, pk: int, match_pk: int) -> HttpResponse:
        """Say what became of a suggestion."""
        search = search_for_staff(request, pk, act="write")
        found, action = match_for_staff(request, search, match_pk), request.POST.get("action", "")
        if action not in MATCH_STEPS:
            raise Http404
        attempt(
            request,
            lambda: move_match(match=found, action=action, by=person(request), now=clock.now()),
            MATCH_STEPS[action][1],
        )
        return redirect(f"{reverse('admin:premises_spacesearch_change', args=[pk])}#matches")

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, change: bool = False, form_url: str = "", obj: Any = None
    ) -> HttpResponse:  # fmt: skip
        """The form with its steps and suggestions."""
        if change and obj is not None:
            context |= self._beside(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _beside(self, request: HttpRequest, search: SpaceSearch) -> dict[str, Any]:
        writes = may_open(request.rights, "space search", "write")  # type: ignore[attr-defined]
        related = ("offer__site__municipality", "offer__unit__building", "offer__plot")
        matches = Match.objects.filter(search=search).select_related(*related).order_by("-score", "pk")[:SHOWN]
        return {
            "search": search,
            "state_badge": BADGES[SearchState(search.state)],
            "steps": [
                {"name": name, "label": label, "url": reverse(f"admin:premises_spacesearch_{name}", args=[search.pk])}
                for name, (label, _done) in STEPS.items()
                if writes and (search.state, name) in SEARCH
            ],
            "matches": [
                {
                    "match": match,
                    "title": offer_title(match.offer),
                    "name": match.offer.thing.name,
                    "price": price_words(match.offer) or _("Not communicated"),
                    "badge": OFFER_BADGES[OfferState(match.offer.state)],
                    "offer_url": reverse("admin:premises_offer_change", args=[match.offer_id]),
                    "url": reverse("admin:premises_spacesearch_match", args=[search.pk, match.pk]),
                    "reasons": reason_lines(match, search),
                    "steps": [
                        {"name": name, "label": label}
                        for name, (label, _done) in MATCH_STEPS.items()
                        if writes and (match.state, name) in MATCH
                    ],
                }
                for match in matches
            ],
        }

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new search is written into the record."""
        super().save_model(request, obj, form, change)
        if not change:
            record_transition(
                subject=obj, action="register", from_state="", to_state=obj.state, by=person(request), at=clock.now()
            )

    @transaction.atomic
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Other criteria, other suggestions."""
        super().save_related(request, form, formsets, change)
        refresh_of_search(form.instance)


if admin.site.is_registered(Organisation):
    SpaceSearchAdmin.autocomplete_fields = ("municipalities", "organisation")  # type: ignore[assignment]
    SpaceSearchAdmin.raw_id_fields = ()  # type: ignore[assignment]
