"""Sheets of an Excel book as coaching hands them out: headings, rows to fill in or filled, sums as formulas, A4 in print."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from promo_portal.core.cells import clean_text

MONEY, TINT, INK = "#,##0.00", "ECF0FB", "15171C"
FIRST_ROW = 4  # heading in row 1, lead in row 2


class Sheet:
    """A sheet that is filled from the top; remembers where it stands."""

    def __init__(self, book: Any, title: Any, heading: Any, lead: Any = "", *, landscape: bool = False) -> None:
        self.sheet: Any = book.create_sheet(clean_text(str(title))[:31])
        self.row = FIRST_ROW
        self._text(1, 1, heading, bold=True, size=14)
        self._text(2, 1, lead)
        page = self.sheet.page_setup
        page.paperSize, page.orientation = 9, "landscape" if landscape else "portrait"  # A4
        page.fitToWidth, page.fitToHeight = 1, 0
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True
        self.sheet.oddFooter.left.text = str(heading)
        self.sheet.oddFooter.right.text = "&P / &N"

    def _text(self, row: int, column: int, value: Any, *, bold: bool = False, size: int = 10) -> Any:
        from openpyxl.styles import Font

        cell = self.sheet.cell(row, column)
        cell.value, cell.data_type = clean_text(str(value)), "s"
        cell.font = Font(name="Arial", size=size, bold=bold, color=INK)
        return cell

    def head(self, titles: Sequence[Any]) -> int:
        """A row of headings, ruled off; returns its number."""
        from openpyxl.styles import Alignment, Border, Side

        for column, title in enumerate(titles, 1):
            cell = self._text(self.row, column, title, bold=True)
            cell.border = Border(bottom=Side(style="thin"))
            cell.alignment = Alignment(wrap_text=True, vertical="bottom", horizontal="left" if column == 1 else "right")
        self.row += 1
        return self.row - 1

    def fill_in(self, label: Any, columns: int, *, is_text: bool = False) -> int:
        """A row with tinted cells for the founder."""
        from openpyxl.styles import Font, PatternFill

        self._text(self.row, 1, label)
        for column in range(2, columns + 2):
            cell = self.sheet.cell(self.row, column)
            cell.fill = PatternFill("solid", fgColor=TINT)
            cell.font = Font(name="Arial", size=10)
            if not is_text:
                cell.number_format = MONEY
        self.row += 1
        return self.row - 1

    def values(self, label: Any, amounts: Sequence[Any], *, shape: str = MONEY) -> int:
        """A row of numbers."""
        from openpyxl.styles import Font

        self._text(self.row, 1, label)
        for column, amount in enumerate(amounts, 2):
            cell = self.sheet.cell(self.row, column, amount)
            cell.number_format, cell.font = shape, Font(name="Arial", size=10)
        self.row += 1
        return self.row - 1

    def formula(self, label: Any, columns: int, write: Callable[[str], str], *, shape: str = MONEY) -> int:
        """A row of formulas, one per column; ``write`` is given the column's letter."""
        from openpyxl.styles import Border, Font, Side
        from openpyxl.utils import get_column_letter

        self._text(self.row, 1, label, bold=True)
        for column in range(2, columns + 2):
            cell = self.sheet.cell(self.row, column, write(get_column_letter(column)))
            cell.number_format, cell.font = shape, Font(name="Arial", size=10, bold=True)
            cell.border = Border(top=Side(style="hair"))
        self.row += 1
        return self.row - 1

    def total_column(self, column: int, first: int, last: int, source: str) -> None:
        """Sums across, at the end of the rows."""
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter

        end = get_column_letter(column - 1)
        for row in range(first, last + 1):
            cell = self.sheet.cell(row, column, f"=SUM({source}{row}:{end}{row})")
            cell.number_format, cell.font = MONEY, Font(name="Arial", size=10, bold=True)

    def finish(self, widths: Mapping[str, float], *, repeat: int = 0) -> None:
        """Column widths, print area, headings repeated on every page, panes that stay."""
        for letter, width in widths.items():
            self.sheet.column_dimensions[letter].width = width
        self.sheet.print_area = self.sheet.dimensions
        if repeat:
            self.sheet.print_title_rows = f"{repeat}:{repeat}"
            self.sheet.freeze_panes = f"B{repeat + 1}"
