"""Premises and land on the market, for programs; owners and their contacts stay inside."""

from typing import Any

from django.db.models import Q, QuerySet

from premises.enums import OfferKind, UnitUse
from premises.models import Offer
from promo_portal.api.asking import Asked
from promo_portal.api.paging import listed
from promo_portal.api.words import number, page_address, place

THINGS = ("premises", "plot")


def premises(asked: Asked) -> dict[str, Any]:
    """A page of offers, the latest first."""
    rows: QuerySet[Offer] = Offer.objects.published(asked.today).with_areas().with_things()
    if places := asked.take_municipalities():
        rows = rows.filter(site__municipality__in=places)
    if kinds := asked.take_choices("kind", OfferKind.values):
        rows = rows.filter(kind__in=kinds)
    if things := asked.take_choices("thing", THINGS):
        rows = rows.filter(unit__isnull=False) if things == ["premises"] else rows
        rows = rows.filter(plot__isnull=False) if things == ["plot"] else rows
    if uses := asked.take_choices("use", UnitUse.values):
        rows = rows.filter(unit__use__in=uses)
    if area := asked.take_number("area", 1, 10_000_000):
        rows = rows.filter(Q(largest__gte=area))
    return listed(asked, rows, ("-published_on", "-id"), lambda page: [_item(offer, asked.language) for offer in page])


def _item(row: Offer, language: str) -> dict[str, Any]:
    site, unit = row.site, row.unit
    return {
        "id": row.pk,
        "kind": row.kind,
        "thing": "premises" if unit else "plot",
        "use": unit.use if unit else None,
        "name": row.thing.name,
        "site": site.name,
        "municipality": place(site.municipality),
        "address": {"street": site.street, "extra": "", "postcode": site.postcode, "locality": site.locality},
        "lon": number(site.lon),
        "lat": number(site.lat),
        "area": row.thing.area,
        "smallest_part": row.smallest_part,
        "largest_part": row.largest_part,
        "price": number(row.price),
        "price_on_request": row.price_on_request,
        "available_on": row.available_on,
        "published_on": row.published_on,
        "confirmed_on": row.confirmed_on,
        "is_demonstration": site.is_demonstration,
        "url": page_address("premises:detail", language, row.pk),
    }
