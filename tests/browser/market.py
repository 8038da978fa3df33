"""Premises, land, enquiries and owners' links that the pages of the table are opened with."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import override

from premises.enums import OfferKind, OfferState, UnitUse, Visibility
from premises.links import DAYS, OWNER, SENDER
from premises.models import Building, Enquiry, Offer, Plot, Site, Unit
from premises.titles import slug_of
from premises.workflow.enquiries import answer_enquiry, send_enquiry
from promo_portal.core import clock, links
from promo_portal.regions.models import Association, Municipality

LONG_HALL = "Präzisionsdrehteilefertigungshalle" * 3
EVERYTHING: dict[str, Any] = {
    "use": UnitUse.HALL,
    "floor": "Rez-de-chaussée",
    "area_gross": 1980,
    "area_usable": 1850,
    "smallest_divisible": 450,
    "largest_contiguous": 1850,
    "ceiling_height": "6.20",
    "floor_load": 2000,
    "power": 400,
    "crane": 5000,
    "docks": 2,
    "goods_lift": 0,
    "has_clean_room": True,
    "clean_room_class": "ISO 7",
    "has_compressed_air": True,
    "heating": "wood",
    "has_fibre": True,
    "parking_spaces": 24,
    "text_fr": "Halle claire construite pour le décolletage, sols repris, chauffage à plaquettes.",
}


class Market:
    """Mixed into the scene; uses its people, its association and its way in."""

    association: Association
    people: dict[str, Any]
    inside: Callable[[], AbstractContextManager[None]]
    working: Callable[..., AbstractContextManager[None]]

    # -- what is on offer --------------------------------------------------------------------------------------------

    def _site(self, name: str, **facts: Any) -> Site:
        place = Municipality.objects.get(bfs=446)
        values = {"street": "Rue du Vallon 8", "postcode": "2720", "locality": "Tramelan", **facts}
        return Site.objects.create(municipality=place, name=name, **values)

    def _offer(self, *, state: str = OfferState.PUBLISHED, days_ago: int = 5, **values: Any) -> Offer:
        day = clock.today() - timedelta(days=days_ago)
        values = {"kind": OfferKind.RENT, "price": 96, "published_on": day, "confirmed_on": day, **values}
        if state in {OfferState.LET, OfferState.WITHDRAWN}:
            values["ended_on"] = day
        return Offer.objects.create(state=state, **values)

    def _unit(self, name: str, site: Site, **facts: Any) -> Unit:
        house = Building.objects.create(site=site, name=name)
        return Unit.objects.create(building=house, name=name, **({"use": "workshop", "area_usable": 240} | facts))

    @cached_property
    def hall(self) -> Offer:
        """Premises with every fact that can be told."""
        with self.working(self.association):
            today = clock.today()
            site = self._site(
                "Zone d’essai", lon="7.10030", lat="47.22370", zoning="activity", zoning_note="Zone d’activités A2",
                noise_class="IV", contamination="listed", contamination_note="Ancien dépôt, assaini en 2011",
                motorway_minutes=12, station_minutes=9, facts_source="Commune de Tramelan", facts_checked_on=today,
            )  # fmt: skip
            return self._offer(unit=self._unit("Halle 1", site, **EVERYTHING), charges=14, term_years=5)

    @cached_property
    def hall_long(self) -> Offer:
        """A name without a space, as long as its field allows, a text as long as may be, and nothing else known.

        Nobody has confirmed it for a while, and somebody has reserved it.
        """
        with self.working(self.association):
            unit = self._unit(LONG_HALL[:120], self._site(LONG_HALL[:120]), text_de="Halle im Talboden. " * 75)
            return self._offer(state=OfferState.RESERVED, unit=unit, days_ago=50, price=None, price_on_request=True)

    @cached_property
    def hall_on_request(self) -> Offer:
        """Neither address nor name is public."""
        with self.working(self.association):
            unit = self._unit("Discret", self._site("Site discret"))
            return self._offer(unit=unit, visibility=Visibility.ON_REQUEST)

    @cached_property
    def hall_taken(self) -> Offer:
        with self.working(self.association):
            return self._offer(unit=self._unit("Atelier loué", self._site("Site loué")), state=OfferState.LET)

    @cached_property
    def hall_gone(self) -> Offer:
        """Nobody has confirmed it for so long that the public does not see it."""
        with self.working(self.association):
            return self._offer(unit=self._unit("Atelier oublié", self._site("Site oublié")), days_ago=200)

    @cached_property
    def land(self) -> Offer:
        with self.working(self.association):
            site = self._site("Plateau d’essai", lon="7.10530", lat="47.22170", zoning="industry")
            plot = Plot.objects.create(
                site=site, name="Parcelle nord", parcel="1482", area_total=12400, smallest_divisible=2000,
                servicing="serviced", utilisation="0.80", building_height="14.0", slope=4, power=1000, has_fibre=True,
                has_rail=False,
            )  # fmt: skip
            return self._offer(plot=plot, kind=OfferKind.BUILDING_RIGHT, price="6.50")

    @cached_property
    def land_bare(self) -> Offer:
        """Of which only the area is known."""
        with self.working(self.association):
            plot = Plot.objects.create(site=self._site("Plateau nu"), name="Parcelle sud", area_total=4800)
            return self._offer(plot=plot, kind=OfferKind.SALE, price="165")

    def number_and_name(self, offer: Offer, language: str) -> tuple[int, str]:
        """What its address holds: its name is translated, so its address is too."""
        with self.inside(), override(language):
            return offer.thing.pk, slug_of(offer.thing, offer.site.municipality)

    # -- who asks, who owns ------------------------------------------------------------------------------------------

    def _ask(self, name: str, **values: Any) -> Enquiry:
        text = "La surface est-elle divisible, et depuis quand ?\nOn nous presse un peu."
        asked: dict[str, Any] = {"name": name, "email": f"{len(name)}@essai.example", "message": text, **values}
        with self.working(self.association):
            return send_enquiry(offer=self.hall, now=clock.now(), **asked)

    @cached_property
    def enquiry(self) -> Enquiry:
        """Received, waiting for its answer."""
        return self._ask("Marthe Boillat")

    @cached_property
    def enquiry_waiting(self) -> Enquiry:
        """Waiting for a press in the mailbox; every word as long as may be."""
        return self._ask(LONG_HALL[:120], message="Rückfragemöglichkeitenübersicht" * 40, proved=False)

    @cached_property
    def enquiry_answered(self) -> Enquiry:
        found = self._ask("Jean Sauvain")
        with self.working(self.association):
            return answer_enquiry(
                enquiry=found, how="Rappelé, visite proposée.", by=self.people["officer"], now=clock.now()
            )

    def sender_link(self, enquiry: Enquiry, *, has_ended: bool = False) -> str:
        return self._signed(SENDER, enquiry.key, has_ended=has_ended)

    def owner_link(self, offer: Offer, *, has_ended: bool = False) -> str:
        return self._signed(OWNER, str(offer.pk), has_ended=has_ended)

    def _signed(self, purpose: str, key: str, *, has_ended: bool) -> str:
        with self.inside():
            now = clock.now() - timedelta(days=DAYS[purpose] + 1) if has_ended else None
            return links.sign(purpose, f"{self.association.pk}.{key}", days=DAYS[purpose], now=now)
