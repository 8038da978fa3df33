"""``{% load formats %}``: the filters that write numbers, dates, money and phones (see ``core.formats.words``)."""

from typing import Any

from django import template

from promo_portal.core.formats import words

register = template.Library()

for _name in (
    "number decimal percent money rent_m2 area file_size day day_month month_year day_prose weekday hour hour_prose"
    " moment moment_prose days_off duration phone phone_uri uid"
).split():
    register.filter(_name, getattr(words, _name))


@register.filter
def area_range(smallest: Any, largest: Any) -> str:
    """``{{ unit.smallest|area_range:unit.largest }}``: 120–250 m²."""
    return words.area_range(smallest, largest)


@register.filter
def machine_date(value: Any) -> str:
    """The value of a ``<time datetime>`` attribute."""
    return value.isoformat() if hasattr(value, "isoformat") else ""
