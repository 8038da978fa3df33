"""Sites, premises, plots and offers for tests; rows of the register of demand are made in their association's scope."""

from datetime import UTC, date, datetime
from typing import Any

from premises.enums import OfferKind, OfferState, UnitUse
from premises.models import Building, Offer, Plot, Site, SpaceSearch, Unit
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Municipality

MONDAY = datetime(2026, 11, 23, 13, 41, tzinfo=UTC)  # 14 h 41 in Tavannes
TODAY = date(2026, 11, 23)


def site(municipality: Municipality, *, name: str = "Zone de la Combe", **fields: Any) -> Site:
    """A site; the same name in a municipality is the same site."""
    found = Site.objects.filter(municipality=municipality, name=name).first()
    values = {"street": "Rue de la Combe 4", "postcode": "2710", "locality": municipality.official_name, **fields}
    return found or Site.objects.create(municipality=municipality, name=name, **values)


def unit(municipality: Municipality, *, name: str = "Halle 1", **fields: Any) -> Unit:
    """A hall of 800 m² usable, to be had from 200 m²."""
    place = site(municipality)
    building = Building.objects.get_or_create(site=place, name="Bâtiment A")[0]
    values = {"use": UnitUse.HALL, "area_gross": 880, "area_usable": 800, "smallest_divisible": 200, **fields}
    return Unit.objects.create(building=building, name=name, **values)


def plot(municipality: Municipality, *, name: str = "Champ nord", **fields: Any) -> Plot:
    """A plot of 6000 m²."""
    return Plot.objects.create(site=site(municipality), name=name, **{"area_total": 6000, **fields})


def offer(thing: Unit | Plot, *, state: str = OfferState.PUBLISHED, **fields: Any) -> Offer:
    """An offer in a state, made as a row; published and confirmed on 23 November 2026."""
    values: dict[str, Any] = {"unit": thing} if isinstance(thing, Unit) else {"plot": thing}
    if state != OfferState.DRAFT:
        values |= {"published_on": TODAY, "confirmed_on": TODAY}
    if state in {OfferState.LET, OfferState.WITHDRAWN}:
        values["ended_on"] = TODAY
    values |= {"kind": OfferKind.RENT, "price": 95, **fields}
    return Offer.objects.create(state=state, **values)


def search(municipality: Municipality, **fields: Any) -> SpaceSearch:
    """A company looks for 300 to 600 m² of premises until the end of March 2027."""
    association = municipality.association()
    assert association is not None
    values = {
        "title": "Atelier de décolletage",
        "organisation_name": "Décolletage du Val SA",
        "email": "direction@valtour.example",
        "area_from": 300,
        "area_to": 600,
        "open_until": date(2027, 3, 31),
        **fields,
    }
    with association_scope(association.pk):
        return SpaceSearch.objects.create(association=association, **values)
