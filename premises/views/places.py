"""Where offers lie: the map's circles on the list, the letter of one object on its page (L for premises, T for land)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from premises.filters import Filters
from premises.models import Offer
from premises.published import place_of, shows_place
from premises.titles import offer_title
from promo_portal.core.formats import words
from promo_portal.core.list_query import ListQuery
from promo_portal.regions.maps.drawing import Circle, Dot, RegionMap, perimeter_districts
from promo_portal.regions.models import Municipality


def results_map(
    asked: ListQuery, filters: Filters, counts: Mapping[int, int], names: Mapping[int, Municipality]
) -> RegionMap:
    """A circle per municipality, each a filter."""
    circles = []
    for bfs, count in counts.items():
        text = ngettext("%(place)s, %(count)s object", "%(place)s, %(count)s objects", count)
        label = text % {"place": names[bfs].name, "count": words.number(count)}
        url = asked.url(but=["municipality"], more=[("municipality", bfs)])
        if circle := Circle.of(names[bfs], count, label, url):
            circles.append(circle)
    return RegionMap(
        _("Map of the results"), districts=perimeter_districts(), circles=circles, chosen=filters.municipalities
    )


def object_map(offer: Offer) -> RegionMap:
    """The object's place; only its municipality where the address is not public."""
    letter: Any = pgettext("letter on the map", "P") if offer.unit_id else pgettext("letter on the map", "L")
    where = place_of(offer) if shows_place(offer) and offer.site.lon is not None else None
    dots = [Dot(*where, offer_title(offer), letter=letter, is_chosen=True)] if where else []
    return RegionMap(
        _("Place of %(name)s on the map") % {"name": offer_title(offer)},
        districts=perimeter_districts(),
        dots=dots,
        chosen=[offer.site.municipality.bfs],
        interactive=False,
    )
