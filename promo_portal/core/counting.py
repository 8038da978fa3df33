"""Many counts in one statement: the navigation and My day show a dozen of them on every page."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def count_together(asked: Sequence[QuerySet[Any] | int | None]) -> list[int | None]:
    """The number of rows of each queryset, all with one query; what is a number (or nothing) already stays as it is."""
    counts: list[int | None] = [0 if isinstance(one, QuerySet) else one for one in asked]
    parts: list[str] = []
    values: list[Any] = []
    places: list[int] = []
    for place, one in enumerate(asked):
        if not isinstance(one, QuerySet):
            continue
        rows = one if one.query.is_sliced else one.order_by()
        try:
            statement, parameters = rows.values_list("pk", flat=True).query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"(SELECT count(*) FROM ({statement}) AS counted)")  # noqa: S608 - compiled by Django
        values += parameters
        places.append(place)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(parts)}", values)
            for place, number in zip(places, cursor.fetchone(), strict=True):
                counts[place] = number
    return counts
