"""Instants and rows: what all of the earlier years are written with."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import TypeVar

from django.db import models

from promo_portal.core import clock

RowT = TypeVar("RowT", bound=models.Model)


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """An instant of that day in Zurich."""
    return datetime.combine(day, time(hour, minute), clock.ZURICH)


def stored(rows: Iterable[RowT]) -> list[RowT]:
    """Write rows of one table; they know their numbers afterwards."""
    found = list(rows)
    return type(found[0])._default_manager.bulk_create(found, batch_size=500) if found else []  # noqa: SLF001 - whatever it is called
