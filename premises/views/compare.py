"""Two to four offers side by side: the same rows in the same order, by address alone, without an account."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from premises.addresses import offer_url
from premises.enums import OfferFreshness
from premises.facts import FactGroup, groups_of
from premises.published import published_offers
from premises.titles import offer_title
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.list_query import ListQuery

MOST = 4


@public
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """The offers named by ``o``; those that are gone are said, a fifth is left out."""
    today = clock.today()
    asked = ListQuery(request.GET, request.path)
    numbers = asked.take_numbers("o")
    only = asked.take_choice("only", ["differences"], "")
    asked.finish()
    found = {offer.pk: offer for offer in published_offers(today).filter(pk__in=numbers[:50])}
    offers = [found[number] for number in numbers if number in found]
    if len(offers) < len(numbers[:50]):
        asked.hint(_("What is no longer on offer was left out."))
    if len(offers) > MOST:
        asked.hint(_("Four at most are compared; the others were left out."))
        offers = offers[:MOST]
    asked.replace("o", [offer.pk for offer in offers])
    rows = compared([groups_of(offer, today) for offer in offers])
    context: dict[str, Any] = {
        "hints": asked.hints,
        "columns": [
            {
                "offer": offer,
                "title": offer_title(offer),
                "url": offer_url(offer),
                "is_stale": offer.freshness(today) == OfferFreshness.TO_CONFIRM,
                "remove_url": asked.url(less=("o", offer.pk)),
            }
            for offer in offers
        ],
        "groups": _differing(rows) if only else rows,
        "only": only,
        "only_url": asked.url(but=["only"]) if only else asked.url(more=[("only", "differences")]),
        "list_url": reverse("premises:list"),
        "width": len(offers) + 1,
    }
    return render(request, "premises/compare.html", context)


def compared(sheets: list[list[FactGroup]]) -> list[dict[str, Any]]:
    """The sheets of several offers as rows: a row for each fact that one of them has.

    ``None`` stands where a fact does not apply (a plot has no floor load), "" where nobody has told. What is a rent for one
    and a purchase price for another is called a price.
    """
    titles: dict[str, str] = {}
    labels: dict[tuple[str, str], str] = {}
    values: list[dict[tuple[str, str], str]] = []
    for sheet in sheets:
        own: dict[tuple[str, str], str] = {}
        for group in sheet:
            titles.setdefault(group.key, group.title)
            for fact in group.facts:
                known = labels.setdefault((group.key, fact.key), fact.label)
                if fact.key == "price" and known != fact.label:
                    labels[group.key, fact.key] = _("Price")
                own[group.key, fact.key] = fact.value
        values.append(own)
    return [
        {
            "title": title,
            "rows": [
                {"label": label, "values": cells, "differs": len(set(cells)) > 1}
                for key, label in labels.items()
                if key[0] == name
                for cells in [[own.get(key) for own in values]]
            ],
        }
        for name, title in titles.items()
    ]


def _differing(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = [{**group, "rows": [row for row in group["rows"] if row["differs"]]} for group in groups]
    return [group for group in kept if group["rows"]]
