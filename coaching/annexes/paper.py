"""The annex as a tagged PDF, set by Typst from ``annex.typ``; its words reach it as JSON, never as commands."""

import json
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coaching.annexes.content import Sheet
from coaching.models import Annex, TimeEntryShare
from coaching.workflow.annexes import Total
from companies.exports.book import FONTS, STANDARD, printable
from promo_portal.core.formats import words

TEMPLATE = Path(__file__).with_name("annex.typ")


def write_paper(annex: Annex, sheet: Sheet, path: Path) -> None:
    """Write the PDF in the language in force."""
    with tempfile.TemporaryDirectory() as folder:
        content = _printed(contents(annex, sheet))
        (Path(folder) / "data.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        (Path(folder) / TEMPLATE.name).write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        compiler = typst.Compiler(root=folder, font_paths=[str(FONTS)], ignore_system_fonts=True)
        compiler.compile(str(Path(folder) / TEMPLATE.name), output=str(path), format="pdf", pdf_standards=[STANDARD])


def _printed(content: Any) -> Any:
    if isinstance(content, str):
        return printable(content)
    if isinstance(content, dict):
        return {key: _printed(value) for key, value in content.items()}
    return [_printed(value) for value in content] if isinstance(content, list) else content


def contents(annex: Annex, sheet: Sheet) -> dict[str, Any]:
    """All that stands on the paper, in the language in force."""
    assert annex.issued_on is not None
    issued = annex.issued_on
    return {
        "language": annex.language,
        "year": issued.year,
        "month": issued.month,
        "day": issued.day,
        "title": _("Cost annex %(number)s") % {"number": annex.number},
        "operator": str(settings.BRANDING["operator"]),
        "association": annex.association.name,
        "funder": annex.funder.name,
        "quarter": str(annex.quarter),
        "period": f"{words.day(annex.period_from)} – {words.day(annex.period_to)}",
        "issued": words.day(issued),
        "by": str(annex.issued_by),
        "files": [
            {
                "reference": part.case.reference,
                "lines": [_line(share) for share in part.shares],
                "total": _sums(part.total),
            }
            for part in sheet.present
        ],
        "earlier": [_line(share, with_file=True) for share in sheet.earlier],
        "present_total": _sums(sheet.present_total),
        "earlier_total": _sums(sheet.earlier_total),
        "total": _sums(sheet.total),
        "words": {
            "subject": _("Costs of the coaching of founders"),
            "for": _("Charged to"),
            "by": _("Made by"),
            "quarter": _("Quarter"),
            "period": _("Period"),
            "issued": _("Issued on"),
            "file": _("File"),
            "day": _("Day"),
            "what": pgettext("of a date", "What for"),
            "who": _("Who"),
            "hours": _("Hours"),
            "cost": _("Cost (CHF)"),
            "part": _("Funder’s part (CHF)"),
            "total_file": _("Total of the file"),
            "total_quarter": _("Total of the quarter"),
            "earlier": _("Corrections and late entries of earlier quarters"),
            "earlier_text": _("These lines were added after the annex of their quarter had left."),
            "total_earlier": _("Total of corrections and late entries"),
            "total": _("Amount charged"),
            "none": _("No work in this quarter."),
            "page": _("page"),
            "rounding": _(
                "Each line is divided by the funding key to the centime; the largest remainders get the left-over"
                " centimes, so that the parts of all funders add up to the line."
            ),
        },
    }


def hours(minutes: int) -> str:
    """Minutes as hours with two decimals, as bills write them."""
    return words.decimal(Decimal(minutes) / 60, 2)


def what_for(share: TimeEntryShare) -> str:
    """The kind of work; a correction says so, with its reason."""
    entry = share.entry
    if entry.corrects_id is None:
        return str(entry.get_kind_display())
    return _("Correction: %(kind)s (%(why)s)") % {"kind": entry.get_kind_display(), "why": entry.note}


def _line(share: TimeEntryShare, *, with_file: bool = False) -> dict[str, str]:
    entry = share.entry
    found = {
        "day": words.day(entry.worked_on),
        "what": what_for(share),
        "who": str(entry.person),
        "hours": hours(entry.minutes),
        "cost": words.decimal(entry.amount, 2),
        "part": words.decimal(share.amount, 2),
    }
    return {**found, "file": entry.case_file.reference} if with_file else found


def _sums(total: Total) -> dict[str, str]:
    return {
        "hours": hours(total.minutes),
        "cost": words.decimal(total.cost, 2),
        "part": words.decimal(total.amount, 2),
    }
