"""Cells of exported tables: text stays text in every spreadsheet program, whatever it begins with.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula (OWASP, "CSV injection"; ASVS
1.2.10). Every exporter writes through here.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

LONGEST_CELL = 32_767  # characters; Excel's limit
_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # what XML 1.0 has no place for
_HARMLESS = re.compile(r"^\+[0-9][0-9 ]*$|^[-\u2212]?[0-9]+(?:\.[0-9]+)?$")  # a phone number, a number


def clean_text(value: str) -> str:
    """Text without what no table can hold (control characters), within Excel's limit."""
    return _UNPRINTABLE.sub("", value)[:LONGEST_CELL]


def safe_cell(value: Any) -> Any:
    """A value for CSV: numbers and dates as they are, text that a spreadsheet would compute behind an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = clean_text(str(value))
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.match(text) else text


def without_guard(text: str) -> str:
    """The text that ``safe_cell`` put behind an apostrophe; any other as it is."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text[1:]) else text


def sheet_cell(sheet: Any, value: Any, *, style: str = "") -> Any:
    """A cell for a write-only worksheet; text is of the type text and never a formula."""
    from openpyxl.cell import WriteOnlyCell  # 6 MB that only processes with tables to write need

    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.replace(tzinfo=None)
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        cell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]  # the stub knows fewer types than the cell
    else:
        cell = WriteOnlyCell(sheet, value="")
        cell._value, cell.data_type = clean_text(str(value)), "s"  # type: ignore[attr-defined]  # noqa: SLF001 - the setter would make it a formula
    if style:
        cell.style = style
    return cell
