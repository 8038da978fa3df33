"""The official lists, for programs that need the same codes."""

from typing import Any

from promo_portal.api.asking import Asked
from promo_portal.api.paging import listed
from promo_portal.api.words import label, number
from promo_portal.regions.models import ActivityCode, Canton, Municipality
from promo_portal.regions.names import plain


def municipalities(asked: Asked) -> dict[str, Any]:
    """Municipalities that stand today, by number."""
    rows = Municipality.objects.valid(asked.today).select_related("canton", "district__region")
    if text := plain(asked.take_text("q")):
        rows = rows.filter(search_name__contains=text)
    cantons = asked.take_choices("canton", set(Canton.objects.values_list("code", flat=True)))
    if cantons:
        rows = rows.filter(canton__code__in=cantons)
    return listed(asked, rows, ("bfs",), lambda page: [_municipality(row) for row in page])


def _municipality(row: Municipality) -> dict[str, Any]:
    region = row.district.region if row.district else None
    return {
        "bfs": row.bfs,
        "name": row.official_name,
        "name_fr": row.name_fr,
        "name_de": row.name_de,
        "canton": row.canton.code,
        "district": row.district.name_fr if row.district else None,
        "region": region.code if region else None,
        "lon": number(row.lon),
        "lat": number(row.lat),
        "valid_from": row.valid_from,
    }


def activities(asked: Asked) -> dict[str, Any]:
    """Activities of NOGA 2025, by code."""
    rows = ActivityCode.objects.select_related("parent")
    if levels := asked.take_choices("level", ActivityCode.Level.values):
        rows = rows.filter(level__in=levels)
    if text := plain(asked.take_text("q")):
        rows = rows.filter(search_name__contains=text)

    def show(page: list[ActivityCode]) -> list[dict[str, Any]]:
        return [
            {
                "code": row.code,
                "display_code": row.display_code,
                "level": row.level,
                "parent": row.parent.code if row.parent else None,
                "label": label(row),
            }
            for row in page
        ]

    return listed(asked, rows, ("code",), show)
