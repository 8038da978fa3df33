"""Exported cells are text, never formulas."""

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from promo_portal.core.cells import safe_cell, sheet_cell

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+SUM(A1:A9)",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "＝1+1",
    '=HYPERLINK("https://evil.example","x")',
    "\x00=1+1",
    "=",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text_in_csv_and_in_excel(text):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()

    sheet.append([sheet_cell(sheet, text)])
    file = io.BytesIO()
    book.save(file)

    cell = load_workbook(file).active["A1"]
    assert cell.data_type == "s"
    assert str(safe_cell(text)).startswith("'")


def test_phone_numbers_numbers_and_dates_stay_readable():
    assert safe_cell("+41 32 000 00 00") == "+41 32 000 00 00"
    assert safe_cell("-12.5") == "-12.5"
    assert safe_cell(date(2026, 11, 26)) == "2026-11-26"
    assert safe_cell(None) == ""
    assert safe_cell("Éts Gobat – Sàrl") == "Éts Gobat – Sàrl"


def test_a_moment_with_a_time_zone_fits_into_excel():
    book = Workbook(write_only=True)
    sheet = book.create_sheet()

    sheet.append([sheet_cell(sheet, datetime(2026, 11, 26, 8, 0, tzinfo=UTC)), sheet_cell(sheet, "x" * 40_000)])
    file = io.BytesIO()
    book.save(file)

    row = load_workbook(file).active[1]
    assert row[0].value == datetime(2026, 11, 26, 8, 0)  # noqa: DTZ001 - as Excel holds it
    assert len(row[1].value) == 32_767
