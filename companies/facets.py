"""The directory's filters: how their parameters are read, what each choice is called, what upper apps add.

The list, the map, the API and saved searches read the same parameters here, so that an address means the same everywhere.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from companies.enums import OrganisationKind, SizeClass
from companies.search.boxes import Box
from companies.search.conditions import Filters
from companies.search.finding import CONFIRMED, NAME, RELEVANCE, Criteria
from promo_portal.core import clock, slots
from promo_portal.core.list_query import ListQuery
from promo_portal.core.listing import Chip, FacetBox, Option
from promo_portal.regions.models import Municipality

MOST_OPTIONS = 40
AREA = "bbox"
LONGEST_CODE, MOST_VALUES = 4, 50
SORTS = (
    (RELEVANCE, gettext_lazy("relevance")),
    (NAME, gettext_lazy("name")),
    (CONFIRMED, gettext_lazy("last confirmation")),
)
_LANGUAGES = ("fr", "de", "en")


@dataclass(frozen=True)
class Facet:
    """A filter that an upper app brings: ``choices`` gives value, label and token of all its choices in one query."""

    name: str  # of the parameter
    label: Any
    prefix: str  # of its tokens, without the colon: ``g``
    choices: Callable[[], Iterable[tuple[str, str, str]]]


@dataclass
class Asked:
    """What a request asks of the directory, understood."""

    query: ListQuery
    criteria: Criteria
    labels: dict[tuple[str, str], str] = field(default_factory=dict)  # (parameter, value): its name
    choices: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)  # of filters that upper apps bring
    lost: set[str] = field(default_factory=set)  # filters of which nothing is left, such as a withdrawn cluster's

    @property
    def chips(self) -> list[Chip]:
        """The filters that are on."""
        return [
            Chip(self.labels.get((name, value), value), self.query.url(less=(name, value)))
            for name, value in self.query.pairs(but=("q", "sort"))
        ]


def read(query: ListQuery, *, has_area: bool = True) -> Asked:
    """Understand the contract's parameters; what means nothing becomes a hint. The map's own box is no filter."""
    asked = Asked(query, Criteria())
    text = query.take_text()
    activities, capabilities = _named(query, asked)
    filters: dict[str, list[str]] = {
        "municipality": _municipalities(query, asked),
        "activity": activities,
        "kind": _choices(query, asked, "kind", "k", OrganisationKind.choices),
        "size": _choices(query, asked, "size", "s", SizeClass.choices),
        "capability": capabilities,
    }
    for facet in slots.facets:
        filters[facet.name] = _of_upper_app(query, asked, facet)
    area = _area(query, asked) if has_area else None
    default = RELEVANCE if text else NAME
    sort = query.take_choice("sort", [value for value, _label in SORTS], default)
    if sort == RELEVANCE and not text:
        sort = NAME
        query.replace("sort", [])
    page = query.take_page()
    query.finish()
    asked.lost = {name for name, tokens in filters.items() if not tokens and name in query.refused}
    on = Filters({name: tokens for name, tokens in filters.items() if tokens}, area)
    asked.criteria = Criteria(text, on, sort, page)
    return asked


def _area(query: ListQuery, asked: Asked) -> Box | None:
    """The part of the map somebody searches: ``bbox`` west,south,east,north, as the map asks for its circles."""
    text = query.take_text(AREA, 100)
    area = Box.read(text) if text else None
    if text and area is None:
        query.refuse(AREA, text)
    query.replace(AREA, [area] if area else [])
    if area:
        asked.labels[AREA, str(area)] = _("Part of the map")
    return area


def _municipalities(query: ListQuery, asked: Asked) -> list[str]:
    """BFS numbers; a municipality that ended leads to its successor, with a hint."""
    numbers = query.take_numbers("municipality", 1, 99_999)
    if not numbers:
        return []
    today = clock.today()
    known = {place.bfs: place for place in Municipality.objects.select_related("successor").filter(bfs__in=numbers)}
    standing: dict[int, Municipality] = {}
    for number in numbers:
        place = known.get(number)
        now = place.standing(today) if place else None
        if place is None or now is None:
            query.refuse("municipality", str(number))
            continue
        if now.bfs != number:
            query.hint(
                _("%(old)s is now part of %(new)s: these are the entries of %(new)s.")
                % {"old": place.official_name, "new": now.official_name}
            )
        standing[now.bfs] = now
        asked.labels["municipality", str(now.bfs)] = now.official_name
    query.replace("municipality", standing)
    return [f"m:{bfs}" for bfs in standing]


def _named(query: ListQuery, asked: Asked) -> tuple[list[str], list[str]]:
    """Activities by code of any level, with or without dots, and capabilities by their short name: one query."""
    codes: dict[str, str] = {}
    for value in query.query.getlist("activity")[:MOST_VALUES]:
        code = value.strip().replace(".", "").upper()
        if code.isalnum() and code.isascii() and len(code) <= LONGEST_CODE:
            codes.setdefault(code, value.strip())
    slugs = [value.strip()[:60].replace("\0", "") for value in query.query.getlist("capability") if value.strip()]
    found: dict[str, dict[str, tuple[str, str]]] = {"activity": {}, "capability": {}}
    if codes or slugs:
        with connection.cursor() as cursor:
            cursor.execute(_RESOLVE.format(language=_language()), {"codes": list(codes), "slugs": slugs})
            for kind, value, label, key in cursor.fetchall():
                found[kind][value] = (label, key)
    activities, capabilities = found["activity"], found["capability"]
    query.take_choices("activity", [codes[code] for code in activities])
    query.replace("activity", activities)
    for code, (label, _key) in activities.items():
        asked.labels["activity", code] = f"{label} ({code[:2]}.{code[2:]})" if len(code) > 2 else f"{label} ({code})"  # noqa: PLR2004
    for slug in query.take_choices("capability", capabilities):
        asked.labels["capability", slug] = capabilities[slug][0]
    return [f"n:{code}" for code in activities], [f"c:{key}" for _label, key in capabilities.values()]


def _choices(query: ListQuery, asked: Asked, name: str, prefix: str, choices: Sequence[tuple[str, Any]]) -> list[str]:
    labels = {str(value): str(label) for value, label in choices}
    taken = query.take_choices(name, labels)
    for value in taken:
        asked.labels[name, value] = labels[value].capitalize()
    return [f"{prefix}:{value}" for value in taken]


def _of_upper_app(query: ListQuery, asked: Asked, facet: Facet) -> list[str]:
    choices = asked.choices[facet.name] = list(facet.choices())
    tokens = {value: token for value, _label, token in choices}
    taken = query.take_choices(facet.name, tokens)
    for value, label, _token in choices:
        asked.labels[facet.name, value] = label
    return [tokens[value] for value in taken]


# -- the filter bar ----------------------------------------------------------------------------------------------------

_RESOLVE = """
SELECT 'activity', code, coalesce(nullif(label_{language}, ''), label_fr), code FROM regions_activitycode
 WHERE code = ANY(%(codes)s)
UNION ALL
SELECT 'capability', slug, coalesce(nullif(label_{language}, ''), label_fr), id::text FROM companies_capability
 WHERE slug = ANY(%(slugs)s)
"""
_LABELS = """
SELECT 'municipality', bfs::text, official_name, bfs::text, search_name, lon::float, lat::float FROM regions_municipality
 WHERE bfs = ANY(%(places)s)
UNION ALL
SELECT 'activity', code, coalesce(nullif(label_{language}, ''), label_fr), code, search_name, NULL, NULL
  FROM regions_activitycode
 WHERE code = ANY(%(activities)s)
UNION ALL
SELECT 'capability', slug, coalesce(nullif(label_{language}, ''), label_fr), id::text, '', NULL, NULL
  FROM companies_capability
 WHERE id = ANY(%(capabilities)s) AND (is_active OR id = ANY(%(chosen)s))
"""


class Named(NamedTuple):
    """What a municipality, an activity or a capability is called, and its value in addresses."""

    value: str
    label: str
    words: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class Labels:
    """Names of everything a page mentions, read in one query, by kind and key."""

    rows: dict[str, dict[str, Named]]
    ranked: dict[str, list[str]] = field(default_factory=dict)  # keys of the counts by kind, the most frequent first

    def of(self, kind: str, key: str) -> Named | None:
        """A municipality (by number), activity (by code) or capability (by id)."""
        return self.rows.get(kind, {}).get(key)


def labels_for(counts: dict[str, dict[str, int]], chosen: Filters, capabilities: Iterable[int]) -> Labels:
    """The names of the most frequent choices, of those that are on, and of the capabilities that rows mention."""
    ranked = {kind: _most(counts.get(kind, {})) for kind in ("municipality", "activity", "c")}

    def most(kind: str) -> list[str]:
        return [value for value in ranked[kind] if value]

    def on(name: str) -> list[str]:
        return [token.partition(":")[2] for token in chosen.tokens.get(name, ())]

    wanted = {int(token[2:]) for token in most("c")} | {int(key) for key in on("capability")} | set(capabilities)
    with connection.cursor() as cursor:
        cursor.execute(
            _LABELS.format(language=_language()),
            {
                "places": [int(value) for value in [*most("municipality"), *on("municipality")]],
                "activities": [*most("activity"), *on("activity")],
                "capabilities": list(wanted),
                "chosen": [int(key) for key in on("capability")],
            },
        )
        rows: dict[str, dict[str, Named]] = {}
        for kind, value, label, key, words, lon, lat in cursor.fetchall():
            rows.setdefault(kind, {})[key] = Named(value, label, words, lon, lat)
    return Labels(rows, ranked)


def _language() -> str:
    language = (get_language() or "fr")[:2]
    return language if language in _LANGUAGES else "fr"


def _most(counts: dict[str, int]) -> list[str]:
    return [value for value, _count in nsmallest(MOST_OPTIONS, counts.items(), key=lambda item: (-item[1], item[0]))]


def boxes(asked: Asked, counts: dict[str, dict[str, int]], labels: Labels, *, counted: bool) -> list[FacetBox]:
    """The filters with their choices and counts (no figures where they would be guesses)."""
    from_lists = (
        ("municipality", gettext_lazy("Municipality"), "municipality", "m:"),
        ("activity", gettext_lazy("Activity"), "activity", "n:"),
        ("capability", gettext_lazy("Capability"), "capability", "c:"),
    )
    found = [
        FacetBox(name, str(label), _listed(asked, name, counts, labels, kind, prefix, counted=counted))
        for name, label, kind, prefix in from_lists
    ]
    found += [
        FacetBox(name, str(label), _fixed(asked, name, choices, counts.get(name, {}), prefix, counted=counted))
        for name, label, choices, prefix in (
            ("size", gettext_lazy("Size"), SizeClass.choices, "s:"),
            ("kind", gettext_lazy("Kind"), OrganisationKind.choices, "k:"),
        )
    ]
    for facet in slots.facets:
        own = counts.get(facet.prefix, {})
        chosen = set(asked.criteria.filters.tokens.get(facet.name, ()))
        options = [
            Option(value, label, own.get(token, 0) if counted else None, token in chosen)
            for value, label, token in asked.choices[facet.name]
        ]
        found.append(FacetBox(facet.name, str(facet.label), options))
    return found


def _listed(
    asked: Asked, name: str, counts: dict[str, dict[str, int]], labels: Labels, kind: str, prefix: str, *, counted: bool
) -> list[Option]:
    """Choices from an official list: those that are on, then the most frequent."""
    counted_as = "c" if name == "capability" else name
    own = {token.removeprefix("c:"): count for token, count in counts.get(counted_as, {}).items()}
    ranked = [token.removeprefix("c:") for token in labels.ranked.get(counted_as, ())]
    chosen = [token.removeprefix(prefix) for token in asked.criteria.filters.tokens.get(name, ())]
    options = []
    for key in dict.fromkeys([*chosen, *ranked]):
        found = labels.of(kind, key)
        if found is None:
            continue
        text = f"{found.label} ({key})" if name == "activity" else found.label
        count = own.get(key, None if key in chosen else 0) if counted else None
        extra = (
            " ".join(part.lstrip("#") for part in found.words.split("|") if part)[:80] if name == "municipality" else ""
        )
        options.append(Option(found.value, text, count, key in chosen, extra))
    return options


def _fixed(
    asked: Asked, name: str, choices: Sequence[tuple[str, Any]], own: dict[str, int], prefix: str, *, counted: bool
) -> list[Option]:
    chosen = {token.removeprefix(prefix) for token in asked.criteria.filters.tokens.get(name, ())}
    return [
        Option(str(value), str(label).capitalize(), own.get(str(value), 0) if counted else None, str(value) in chosen)
        for value, label in choices
    ]
