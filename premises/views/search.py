"""The public list of premises and land: filters, rows with the figures that decide, ways on when nothing fits."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from premises.addresses import offer_url
from premises.enums import OfferFreshness, OfferState, UnitUse, Visibility, Wanted, Zoning
from premises.facts import free_words, with_unit
from premises.filters import (
    EQUIPMENT,
    FREE,
    LEAST,
    SORTS,
    Choice,
    Filters,
    choices_of,
    counted,
    narrowed,
    read_filters,
)
from premises.models import Offer, Unit
from premises.published import published_offers
from premises.titles import offer_title, price_words
from premises.views.places import results_map
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.formats import words
from promo_portal.core.formats.words import NBSP
from promo_portal.core.list_query import ListQuery
from promo_portal.core.listing import (
    PER_PAGE,
    Chip,
    FacetBox,
    Listing,
    ListPage,
    Option,
    PlaceCount,
    SortLink,
    WayOn,
    page_within,
    render_list,
)
from promo_portal.core.page_cache import kept_for
from promo_portal.regions.models import Municipality

WIDER = 0.2  # areas a fifth smaller and larger are offered where nothing fits
NEAR_KM = 10
MOST_PLACES = 12


@public
@require_GET
@kept_for(60)
def offers(request: HttpRequest) -> HttpResponse:
    """What is free, by what was asked for; broken parameters are said and left out."""
    today = clock.today()
    asked = ListQuery(request.GET, request.path)
    filters, places = read_filters(asked, today)
    asked.finish()
    base = narrowed(published_offers(today), filters, today, but="choices")
    values = base.order_by("pk").values_list("site__municipality__bfs", "unit__use", "site__zoning")
    choices = choices_of(list(values))
    found = narrowed(published_offers(today), filters, today)
    count = _count(choices, filters)
    number = page_within(filters.page, count)
    start = (number - 1) * PER_PAGE
    rows = [row_of(offer, today) for offer in found.order_by(*SORTS[filters.sort][1])[start : start + PER_PAGE]]
    names = {**_names(choices), **places}
    listing = Listing(
        action=request.path,
        heading=_heading(filters, count),
        page=ListPage(rows, number, count),
        query=filters.text,
        facets=_facets(filters, choices, names),
        chips=_chips(asked, filters, names),
        clear_url=asked.url(but=_filter_names(asked)) if asked.pairs(but=("kind", "sort")) else "",
        hints=asked.hints,
        sorts=[SortLink(str(label), _sort_url(asked, key), key == filters.sort) for key, (label, _o) in SORTS.items()],
        kept=[("sort", filters.sort)] if filters.sort != "newest" else [],
        places=_place_counts(asked, filters, choices, names),
        extra={
            "fields": "premises/_fields.html",
            "filters": filters,
            "least": _least(filters),
            "free": [(key, label) for key, (_d, label) in FREE.items()],
        },
    )
    listing.extra["map"] = results_map(asked, filters, counted(choices, filters, "bfs"), names)
    if not count:
        _empty(listing, asked, filters, today, list(places.values()))
    context = {
        "kinds": [
            (Wanted.PREMISES, capfirst(Wanted.PREMISES.label)),
            (Wanted.PLOTS, capfirst(Wanted.PLOTS.label)),
        ],
        "deals": [("", pgettext("rent or buy", "All")), ("rent", _("To let")), ("buy", _("For sale"))],
        "compare_url": reverse("premises:compare"),
    }
    return render_list(request, "premises/offer_list.html", listing, context)


def row_of(offer: Offer, today: date) -> dict[str, Any]:
    """A row: title, the figures that decide, and what is unusual about it."""
    fresh = offer.freshness(today)
    thing = offer.thing
    if offer.unit:
        technique = [
            _high(offer.unit),
            with_unit(offer.unit.floor_load, "kg/m²"),
            with_unit(offer.unit.power, "kW"),
        ]
    else:
        technique = [offer.plot.get_servicing_display() if offer.plot and offer.plot.servicing else ""]
    divisible = (
        _("divisible from %(area)s") % {"area": words.area(thing.smallest_divisible)}
        if thing.smallest_divisible and thing.smallest_divisible < thing.area
        else ""
    )
    return {
        "offer": offer,
        "title": offer_title(offer),
        "url": offer_url(offer),
        "line": f"{NBSP}· ".join(part for part in (_area_words(offer), divisible, *technique) if part),
        "terms": offer.get_kind_display(),
        "price": price_words(offer) or _("Price not communicated"),
        "free": _("Free: %(when)s") % {"when": free_words(offer, today) or _("not communicated")},
        "is_reserved": offer.state == OfferState.RESERVED,
        "is_stale": fresh == OfferFreshness.TO_CONFIRM,
        "is_on_request": offer.visibility == Visibility.ON_REQUEST,
    }


def _high(unit: Unit) -> str:
    """The clear height, said as one: metres alone could be anything."""
    height = with_unit(unit.ceiling_height, "m")
    return _("%(height)s high") % {"height": height} if height else ""


def _area_words(offer: Offer) -> str:
    """The area with its definition."""
    if offer.unit is None:
        return words.area(offer.thing.area)
    text = _("%(area)s usable") if offer.unit.area_is_usable else _("%(area)s gross")
    return text % {"area": words.area(offer.unit.area)}


def _count(choices: list[Choice], filters: Filters) -> int:
    by_place = counted(choices, filters, "bfs")
    wanted = filters.municipalities or list(by_place)
    return sum(by_place[bfs] for bfs in wanted)


def _heading(filters: Filters, count: int) -> str:
    if filters.is_plots:
        text = ngettext("%(count)s plot", "%(count)s plots", count)
    else:
        text = ngettext("%(count)s unit", "%(count)s premises", count)
    return text % {"count": words.number(count)}


def _names(choices: list[Choice]) -> dict[int, Municipality]:
    numbers = {one.bfs for one in choices}
    return {row.bfs: row for row in Municipality.objects.filter(bfs__in=numbers)} if numbers else {}


def _facets(filters: Filters, choices: list[Choice], names: dict[int, Municipality]) -> list[FacetBox]:
    """The bar's filters with their counts."""
    by_place = counted(choices, filters, "bfs")
    shown = sorted({*by_place, *filters.municipalities}, key=lambda bfs: names[bfs].name)
    boxes = [
        FacetBox(
            "municipality",
            _("Municipality"),
            [Option(str(bfs), names[bfs].name, by_place[bfs], bfs in filters.municipalities) for bfs in shown],
        )
    ]
    if not filters.is_plots:
        boxes.append(_box("use", _("Use"), UnitUse.choices, filters.uses, counted(choices, filters, "use")))
    boxes.append(_box("zone", _("Zone"), Zoning.choices, filters.zones, counted(choices, filters, "zone")))
    offered = filters.equipment_offered()
    equipment = [Option(name, str(entry[0]), None, name in filters.equipment) for name, entry in offered.items()]
    boxes.append(FacetBox("with", _("Equipment"), equipment))
    return boxes


def _box(name: str, label: str, choices: Any, chosen: list[str], counts: Any) -> FacetBox:
    options = [Option(value, capfirst(str(text)), counts[value], value in chosen) for value, text in choices]
    return FacetBox(name, label, options)


def _least(filters: Filters) -> list[dict[str, Any]]:
    """The number fields of “more criteria”."""
    own = 3 if filters.is_plots else 2
    return [
        {"name": name, "label": entry[0], "unit": entry[1], "value": filters.least.get(name, "")}
        for name, entry in LEAST.items()
        if entry[own]
    ]


def _filter_names(asked: ListQuery) -> list[str]:
    return [name for name, _value in asked.pairs() if name not in {"kind", "sort"}]


def _chips(asked: ListQuery, filters: Filters, names: dict[int, Municipality]) -> list[Chip]:
    """Each filter that is on, with the address without it."""
    chips = [Chip(f"“{filters.text}”", asked.url(but=["q"]))] if filters.text else []
    if filters.terms:
        label = _("To let") if filters.terms == "rent" else _("For sale")
        chips.append(Chip(label, asked.url(but=["terms"])))
    if filters.area_from:
        chips.append(Chip(_("from %(area)s") % {"area": words.area(filters.area_from)}, asked.url(but=["area_from"])))
    if filters.area_to:
        chips.append(Chip(_("up to %(area)s") % {"area": words.area(filters.area_to)}, asked.url(but=["area_to"])))
    chips += [Chip(names[bfs].name, asked.url(less=("municipality", bfs))) for bfs in filters.municipalities]
    chips += [Chip(capfirst(str(UnitUse(use).label)), asked.url(less=("use", use))) for use in filters.uses]
    chips += [Chip(capfirst(str(Zoning(zone).label)), asked.url(less=("zone", zone))) for zone in filters.zones]
    chips += [Chip(str(EQUIPMENT[name][0]), asked.url(less=("with", name))) for name in filters.equipment]
    if filters.free:
        chips.append(Chip(_("Free: %(when)s") % {"when": FREE[filters.free][1]}, asked.url(but=["free"])))
    for name, value in filters.least.items():
        chips.append(Chip(f"{LEAST[name][0]} {with_unit(value, LEAST[name][1])}", asked.url(but=[name])))
    return chips


def _sort_url(asked: ListQuery, key: str) -> str:
    return asked.url(but=["sort"], more=[("sort", key)] if key != "newest" else [])


def _place_counts(
    asked: ListQuery, filters: Filters, choices: list[Choice], names: dict[int, Municipality]
) -> list[PlaceCount]:
    """Results by municipality: the equivalent of the map."""
    counts = counted(choices, filters, "bfs").most_common(MOST_PLACES)
    most = counts[0][1] if counts else 1
    return [
        PlaceCount(
            names[bfs].name,
            asked.url(less=("municipality", bfs))
            if bfs in filters.municipalities
            else asked.url(more=[("municipality", bfs)]),
            count,
            round(100 * count / most),
            bfs in filters.municipalities,
        )
        for bfs, count in counts
    ]


def _empty(listing: Listing, asked: ListQuery, filters: Filters, today: date, places: list[Municipality]) -> None:
    """Why nothing is there, and the ways on: a wider area, near municipalities, fewer filters, a person."""
    listing.empty_title = _empty_title(filters, places)
    listing.empty_text = _("Widen the search, or tell us what you need: we also know what is not published.")
    ways = []
    if filters.area_from or filters.area_to:
        wider_from = int(filters.area_from * (1 - WIDER)) or 1 if filters.area_from else None
        wider_to = int(filters.area_to * (1 + WIDER)) if filters.area_to else None
        wider = Filters(**{**filters.__dict__, "area_from": wider_from, "area_to": wider_to})
        pairs = [(name, value) for name, value in (("area_from", wider_from), ("area_to", wider_to)) if value]
        count = narrowed(published_offers(today), wider, today).count()
        if count:
            ways.append(
                WayOn(_("Widen the area by a fifth"), asked.url(but=["area_from", "area_to"], more=pairs), count)
            )
    if places and (near := _near(places)):
        closer = Filters(**{**filters.__dict__, "municipalities": [place.bfs for place in near]})
        if count := narrowed(published_offers(today), closer, today).count():
            more = [("municipality", place.bfs) for place in near]
            label = _("Within %(km)s km") % {"km": NEAR_KM}
            ways.append(WayOn(label, asked.url(but=["municipality"], more=more), count))
    if listing.chips:
        ways.append(WayOn(_("Without “%(filter)s”") % {"filter": listing.chips[-1].label}, listing.chips[-1].url))
    ways.append(WayOn(_("Tell us what you need"), reverse("portal:contact")))
    listing.ways_on = ways


def _empty_title(filters: Filters, places: list[Municipality]) -> str:
    what = _("No plot fits") if filters.is_plots else _("No premises fit")
    if len(places) == 1:
        text = _("No plot fits in %(place)s") if filters.is_plots else _("No premises fit in %(place)s")
        return text % {"place": places[0].name}
    return what


def _near(places: list[Municipality]) -> list[Municipality]:
    """Municipalities whose centre lies within ten kilometres of one of these (1° of latitude is 111 km, of longitude 76)."""
    found: dict[int, Municipality] = {}
    for place in places[:3]:
        if place.lon is None or place.lat is None:
            continue
        high, wide = Decimal(NEAR_KM) / 111, Decimal(NEAR_KM) / 76
        box = Municipality.objects.valid(clock.today()).filter(
            lon__range=(place.lon - wide, place.lon + wide), lat__range=(place.lat - high, place.lat + high)
        )
        found |= {row.bfs: row for row in box[:40]}
    return list(found.values())
