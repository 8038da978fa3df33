"""One page of results, how many there are, and what each filter would leave of them."""

# ruff: noqa: S608 - statements are put together from constants of this package; values are parameters

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from companies.names import core_of, key_of
from companies.search import totals
from companies.search.conditions import OF_NAME, WITH_UID, Filters, Tiers, all_of, condition, lexeme
from companies.search.expansion import PLANS, Expansion, expand
from companies.search.text import query_words, uid_in
from promo_portal.core.listing import PER_PAGE, page_within

CAP = 10_000  # hits up to which counts are exact and pages are numbered
SORTED = 1_000  # hits of a tier that are put in order; further ones follow as they come
FIRST_TIERS = 100
SHORTEST_BEGINNING = 3  # letters from which a word stands for all that begin with it

RELEVANCE, NAME, CONFIRMED = "relevance", "name", "confirmed"
Facets = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Criteria:
    """What somebody looks for: typed text, filters (tokens by filter), order, page."""

    text: str = ""
    filters: Filters = field(default_factory=lambda: Filters({}))
    sort: str = RELEVANCE
    page: int = 1
    per_page: int = PER_PAGE


@dataclass
class Found:
    """The answer: numbers of entries in order, counts, and what the words were taken for."""

    ids: list[int]
    marks: dict[int, list[str]]
    page: int
    count: int
    is_capped: bool = False  # there are more than ``CAP``, of which ``count`` is then a lower bound or an exact total
    facets: Facets = field(default_factory=dict)
    has_facet_counts: bool = True
    expansion: Expansion = field(default_factory=Expansion)

    @property
    def reachable(self) -> int:
        """How many entries numbered pages lead to."""
        return self.count


def find(criteria: Criteria, *, with_facets: bool = True) -> Found:
    """Answer a search. About 3 to 6 statements, whatever the size of the directory."""
    with connection.cursor() as cursor:
        uid = uid_in(criteria.text)
        expansion = Expansion(criteria.text) if uid else expand(criteria.text)
        tiers = Tiers.of(expansion)
        filters = criteria.filters.query()
        if uid:
            where, values = _uid_condition(uid, filters)
        elif criteria.text and not query_words(criteria.text):
            return Found([], {}, 1, 0, expansion=expansion)
        else:
            where, values = condition(expansion, tiers.anywhere, filters)
        where = criteria.filters.within(where)
        found = _counted(cursor, criteria, where, values, expansion, tiers, with_facets=with_facets and not uid)
        found.page = page_within(criteria.page, min(found.reachable, 10**7), criteria.per_page)
        by_relevance = criteria.sort == RELEVANCE and expansion.words and not uid
        if found.count:
            rows = (
                _by_relevance(cursor, criteria, found.page, tiers, filters)
                if by_relevance
                else _in_order(cursor, criteria, found, where, values)
            )
            found.ids = [row[0] for row in rows]
            found.marks = {row[0]: row[1] for row in rows}
    return found


def _uid_condition(uid: str, filters: str) -> tuple[str, list[str]]:
    if not filters:
        return WITH_UID, [uid]
    return f"{WITH_UID} AND tokens @@ %s::tsquery", [uid, filters]


# -- counts ------------------------------------------------------------------------------------------------------------


def _counted(
    cursor: Any,
    criteria: Criteria,
    where: str,
    values: Sequence[str],
    expansion: Expansion,
    tiers: Tiers,
    *,
    with_facets: bool,
) -> Found:
    """Counts and facets: exact up to the cap; beyond it kept totals, or no figures at all."""
    kept = None if criteria.text else criteria.filters.single()
    if kept is not None:
        cursor.execute(f"{PLANS} SELECT facet, value, count FROM companies_search_total WHERE token = %s", [kept])
        facets = _as_facets(cursor.fetchall())
        total = facets.get("", {}).get("", 0)
        if total > CAP:
            if with_facets:
                _count_without_own(cursor, criteria, expansion, tiers, facets)
            return Found([], {}, 1, total, is_capped=True, facets=facets, expansion=expansion)
    if not with_facets:
        cursor.execute(
            f"{PLANS} SELECT count(*) FROM (SELECT FROM companies_search_document WHERE {where} LIMIT {CAP + 1}) AS c",
            values,
        )
        count = cursor.fetchone()[0]
        return Found([], {}, 1, min(count, CAP), is_capped=count > CAP, has_facet_counts=False, expansion=expansion)
    cursor.execute(f"{PLANS} {totals.facets_sql(f'{where} LIMIT {CAP + 1}')}", values)
    facets = _as_facets(cursor.fetchall())
    count = facets.get("", {}).get("", 0)
    if count > CAP:
        return Found([], {}, 1, CAP, is_capped=True, facets=facets, has_facet_counts=False, expansion=expansion)
    _count_without_own(cursor, criteria, expansion, tiers, facets)
    return Found([], {}, 1, count, facets=facets, expansion=expansion)


def _count_without_own(cursor: Any, criteria: Criteria, expansion: Expansion, tiers: Tiers, facets: Facets) -> None:
    """Choices of a filter that is on are counted as if it were off: one may add to it."""
    statements, values = [], []
    chosen = [name for name, tokens in criteria.filters.tokens.items() if tokens]
    for name in chosen:
        where, own = condition(expansion, tiers.anywhere, criteria.filters.query(without=name))
        where = criteria.filters.within(where)
        if where == "true":
            statements.append(
                "SELECT %s::text, facet, value, count::bigint FROM companies_search_total WHERE token = ''"
            )
            values.append(name)
            continue
        statements.append(f"SELECT %s::text, f.* FROM ({totals.facets_sql(f'{where} LIMIT {CAP + 1}')}) AS f")
        values += [name, *own]
    if not statements:
        return
    cursor.execute(" UNION ALL ".join(statements), values)
    by_name: dict[str, list[tuple[str, str, int]]] = {name: [] for name in chosen}
    for name, facet, value, count in cursor.fetchall():
        by_name[name].append((facet, value, count))
    for name, rows in by_name.items():
        key = FACET_KEYS.get(name, name)
        facets[key] = _as_facets(rows).get(key, {})


# Filters by the name under which their choices are counted.
FACET_KEYS = {"capability": "c"}


def _as_facets(rows: Sequence[tuple[str, str, int]]) -> Facets:
    facets: Facets = {}
    for facet, value, count in rows:
        facets.setdefault(facet, {})[value] = count
    return facets


# -- pages -------------------------------------------------------------------------------------------------------------


def _by_relevance(
    cursor: Any, criteria: Criteria, page: int, tiers: Tiers, filters: str
) -> list[tuple[int, list[str]]]:
    """Exact name, beginning of the name, all words in the name, then capability, activity or place, then anywhere.

    Each branch leaves out what the ones before it brought; PostgreSQL stops as soon as the page is full.
    """
    key = key_of(criteria.text)
    core = core_of(criteria.text)
    restrict = f" AND tokens @@ {_literal(filters)}::tsquery" if filters else ""
    restrict += f" AND {criteria.filters.area.sql()}" if criteria.filters.area else ""
    document = "SELECT organisation_id, marks FROM companies_search_document"
    exact = "(name_core = %(core)s OR name_key = %(key)s)"
    begins = "(name_key >= %(key)s AND name_key < %(key)s || '~')"
    named, meant, anywhere = (f"tokens @@ %({name})s::tsquery" for name in ("named", "meant", "anywhere"))
    if len(key.rpartition(" ")[2]) < SHORTEST_BEGINNING:  # else there were more rows than the count says
        begins = f"({begins} AND {anywhere})"
    before = f"NOT {exact} AND NOT {begins}"
    branches = [
        f"({document} WHERE {OF_NAME}{restrict} ORDER BY name_key, organisation_id LIMIT {FIRST_TIERS})",
        f"({document} WHERE {begins} AND NOT {exact}{restrict} ORDER BY name_key, organisation_id LIMIT {SORTED})",
        *_tier(f"{named}{restrict} AND {before}"),
        *_tier(f"{meant}{restrict} AND {before} AND NOT {named}"),
        *_tier(f"{anywhere}{restrict} AND {before} AND NOT {named} AND NOT {meant}"),
    ]
    cursor.execute(
        f"SELECT organisation_id, marks FROM ({' UNION ALL '.join(branches)}) AS r LIMIT %(limit)s OFFSET %(offset)s",
        {
            "key": key,
            "core": core,
            "named": tiers.name,
            "meant": tiers.meant,
            "anywhere": tiers.anywhere,
            "exactly": all_of(lexeme(word) for word in query_words(criteria.text)),
            "limit": criteria.per_page,
            "offset": (page - 1) * criteria.per_page,
        },
    )
    return list(cursor.fetchall())


def _tier(where: str) -> list[str]:
    """A tier's hits: the first thousand in order (typed words as such first, then short names), the rest as they come."""
    source = f"FROM companies_search_document WHERE {where}"
    ordered = (
        f"(SELECT organisation_id, marks FROM (SELECT organisation_id, marks, name_key,"
        f" tokens @@ %(exactly)s::tsquery AS is_exact, similarity(name_core, %(core)s) AS likeness {source} LIMIT {SORTED})"
        " AS t ORDER BY is_exact DESC, likeness DESC, name_key, organisation_id)"
    )
    return [ordered, f"(SELECT organisation_id, marks {source} OFFSET {SORTED})"]


def _literal(text: str) -> str:
    """A query of our own tokens as an SQL string."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def _in_order(
    cursor: Any, criteria: Criteria, found: Found, where: str, values: Sequence[str]
) -> list[tuple[int, list[str]]]:
    """A page by name or by date of confirmation; deep pages by name begin at an anchor."""
    offset = (found.page - 1) * criteria.per_page
    order = (
        "confirmed_on DESC NULLS LAST, organisation_id" if criteria.sort == CONFIRMED else "name_key, organisation_id"
    )
    start, more = "", list(values)
    token = None if criteria.text else criteria.filters.single()
    if token is not None and offset >= totals.ANCHOR_EVERY and criteria.sort != CONFIRMED:
        position = offset // totals.ANCHOR_EVERY * totals.ANCHOR_EVERY
        cursor.execute(
            "SELECT name_key, organisation_id FROM companies_search_anchor WHERE token = %s AND position = %s",
            [token, position],
        )
        anchor = cursor.fetchone()
        if anchor:
            start, offset = " AND (name_key, organisation_id) >= (%s, %s)", offset - position
            more += anchor
    cursor.execute(
        f"SELECT organisation_id, marks FROM companies_search_document WHERE {where}{start}"
        f" ORDER BY {order} LIMIT %s OFFSET %s",
        [*more, criteria.per_page, offset],
    )
    return list(cursor.fetchall())
