"""Why an offer suits a search, in sentences: what is wanted, what is there, and whether they meet."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from premises.models import Match, SpaceSearch, Unit
from premises.titles import price_words
from promo_portal.core.formats import words


@dataclass(frozen=True)
class ReasonLine:
    """One criterion of a match, for people."""

    label: str
    text: str
    fits: bool | None
    weight: int

    @property
    def verdict(self) -> str:
        """The word beside it, so that colour alone says nothing."""
        if self.fits is None:
            return pgettext("criterion", "not known")
        return pgettext("criterion", "fits") if self.fits else pgettext("criterion", "does not fit")


def _least(value: Any, unit: str) -> str:
    return f"≥ {words.number(value)} {unit}"


def _there(value: Any, unit: str) -> str:
    return _("not communicated") if value is None else f"{words.number(value)} {unit}"


def _yes(value: bool | None) -> str:
    if value is None:
        return _("not communicated")
    return pgettext("equipment", "present") if value else pgettext("equipment", "none")


def reason_lines(match: Match, search: SpaceSearch) -> list[ReasonLine]:
    """The criteria of a match in the order of their weight."""
    offer, lines = match.offer, []
    unit = offer.unit
    wanted_area = (
        words.area_range(search.area_from, search.area_to) if search.area_to else f"≥ {words.area(search.area_from)}"
    )
    texts: dict[str, tuple[str, str, str]] = {
        "area": (_("Area"), wanted_area, words.area_range(offer.smallest_part, offer.largest_part)),
        "place": (_("Place"), _("one of the municipalities wanted"), offer.site.municipality.name),
        "price": (
            _("Price"),
            f"≤ {words.money(search.price_to)}",
            price_words(offer) or _("not communicated"),
        ),
        "date": (_("Free from"), words.day(search.needed_by), words.day(offer.available_on) or _("not communicated")),
        "power": (_("Power"), _least(search.power, "kW"), _there(offer.thing.power, "kW")),
        **(_of_unit(search, unit) if unit else {}),
    }
    for reason in match.reasons:
        if reason["code"] in texts:
            label, wanted, there = texts[reason["code"]]
            text = _("wanted: %(wanted)s; there: %(there)s") % {"wanted": wanted, "there": there}
            lines.append(ReasonLine(label, text, reason["fits"], reason["weight"]))
    return lines


def _of_unit(search: SpaceSearch, unit: Unit) -> dict[str, tuple[str, str, str]]:
    needed = _("needed")
    return {
        "height": (_("Clear height"), _least(search.ceiling_height, "m"), _there(unit.ceiling_height, "m")),
        "floor_load": (_("Floor load"), _least(search.floor_load, "kg/m²"), _there(unit.floor_load, "kg/m²")),
        "crane": (_("Overhead crane"), _least(search.crane, "kg"), _there(unit.crane, "kg")),
        "dock": (_("Loading dock"), needed, _yes(None if unit.docks is None else unit.docks > 0)),
        "clean_room": (_("Clean room"), needed, _yes(unit.has_clean_room)),
    }
