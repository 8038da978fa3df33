"""Where results and entries lie: the map's circles and dots."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.facets import Asked, Labels
from companies.models import Organisation
from companies.search.finding import Found
from promo_portal.core.formats import words
from promo_portal.regions.maps.drawing import Circle, Dot, RegionMap, canton_districts, perimeter_districts


def results_map(asked: Asked, found: Found, labels: Labels, data_url: str) -> RegionMap:
    """A circle per municipality, each a filter; the script asks for finer groups as one comes nearer."""
    circles = []
    if found.has_facet_counts:
        for key, count in found.facets.get("municipality", {}).items():
            place = labels.of("municipality", key)
            if place and count and place.lon is not None and place.lat is not None:
                text = ngettext("%(place)s, %(count)s company", "%(place)s, %(count)s companies", count)
                label = text % {"place": place.label, "count": words.number(count)}
                url = asked.query.url(but=["municipality"], more=[("municipality", key)])
                circles.append(Circle(place.lon, place.lat, count, label, url, place.label))
    chosen = [int(token[2:]) for token in asked.criteria.filters.tokens.get("municipality", ())]
    return RegionMap(
        _("Map of the results"), districts=perimeter_districts(), circles=circles, chosen=chosen, data_url=data_url
    )


def entry_map(entry: Organisation) -> RegionMap | None:
    """The entry's place; its municipality's where nothing nearer is known."""
    lon, lat = entry.lon, entry.lat
    dots = [] if lon is None or lat is None else [Dot(float(lon), float(lat), entry.name, is_chosen=True)]
    if not dots and entry.municipality.district_id is None:
        return None
    title = _("Place of %(name)s on the map") % {"name": entry.name}
    return RegionMap(
        title, districts=perimeter_districts(), dots=dots, chosen=[entry.municipality.bfs], interactive=False
    )


def picking_map(entry: Organisation | None) -> RegionMap:
    """The map of the staff's form, on which the place is set; the fields for the two coordinates say the same."""
    lon, lat = (entry.lon, entry.lat) if entry else (None, None)
    district = entry.municipality.district_id if entry and entry.municipality_id else None
    here = perimeter_districts()
    is_here = district is None or entry is None or entry.municipality.district.bfs in here  # type: ignore[union-attr]
    return RegionMap(
        _("Map to choose the place"),
        districts=here if is_here else canton_districts(),
        dots=[]
        if lon is None or lat is None
        else [Dot(float(lon), float(lat), _("Place of the entry"), is_chosen=True)],
        chosen=[entry.municipality.bfs] if entry and entry.municipality_id else [],
        pick=("id_lon", "id_lat"),
        pick_label=_("Place of the entry"),
    )
