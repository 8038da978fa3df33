"""Finding a municipality from what people type: either language, no accents, a locality, a postcode, a slip."""

import difflib
from datetime import date

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Length

from promo_portal.core import clock
from promo_portal.regions.models import Municipality
from promo_portal.regions.names import plain

_LONGEST = 80
_ALIKE = 0.75
_SHOWN = ("canton", "district__region__association")
_SPARE = 10  # several former municipalities may lead to the same one


def find_municipalities(text: str, limit: int = 8, *, on: date | None = None) -> list[Municipality]:
    """Return the municipalities of a day (default: today) that fit the text, best first.

    Names come before localities and postcodes, places where one of our associations is in charge before others; the
    name of a municipality that ended leads to its successor. With no hit at all, names that look alike are offered.
    """
    words = plain(text[:_LONGEST]).split()
    if not words:
        return []
    found = _ranked(words, on or clock.today(), limit)
    if not found and not any(word.isdigit() for word in words):
        found = _alike(" ".join(words), on or clock.today(), limit)
    return found


def _ranked(words: list[str], on: date, limit: int) -> list[Municipality]:
    wanted = " ".join(words)
    rank = Case(
        When(search_name__contains=f"|{wanted}|", then=Value(0)),
        When(search_name__contains=f"|{wanted}", then=Value(1)),
        When(search_name__contains=f"|#{wanted}|", then=Value(2)),
        When(search_name__contains=f"|#{wanted}", then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    every_word = Q()
    for word in words:
        every_word &= Q(
            search_name__regex=rf"[| #]{word}"
        )  # at the beginning of a word; plain() left letters and digits
    ours = Case(When(district__region__association=None, then=Value(1)), default=Value(0), output_field=IntegerField())
    found = list(
        Municipality.objects.annotate(rank=rank)
        .filter(every_word)
        .filter(Q(valid_to=None) | Q(valid_to__gte=on) | Q(successor__isnull=False), valid_from__lte=on)
        .select_related(*_SHOWN, *(f"successor__{path}" for path in _SHOWN))
        .order_by("rank", ours, Length("official_name"), "search_name")[: limit + _SPARE]
    )
    if found and found[0].rank == 0 and not wanted.isdigit():
        found = [place for place in found if place.rank <= 1]  # who names a place does not mean its neighbours' hamlets
    return list(dict.fromkeys(place for one in found if (place := one.standing(on))))[:limit]


def _alike(wanted: str, on: date, limit: int) -> list[Municipality]:
    """Return places whose name differs by a letter or two."""
    names: dict[str, set[tuple[bool, int]]] = {}
    for pk, stored in Municipality.objects.valid(on).values_list("pk", "search_name"):
        for name in stored.strip("|").split("|"):
            names.setdefault(name.removeprefix("#"), set()).add((name.startswith("#"), pk))
    close = difflib.get_close_matches(wanted, names, n=limit, cutoff=_ALIKE)
    order = list(dict.fromkeys(pk for name in close for _, pk in sorted(names[name])))[:limit]
    places = Municipality.objects.select_related(*_SHOWN).in_bulk(order)
    return [places[pk] for pk in order]
