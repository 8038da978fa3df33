"""Offers: terms in a form, steps by buttons, what is stale first in its own filter."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from companies.models import Organisation
from premises.addresses import offer_url
from premises.admin.doors import StockAdmin, attempt, page, person
from premises.enums import OfferFreshness, OfferState
from premises.forms.staff import CloseForm
from premises.models import Closure, Enquiry, Match, Offer, OwnerContact
from premises.permissions import OFFER_RELATED, offer_for_staff, sees_internal
from premises.titles import offer_title, price_words
from premises.workflow import dates
from premises.workflow.matching import refresh_of_offer
from premises.workflow.offers import (
    close_offer,
    confirm_offer,
    publish_offer,
    release_offer,
    reopen_offer,
    reserve_offer,
)
from premises.workflow.tables import OFFER
from promo_portal.accounts.access import require
from promo_portal.accounts.admin_base import PortalStackedInline, rights_of_staff
from promo_portal.accounts.permissions import may_open
from promo_portal.core import clock
from promo_portal.core.formats import words
from promo_portal.core.scope import association_scope
from promo_portal.core.templatetags.ui import badge

STATE_BADGES = {
    OfferState.DRAFT: "neutral",
    OfferState.PUBLISHED: "good",
    OfferState.RESERVED: "waiting",
    OfferState.LET: "neutral",
    OfferState.WITHDRAWN: "neutral",
}
FRESHNESS_BADGES = {
    OfferFreshness.CONFIRMED: "good",
    OfferFreshness.TO_CONFIRM: "waiting",
    OfferFreshness.HIDDEN: "problem",
}
STEPS: dict[str, tuple[Any, Any, Any]] = {
    "publish": (gettext_lazy("Publish"), publish_offer, gettext_lazy("Published. The owner is asked every month.")),
    "confirm": (gettext_lazy("Confirmed by phone"), confirm_offer, gettext_lazy("Confirmed for another month.")),
    "reserve": (gettext_lazy("Reserve"), reserve_offer, gettext_lazy("Marked as reserved.")),
    "release": (gettext_lazy("Free again"), release_offer, gettext_lazy("Free again.")),
    "reopen": (gettext_lazy("Back on the market"), reopen_offer, gettext_lazy("Back on the market.")),
}


class OwnerContactInline(PortalStackedInline):
    """Whom to call; only for those who look after the association's stock."""

    model = OwnerContact
    fields = (("name", "language"), ("email", "phone"), "municipality_may_see", "note")
    verbose_name_plural = gettext_lazy("owner’s contact (internal)")


class ToConfirmFilter(admin.SimpleListFilter):
    """Offers whose owner is due to confirm."""

    title = gettext_lazy("confirmation")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("to be confirmed by the owner"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.stale(clock.today()) if self.value() == "yes" else queryset  # type: ignore[attr-defined]


@admin.register(Offer)
class OfferAdmin(StockAdmin):
    """What is on the market, what it costs, and since when nobody has confirmed it."""

    change_form_template = "premises/admin/offer.html"
    list_display = ("title", "kind", "shown_price", "shown_state", "visibility", "shown_confirmed")
    list_display_links = ("title",)
    list_filter = ("state", ToConfirmFilter, "kind", "visibility")
    list_select_related = OFFER_RELATED
    search_fields = ("unit__name", "plot__name", "site__name", "site__municipality__search_name", "owner__name")
    search_help_text = gettext_lazy("Object, site, municipality or owner")
    ordering = ("confirmed_on", "-pk")
    autocomplete_fields = ("unit", "plot")
    raw_id_fields = ("owner",)
    inlines = (OwnerContactInline,)
    actions = ("confirm_chosen",)
    fieldsets = (
        (gettext_lazy("What"), {"fields": ("unit", "plot"), "description": gettext_lazy("Either premises or a plot.")}),
        (
            gettext_lazy("Terms"),
            {
                "fields": (
                    "kind",
                    ("price", "price_on_request"),
                    "charges",
                    ("available_on", "term_years"),
                    "visibility",
                )
            },
        ),
        (gettext_lazy("Owner"), {"fields": ("owner", "owner_is_public")}),
    )

    @admin.display(description=gettext_lazy("object"), ordering="site__municipality__official_name")
    def title(self, offer: Offer) -> str:
        """What, how large, where, and which."""
        return f"{offer_title(offer)} · {offer.thing.name}"

    @admin.display(description=gettext_lazy("price"), ordering="price")
    def shown_price(self, offer: Offer) -> str:
        """As the public reads it."""
        return price_words(offer) or "–"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, offer: Offer) -> SafeString:
        """The normal case is quiet."""
        state = OfferState(offer.state)
        return badge(STATE_BADGES[state], offer.get_state_display(), quiet=state != OfferState.RESERVED)

    @admin.display(description=gettext_lazy("last confirmed"), ordering="confirmed_on")
    def shown_confirmed(self, offer: Offer) -> str | SafeString:
        """How fresh it is, where it is on the market."""
        if offer.state not in {OfferState.PUBLISHED, OfferState.RESERVED} or offer.confirmed_on is None:
            return "–"
        fresh = offer.freshness(clock.today())
        return badge(FRESHNESS_BADGES[fresh], words.day(offer.confirmed_on), quiet=fresh == OfferFreshness.CONFIRMED)

    @admin.action(description=gettext_lazy("Confirmed by phone"))
    def confirm_chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Several of one owner in one call."""
        require(request, "premises", "write")
        done = skipped = 0
        for offer in queryset:
            if (offer.state, "confirm") in OFFER:
                confirm_offer(offer=offer, by=person(request), now=clock.now())
                done += 1
            else:
                skipped += 1
        messages.success(request, _("%(done)s confirmed, %(skipped)s left out.") % {"done": done, "skipped": skipped})

    # -- one offer -----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Each step has an address of its own."""
        view = self.admin_site.admin_view
        steps: list[URLPattern] = [
            path(f"<int:pk>/{name}/", view(require_POST(self.step(name))), name=f"premises_offer_{name}")
            for name in STEPS
        ]
        close = require_http_methods(["GET", "POST"])(self.close)
        return [*steps, path("<int:pk>/close/", view(close), name="premises_offer_close"), *super().get_urls()]

    def step(self, name: str) -> Any:
        """The view of a step that needs no form."""
        _label, act, done = STEPS[name]

        def run(request: HttpRequest, pk: int) -> HttpResponse:
            offer = offer_for_staff(request, pk)
            attempt(request, lambda: act(offer=offer, by=person(request), now=clock.now()), done)
            return redirect("admin:premises_offer_change", pk)

        return run

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write down how an offer ended."""
        require(request, "premises internals", "write")
        offer = offer_for_staff(request, pk)
        back = reverse("admin:premises_offer_change", args=[pk])
        if (offer.state, "withdraw") not in OFFER:
            raise Http404
        form = CloseForm(
            request.POST if request.method == "POST" else None, offer=offer, initial={"area": offer.thing.area}
        )
        if request.method == "POST" and form.is_valid():
            step = form.ending()
            attempt(
                request,
                lambda: close_offer(offer=offer, ending=step, by=person(request), now=clock.now()),
                _("Closed. The page stays, marked; its owner is not asked any more."),
            )
            return redirect(back)
        context = {
            "title": _("Close the offer"),
            "what": f"{offer_title(offer)} · {offer.thing.name}",
            "back_url": back,
            "label": _("Close the offer"),
        }
        return page(self.admin_site, request, "premises/admin/form.html", context, form=form)

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, change: bool = False, form_url: str = "", obj: Any = None
    ) -> HttpResponse:  # fmt: skip
        """The form with its steps, enquiries, suggestions and endings beside it."""
        if change and obj is not None:
            # as it stands in the database: a refused form has already changed the object at hand
            context |= self._beside(request, Offer.objects.with_things().get(pk=obj.pk))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _beside(self, request: HttpRequest, offer: Offer) -> dict[str, Any]:
        rights = rights_of_staff(request)
        writes = may_open(rights, "premises", "write")
        demand = may_open(rights, "space search") and rights.association_id is not None
        return {
            "offer": offer,
            "state_badge": STATE_BADGES[OfferState(offer.state)],
            "freshness": offer.freshness(clock.today()),
            "public_url": offer_url(offer) if offer.visibility != "internal" and offer.published_on else "",
            "steps": [
                {"name": name, "label": label, "url": reverse(f"admin:premises_offer_{name}", args=[offer.pk])}
                for name, (label, _act, _done) in STEPS.items()
                if writes and (offer.state, name) in OFFER
            ],
            "close_url": reverse("admin:premises_offer_close", args=[offer.pk])
            if sees_internal(rights) and writes and (offer.state, "withdraw") in OFFER
            else "",
            "enquiries": Enquiry.objects.filter(offer=offer)
            .exclude(received_at=None)
            .order_by("-received_at", "-pk")[:5]
            if demand
            else (),
            "matches": Match.objects.filter(offer=offer).select_related("search").order_by("-score", "pk")[:5]
            if demand
            else (),
            "closures": Closure.objects.filter(offer=offer).order_by("-closed_on", "-pk")
            if sees_internal(rights) and rights.association_id is not None
            else (),
        }

    @transaction.atomic
    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Another contact is asked from now on, and other terms suit other searches."""
        super().save_related(request, form, formsets, change)
        offer = Offer.objects.with_things().get(pk=form.instance.pk)
        with association_scope(offer.association_id):
            dates.owner_changed(offer)
            refresh_of_offer(offer, today=clock.today())


if admin.site.is_registered(Organisation):
    OfferAdmin.autocomplete_fields, OfferAdmin.raw_id_fields = ("unit", "plot", "owner"), ()  # type: ignore[assignment]
