"""The annex as an Excel file: one line each, numbers as numbers, text never a formula."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coaching.annexes.content import Sheet
from coaching.annexes.paper import what_for
from coaching.models import Annex
from promo_portal.core.cells import sheet_cell

HEAD, STRONG = "Headline 4", "Total"
WIDTHS = (12, 14, 44, 26, 10, 14, 20, 34)


def write_table(annex: Annex, sheet: Sheet, path: Path) -> None:
    """Write the file in the language in force."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page: Any = book.create_sheet(annex.number)
    for place, width in enumerate(WIDTHS):
        page.column_dimensions["ABCDEFGH"[place]].width = width
    page.freeze_panes = "A6"

    def row(*values: Any, style: str = "") -> None:
        page.append([sheet_cell(page, value, style=style) for value in values])

    row(_("Cost annex %(number)s") % {"number": annex.number}, style=HEAD)
    row(_("Charged to"), annex.funder.name)
    row(_("Quarter"), str(annex.quarter))
    row(_("Issued on"), annex.issued_on)
    row(
        _("Day"),
        _("File"),
        pgettext("of a date", "What for"),
        _("Who"),
        _("Hours"),
        _("Cost (CHF)"),
        _("Funder’s part (CHF)"),
        _("Remark"),
        style=HEAD,
    )
    late = _("Correction or late entry of an earlier quarter")
    every = [(share, "") for part in sheet.present for share in part.shares]
    for share, remark in [*every, *((share, late) for share in sheet.earlier)]:
        entry = share.entry
        row(
            entry.worked_on,
            entry.case_file.reference,
            what_for(share),
            str(entry.person),
            _hours(entry.minutes),
            entry.amount,
            share.amount,
            remark,
        )
    total = sheet.total
    row(_("Amount charged"), None, None, None, _hours(total.minutes), total.cost, total.amount, style=STRONG)
    book.save(path)


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))
