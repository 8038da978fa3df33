"""A template as an Excel book: cells to fill in are tinted, sums are formulas, every sheet prints on pages of A4."""

import io
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from coaching.papers.definitions import NEEDS, PAYMENTS, RECEIPTS, SOURCES, YEARS, Paper
from coaching.sheets import MONEY, Sheet
from promo_portal.core.context import current_branding

MONTHS = 12


def _adding(first: int, last: int) -> Callable[[str], str]:
    """The sum of a column from one row to another."""
    return lambda column: f"=SUM({column}{first}:{column}{last})"


def _balance(book: Any, paper: Paper, title: Any, before: tuple[str, int] | None) -> tuple[str, int]:
    """One year by month; returns where its last balance stands."""
    from openpyxl.utils import get_column_letter

    sheet = Sheet(book, title, f"{paper.title}, {title}", paper.lead, landscape=True)
    head = sheet.head([_("In CHF"), *(_("Month %(number)s") % {"number": n} for n in range(1, 13)), _("Year")])
    opening = sheet.fill_in(_("Balance at the start"), MONTHS)
    totals = []
    for name, lines in ((_("Total receipts"), RECEIPTS), (_("Total payments"), PAYMENTS)):
        first = sheet.row
        for line in lines:
            sheet.fill_in(line, MONTHS)
        totals.append(sheet.formula(name, MONTHS, _adding(first, sheet.row - 1)))
        sheet.total_column(MONTHS + 2, first, totals[-1], "B")
    change = sheet.formula(_("Receipts less payments"), MONTHS, lambda c: f"={c}{totals[0]}-{c}{totals[1]}")
    sheet.total_column(MONTHS + 2, change, change, "B")
    end = sheet.formula(_("Balance at the end"), MONTHS, lambda c: f"={c}{opening}+{c}{change}")
    sheet.formula(_("Lowest balance of the year"), 1, lambda _c: f"=MIN(B{end}:M{end})")
    for column in range(3, MONTHS + 2):
        sheet.sheet.cell(opening, column, f"={get_column_letter(column - 1)}{end}")
    if before:
        sheet.sheet.cell(opening, 2, f"='{before[0]}'!M{before[1]}")
    sheet.finish({"A": 30, **{get_column_letter(n): 11 for n in range(2, 15)}}, repeat=head)
    return sheet.sheet.title, end


def excel_of(paper: Paper) -> bytes:
    """The book in the active language."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    book.properties.title, book.properties.creator = str(paper.title), str(current_branding().name)
    BOOKS[paper.name](book, paper)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _liquidity(book: Any, paper: Paper) -> None:
    """Three years by month; each year takes over the balance of the one before."""
    before = None
    for title in YEARS:
        before = _balance(book, paper, title, before)


def _business(book: Any, paper: Paper) -> None:
    """What is needed and who gives it; three years of income; what is written already."""
    sheet = Sheet(
        book, _("Capital"), _("Money needed and where it comes from"), _("Enter amounts in the tinted cells.")
    )
    sheet.head([_("Needed for"), _("Amount in CHF")])
    first = sheet.row
    for line in NEEDS:
        last = sheet.fill_in(line, 1)
    needed = sheet.formula(_("Total needed"), 1, _adding(first, last))
    sheet.row += 1
    sheet.head([_("Source"), _("Amount in CHF")])
    start = sheet.row
    for line in SOURCES:
        stop = sheet.fill_in(line, 1)
    found = sheet.formula(_("Total of the sources"), 1, _adding(start, stop))
    sheet.formula(_("Still missing"), 1, lambda c: f"={c}{needed}-{c}{found}")
    sheet.finish({"A": 46, "B": 18})
    _income(book)
    chapters = Sheet(book, _("Chapters"), paper.title, _("What is written, what is still to do."))
    head = chapters.head([_("Chapter"), _("Who"), _("Until when"), _("Done")])
    for chapter in paper.chapters:
        chapters.fill_in(chapter.title, 3, is_text=True)
    chapters.finish({"A": 46, "B": 20, "C": 14, "D": 14}, repeat=head)


def _income(book: Any) -> None:
    sheet = Sheet(book, _("Income"), _("Income of three years"), _("Enter amounts in the tinted cells, without tax."))
    sheet.head([_("In CHF"), *YEARS])
    sales = sheet.fill_in(_("Sales"), 3)
    material = sheet.fill_in(_("Material and goods"), 3)
    margin = sheet.formula(_("Gross margin"), 3, lambda c: f"={c}{sales}-{c}{material}")
    share = "=IF({c}{sales}=0,0,{c}{row}/{c}{sales})"
    sheet.formula(
        _("Gross margin, share of sales"), 3, lambda c: share.format(c=c, sales=sales, row=margin), shape="0.0%"
    )
    first = sheet.row
    for line in (*PAYMENTS[1:8], _("Depreciation"), _("Interest"), _("Other costs")):
        last = sheet.fill_in(line, 3)
    costs = sheet.formula(_("Total of fixed costs"), 3, _adding(first, last))
    sheet.formula(_("Result before taxes"), 3, lambda c: f"={c}{margin}-{c}{costs}")
    sheet.formula(
        _("Sales needed to break even"), 3, lambda c: f"=IF({c}{margin}<=0,0,{c}{costs}*{c}{sales}/{c}{margin})"
    )
    sheet.finish({"A": 40, "B": 16, "C": 16, "D": 16})


def _marketing(book: Any, paper: Paper) -> None:
    """What each measure costs in which month; what each group of customers brings."""
    from openpyxl.utils import get_column_letter

    sheet = Sheet(book, _("Measures"), _("Measures of the first year"), paper.lead, landscape=True)
    months = [_("Month %(number)s") % {"number": n} for n in range(1, 13)]
    head = sheet.head([_("Measure"), *months, _("Year")])
    first = sheet.row
    for _line in range(14):
        last = sheet.fill_in("", MONTHS)
    total = sheet.formula(_("Total"), MONTHS, _adding(first, last))
    sheet.total_column(MONTHS + 2, first, total, "B")
    sheet.finish({"A": 36, **{get_column_letter(n): 11 for n in range(2, 15)}}, repeat=head)
    groups = Sheet(book, _("Customers"), _("What each group of customers brings"), "")
    head = groups.head(
        [_("Group of customers"), _("How many"), _("Purchases a year"), _("Price in CHF"), _("Sales in CHF")]
    )
    start = groups.row
    for _line in range(8):
        stop = groups.fill_in("", 3)
        groups.sheet.cell(stop, 5, f"=B{stop}*C{stop}*D{stop}").number_format = MONEY
    groups.formula(_("Total"), 4, lambda c: _adding(start, stop)(c) if c in "BE" else '=""')
    groups.finish({"A": 36, "B": 14, "C": 14, "D": 14, "E": 16}, repeat=head)


BOOKS: Mapping[str, Callable[[Any, Paper], None]] = {
    "business-plan": _business,
    "liquidity-plan": _liquidity,
    "marketing-plan": _marketing,
}
