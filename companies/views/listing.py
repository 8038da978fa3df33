"""The directory's list: what was found, why, where, and what to do when nothing was."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from companies.enums import Freshness, SizeClass
from companies.facets import AREA, SORTS, Asked, Labels, boxes, labels_for, read
from companies.models import Organisation
from companies.search.conditions import Filters
from companies.search.finding import CAP, Criteria, Found, find
from companies.search.matching import highlight, match_line, words_in
from companies.views.list_file import FORMATS, MOST
from companies.views.places import results_map
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.formats import words
from promo_portal.core.list_query import ListQuery
from promo_portal.core.listing import Listing, ListPage, PlaceCount, SortLink, WayOn, render_list

MOST_PLACES = 10
PAGES_BEYOND_CAP = CAP // 25


@dataclass(frozen=True)
class Row:
    """One entry of the list."""

    url: str
    name: SafeString
    line: SafeString
    language: str  # of the line, where it is not the page's
    place: str
    size: str
    confirmed_on: date | None
    is_confirmed: bool


@public
@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Search, filters, map: the address is the whole state."""
    query = ListQuery(request.GET, request.path)
    asked = read(query)
    found = find(asked.criteria)
    wanted = _capabilities_hit(found)
    labels = labels_for(found.facets, asked.criteria.filters, wanted)
    rows = _rows(found, labels, wanted)
    listing = Listing(
        action=request.path,
        heading=heading(found),
        page=ListPage(rows, found.page, pages_reach(asked, found)),
        query=asked.criteria.text,
        search_label=_("Name, trade, product or municipality"),
        search_url=reverse("companies:suggest"),
        facets=boxes(asked, found.facets, labels, counted=found.has_facet_counts),
        chips=asked.chips,
        clear_url=query.url(but={name for name, _value in query.pairs()} - {"q", "sort"}) if asked.chips else "",
        hints=query.hints,
        sorts=_sorts(asked),
        kept=[pair for pair in query.pairs() if pair[0] in {"sort", AREA}],
        places=_places(asked, found, labels),
    )
    if not rows:
        _explain_empty(listing, asked, found)
    _offer_place(listing, asked, found, labels)
    listing.extra["alert_url"] = query.url(but=["sort", AREA], path=reverse("companies:alert_new"))
    if rows and not found.is_capped and found.count <= MOST:
        listing.extra["files"] = [
            (label, query.url(path=reverse("companies:list_file", args=[kind]))) for kind, label in FORMATS
        ]
    listing.extra["area_url"] = query.url(but=[AREA])
    listing.extra["area"] = str(asked.criteria.filters.area or "")
    listing.extra["map"] = results_map(asked, found, labels, query.url(path=reverse("companies:map")))
    context = {"found": found}
    return render_list(request, "companies/organisation_list.html", listing, context)


def heading(found: Found) -> str:
    """The count as a sentence; what was not counted to the end is not given as a figure."""
    if found.is_capped and found.count <= CAP:
        return _("more than %(count)s companies") % {"count": words.number(CAP)}
    return ngettext("%(count)s company", "%(count)s companies", found.count) % {"count": words.number(found.count)}


def pages_reach(asked: Asked, found: Found) -> int:
    """How far page numbers lead: by name to the end, in other orders as far as they are put in order."""
    is_by_name = (
        not asked.criteria.text and asked.criteria.sort == "name" and asked.criteria.filters.single() is not None
    )
    return found.count if is_by_name else min(found.count, CAP)


def _sorts(asked: Asked) -> list[SortLink]:
    return [
        SortLink(str(label), asked.query.url(but=["sort"], more=[("sort", value)]), value == asked.criteria.sort)
        for value, label in SORTS
        if asked.criteria.text or value != "relevance"
    ]


def _capabilities_hit(found: Found) -> set[int]:
    """Capabilities by which the page's entries were found: their names stand in the rows."""
    hit = {token for token in found.expansion.entities if token.startswith("c:")}
    return {int(mark[2:]) for marks in found.marks.values() for mark in marks if mark in hit}


def rows_of(found: Found) -> list[Row]:
    """The lines of a list that shows no filters."""
    hit = _capabilities_hit(found)
    return _rows(found, labels_for({}, Filters({}), hit), hit)


def _rows(found: Found, labels: Labels, hit: set[int]) -> list[Row]:
    today = clock.today()
    entries = Organisation.objects.in_bulk(found.ids)
    lexes = found.expansion.lexes
    start, _sample, end = reverse("companies:detail", args=[0, "0"]).rpartition("0-0")  # asked once, not for every row
    rows = []
    for pk in found.ids:
        if pk in entries:
            url = f"{start}{pk}-{entries[pk].slug}{end}"
            rows.append(_row(entries[pk], url, found.marks[pk], lexes, labels, hit, today))
    return rows


def _row(
    entry: Organisation, url: str, marks: Sequence[str], lexes: set[str], labels: Labels, hit: set[int], today: date
) -> Row:
    line, language = _line(entry, marks, lexes, labels, hit)
    here = (get_language() or "fr")[:2]
    return Row(
        url=url,
        name=highlight(entry.name, lexes),
        line=line,
        language=language if language != here else "",
        place=f"{entry.postcode} {entry.locality}".strip(),
        size=str(SizeClass(entry.size_class).label) if entry.size_class else "",
        confirmed_on=entry.confirmed_on,
        is_confirmed=entry.freshness(today) == Freshness.CONFIRMED,
    )


def _line(
    entry: Organisation, marks: Sequence[str], lexes: set[str], labels: Labels, hit: set[int]
) -> tuple[SafeString, str]:
    """The sentence that was hit, the reader's language first; else the capability that was."""
    here = (get_language() or "fr")[:2]
    order = dict.fromkeys([here, "fr", "de", "en"])
    texts = [(language, text) for language in order if (text := getattr(entry, f"purpose_{language}", ""))]
    line, language = match_line(texts, lexes)
    if "<mark>" not in line:
        known = [labels.of("capability", mark[2:]) for mark in marks if mark.startswith("c:") and int(mark[2:]) in hit]
        named = ", ".join(found.label for found in known[:3] if found)
        if named:
            return highlight(_("Capability: %(names)s") % {"names": named}, words_in(named)), ""
    return line, language


def _places(asked: Asked, found: Found, labels: Labels) -> list[PlaceCount]:
    """Results by municipality: the map in words, and a filter at once."""
    if not found.has_facet_counts:
        return []
    counts = {key: count for key, count in found.facets.get("municipality", {}).items() if key and count}
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_PLACES]
    most = ranked[0][1] if ranked else 1
    on = set(asked.criteria.filters.tokens.get("municipality", ()))
    places = []
    for key, count in ranked:
        known = labels.of("municipality", key)
        if known:
            url = asked.query.url(but=["municipality"], more=[("municipality", key)])
            places.append(PlaceCount(known.label, url, count, max(1, round(100 * count / most)), f"m:{key}" in on))
    return places


def _explain_empty(listing: Listing, asked: Asked, found: Found) -> None:
    """No hit: say so, and offer the ways that lead somewhere, with what waits there."""
    criteria, query = asked.criteria, asked.query
    listing.empty_title = (
        _("No company fits “%(text)s”.") % {"text": criteria.text}
        if criteria.text
        else _("No company fits these filters.")
    )
    listing.empty_text = (
        _("The search understands French and German, word forms and small slips.") if criteria.text else ""
    )
    ways = []
    if criteria.filters.area:
        everywhere = replace(criteria, filters=Filters(criteria.filters.tokens), page=1)
        count = find(everywhere, with_facets=False).count
        if count:
            ways.append(WayOn(_("The same search on the whole map"), query.url(but=[AREA]), count))
    if criteria.filters.tokens and criteria.text:
        count = find(Criteria(criteria.text), with_facets=False).count
        if count:
            ways.append(WayOn(_("The same search without filters"), query.url(but=set(criteria.filters.tokens)), count))
    elif len(asked.chips) > 1:
        ways += [WayOn(_("Without “%(label)s”") % {"label": chip.label}, chip.url) for chip in asked.chips]
    typed = [word.typed for word in found.expansion.words]
    if len(typed) > 1 and not ways:
        for word in typed:
            count = find(Criteria(word), with_facets=False).count
            if count:
                url = query.url(but=["q", *criteria.filters.tokens], more=[("q", word)])
                ways.append(WayOn(_("Search for “%(word)s”") % {"word": word}, url, count))
    ways.append(WayOn(_("All companies"), reverse("companies:list")))
    listing.ways_on = ways


def _offer_place(listing: Listing, asked: Asked, found: Found, labels: Labels) -> None:
    """Who types nothing but a municipality may mean the place rather than a name: one press leads there."""
    if "municipality" in asked.criteria.filters.tokens or not found.expansion.words:
        return
    expansion = found.expansion
    whole = [tokens for first, last, tokens in expansion.phrases if (first, last) == (0, len(expansion.words) - 1)]
    tokens = set().union(*whole) if whole else (expansion.words[0].entities if len(expansion.words) == 1 else set())
    places = sorted(token for token in tokens if token.startswith("m:"))
    if len(places) != 1:
        return
    listing.extra["place_url"] = asked.query.url(but=["q", "sort"], more=[("municipality", places[0][2:])])
    known = labels.of("municipality", places[0][2:])  # "2710" and "Dachsfelden" are called Tavannes
    listing.extra["place_name"] = known.label if known else expansion.text.title()


def gone(request: HttpRequest, name: str) -> HttpResponse:
    """An entry that is no longer published: say so, offer the search."""
    return render(request, "companies/gone.html", {"name": name}, status=410)


__all__ = ["Filters", "gone", "heading", "organisation_list", "pages_reach", "rows_of"]
