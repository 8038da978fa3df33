"""What premises show on pages that are not their own: the staff's day, navigation, search; companies; search engines."""

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from premises.addresses import offer_url
from premises.models import Enquiry, Offer, SpaceSearch
from premises.models.demand import UNANSWERED
from premises.permissions import ENQUIRY_RELATED, offers_for_staff
from premises.titles import offer_title, price_words, slug_of
from promo_portal.accounts.permissions import may_open
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock, slots
from promo_portal.core.forms.fields import visible
from promo_portal.core.slots import NavItem, Panel, WorkItem

AT_MOST = 40
LEAST_TEXT = 2
SHOWN_ON_COMPANY = 6


def _rights(request: HttpRequest) -> Rights:
    return request.rights  # type: ignore[attr-defined]


def sees_stock(request: HttpRequest) -> bool:
    """Whether premises and land are part of this person's work."""
    return may_open(_rights(request), "premises")


def sees_demand(request: HttpRequest) -> bool:
    """Whether enquiries and searches are."""
    return may_open(_rights(request), "space search") and _rights(request).association_id is not None


def _handles(request: HttpRequest) -> bool:
    return may_open(_rights(request), "space search", "write") and _rights(request).association_id is not None


def waiting_enquiries(request: HttpRequest) -> Any:
    """Enquiries whose authors wait for an answer."""
    return Enquiry.objects.filter(state__in=UNANSWERED)


# -- my day -------------------------------------------------------------------------------------------------------------


def my_day(request: HttpRequest) -> Sequence[WorkItem]:
    """Enquiries to answer, and offers that are about to be hidden: two queries."""
    if not _handles(request):
        return []
    return [*_enquiries_of_day(request), *_offers_of_day(request)]


def _enquiries_of_day(request: HttpRequest) -> Sequence[WorkItem]:
    today, items = clock.today(), []
    waiting = Enquiry.objects.filter(state__in=UNANSWERED).select_related(*ENQUIRY_RELATED)
    for found in waiting.order_by("answer_by", "pk")[:AT_MOST]:
        assert found.answer_by is not None
        url = reverse("admin:premises_enquiry_change", args=[found.pk])
        answer = (gettext_lazy("Note the answer"), reverse("admin:premises_enquiry_answer", args=[found.pk]), "link")
        take = (gettext_lazy("Take"), reverse("admin:premises_enquiry_take", args=[found.pk]), "post")
        is_new = found.handler_id is None and found.answer_by > today
        group = "late" if found.answer_by < today else "today" if found.answer_by == today else "next"
        items.append(
            WorkItem(
                group="received" if is_new else group,
                when=(found.received_at if is_new else found.answer_by) or clock.today(),
                kind=gettext_lazy("Enquiry"),
                what=gettext_lazy("Answer the enquiry"),
                whom=f"{found.name} · {offer_title(found.offer)}",
                url=url,
                actions=(take,) if is_new else (answer,),
                owner_id=found.handler_id,
            )
        )
    return items


def _offers_of_day(request: HttpRequest) -> Sequence[WorkItem]:
    """Offers whose badge has appeared: two weeks of silence after the owner was asked; somebody calls."""
    today, items = clock.today(), []
    since = today - timedelta(days=settings.PREMISES_BADGE_AFTER_DAYS)
    rows = offers_for_staff(_rights(request)).stale(today).filter(confirmed_on__lte=since)
    for offer in rows.with_things().order_by("confirmed_on", "pk")[:AT_MOST]:
        assert offer.confirmed_on is not None
        hidden_on = offer.confirmed_on + timedelta(days=settings.PREMISES_HIDDEN_AFTER_DAYS)
        confirm = (gettext_lazy("Confirmed"), reverse("admin:premises_offer_confirm", args=[offer.pk]), "post")
        items.append(
            WorkItem(
                group="late" if hidden_on <= today else "next",
                when=hidden_on,
                kind=gettext_lazy("Offer"),
                what=gettext_lazy("Call the owner: still free?"),
                whom=f"{offer_title(offer)} · {offer.thing.name}",
                url=reverse("admin:premises_offer_change", args=[offer.pk]),
                actions=(confirm,),
            )
        )
    return items


# -- search and titles --------------------------------------------------------------------------------------------------


def staff_search(request: HttpRequest, text: str) -> Sequence[dict[str, Any]]:
    """Offers by object, site or municipality; searches and enquiries by person or organisation."""
    words = visible(text).split()[:4]
    if len("".join(words)) < LEAST_TEXT or not sees_stock(request):
        return []
    by_offer, by_search, by_enquiry = Q(), Q(), Q()
    for word in words:
        by_offer &= _any(
            word, "unit__name", "plot__name", "site__name", "site__municipality__official_name", "owner__name"
        )
        by_search &= _any(word, "title", "organisation_name", "organisation__name", "contact_name")
        by_enquiry &= _any(word, "name", "email")
    rows = offers_for_staff(_rights(request)).filter(by_offer).with_things().order_by("-pk")[:8]
    found = [
        _hit(_("Offer"), f"{offer_title(row)} · {row.thing.name}", row.get_state_display(), "offer", row.pk)
        for row in rows
    ]
    if not sees_demand(request):
        return found
    searches = SpaceSearch.objects.filter(by_search).select_related("organisation").order_by("-pk")[:8]
    enquiries = Enquiry.objects.filter(by_enquiry).exclude(received_at=None).order_by("-pk")[:8]
    return [
        *found,
        *(_hit(_("Space search"), row.title, row.who, "spacesearch", row.pk) for row in searches),
        *(_hit(_("Enquiry"), str(row), row.get_state_display(), "enquiry", row.pk) for row in enquiries),
    ]


def _any(word: str, *paths: str) -> Q:
    found = Q()
    for path in paths:
        found |= Q(**{f"{path}__icontains": word})
    return found


def _hit(kind: Any, title: str, text: str, model: str, pk: int) -> dict[str, Any]:
    return {"kind": kind, "title": title, "text": text, "url": reverse(f"admin:premises_{model}_change", args=[pk])}


def offer_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """Titles and addresses of offers on a list."""
    rows = Offer.objects.filter(pk__in=pks).with_things().order_by("pk")
    return {row.pk: (offer_title(row), reverse("admin:premises_offer_change", args=[row.pk])) for row in rows}


def enquiry_lines(pks: Collection[int]) -> dict[int, tuple[str, str]]:
    """References and addresses of enquiries on a list."""
    rows = Enquiry.objects.filter(pk__in=pks).order_by("pk")
    return {row.pk: (str(row), reverse("admin:premises_enquiry_change", args=[row.pk])) for row in rows}


def _first(lines: Any, at: int) -> Any:
    def one(pk: int) -> str | None:
        found = lines([pk]).get(pk)
        return found[at] if found else None

    return one


# -- the public pages of others -----------------------------------------------------------------------------------------


def organisation_panel(request: HttpRequest, organisation: Any) -> dict[str, Any] | None:
    """What a company has on offer, where it lets itself be named as the owner."""
    rows = Offer.objects.published(clock.today()).filter(owner=organisation, owner_is_public=True)
    found = list(rows.with_things().order_by("-published_on", "-pk")[:SHOWN_ON_COMPANY])
    if not found:
        return None
    return {
        "offers": [
            {"title": offer_title(row), "price": price_words(row), "url": offer_url(row), "row": row} for row in found
        ]
    }


def sitemap_pages() -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """The list, and the page of each unit and plot on offer."""
    yield "premises:list", (), None
    seen = set()
    for offer in Offer.objects.published(clock.today()).with_things().order_by("pk"):
        name = "premises:detail" if offer.unit_id else "premises:plot"
        if (name, offer.thing.pk) not in seen:
            seen.add((name, offer.thing.pk))
            yield name, (offer.thing.pk, slug_of(offer.thing, offer.site.municipality)), offer.confirmed_on


def home_figure(request: HttpRequest) -> dict[str, Any] | None:
    """How much is free right now."""
    count = Offer.objects.published(clock.today()).count()
    label = _("premises and plots on offer")
    return {"order": 20, "value": count, "label": label, "url": reverse("premises:list")} if count else None


def register() -> None:
    """Put all of it into place."""
    slots.my_day.register("premises", my_day)
    slots.staff_nav.register(
        "premises.enquiries",
        NavItem(
            "to_handle",
            20,
            gettext_lazy("Enquiries"),
            "admin:premises_enquiry_changelist",
            waiting_enquiries,
            sees_demand,
        ),
    )
    for order, key, label, visible_to in (
        (20, "spacesearch", gettext_lazy("Space searches"), sees_demand),
        (30, "offer", gettext_lazy("Offers"), sees_stock),
        (31, "unit", gettext_lazy("Premises"), sees_stock),
        (32, "plot", gettext_lazy("Plots"), sees_stock),
        (33, "site", gettext_lazy("Sites"), sees_stock),
    ):
        group = "files" if key == "spacesearch" else "directory"
        item = NavItem(group, order, label, f"admin:premises_{key}_changelist", None, visible_to)
        slots.staff_nav.register(f"premises.{key}", item)
    slots.staff_search.register("premises", staff_search)
    for kind, lines in (("premises.offer", offer_lines), ("premises.enquiry", enquiry_lines)):
        slots.subject_titles.register(kind, _first(lines, 0))
        slots.subject_urls.register(kind, _first(lines, 1))
        slots.subject_lines.register(kind, lines)
    slots.organisation_panels.register("premises", Panel(20, "premises/organisation_panel.html", organisation_panel))
    slots.sitemap_pages.register("premises", sitemap_pages)
    slots.home_figures.register("premises", home_figure)
