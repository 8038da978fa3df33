"""What a result list shows besides its rows: filters with counts, chips, order, hints, pages, ways on when it is empty.

``layout/list.html`` renders a ``Listing``; a view fills it. The same page comes whole, or as its list alone when htmx
asks for it: the address says everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

PER_PAGE = 25
SEARCH_FROM = 13  # options of a filter from which it has a search field of its own


@dataclass(frozen=True)
class Option:
    """A choice of a filter; ``count`` is what it would leave of the present search (``None``: not counted)."""

    value: str
    label: str
    count: int | None = None
    selected: bool = False
    words: str = ""  # other names by which the filter's own search finds it


@dataclass(frozen=True)
class FacetBox:
    """A filter of the bar: a button that opens a list of choices."""

    name: str
    label: str
    options: Sequence[Option]
    note: str = ""  # such as what the list leaves out

    @property
    def chosen(self) -> int:
        """How many choices are on."""
        return sum(option.selected for option in self.options)

    @property
    def has_search(self) -> bool:
        """Whether the list is long enough to be searched."""
        return len(self.options) >= SEARCH_FROM


@dataclass(frozen=True)
class Chip:
    """A filter that is on, with the address without it."""

    label: str
    url: str


@dataclass(frozen=True)
class SortLink:
    """An order of the list."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class WayOn:
    """A way out of an empty list: an address, and how many entries wait there (``None``: not counted)."""

    label: str
    url: str
    count: int | None = None


@dataclass(frozen=True)
class PlaceCount:
    """A line of “Results by municipality”: the equivalent of the map, and a filter."""

    label: str
    url: str
    count: int
    share: int  # of the longest bar, in hundredths
    current: bool = False


class KnownCount(Paginator):
    """Page numbers of a list whose length is known without asking for its rows."""

    def __init__(self, count: int, per_page: int = PER_PAGE) -> None:
        super().__init__([], per_page)
        self.__dict__["count"] = count


@dataclass(frozen=True)
class ListPage:
    """One page of a list: what ``components/pagination.html`` needs, and the rows."""

    rows: Sequence[Any]
    number: int
    count: int
    per_page: int = PER_PAGE

    @property
    def paginator(self) -> KnownCount:
        """The numbers of all pages."""
        return KnownCount(self.count, self.per_page)

    @property
    def has_next(self) -> bool:
        """Whether a page follows."""
        return self.number * self.per_page < self.count

    @property
    def has_previous(self) -> bool:
        """Whether a page comes before."""
        return self.number > 1

    @property
    def next_page_number(self) -> int:
        """The page after this one."""
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        """The page before this one."""
        return self.number - 1


def page_within(number: int, count: int, per_page: int = PER_PAGE) -> int:
    """The page that exists: the one asked for, or the last."""
    return max(1, min(number, -(-count // per_page)))


@dataclass
class Listing:
    """Everything ``layout/list.html`` shows of a list."""

    action: str
    heading: str  # the count as a sentence
    page: ListPage
    query: str = ""
    search_label: str = ""
    search_url: str = ""  # answers suggestions while typing
    facets: Sequence[FacetBox] = ()
    chips: Sequence[Chip] = ()
    clear_url: str = ""
    hints: Sequence[str] = ()
    sorts: Sequence[SortLink] = ()
    kept: Sequence[tuple[str, str]] = ()  # parameters that no field of the filter bar holds
    places: Sequence[PlaceCount] = ()
    places_title: str = ""
    empty_title: str = ""
    empty_text: str = ""
    ways_on: Sequence[WayOn] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def chosen(self) -> int:
        """How many filters are on: the number on the phone's button."""
        return len(self.chips)

    @property
    def sort_label(self) -> str:
        """The order in use."""
        return next((sort.label for sort in self.sorts if sort.current), "")

    @property
    def has_map(self) -> bool:
        """Whether the page has a second column."""
        return bool(self.extra.get("map"))


def render_list(request: HttpRequest, template: str, listing: Listing, context: dict[str, Any]) -> HttpResponse:
    """The page, or its list alone for a partial swap; a step back in the browser gets the page again."""
    htmx: Any = getattr(request, "htmx", None)
    is_part = bool(htmx) and not htmx.history_restore_request and not htmx.boosted
    layout = "layout/list_part.html" if is_part else "base.html"
    response = render(request, template, {**context, "listing": listing, "list_layout": layout})
    patch_vary_headers(response, ("HX-Request",))
    return response
