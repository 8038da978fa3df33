"""``{% load formats %}``: the filters that write numbers, dates, money and phones (see ``core.formats.words``)."""

from typing import Any

from django import template

from promo_portal.core.formats import words

register = template.Library()

FILTERS = (
    words.number,
    words.decimal,
    words.percent,
    words.money,
    words.rent_m2,
    words.area,
    words.file_size,
    words.day,
    words.day_month,
    words.month_year,
    words.day_prose,
    words.weekday,
    words.hour,
    words.hour_prose,
    words.moment,
    words.moment_prose,
    words.days_off,
    words.duration,
    words.phone,
    words.phone_uri,
    words.uid,
)
for write in FILTERS:
    register.filter(write.__name__, write)


@register.filter
def area_range(smallest: Any, largest: Any) -> str:
    """``{{ unit.smallest|area_range:unit.largest }}``: 120–250 m²."""
    return words.area_range(smallest, largest)


@register.filter
def machine_date(value: Any) -> str:
    """The value of a ``<time datetime>`` attribute."""
    return value.isoformat() if hasattr(value, "isoformat") else ""
