"""The report of a year as a paper and as a table."""

import io
from datetime import date

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from coaching.exports.paper import Paper
from coaching.yearly import SessionLine, Year
from promo_portal.core.cells import sheet_cell
from promo_portal.core.formats import words
from promo_portal.regions.models import Association


def heads() -> list[str]:
    """The columns of the table of sessions."""
    return [
        _("Day"), _("Kind"), _("Invited"), _("Present"), _("Quorum"),
        pgettext("requests", "Accepted"), pgettext("requests", "Refused"), _("Put off"),
    ]  # fmt: skip


def cells(line: SessionLine) -> list[object]:
    """One session of the table."""
    session = line.session
    figures = [line.invited, line.present, session.quorum, line.accepted, line.refused, line.postponed]
    return [session.held_on, session.get_kind_display(), *figures]


def year_pdf(found: Year, association: Association, *, on: date) -> bytes:
    """The report for the board, on paper."""
    paper = Paper(
        title=_("The commission in %(year)s") % {"year": found.year},
        subtitle=str(association),
        language=(get_language() or "fr")[:2],
        on=on,
        author=str(association),
        foot=_("As of %(day)s") % {"day": words.day(on)},
    )
    paper.chapter(_("Figures"))
    paper.table([_("Figure"), _("Value")], found.rows(), widths=(1, 0), numeric=(1,))
    paper.chapter(_("Sessions"))
    if found.sessions:
        rows = [[words.day(line.session.held_on), *cells(line)[1:]] for line in found.sessions]
        paper.table(heads(), rows, widths=(0, 1, 0, 0, 0, 0, 0, 0), numeric=(2, 3, 4, 5, 6, 7))
    else:
        paper.text(_("No session was held in this year."))
    return paper.pdf()


def year_xlsx(found: Year) -> bytes:
    """The same as a workbook: figures on the first sheet, sessions on the second."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Figures"))
    sheet.append([sheet_cell(sheet, word, style="Headline 4") for word in (_("Figure"), _("Value"))])
    for label, value in found.rows():
        sheet.append([sheet_cell(sheet, label), sheet_cell(sheet, int(value) if value.isdigit() else value)])
    second = book.create_sheet(_("Sessions"))
    second.append([sheet_cell(second, word, style="Headline 4") for word in heads()])
    for line in found.sessions:
        second.append([sheet_cell(second, cell) for cell in cells(line)])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
