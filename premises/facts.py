"""The facts that an industrialist decides on, in the same order and words on the page, in the comparison and in print.

What nobody has told stays in the table, as “not communicated”: a gap is a fact too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from premises.models import Offer, Plot, Site, Unit
from premises.published import shows_place
from premises.titles import price_words
from promo_portal.core.formats import words
from promo_portal.core.formats.words import NBSP


@dataclass(frozen=True)
class Fact:
    """A line: ``value`` is empty where nobody has told."""

    key: str
    label: str
    value: str

    @property
    def missing(self) -> bool:
        """Whether nobody has told."""
        return not self.value


@dataclass(frozen=True)
class FactGroup:
    """Lines that belong together."""

    key: str
    title: str
    facts: Sequence[Fact]


def with_unit(value: Any, unit: str) -> str:
    """A number with its unit, or nothing."""
    return "" if value is None else f"{words.number(value)}{NBSP}{unit}"


def yes_or_no(value: bool | None) -> str:
    """Yes, no, or nothing where nobody has told."""
    if value is None:
        return ""
    return pgettext("equipment", "yes") if value else pgettext("equipment", "no")


def amount_or_none(value: int | None, text: str) -> str:
    """Nought says “none”; empty says nothing."""
    if value is None:
        return ""
    return text if value else pgettext("equipment", "none")


def free_words(offer: Offer, today: date) -> str:
    """From when it can be had."""
    if offer.available_on is None:
        return ""
    return _("at once") if offer.available_on <= today else words.day(offer.available_on)


def terms_facts(offer: Offer, today: date) -> list[Fact]:
    """Price and dates."""
    facts = [Fact("price", _price_label(offer), price_words(offer))]
    if offer.is_yearly and offer.unit_id:
        facts.append(Fact("charges", _("Charges"), words.rent_m2(offer.charges) if offer.charges is not None else ""))
    facts.append(Fact("free", _("Free from"), free_words(offer, today)))
    if offer.term_years is not None:
        facts.append(Fact("term", _("Term"), with_unit(offer.term_years, _("years"))))
    return facts


def _price_label(offer: Offer) -> str:
    return {
        "rent": _("Rent"),
        "sale": _("Purchase price"),
        "building_right": _("Interest for the building right"),
    }[offer.kind]


def groups_of(offer: Offer, today: date) -> list[FactGroup]:
    """All facts of an offer, grouped: area, terms, technique, place."""
    thing = offer.thing
    technique = unit_technique(thing) if isinstance(thing, Unit) else plot_technique(thing)
    area = unit_area(thing) if isinstance(thing, Unit) else plot_area(thing)
    return [
        FactGroup("area", _("Area"), area),
        FactGroup("terms", _("Terms"), terms_facts(offer, today)),
        FactGroup("technique", _("Technique") if isinstance(thing, Unit) else _("Building"), technique),
        FactGroup("place", _("Place, zone, servicing"), place_facts(offer.site, thing, is_open=shows_place(offer))),
    ]


def unit_area(unit: Unit) -> list[Fact]:
    """Each area with its definition; they are never mixed."""
    return [
        Fact("usable", _("Usable area"), words.area(unit.area_usable)),
        Fact("gross", _("Gross floor area"), words.area(unit.area_gross)),
        Fact("smallest", _("Divisible from"), words.area(unit.smallest_divisible)),
        Fact("largest", _("Largest contiguous area"), words.area(unit.largest_contiguous)),
    ]


def plot_area(plot: Plot) -> list[Fact]:
    """The whole, and its parts."""
    return [
        Fact("total", _("Area of the plot"), words.area(plot.area_total)),
        Fact("smallest", _("Divisible from"), words.area(plot.smallest_divisible)),
        Fact("largest", _("Largest contiguous area"), words.area(plot.largest_contiguous)),
    ]


def unit_technique(unit: Unit) -> list[Fact]:
    """What machines and goods need."""
    clean = yes_or_no(unit.has_clean_room)
    if unit.has_clean_room and unit.clean_room_class:
        clean = f"{clean}, {unit.clean_room_class}"
    return [
        Fact("height", _("Clear height"), with_unit(unit.ceiling_height, "m")),
        Fact("floor_load", _("Floor load"), with_unit(unit.floor_load, "kg/m²")),
        Fact("power", _("Electrical power"), with_unit(unit.power, "kW")),
        Fact("crane", _("Overhead crane"), amount_or_none(unit.crane, with_unit(unit.crane, "kg"))),
        Fact("docks", _("Loading docks"), amount_or_none(unit.docks, words.number(unit.docks))),
        Fact("lift", _("Goods lift"), amount_or_none(unit.goods_lift, with_unit(unit.goods_lift, "kg"))),
        Fact("clean_room", _("Clean room"), clean),
        Fact("air", _("Compressed air"), yes_or_no(unit.has_compressed_air)),
        Fact("heating", _("Heating"), unit.get_heating_display() if unit.heating else ""),
        Fact("fibre", _("Optical fibre"), yes_or_no(unit.has_fibre)),
    ]


def plot_technique(plot: Plot) -> list[Fact]:
    """What may be built, and what is there."""
    return [
        Fact("servicing", _("Servicing"), plot.get_servicing_display() if plot.servicing else ""),
        Fact("utilisation", _("Utilisation figure"), words.number(plot.utilisation)),
        Fact("building_height", _("Greatest height of buildings"), with_unit(plot.building_height, "m")),
        Fact("slope", _("Slope"), words.percent(plot.slope)),
        Fact("power", _("Electrical power"), with_unit(plot.power, "kW")),
        Fact("fibre", _("Optical fibre"), yes_or_no(plot.has_fibre)),
        Fact("rail", _("Rail siding"), yes_or_no(plot.has_rail)),
    ]


def place_facts(site: Site, thing: Unit | Plot, *, is_open: bool) -> list[Fact]:
    """Where it lies, what the plan allows, what the registers say."""
    zone = " · ".join(part for part in (site.get_zoning_display() if site.zoning else "", site.zoning_note) if part)
    polluted = site.get_contamination_display() if site.contamination else ""
    if polluted and site.contamination_note:
        polluted = f"{polluted}. {site.contamination_note}"
    address = site.address if is_open else pgettext("address", "on request")
    facts = [
        Fact("municipality", _("Municipality"), site.municipality.name),
        Fact("address", _("Address"), address),
        Fact("zone", _("Zone"), zone),
        Fact("noise", _("Sensitivity to noise"), site.get_noise_class_display() if site.noise_class else ""),
        Fact("pollution", _("Polluted site"), polluted),
        Fact("motorway", _("To the motorway, by car"), with_unit(site.motorway_minutes, "min")),
        Fact("station", _("To the station, on foot"), with_unit(site.station_minutes, "min")),
    ]
    if isinstance(thing, Unit):
        facts.append(Fact("parking", _("Parking spaces"), words.number(thing.parking_spaces)))
        facts.append(Fact("built", _("Built, renovated"), _years(thing)))
    return facts


def _years(unit: Unit) -> str:
    years = (unit.building.built_year, unit.building.renovated_year)
    return ", ".join(str(year) for year in years if year)


KEY_FACTS = {
    "unit": ("usable", "gross", "smallest", "largest", "price", "free", "height", "floor_load", "power", "crane", "docks", "zone"),
    "plot": ("total", "smallest", "largest", "price", "free", "servicing", "zone", "utilisation", "power", "fibre", "noise", "pollution"),
}  # fmt: skip


def key_facts(offer: Offer, groups: Sequence[FactGroup]) -> list[Fact]:
    """The twelve lines that come first."""
    known = {fact.key: fact for group in groups for fact in group.facts}
    return [known[key] for key in KEY_FACTS["unit" if offer.unit_id else "plot"]]


def further_groups(offer: Offer, groups: Sequence[FactGroup]) -> list[FactGroup]:
    """What is not among the twelve."""
    taken = set(KEY_FACTS["unit" if offer.unit_id else "plot"])
    rest = [FactGroup(group.key, group.title, [f for f in group.facts if f.key not in taken]) for group in groups]
    return [group for group in rest if group.facts]
