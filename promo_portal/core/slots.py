"""Slots: named places that upper apps fill, so that imports only ever point down.

A lower page shows what lives above it (premises on a company's page, deadlines of a coaching file) by rendering what is
registered here. Each app registers its own in ``AppConfig.ready()``; a name is taken once.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

EntryT = TypeVar("EntryT")


class Slot(Generic[EntryT]):
    """An ordered, named registry; registering a name twice is a programming error."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, EntryT] = {}

    def register(self, key: str, entry: EntryT) -> EntryT:
        """Add ``entry`` under ``key``."""
        if key in self._entries and self._entries[key] is not entry:
            msg = f"slot {self.name}: {key!r} is taken"
            raise ImproperlyConfigured(msg)
        self._entries[key] = entry
        return entry

    def __getitem__(self, key: str) -> EntryT:
        return self._entries[key]

    def get(self, key: str) -> EntryT | None:
        """The entry of that name, or ``None`` if its app is gone."""
        return self._entries.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[EntryT]:
        return iter(self._entries.values())

    def items(self) -> Sequence[tuple[str, EntryT]]:
        """All names with their entries, in order of registration."""
        return list(self._entries.items())


@dataclass(frozen=True)
class WorkItem:
    """A row of My day or of a queue: something a person can finish."""

    group: str  # "late", "today", "received", "next"
    when: date | datetime
    kind: Any  # translated word
    what: Any  # translated verb phrase
    whom: str
    url: str
    actions: tuple[tuple[Any, str, str], ...] = ()  # (label, url, "post" or "link"), at most two
    owner_id: int | None = None


@dataclass(frozen=True)
class NavItem:
    """An entry of the staff navigation."""

    group: str  # "", "to_handle", "files", "directory", "steering"
    order: int
    label: Any
    url_name: str
    count: Callable[[HttpRequest], Any] | None = None  # the rows to count (all entries' at once), or a number
    visible: Callable[[HttpRequest], bool] = lambda request: True


@dataclass(frozen=True)
class Panel:
    """A piece of another app's page: a template and the function that gathers its context (``None``: nothing to show)."""

    order: int
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]


# Filled by apps; typed loosely where the entry's class lives on a higher floor.
deadline_kinds: Slot[Any] = Slot("deadline kinds")  # reminders.kinds.DeadlineKind
mail_kinds: Slot[Any] = Slot("mail kinds")  # mailing.kinds.MailKind
job_kinds: Slot[Any] = Slot("job kinds")  # jobs.kinds.JobKind: long work with progress
my_day: Slot[Callable[[HttpRequest], Sequence[WorkItem]]] = Slot("my day")
my_day_figures: Slot[Callable[[HttpRequest], dict[str, Any] | None]] = Slot(
    "my day figures"
)  # value (or rows to count), label, url
staff_nav: Slot[NavItem] = Slot("staff navigation")
space_panels: Slot[Panel] = Slot("space panels")  # /espace/ of founders, contacts, specialists …
organisation_panels: Slot[Panel] = Slot("organisation panels")  # on a company's public page
cluster_panels: Slot[Panel] = Slot("cluster panels")  # on a cluster's public page: news
facets: Slot[Any] = Slot("facets")  # companies.facets.Facet: filters of the directory that upper apps bring (clusters)
# Tokens of upper apps for the directory's search documents (``g:12`` for a cluster): many organisations in one query.
search_tokens: Slot[Callable[[Collection[int]], dict[int, Sequence[str]]]] = Slot("search tokens")
home_figures: Slot[Callable[[HttpRequest], dict[str, Any] | None]] = Slot("home figures")  # order, value, label, url
home_panels: Slot[Panel] = Slot("home panels")  # next events, news; context(request, None)
# Public addresses for search engines: (url name, arguments, day of the last change or None), in any language. Where they
# are many, the callable also has ``count()`` and ``between(start, stop)`` (positions), which spare reading all of them.
sitemap_pages: Slot[Any] = Slot("sitemap pages")
staff_search: Slot[Callable[[HttpRequest, str], Sequence[dict[str, Any]]]] = Slot("staff search")
subject_titles: Slot[Callable[[int], str | None]] = Slot("subject titles")  # "coaching.casefile" -> title of a row
subject_urls: Slot[Callable[[int], str | None]] = Slot("subject urls")
# For lists: title and address of many rows at once, in one query; rows that the reader may not see are left out.
subject_lines: Slot[Callable[[Collection[int]], dict[int, tuple[str, str]]]] = Slot("subject lines")

# Work of apps above the engine that falls due with time (campaigns, entries that grow old): idempotent, catches up. The
# worker does it by a task of the app's own; ``manage.py tick`` and the demo's clock do it from here.
clock_work: Slot[Callable[[], Any]] = Slot("clock work")

# Tables of which the application role may only add rows (history, access log): "app_label_model" table names.
append_only: Slot[str] = Slot("append-only tables")


def lines_of(subjects: Collection[tuple[str, int | None]]) -> dict[tuple[str, int], tuple[str, str]]:
    """Title and address of each ``(kind, number)`` that its app knows and the reader may see: one query per kind."""
    by_kind: dict[str, set[int]] = {}
    for kind, number in subjects:
        if number is not None:
            by_kind.setdefault(kind, set()).add(number)
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for kind, numbers in by_kind.items():
        gather = subject_lines.get(kind)
        if gather:
            found |= {(kind, number): line for number, line in gather(numbers).items()}
    return found
