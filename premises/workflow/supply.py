"""Entering something on offer in one step, with its site and building: for the demo, imports and staff in a hurry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from premises.models import Building, Offer, OwnerContact, Plot, Site, Unit
from premises.workflow.moving import Actor
from premises.workflow.offers import publish_offer
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Municipality

Values = Mapping[str, Any]


def _site(municipality: Municipality, name: str, values: Values) -> Site:
    found = Site.objects.filter(municipality=municipality, name=name).first()
    return found or Site.objects.create(municipality=municipality, name=name, **values)


@transaction.atomic
def offer_premises(
    *,
    municipality: Municipality,
    site: Values,
    unit: Values,
    terms: Values,
    building: Values | None = None,
    contact: Values | None = None,
    publish: bool = True,
    by: Actor,
    now: datetime,
) -> Offer:
    """A unit and its offer. ``site``, ``building`` and ``unit`` hold ``name`` and facts; a known site or building is used.

    ``terms`` are the offer's fields (kind, price, owner …); ``contact`` is the owner's, and stays internal.
    """
    place = _site(municipality, site["name"], {key: value for key, value in site.items() if key != "name"})
    house = dict(building or {"name": place.name})
    name = house.pop("name")
    home = Building.objects.get_or_create(site=place, name=name, defaults=house)[0]
    made = Unit.objects.create(building=home, **unit)
    return _offered(Offer(unit=made, created_at=now, **terms), contact, publish=publish, by=by, now=now)


@transaction.atomic
def offer_land(
    *,
    municipality: Municipality,
    site: Values,
    plot: Values,
    terms: Values,
    contact: Values | None = None,
    publish: bool = True,
    by: Actor,
    now: datetime,
) -> Offer:
    """A plot and its offer, as ``offer_premises``."""
    place = _site(municipality, site["name"], {key: value for key, value in site.items() if key != "name"})
    made = Plot.objects.create(site=place, **plot)
    return _offered(Offer(plot=made, created_at=now, **terms), contact, publish=publish, by=by, now=now)


def _offered(offer: Offer, contact: Values | None, *, publish: bool, by: Actor, now: datetime) -> Offer:
    offer.save()
    with association_scope(offer.association_id):
        if contact:
            OwnerContact.objects.create(offer=offer, **contact)
    return publish_offer(offer=offer, by=by, now=now) if publish else offer
