"""Results as circles on a map: kept tiles where nothing is filtered, otherwise the matching entries grouped by cell."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from companies.search.boxes import DEEPEST, Box
from companies.search.conditions import WITH_UID, Filters, Tiers, all_of, any_of, condition
from companies.search.documents import lon_lat
from companies.search.expansion import PLANS, Expansion, expand
from companies.search.text import query_words, uid_in
from companies.search.totals import BROAD, CELL_BITS, TILE_ZOOMS

MOST_CELLS = 220
MOST_ROWS = 20_000  # beyond that a fair sample is drawn and scaled

_TILES = """
SELECT count, map_x, map_y, organisation_id, NULL FROM companies_search_tile
 WHERE zoom = %(zoom)s AND y BETWEEN %(top)s AND %(bottom)s AND x BETWEEN %(left)s AND %(right)s
 ORDER BY count DESC LIMIT {most}
"""
_LIVE = """
WITH hits AS MATERIALIZED (
    SELECT organisation_id, map_x, map_y FROM companies_search_document
     WHERE {where} AND map_y BETWEEN %s AND %s AND map_x BETWEEN %s AND %s LIMIT {rows}
)
SELECT c.*, o.name FROM (
    SELECT count(*) AS count, avg(map_x)::int AS map_x, avg(map_y)::int AS map_y, min(organisation_id) AS pk
      FROM hits GROUP BY map_x >> {shift}, map_y >> {shift} ORDER BY count(*) DESC LIMIT {most}
) AS c LEFT JOIN companies_organisation o ON o.id = c.pk AND c.count = 1
"""


@dataclass(frozen=True)
class Cell:
    """A circle: how many entries, where, and which one if there is but one."""

    lon: float
    lat: float
    count: int
    pk: int
    name: str | None


def cells(text: str, filters: Filters, box: Box, zoom: int) -> tuple[list[Cell], bool]:
    """The circles of a part of the map, largest first; whether their figures are estimates."""
    zoom = max(TILE_ZOOMS[0], min(zoom, DEEPEST))
    shift = CELL_BITS - zoom
    left, top, right, bottom = box.pixels()
    with connection.cursor() as cursor:
        cursor.execute(PLANS)
        if not text and filters.single() == "" and zoom in TILE_ZOOMS and _is_large(cursor):
            cursor.execute(
                _TILES.format(most=MOST_CELLS),
                {"zoom": zoom, "top": top >> shift, "bottom": bottom >> shift, "left": left >> shift, "right": right >> shift},
            )  # fmt: skip
            return [_cell(row) for row in cursor.fetchall()], False
        where, values = _where(text, filters, box, zoom)
        cursor.execute(
            _LIVE.format(where=where, rows=MOST_ROWS + 1, shift=shift, most=MOST_CELLS),
            [*values, top, bottom, left, right],
        )
        found = [_cell(row) for row in cursor.fetchall()]
    return found, sum(cell.count for cell in found) > MOST_ROWS


def _is_large(cursor: Any) -> bool:
    cursor.execute("SELECT count FROM companies_search_total WHERE token = '' AND facet = '' AND value = ''")
    row = cursor.fetchone()
    return bool(row and row[0] > BROAD)


def _cell(row: tuple[Any, ...]) -> Cell:
    lon, lat = lon_lat(row[1], row[2])
    return Cell(lon, lat, row[0], row[3], row[4])


def _where(text: str, filters: Filters, box: Box, zoom: int) -> tuple[str, list[str]]:
    """The search's condition, narrowed by the tokens of the tiles that cover the box."""
    uid = uid_in(text)
    if uid:
        return WITH_UID, [uid]
    if text and not query_words(text):
        return "false", []
    expansion: Expansion = expand(text)
    tiles = box.tiles(zoom)
    narrowed = all_of([filters.query(), any_of(tiles) if tiles else ""])
    return condition(expansion, Tiers.of(expansion).anywhere, narrowed)
