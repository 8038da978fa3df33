"""What lies on the drawing, written at once: a template asks fifty circles for ten values each, which took half a page's time."""

from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import quoteattr

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe


def names(labels: Iterable[Any]) -> SafeString:
    """Place names as SVG texts; the script sets them anew from ``data-place`` and ``data-off``."""
    return _joined(
        f'<text class="map-name" data-place="{one.at}" data-off="{one.off}" x="{one.x}" y="{one.y}"'
        f' text-anchor="{one.anchor}">{escape(one.text)}</text>'
        for one in labels
    )


def circles(drawn: Iterable[Any]) -> SafeString:
    """Counts as circles, each a link where it leads somewhere."""
    return _joined(_mark(one, f'data-count="{one.what.count:d}"', "map-circle") for one in drawn)


def dots(drawn: Iterable[Any]) -> SafeString:
    """Single entries; the one that the page is about is told by its ring."""
    return _joined(
        _mark(
            one,
            f"data-letter={quoteattr(str(one.what.letter))}{' data-chosen' if one.what.is_chosen else ''}",
            f"map-circle{' map-circle-chosen' if one.what.is_chosen else ''}",
        )
        for one in drawn
    )


def _mark(one: Any, data: str, kind: str) -> str:
    it = one.what
    link = f' href="{escape(it.url)}" tabindex="-1"' if it.url else ""
    number = (
        f'<text class="map-number" x="{one.x}" y="{one.y}" dy=".36em">{escape(one.text)}</text>' if one.text else ""
    )
    return (
        f'<a{link} data-at="{it.lon:.5f},{it.lat:.5f}" {data}><title>{escape(it.label)}</title>'
        f'<circle class="{kind}" cx="{one.x}" cy="{one.y}" r="{one.r}"/>{number}'
        f'<circle class="map-hit" cx="{one.x}" cy="{one.y}" r="{one.hit}"/></a>'
    )


def _joined(parts: Iterable[str]) -> SafeString:
    return mark_safe("\n".join(parts))  # noqa: S308 - every text in it is escaped above
