"""Small pieces that several answers share: labels in three languages, places, addresses of pages."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from promo_portal.mailing.rendering import absolute


def label(row: Any, field: str = "label") -> dict[str, str]:
    """A word in three languages; English falls back to French."""
    values = {language: getattr(row, f"{field}_{language}", "") for language in ("fr", "de", "en")}
    return values | {"en": values["en"] or values["fr"]}


def place(row: Any) -> dict[str, Any]:
    """A municipality by number and official name."""
    return {"bfs": row.bfs, "name": row.official_name}


def number(value: Any) -> float | None:
    """A decimal as JSON has it."""
    return None if value is None else float(value)


def page_address(name: str, language: str, *args: Any) -> str:
    """The address of a page in a language; empty where there is no such page yet."""
    try:
        with override(language):
            return absolute(reverse(name, args=args))
    except NoReverseMatch:
        return ""
