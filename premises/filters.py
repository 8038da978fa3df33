"""The filters of the public list: what an address asks for, which offers that leaves, and how many each choice would."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from premises.enums import OfferKind, UnitUse, Wanted, Zoning
from premises.models.offer import OfferQuerySet
from promo_portal.core.list_query import ListQuery
from promo_portal.regions.models import Municipality
from promo_portal.regions.names import plain

RENT, BUY = "rent", "buy"
DEALS = {RENT: [OfferKind.RENT, OfferKind.BUILDING_RIGHT], BUY: [OfferKind.SALE, OfferKind.BUILDING_RIGHT]}
FREE = {
    "now": (relativedelta(), gettext_lazy("at once")),
    "6": (relativedelta(months=6), gettext_lazy("within 6 months")),
    "12": (relativedelta(months=12), gettext_lazy("within 12 months")),
}
# name: (label, unit, field of units, field of plots)
LEAST: dict[str, tuple[Any, str, str, str]] = {
    "height": (gettext_lazy("Clear height from"), "m", "unit__ceiling_height", ""),
    "load": (gettext_lazy("Floor load from"), "kg/m²", "unit__floor_load", ""),
    "power": (gettext_lazy("Power from"), "kW", "unit__power", "plot__power"),
    "crane": (gettext_lazy("Crane from"), "kg", "unit__crane", ""),
}
EQUIPMENT: dict[str, tuple[Any, str, Q]] = {
    "dock": (gettext_lazy("Loading dock"), "unit", Q(unit__docks__gt=0)),
    "lift": (gettext_lazy("Goods lift"), "unit", Q(unit__goods_lift__gt=0)),
    "clean_room": (gettext_lazy("Clean room"), "unit", Q(unit__has_clean_room=True)),
    "air": (gettext_lazy("Compressed air"), "unit", Q(unit__has_compressed_air=True)),
    "fibre": (gettext_lazy("Optical fibre"), "both", Q(unit__has_fibre=True) | Q(plot__has_fibre=True)),
    "serviced": (gettext_lazy("Fully serviced"), "plot", Q(plot__servicing="serviced")),
    "rail": (gettext_lazy("Rail siding"), "plot", Q(plot__has_rail=True)),
}
SORTS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "newest": (gettext_lazy("newest"), ("-published_on", "-pk")),
    "area": (gettext_lazy("largest"), (F("whole").desc(), "-pk")),
    "small": (gettext_lazy("smallest"), (F("whole").asc(), "-pk")),
    "price": (gettext_lazy("price"), (F("price").asc(nulls_last=True), "-pk")),
    "free": (gettext_lazy("free soonest"), (F("available_on").asc(nulls_last=True), "-pk")),
}
LARGEST = 9_999_999


@dataclass
class Filters:
    """What was asked for and understood."""

    kind: str = Wanted.PREMISES
    terms: str = ""
    text: str = ""
    area_from: int | None = None
    area_to: int | None = None
    municipalities: list[int] = field(default_factory=list)
    uses: list[str] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)
    equipment: list[str] = field(default_factory=list)
    free: str = ""
    least: dict[str, int] = field(default_factory=dict)
    sort: str = "newest"
    page: int = 1

    @property
    def is_plots(self) -> bool:
        """Whether land is looked for."""
        return self.kind == Wanted.PLOTS

    def equipment_offered(self) -> dict[str, tuple[Any, str, Q]]:
        """The equipment that this kind of object can have."""
        own = "plot" if self.is_plots else "unit"
        return {name: entry for name, entry in EQUIPMENT.items() if entry[1] in {own, "both"}}


def read_filters(asked: ListQuery, today: date) -> tuple[Filters, dict[int, Municipality]]:
    """The parameters of an address; what means nothing becomes a hint. Former municipalities lead to their successor."""
    found = Filters(kind=asked.take_choice("kind", Wanted.values, Wanted.PREMISES))
    found.terms = asked.take_choice("terms", DEALS, "")
    found.text = asked.take_text("q")
    found.area_from = asked.take_number("area_from", 1, LARGEST)
    found.area_to = asked.take_number("area_to", 1, LARGEST)
    if found.area_from and found.area_to and found.area_from > found.area_to:
        found.area_from, found.area_to = found.area_to, found.area_from
        asked.replace("area_from", [found.area_from])
        asked.replace("area_to", [found.area_to])
        asked.hint(_("The area was read the other way round: from the smaller to the larger."))
    places = _places(asked, found, today)
    found.uses = asked.take_choices("use", UnitUse.values)
    found.zones = asked.take_choices("zone", Zoning.values)
    found.equipment = asked.take_choices("with", EQUIPMENT)
    found.free = asked.take_choice("free", FREE, "")
    for name in LEAST:
        if value := asked.take_number(name, 1, LARGEST):
            found.least[name] = value
    found.sort = asked.take_choice("sort", SORTS, "newest")
    found.page = asked.take_page()
    return found, places


def _places(asked: ListQuery, found: Filters, today: date) -> dict[int, Municipality]:
    """Municipalities by BFS number, as they stand today."""
    numbers = asked.take_numbers("municipality", 1, 99_999)
    if not numbers:
        return {}
    rows = {row.bfs: row for row in Municipality.objects.filter(bfs__in=numbers).select_related("successor")}
    places: dict[int, Municipality] = {}
    for number in numbers:
        row = rows.get(number)
        now = row.standing(today) if row else None
        if row is None or now is None:
            asked.refuse("municipality", str(number))
            continue
        if now != row:
            asked.hint(_("%(former)s is part of %(name)s today.") % {"former": row.name, "name": now.name})
        places[now.bfs] = now
    found.municipalities = list(places)
    asked.replace("municipality", found.municipalities)
    return places


def narrowed(rows: OfferQuerySet, filters: Filters, today: date, *, but: str = "") -> OfferQuerySet:
    """The offers that fit (``but="choices"``: before the counted choices of the bar); ``rows`` come with their areas."""
    rows = rows.plots() if filters.is_plots else rows.premises()
    if filters.terms:
        rows = rows.filter(kind__in=DEALS[filters.terms])
    for word in plain(filters.text).split()[:5]:
        rows = rows.filter(_has_word(word))
    if filters.area_from:
        rows = rows.filter(Q(("largest__gte", filters.area_from)))
    if filters.area_to:
        rows = rows.filter(Q(("smallest__lte", filters.area_to)))
    if filters.free:
        rows = rows.filter(available_on__lte=today + FREE[filters.free][0])
    for name, value in filters.least.items():
        path = LEAST[name][3 if filters.is_plots else 2]
        if path:
            rows = rows.filter(**{f"{path}__gte": value})
    for name in filters.equipment:
        if name in filters.equipment_offered():
            rows = rows.filter(EQUIPMENT[name][2])
    return rows if but == "choices" else _chosen(rows, filters)


def _chosen(rows: OfferQuerySet, filters: Filters) -> OfferQuerySet:
    """The choices of the bar that are counted."""
    if filters.municipalities:
        rows = rows.filter(site__municipality__bfs__in=filters.municipalities)
    if filters.uses and not filters.is_plots:
        rows = rows.filter(unit__use__in=filters.uses)
    if filters.zones:
        rows = rows.filter(site__zoning__in=filters.zones)
    return rows


def _has_word(word: str) -> Q:
    """A word of the place; name and locality of the site only where they are public."""
    public = Q(visibility="public") & (Q(site__name__icontains=word) | Q(site__locality__icontains=word))
    return Q(site__municipality__search_name__contains=word) | public


@dataclass(frozen=True)
class Choice:
    """What decides the counts of the filters: an offer's municipality, use and zone."""

    bfs: int
    use: str
    zone: str


def choices_of(rows: Sequence[tuple[int, str | None, str]]) -> list[Choice]:
    """From values of the database."""
    return [Choice(bfs, use or "", zone) for bfs, use, zone in rows]


def counted(choices: Sequence[Choice], filters: Filters, name: str) -> Counter[Any]:
    """How many offers each choice of a filter would leave, the other filters applied."""
    wanted: dict[str, set[Any]] = {
        "bfs": set(filters.municipalities),
        "use": set() if filters.is_plots else set(filters.uses),
        "zone": set(filters.zones),
    }
    others = [(key, values) for key, values in wanted.items() if key != name and values]
    fitting = (one for one in choices if all(getattr(one, key) in values for key, values in others))
    return Counter(getattr(one, name) for one in fitting)
