"""The directory's addresses for search engines."""

from collections.abc import Iterator
from typing import Any

from django.utils.text import slugify

from companies.models import Organisation
from promo_portal.core import clock, slots
from promo_portal.regions.names import plain

BATCH = 5_000
PAGES = ("companies:list", "companies:open_data")
Address = tuple[str, tuple[Any, ...], Any]


class DirectoryAddresses:
    """The list and the page of every published entry: search engines come at any size.

    The site map takes them by position, so that its last file does not read a million names to throw them away.
    """

    def __call__(self) -> Iterator[Address]:
        return self.between(0, None)

    def count(self) -> int:
        """How many there are."""
        return len(PAGES) + Organisation.objects.published(clock.today()).count()

    def between(self, start: int, stop: int | None) -> Iterator[Address]:
        """Those from one position up to another, read in batches."""
        yield from ((name, (), None) for name in PAGES[start:stop])
        rows = Organisation.objects.published(clock.today()).order_by("pk").values_list("pk", "name", "confirmed_on")
        chosen = rows[max(0, start - len(PAGES)) : None if stop is None else max(0, stop - len(PAGES))]
        for pk, name, confirmed_on in chosen.iterator(chunk_size=BATCH):
            yield "companies:detail", (pk, slugify(plain(name))[:60] or "fiche"), confirmed_on


def register() -> None:
    """Tell the site map; called once when the app is ready."""
    slots.sitemap_pages.register("companies", DirectoryAddresses())
