"""What scripts ask the directory: suggestions while typing, circles for the map."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from companies.facets import labels_for, read
from companies.search.boxes import Box
from companies.search.conditions import Filters
from companies.search.mapping import Cell, cells
from companies.search.suggesting import Suggestion, suggest
from companies.search.text import telling_words
from promo_portal.core.access import public
from promo_portal.core.formats import words
from promo_portal.core.list_query import ListQuery
from promo_portal.regions.names import plain

SWITZERLAND = Box(5.9, 45.8, 10.6, 47.9)
LONGEST = 80
LARGEST_ANSWER = 24_500  # bytes; the largest circles come first
_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@public
@require_safe
@cache_control(max_age=30, public=True)
def suggestions(request: HttpRequest) -> HttpResponse:
    """Lines under the search field, each with its address."""
    text = ListQuery(request.GET).take_text("q", LONGEST)
    found = suggest(text) if text else []
    tokens = [one.value for one in found if one.kind in {"place", "capability"}]
    names = labels_for(
        {"municipality": {token[2:]: 1 for token in tokens if token[0] == "m"}},
        Filters({}),
        [int(token[2:]) for token in tokens if token[0] == "c"],
    )
    before = text.split()[:-1]
    lines = [line for one in found if (line := _line(one, names, before))]
    return JsonResponse({"suggestions": lines})


def _line(one: Suggestion, names: Any, before: list[str]) -> dict[str, str] | None:
    start = reverse("companies:list")
    if one.kind == "name":
        slug = slugify(plain(one.text))[:60] or "fiche"
        return {"text": one.text, "kind": "", "url": reverse("companies:detail", args=[one.value, slug])}
    if one.kind == "word":
        return {"text": one.text, "kind": "", "url": ListQuery(_NOTHING, start).url(more=[("q", one.value)])}
    kind = "municipality" if one.kind == "place" else "capability"
    known = names.of(kind, one.value[2:])
    if known is None:
        return None
    if one.kind == "place":
        kept = _beside_place(before, known.words)
        url = ListQuery(_NOTHING, start).url(more=[*([("q", kept)] if kept else []), (kind, known.value)])
        return {"text": f"{kept} · {known.label}" if kept else known.label, "kind": _("municipality"), "url": url}
    label = _("capability")
    return {"text": known.label, "kind": label, "url": ListQuery(_NOTHING, start).url(more=[(kind, known.value)])}


def _beside_place(before: list[str], spellings: str) -> str:
    """What was typed before a municipality and is no part of its name: "fiduciaire" of "fiduciaire la neuv"."""
    own = set(plain(spellings).split())
    others = [word for word in before if not own.issuperset(plain(word).split())]
    while others and not telling_words(others[-1]):  # "in", "à": they led to the place
        others.pop()
    return " ".join(others)


@public
@require_safe
@cache_control(max_age=30, public=True)
def map_points(request: HttpRequest) -> HttpResponse:
    """The results as circles (GeoJSON), gathered by the server: ``bbox`` west,south,east,north and ``zoom``."""
    query = ListQuery(request.GET, reverse("companies:list"))
    box = Box.read(query.take_text("bbox", 100)) or SWITZERLAND
    zoom = query.take_number("zoom", 1, 20) or 9
    criteria = read(query, has_area=False).criteria
    found, is_estimate = cells(criteria.text, criteria.filters, box, zoom)
    features: list[str] = []
    room = LARGEST_ANSWER
    one, many = (ngettext("%(count)s company", "%(count)s companies", count) for count in (1, 2))
    start = reverse("companies:detail_short", args=[0]).removesuffix("0/")
    for cell in found:
        feature = _as_json(_feature(cell, one if cell.count == 1 else many, start))
        room -= len(feature.encode()) + 1
        if room < 0:
            break
        features.append(feature)
    whole = f'{{"type":"FeatureCollection","is_estimate":{json.dumps(is_estimate)},"features":[{",".join(features)}]}}'
    return HttpResponse(whole, content_type="application/geo+json")


def _feature(cell: Cell, companies: str, start: str) -> dict[str, Any]:
    properties: dict[str, Any] = {"count": cell.count}
    if cell.name:
        # The short address leads to the full one: a screenful of single entries must stay light.
        properties = {"label": cell.name, "url": f"{start}{cell.pk}/", "single": True}
    else:
        properties["label"] = companies % {"count": words.number(cell.count)}
    point = {"type": "Point", "coordinates": [round(cell.lon, 4), round(cell.lat, 4)]}
    return {"type": "Feature", "geometry": point, "properties": properties}


class _Nothing:
    """No parameters."""

    def getlist(self, name: str) -> list[str]:
        return []


_NOTHING: Any = _Nothing()
