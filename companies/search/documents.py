"""From entries to search documents: words of names and texts, and tokens for everything that has a number or a code."""

import math
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import connection

from companies.search.text import plain_words, telling, words_of, written_words
from promo_portal.core import slots
from promo_portal.regions.models import ActivityCode, Municipality

BATCH = 2_000
WORLD = 2**22  # pixels round the world at zoom 14
TILE_ZOOMS = (8, 10, 12, 14)  # whose tiles are tokens: a box of the map and a filter meet in one index

_ENTRIES = """
SELECT o.id, o.name, o.name_key, o.name_core, o.uid, o.municipality_id, o.kind, o.size_class, o.lon, o.lat, o.locality,
       o.postcode, concat_ws(' ', o.purpose_fr, o.purpose_de, o.purpose_en), o.confirmed_on,
       coalesce(o.confirmed_on, o.listed_on),
       (SELECT array_agg(a.activity_id ORDER BY a.is_main DESC, a.id) FROM companies_organisationactivity a
         WHERE a.organisation_id = o.id),
       (SELECT array_agg(c.capability_id) FROM companies_organisationcapability c WHERE c.organisation_id = o.id),
       (SELECT string_agg(c.detail, ' ') FROM companies_organisationcapability c WHERE c.organisation_id = o.id)
  FROM companies_organisation o
 WHERE o.state = 'published' AND coalesce(o.confirmed_on, o.listed_on) > %(since)s {only}
"""


@dataclass(frozen=True, slots=True)
class Document:
    """One row of ``SearchDocument``, and the words it brings to the vocabulary."""

    row: tuple[Any, ...]
    tokens: set[str]
    marks: list[str]
    words: set[str]  # plain
    written: list[str]


@dataclass
class Lists:
    """The official lists, read once for many entries."""

    today: date
    places: dict[int, tuple[int, float | None, float | None]] = field(default_factory=dict)
    activities: dict[int, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, today: date, ids: Collection[int] | None = None) -> "Lists":
        """Municipalities by the one that stands today, activities with all levels above; for some entries only theirs."""
        lists = cls(today)
        places, activities = Municipality.objects.select_related("successor"), ActivityCode.objects.all()
        if ids is not None:
            places = places.filter(organisations__in=ids).distinct()
            activities = activities.filter(organisations__in=ids).distinct()
        for place in places:
            standing = place.standing(today) or place
            lon, lat = standing.lon, standing.lat
            lists.places[place.pk] = (standing.bfs, float(lon) if lon else None, float(lat) if lat else None)
        for activity in activities.select_related("parent__parent__parent"):
            step: ActivityCode | None = activity
            chain: list[str] = []
            while step is not None:
                chain.append(step.code)
                step = step.parent
            lists.activities[activity.pk] = chain
        return lists


def published_since(today: date) -> date:
    """Entries confirmed or listed after this day are public on ``today``."""
    return today - relativedelta(months=settings.DIRECTORY_HIDDEN_AFTER_MONTHS)


def gather(lists: Lists, ids: Collection[int] | None = None) -> Iterator[list[Document]]:
    """The documents of the public entries among ``ids`` (of all without it), in batches."""
    if ids is not None and not ids:
        return
    only = "" if ids is None else "AND o.id = ANY(%(ids)s)"
    with connection.chunked_cursor() if ids is None else connection.cursor() as cursor:
        cursor.execute(_ENTRIES.format(only=only), {"since": published_since(lists.today), "ids": list(ids or ())})
        while rows := cursor.fetchmany(BATCH):
            marks = _marks_of_upper_apps([row[0] for row in rows])
            yield [_document(row, lists, marks.get(row[0], ())) for row in rows]


def _marks_of_upper_apps(ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for give in slots.search_tokens:
        for pk, tokens in give(ids).items():
            found.setdefault(pk, []).extend(tokens)
    return found


def _document(row: tuple[Any, ...], lists: Lists, upper: Collection[str]) -> Document:
    (pk, name, key, core, uid, place_id, kind, size, lon, lat, locality, postcode, purpose, confirmed, fresh,
     activity_ids, capability_ids, detail) = row  # fmt: skip
    chains = [lists.activities.get(activity, []) for activity in activity_ids or ()]
    bfs, place_lon, place_lat = lists.places.get(place_id, (None, None, None))
    x, y = mercator(float(lon), float(lat)) if lon is not None else mercator(place_lon, place_lat)
    marks = sorted({f"c:{capability}" for capability in capability_ids or ()} | set(upper))
    described = written_words(f"{purpose} {locality} {detail}" if detail else f"{purpose} {locality}")
    return _drawn(
        (pk, key, core, uid, bfs, _division(chains), kind, size, x, y, confirmed, _aged(fresh, _months())),
        name, described, marks, _entities(bfs, x, y, kind, size, postcode, _codes(chains)),
    )  # fmt: skip


def _drawn(
    row: tuple[Any, ...], name: str, described: list[str], marks: list[str], entities: frozenset[str]
) -> Document:
    named = written_words(name)
    names = set(plain_words(named))
    words = telling(plain_words(described)) | names
    tokens = words | entities
    tokens.update([f"^{word}" for word in names], marks)
    return Document(row, tokens, marks, words, described + named)


@lru_cache(20_000)  # most entries of a municipality without a place of their own share them
def _entities(
    bfs: int | None, x: int | None, y: int | None, kind: str, size: str, postcode: str, chains: tuple[str, ...]
) -> frozenset[str]:
    """The tokens that have a number or a code; the postcode stands among them, since it is no word."""
    tokens = {f"n:{code}" for code in chains} | {f"k:{kind}"} | tile_tokens(x, y) | set(words_of(postcode))
    if size:
        tokens.add(f"s:{size}")
    if bfs:
        tokens.add(f"m:{bfs}")
    return frozenset(tokens)


def _codes(chains: list[list[str]]) -> tuple[str, ...]:
    return tuple([code for codes in chains for code in codes])


def _division(chains: list[list[str]]) -> str:
    """The division of the main activity."""
    return next((code for codes in chains[:1] for code in codes if len(code) == 2), "")  # noqa: PLR2004


def _months() -> int:
    return int(settings.DIRECTORY_HIDDEN_AFTER_MONTHS)


@lru_cache(1_000)
def _aged(fresh: date, months: int) -> date:
    """The day on which an entry is too old; a run's entries share their day."""
    return fresh + relativedelta(months=months)


@lru_cache(10_000)
def mercator(lon: float | None, lat: float | None) -> tuple[int | None, int | None]:
    """A place on the square world map, in pixels at zoom 14."""
    if lon is None or lat is None or not (-180 <= lon <= 180 and -85 <= lat <= 85):  # noqa: PLR2004 - the map's edges
        return None, None
    x = (lon + 180) / 360 * WORLD
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * WORLD
    return min(WORLD - 1, int(x)), min(WORLD - 1, int(y))


def lon_lat(x: float, y: float) -> tuple[float, float]:
    """The way back from ``mercator``."""
    lon = x / WORLD * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / WORLD))))
    return round(lon, 5), round(lat, 5)


@lru_cache(10_000)  # entries without a place of their own stand in the middle of their municipality
def tile_tokens(x: int | None, y: int | None) -> frozenset[str]:
    """Tokens of the map tiles that hold a place."""
    if x is None or y is None:
        return frozenset()
    return frozenset(f"t:{zoom}:{x >> (22 - zoom)}:{y >> (22 - zoom)}" for zoom in TILE_ZOOMS)


def count_words(documents: list[Document], frequencies: Counter[str], written: set[str]) -> None:
    """Add the documents' words to the vocabulary's figures."""
    frequencies.update(chain.from_iterable([document.words for document in documents]))
    written.update(*[document.written for document in documents])


@dataclass(frozen=True, slots=True)
class Described:
    """What few new entries have: a size, a place of their own, further activities, capabilities with their details."""

    size: str
    lon: Decimal | None
    lat: Decimal | None
    activities: list[int]
    capabilities: list[int]
    detail: str


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What the document of an entry just made is drawn from."""

    pk: int
    name: str
    key: str
    core: str
    uid: str
    municipality: int
    kind: str
    locality: str
    postcode: str
    purpose: list[str]  # its words, as written
    activity: int | None
    listed_on: date
    described: Described | None = None


def document_of(one: NewEntry, lists: Lists) -> Document:
    """The document of an entry just made and published, without asking the database for what is at hand."""
    chains = [lists.activities.get(one.activity, [])] if one.activity else []
    bfs, lon, lat = lists.places.get(one.municipality, (None, None, None))
    words, size, marks, own = one.purpose + written_words(one.locality), "", [], one.described
    if own is not None:
        chains += [lists.activities.get(activity, []) for activity in own.activities]
        size, marks = own.size, sorted({f"c:{capability}" for capability in own.capabilities})
        words += written_words(own.detail)
        if own.lon is not None and own.lat is not None:
            lon, lat = float(own.lon), float(own.lat)
    x, y = mercator(lon, lat)
    return _drawn(
        (one.pk, one.key, one.core, one.uid, bfs, _division(chains), one.kind, size, x, y, None, _aged(one.listed_on, _months())),
        one.name, words, marks, _entities(bfs, x, y, one.kind, size, one.postcode, _codes(chains)),
    )  # fmt: skip
