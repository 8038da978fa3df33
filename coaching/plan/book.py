"""A plan as an Excel book: what was entered as numbers, what is added up as formulas, so that one can go on reckoning."""

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from coaching.models.plan import MONTHS
from coaching.plan.labels import payment_names, receipt_names
from coaching.plan.reckoning import YEAR, Figures
from coaching.sheets import Sheet
from promo_portal.core.formats import words

FIRST, LAST = 2, MONTHS + 1  # columns of the months


def francs(row: Sequence[int]) -> list[Decimal]:
    """Centimes as the numbers that a sheet shows."""
    return [Decimal(amount) / 100 for amount in row]


def book_of(figures: Figures, title: str) -> bytes:
    """Three sheets: the lines, the money by month, the income by month and year."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    book.properties.title = title
    months = [words.month_year(figures.entered.month(index)) for index in range(MONTHS)]
    _lines(book, figures, title, months)
    _money(book, figures, title, months)
    _income(book, figures, title, months)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _widths(more: int = 0) -> Mapping[str, float]:
    from openpyxl.utils import get_column_letter

    return {"A": 34, **{get_column_letter(column): 12 for column in range(FIRST, LAST + 1 + more)}}


def _lines(book: Any, figures: Figures, title: str, months: Sequence[str]) -> None:
    sheet = Sheet(book, _("Lines"), title, _("What each line comes to, in CHF without tax."), landscape=True)
    head = sheet.head([_("Line"), *months, _("Three years")])
    for line in figures.entered.lines:
        row = sheet.values(f"{line.kind.label}: {line.label}", francs(figures.by_line[line.number]))
        sheet.total_column(LAST + 1, row, row, "B")
    sheet.finish(_widths(1), repeat=head)


def _money(book: Any, figures: Figures, title: str, months: Sequence[str]) -> None:
    from openpyxl.utils import get_column_letter

    sheet = Sheet(book, _("Money by month"), title, _("Receipts and payments in CHF, tax included."), landscape=True)
    head = sheet.head([_("In CHF"), *months])
    opening = sheet.values(_("Balance at the start"), francs([figures.entered.opening]))
    sums = []
    for name, names, rows in (
        (_("Total receipts"), receipt_names(), figures.receipts),
        (_("Total payments"), payment_names(), figures.payments),
    ):
        first = sheet.row
        for key, row in rows.items():
            sheet.values(names[key], francs(row))
        last = sheet.row - 1
        sums.append(sheet.formula(name, MONTHS, lambda c, a=first, b=last: f"=SUM({c}{a}:{c}{b})"))  # type: ignore[misc]
    change = sheet.formula(_("Receipts less payments"), MONTHS, lambda c: f"={c}{sums[0]}-{c}{sums[1]}")
    end = sheet.formula(_("Balance at the end"), MONTHS, lambda c: f"={c}{opening}+{c}{change}")
    for column in range(FIRST + 1, LAST + 1):
        cell = sheet.sheet.cell(opening, column, f"={get_column_letter(column - 1)}{end}")
        cell.number_format = sheet.sheet.cell(opening, FIRST).number_format
    sheet.finish(_widths(), repeat=head)


def _income(book: Any, figures: Figures, title: str, months: Sequence[str]) -> None:
    from openpyxl.utils import get_column_letter

    sheet = Sheet(book, _("Income"), title, _("In CHF, before taxes on income."), landscape=True)
    years = [_("Year %(number)s") % {"number": number} for number in range(1, MONTHS // YEAR + 1)]
    head = sheet.head([_("In CHF"), *months, *years])
    columns = MONTHS + len(years)
    sales = sheet.values(_("Sales"), francs(figures.sales))
    material = sheet.values(_("Material and goods"), francs(figures.material))
    margin = sheet.formula(_("Gross margin"), columns, lambda c: f"={c}{sales}-{c}{material}")
    fixed = [
        sheet.values(label, francs(row))
        for label, row in (
            (_("Staff"), figures.staff),
            (_("Other costs"), figures.costs),
            (_("Depreciation"), figures.depreciation),
            (_("Interest"), figures.interest),
        )
    ]
    costs = sheet.formula(_("Fixed costs"), columns, lambda c: f"=SUM({c}{fixed[0]}:{c}{fixed[-1]})")
    sheet.formula(_("Result before taxes"), columns, lambda c: f"={c}{margin}-{c}{costs}")
    sheet.formula(_("Break-even sales"), columns, lambda c: f'=IF({c}{margin}<=0,"",{c}{costs}*{c}{sales}/{c}{margin})')
    for year in range(len(years)):
        start, stop = (get_column_letter(FIRST + year * YEAR + shift) for shift in (0, YEAR - 1))
        for row in (sales, material, *fixed):
            cell = sheet.sheet.cell(row, LAST + 1 + year, f"=SUM({start}{row}:{stop}{row})")
            cell.number_format = sheet.sheet.cell(row, FIRST).number_format
    sheet.finish(_widths(len(years)), repeat=head)
