"""Search engines' files: every public page in its three languages, whatever the size of the directory."""

from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from django.conf import settings
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from promo_portal.core import slots

ENTRIES = 2_500  # a file may hold 50,000 addresses, each page has three; a larger one takes seconds to write
_COUNT, _KEPT = "sitemap:count", 3600
_OPENING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
Entry = tuple[str, tuple[Any, ...], Any]
_OWN = ("home", "contact", "accessibility", "privacy", "sources", "imprint")


def own_pages() -> Iterator[Entry]:
    """The portal's own pages, and the way into coaching."""
    for name in _OWN:
        yield f"portal:{name}", (), None
    yield "coaching:start", (), None
    yield "coaching:paper", (), None


def entries(start: int, stop: int) -> Iterator[Entry]:
    """The pages from one position up to another of all that the apps have registered, in a lasting order.

    An app with many pages (one that can ``count``) hands out those ``between``; of the others there are few.
    """
    for pages in slots.sitemap_pages:
        first, last = max(0, start), max(0, stop)
        if hasattr(pages, "between"):
            rows = list(pages.between(first, last)) if last else []
            count = first + len(rows) if len(rows) == last - first else pages.count()
        else:
            known = list(pages())
            rows, count = known[first:last], len(known)
        yield from rows
        start, stop = start - count, stop - count
        if stop <= 0:
            return


def part_count() -> int:
    """How many files there are; counted once an hour."""
    count = cache.get(_COUNT)
    if count is None:
        count = sum(
            pages.count() if hasattr(pages, "count") else sum(1 for _ in pages()) for pages in slots.sitemap_pages
        )
        cache.set(_COUNT, count, _KEPT)
    return max(1, -(-count // ENTRIES))


def index_xml(parts: int) -> str:
    """The list of files."""
    lines = "".join(
        f"<sitemap><loc>{settings.SITE_URL}{reverse('sitemap_part', args=[number])}</loc></sitemap>\n"
        for number in range(1, parts + 1)
    )
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    )
    return f"{head}{lines}</sitemapindex>\n"


def part_xml(number: int) -> str:
    """One file: each page once per language, naming the others."""
    start = (number - 1) * ENTRIES
    return _OPENING + "".join(_pages(entries(start, start + ENTRIES))) + "</urlset>\n"


def _pages(chosen: Iterable[Entry]) -> Iterator[str]:
    rows = list(chosen)
    addresses: list[dict[str, str]] = [{} for _row in rows]
    for language in settings.LANGUAGES:
        code = str(language[0])
        with override(code):
            for found, (name, arguments, _day) in zip(addresses, rows, strict=True):
                try:
                    found[code] = settings.SITE_URL + reverse(name, args=arguments)
                except NoReverseMatch:
                    continue
    for found, (_name, _arguments, day) in zip(addresses, rows, strict=True):
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}-CH" href={quoteattr(url)}/>' for code, url in found.items()
        )
        changed = f"<lastmod>{day:%Y-%m-%d}</lastmod>" if day else ""
        for url in found.values():
            yield f"<url><loc>{_text(url)}</loc>{changed}{others}</url>\n"


def _text(url: str) -> str:
    return quoteattr(url)[1:-1]
