"""Refused rows as a file: as they came, with the reason in front, for somebody to correct and import again."""

import csv
import io
from collections.abc import Iterator
from pathlib import PurePath

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from companies.imports.run import REJECTED
from companies.imports.words import told
from companies.models import ImportRun
from promo_portal.core.cells import safe_cell, sheet_cell
from promo_portal.core.files import dressed

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _lines(run: ImportRun) -> Iterator[list[str]]:
    header = [str(cell) for cell in run.reading.get("header") or []]
    yield [_("Reason"), _("Row"), *header]
    rows = run.rows.filter(verdict__in=REJECTED).order_by("number")
    for number, notes, cells in rows.values_list("number", "notes", "cells").iterator(chunk_size=1000):
        yield [told(notes[0]) if notes else "", str(number), *cells]


def _name(run: ImportRun, ending: str) -> str:
    return f"{PurePath(run.file_name).stem[:80]}-{_('refused')}.{ending}"


def rejected_csv(run: ImportRun) -> HttpResponseBase:
    """With semicolons and a mark of UTF-8, as Excel here opens it."""

    def parts() -> Iterator[bytes]:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
        yield "\ufeff".encode()
        for line in _lines(run):
            writer.writerow([safe_cell(cell) for cell in line])
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()

    response = StreamingHttpResponse(list(parts()), content_type="text/csv; charset=utf-8")
    return dressed(response, _name(run, "csv"))


def rejected_xlsx(run: ImportRun) -> HttpResponseBase:
    """Every cell is text: nothing is computed when the file is opened."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Refused rows")[:30])
    for line in _lines(run):
        sheet.append([sheet_cell(sheet, cell) for cell in line])
    buffer = io.BytesIO()
    book.save(buffer)
    response = StreamingHttpResponse([buffer.getvalue()], content_type=XLSX)
    return dressed(response, _name(run, "xlsx"))
