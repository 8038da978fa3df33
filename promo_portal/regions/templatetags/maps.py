"""``{% load maps %}{% region_map map %}``: the map component."""

from typing import Any

from django import template
from django.conf import settings

from promo_portal.regions.maps.drawing import RegionMap

register = template.Library()


@register.inclusion_tag("components/map.html", name="region_map")
def region_map(drawing: RegionMap) -> dict[str, Any]:
    """Draw a map; its inputs stand in ``RegionMap``."""
    return {"map": drawing, "tiles": settings.MAP_TILES_URL, "tiles_credit": settings.MAP_TILES_CREDIT}
