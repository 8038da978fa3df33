"""The directory as CSV, Excel, JSON and GeoJSON, written row by row."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from companies.exports.rows import COLUMNS, Exported, exported
from companies.models import Organisation
from promo_portal.core.cells import safe_cell, sheet_cell

Progress = Callable[[int], None]
SOURCE = "Source: OFS/BFS, GEOSTAT (places); the portal's operator and the organisations themselves (entries)."
EVERY = 500  # rows between two reports of progress


def _told(rows: Iterable[Exported], progress: Progress | None) -> Iterator[Exported]:
    for number, row in enumerate(rows, start=1):
        yield row
        if progress and number % EVERY == 0:
            progress(number)


def write_csv(rows: Iterable[Exported], path: Path, columns: Sequence[str] = COLUMNS) -> int:
    """UTF-8 with a byte order mark and semicolons, as a Swiss Excel opens it; returns the number of rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(columns)
        for count, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the count
            cells = row.cells()
            writer.writerow([safe_cell(cells[name]) for name in columns])
    return count


def write_xlsx(rows: Iterable[Exported], path: Path, columns: Sequence[str] = COLUMNS) -> int:
    """One sheet with a fixed head; every text is a text. Returns the number of rows (Excel holds 1,048,575)."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("directory")
    sheet.freeze_panes = "C2"
    sheet.append([sheet_cell(sheet, name, style="Headline 4") for name in columns])
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007
        cells = row.cells()
        sheet.append([sheet_cell(sheet, cells[name]) for name in columns])
    book.save(path)
    return count


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def as_object(row: Exported, columns: Sequence[str] = COLUMNS) -> dict[str, Any]:
    """An entry for JSON: activities with their codes, capabilities as a list."""
    cells = row.cells()
    return {name: _plain(cells[name]) for name in columns} | {
        "activities": [{"code": code.code, "label": code.label} for code in row.activities],
        "capabilities": list(row.capabilities),
    }


def _write_json(rows: Iterable[Exported], path: Path, head: str, item: Callable[[Exported], dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        for count, row in enumerate(rows, start=1):
            file.write("\n" if count == 1 else ",\n")
            json.dump(item(row), file, ensure_ascii=False)
        file.write("\n]}\n")
    return count


def write_json(rows: Iterable[Exported], path: Path, columns: Sequence[str] = COLUMNS) -> int:
    """``{"source": …, "items": [...]}``; returns the number of rows."""
    return _write_json(rows, path, f'{{"source": {json.dumps(SOURCE)}, "items": [', lambda row: as_object(row, columns))


def as_feature(row: Exported, columns: Sequence[str] = COLUMNS) -> dict[str, Any]:
    """An entry for GeoJSON; without a place of its own it has no geometry."""
    properties = as_object(row, columns)
    lon, lat = properties.pop("lon"), properties.pop("lat")
    place = None if lon is None else {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": row.organisation.pk, "geometry": place, "properties": properties}


def write_geojson(rows: Iterable[Exported], path: Path, columns: Sequence[str] = COLUMNS) -> int:
    """A FeatureCollection (RFC 7946); an entry without a place of its own has no geometry. Returns the number of rows."""
    head = f'{{"type": "FeatureCollection", "source": {json.dumps(SOURCE)}, "features": ['
    return _write_json(rows, path, head, lambda row: as_feature(row, columns))


WRITERS: dict[str, Callable[..., int]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "json": write_json,
    "geojson": write_geojson,
}


def write_table(
    kind: str, rows: QuerySet[Organisation], path: Path, *, language: str, progress: Progress | None = None
) -> int:
    """Write entries as ``kind`` (a key of ``WRITERS``); returns how many. ``progress`` hears of every 500th row."""
    return WRITERS[kind](_told(exported(rows, language=language), progress), path)
