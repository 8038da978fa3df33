"""What is too much to count while somebody waits: totals of broad filters, anchors of deep pages, tiles of the map."""

# ruff: noqa: S608 - statements are put together from constants of this package; values are parameters

from typing import Any

from promo_portal.regions.models import ActivityCode

BROAD = 10_000  # entries from which a filter's totals are kept; below, everything is counted exactly at once
ANCHOR_EVERY = 1_000
TILE_ZOOMS = range(5, 15)
CELL_BITS = 20  # a cell of the map is 64 pixels wide: zoom z has 2**(z + 2) of them, of 2**22 pixels

_FACETS = """
WITH c AS MATERIALIZED (SELECT municipality, division, kind, size_class, marks FROM companies_search_document WHERE {where})
SELECT CASE WHEN grouping(municipality) = 0 THEN 'municipality' WHEN grouping(division) = 0 THEN 'activity'
            WHEN grouping(kind) = 0 THEN 'kind' WHEN grouping(size_class) = 0 THEN 'size' ELSE '' END,
       coalesce(municipality::text, division, kind, size_class, ''), count(*)
  FROM c GROUP BY GROUPING SETS ((), (municipality), (division), (kind), (size_class))
UNION ALL
SELECT split_part(mark, ':', 1), mark, count(*) FROM c, unnest(marks) AS mark GROUP BY mark
"""


def facets_sql(where: str) -> str:
    """A statement that counts the documents of a condition: in all (facet ``''``) and per choice of each filter."""
    return _FACETS.format(where=where)


def rebuild_totals(cursor: Any) -> dict[str, int]:
    """Count everything broad anew."""
    cursor.execute("DELETE FROM companies_search_total")
    cursor.execute("DELETE FROM companies_search_anchor")
    cursor.execute("DELETE FROM companies_search_tile")
    broad = ["", *_broad_tokens(cursor)]
    for token in broad:
        where = "tokens @@ %(query)s::tsquery" if token else "true"
        values = {"token": token, "query": f"'{token}'"}
        cursor.execute(
            "INSERT INTO companies_search_total (token, facet, value, count) SELECT %(token)s, f.* FROM ("
            + facets_sql(where)
            + ") AS f WHERE f IS NOT NULL",
            values,
        )
        cursor.execute(
            "INSERT INTO companies_search_anchor (token, position, name_key, organisation_id)"
            " SELECT %(token)s, position, name_key, organisation_id FROM (SELECT name_key, organisation_id,"
            f" row_number() OVER (ORDER BY name_key, organisation_id) - 1 AS position FROM companies_search_document"
            f" WHERE {where}) AS n WHERE position %% {ANCHOR_EVERY} = 0",
            values,
        )
    tiles = _rebuild_tiles(cursor)
    return {"broad filters": len(broad) - 1, "tiles": tiles}


def _broad_tokens(cursor: Any) -> list[str]:
    """Filters that leave more than ``BROAD`` entries."""
    cursor.execute(facets_sql("true"))
    prefixes = {"municipality": "m:", "activity": "n:", "kind": "k:", "size": "s:"}
    counts = {(facet, value): count for facet, value, count in cursor.fetchall() if facet and value}
    broad = [
        prefixes.get(facet, "") + value
        for (facet, value), count in counts.items()
        if count > BROAD and not value.startswith("t:")
    ]
    divisions = {value for (facet, value), _count in counts.items() if facet == "activity"}
    sections: dict[str, int] = {}
    for code, parent in ActivityCode.objects.filter(level="division").values_list("code", "parent__code"):
        if code in divisions:
            sections[parent] = sections.get(parent, 0) + counts["activity", code]
    return broad + [f"n:{code}" for code, count in sections.items() if count > BROAD]


def _rebuild_tiles(cursor: Any) -> int:
    for zoom in TILE_ZOOMS:
        shift = CELL_BITS - zoom
        cursor.execute(
            "INSERT INTO companies_search_tile (zoom, x, y, count, map_x, map_y, organisation_id)"
            f" SELECT {zoom}, map_x >> {shift}, map_y >> {shift}, count(*), avg(map_x)::int, avg(map_y)::int,"
            " min(organisation_id) FROM companies_search_document WHERE map_x IS NOT NULL GROUP BY 2, 3"
        )
    cursor.execute("SELECT count(*) FROM companies_search_tile")
    return int(cursor.fetchone()[0])
