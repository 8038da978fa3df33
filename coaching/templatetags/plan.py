"""``{% load plan %}``: amounts in centimes as the pages of a financial plan write them."""

from decimal import Decimal
from typing import Any

from django import template

from coaching.plan.labels import month_words
from promo_portal.core.formats import words

register = template.Library()
register.filter("month_words", month_words)


@register.filter
def francs(centimes: Any) -> str:
    """Whole francs; a dash for what does not exist."""
    return "–" if centimes is None else words.decimal(Decimal(centimes) / 100, 0)


@register.filter
def francs_exact(centimes: Any) -> str:
    """Francs and centimes."""
    return "–" if centimes is None else words.decimal(Decimal(centimes) / 100, 2)


@register.filter
def change(centimes: Any) -> str:
    """More or less: always with its sign."""
    if centimes is None:
        return "–"
    return f"+{francs(centimes)}" if centimes > 0 else francs(centimes)
