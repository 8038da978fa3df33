"""What the public may know of an offer: one place that pages, feeds and the API read from.

An offer “on request” is found, but says neither address nor name nor exact place: those come with the answer.
"""

from datetime import date
from typing import Any

from django.conf import settings

from premises.addresses import offer_url
from premises.enums import Visibility
from premises.models import Offer, Unit
from premises.models.offer import OfferQuerySet
from premises.titles import offer_title
from promo_portal.core import clock


def published_offers(on: date | None = None) -> OfferQuerySet:
    """All offers that the public finds on a day (today), with everything that a row tells."""
    return Offer.objects.published(on or clock.today()).with_things().with_areas()


def shows_place(offer: Offer) -> bool:
    """Whether address, name and exact place are public."""
    return offer.visibility == Visibility.PUBLIC


def place_of(offer: Offer) -> tuple[float, float] | None:
    """Longitude and latitude: of the site, or of the municipality where the address is not public or not known."""
    site = offer.site
    if shows_place(offer) and site.lon is not None and site.lat is not None:
        return float(site.lon), float(site.lat)
    place = site.municipality
    return (float(place.lon), float(place.lat)) if place.lon is not None and place.lat is not None else None


def offer_row(offer: Offer) -> dict[str, Any]:
    """An offer as the API and the feeds give it: named fields only, so that a new column cannot leak."""
    thing, open_to_all = offer.thing, shows_place(offer)
    place = place_of(offer)
    whole = thing.area
    return {
        "id": offer.pk,
        "kind": "premises" if isinstance(thing, Unit) else "plot",
        "use": thing.use if isinstance(thing, Unit) else None,
        "terms": offer.kind,
        "state": offer.state,
        "title": offer_title(offer),
        "municipality": {"bfs": offer.site.municipality.bfs, "name": offer.site.municipality.official_name},
        "address": offer.site.address if open_to_all else None,
        "area": whole,
        "area_is": _area_definition(thing),
        "smallest_divisible": offer.smallest_part,
        "largest_contiguous": offer.largest_part,
        "price": float(offer.price) if offer.price is not None else None,
        "price_unit": "CHF/m²/year" if offer.is_yearly else "CHF/m²",
        "price_on_request": offer.price_on_request,
        "available_on": offer.available_on.isoformat() if offer.available_on else None,
        "ceiling_height": float(thing.ceiling_height) if isinstance(thing, Unit) and thing.ceiling_height else None,
        "floor_load": thing.floor_load if isinstance(thing, Unit) else None,
        "power": thing.power,
        "zoning": offer.site.zoning or None,
        "lon": place[0] if place else None,
        "lat": place[1] if place else None,
        "place_is_exact": bool(open_to_all and offer.site.lon is not None),
        "confirmed_on": offer.confirmed_on.isoformat() if offer.confirmed_on else None,
        "url": f"{settings.SITE_URL}{offer_url(offer)}",
    }


def _area_definition(thing: Any) -> str:
    if not isinstance(thing, Unit):
        return "plot"
    return "usable" if thing.area_is_usable else "gross"
