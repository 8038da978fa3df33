"""Many new rows at once by COPY, which PostgreSQL takes several times faster than INSERT; triggers and rules hold all the same.

Rows are written as text, without an object for each: at a hundred thousand rows objects cost more than the database.
Tables behind row-level security refuse COPY; their rows are inserted.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models

from promo_portal.core.db.copy_in import copy_in

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_TO_ESCAPE = re.compile(r"[\\\n\r]")
NULL = "\\N"


def numbers_for(model: type[models.Model], count: int) -> list[int]:
    """So many new primary keys."""
    if not count:
        return []
    with connection.cursor() as cursor:
        # The sequence is looked up once, not for each number; they come as one value, not as a row each.
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        sequence = cursor.fetchone()[0]
        cursor.execute("SELECT array_agg(nextval(%s::regclass)) FROM generate_series(1, %s)", [sequence, count])
        numbers: list[int] = cursor.fetchone()[0]
        return numbers


def texts(values: Sequence[str]) -> str:
    """Several texts as neighbouring cells; one look at all of them says whether any has to be escaped."""
    joined = "\t".join(values)
    if joined.count("\t") >= len(values) or _TO_ESCAPE.search(joined):
        return "\t".join([value.translate(_ESCAPES) for value in values])
    return joined


def as_json(value: Any) -> str:
    """A cell of JSON."""
    return "[]" if value == [] else json.dumps(value, ensure_ascii=False).translate(_ESCAPES)


class Table:
    """How lines for one model are made: the columns whose cells are written, and what all others hold.

    Columns that are nowhere named hold the model's default; those that may be empty are left out.
    """

    def __init__(self, model: type[models.Model], columns: Sequence[str], *, shared: Mapping[str, Any]) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        others = {
            name: field.get_default()
            for name, field in fields.items()
            if name not in columns and name not in shared and not field.null and not field.primary_key
        }
        rest = {**others, **shared}
        self.rest = "".join(
            f"\t{as_json(value) if isinstance(fields[name], models.JSONField) else cell(value)}"
            for name, value in rest.items()
        )
        self._names = ", ".join(f'"{fields[name].column}"' for name in (*columns, *rest))
        self._table = model._meta.db_table

    def copy(self, cursor: Any, lines: Sequence[str], *, into: str = "") -> None:
        """Copy lines of cells (of ``columns``, in their order) into the model's table, or into one like it."""
        if lines:
            rest = f"{self.rest}\n"
            copy_in(cursor, f'COPY "{into or self._table}" ({self._names}) FROM STDIN', rest.join(lines) + rest)

    def copy_where_new(self, cursor: Any, lines: Sequence[str]) -> None:
        """As ``copy``, leaving out what a unique rule refuses: somebody else may have written the same meanwhile."""
        if not lines:
            return
        stage = f"{self._table}_stage"
        cursor.execute(
            f'CREATE TEMPORARY TABLE IF NOT EXISTS "{stage}" ON COMMIT DROP AS'  # noqa: S608
            f' SELECT {self._names} FROM "{self._table}" WITH NO DATA'
        )
        cursor.execute(f'TRUNCATE "{stage}"')
        self.copy(cursor, lines, into=stage)
        cursor.execute(
            f'INSERT INTO "{self._table}" ({self._names}) SELECT {self._names} FROM "{stage}" ON CONFLICT DO NOTHING'  # noqa: S608 - names of the model
        )


def cell(value: Any) -> str:
    """A value in COPY's text form."""
    if value is None:
        return NULL
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).translate(_ESCAPES)
