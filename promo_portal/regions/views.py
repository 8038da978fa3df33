"""Public answers about places: the outlines for the map."""

import gzip

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import condition, require_safe

from promo_portal.core.access import public
from promo_portal.regions.maps.drawing import canton_districts, mergers, outlines_version
from promo_portal.regions.maps.geojson import outlines_geojson

_MONTH, _HOUR = 30 * 24 * 3600, 3600


def _etag(request: HttpRequest, area: str) -> str:
    return f'"{outlines_version()}-{area[:60]}"'


@public
@require_safe
@condition(etag_func=_etag)
def map_outlines(request: HttpRequest, area: str) -> HttpResponse:
    """The municipalities of some districts (``241-242``) with lakes; kept for a month where the address names the version."""
    wanted = {int(part) for part in area.split("-") if part.isdecimal() and len(part) <= 3}  # noqa: PLR2004
    districts = tuple(bfs for bfs in canton_districts() if bfs in wanted)
    if not districts:
        raise Http404
    body = outlines_geojson(districts, mergers())
    packed = "gzip" in request.headers.get("accept-encoding", "")
    response = HttpResponse(body if packed else gzip.decompress(body), content_type="application/geo+json")
    if packed:
        response["Content-Encoding"] = "gzip"
    response["ETag"] = _etag(request, area)
    patch_vary_headers(response, ("Accept-Encoding",))
    is_versioned = request.GET.get("v") == outlines_version()
    patch_cache_control(response, public=True, max_age=_MONTH if is_versioned else _HOUR)
    return response
