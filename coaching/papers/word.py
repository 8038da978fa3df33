"""A template as a Word document: real headings, questions to delete, tables to fill in."""

import io
from typing import Any

from django.utils import translation

from coaching.papers.definitions import Grid, Paper
from promo_portal.core.context import current_branding

LANGUAGES = {"fr": "fr-CH", "de": "de-CH", "en": "en-GB"}
GREY, INK = "4E535C", "15171C"
WRITE_HERE = 3  # empty lines below the questions
MARGIN = 2.5  # centimetres


def word_of(paper: Paper) -> bytes:
    """The document in the active language."""
    from docx import Document  # with lxml; only who asks for a template needs it
    from docx.shared import Cm, Pt, RGBColor

    made = Document()
    language = LANGUAGES[(translation.get_language() or "fr")[:2]]
    made.core_properties.title, made.core_properties.language = str(paper.title), language
    made.core_properties.author = str(current_branding().name)
    for section in made.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(MARGIN)
        section.top_margin = section.bottom_margin = Cm(MARGIN)
        section.footer.paragraphs[0].text = str(paper.title)
    _set_styles(made, Pt, RGBColor)
    made.add_heading(str(paper.title), 0)
    made.add_paragraph(str(paper.lead), style="Question")
    for number, chapter in enumerate(paper.chapters, 1):
        made.add_heading(f"{number}. {chapter.title}", 1)
        for question in chapter.questions:
            made.add_paragraph(str(question), style="Question")
        if chapter.grid:
            _table(made, chapter.grid)
        else:
            for _line in range(WRITE_HERE):
                made.add_paragraph("")
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def _set_styles(made: Any, pt: Any, colour: Any) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    for name, size in (("Normal", 10.5), ("Title", 24), ("Heading 1", 14)):
        font = made.styles[name].font
        font.name, font.size, font.color.rgb = "Arial", pt(size), colour.from_string(INK)
        made.styles[name].element.rPr.rFonts.attrib.clear()
        font.name = "Arial"
    question = made.styles.add_style("Question", WD_STYLE_TYPE.PARAGRAPH)
    question.base_style = made.styles["Normal"]
    question.font.color.rgb, question.font.size = colour.from_string(GREY), pt(9.5)


def _table(made: Any, grid: Grid) -> None:
    from docx.oxml import OxmlElement

    rows = [*grid.rows, *[""] * grid.empty]
    table = made.add_table(rows=1 + len(rows), cols=len(grid.columns), style="Table Grid")
    for cell, title in zip(table.rows[0].cells, grid.columns, strict=True):
        cell.text = ""
        cell.paragraphs[0].add_run(str(title)).bold = True
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - repeated on each page
    for row, first in zip(table.rows[1:], rows, strict=True):
        row.cells[0].text = str(first)
    made.add_paragraph("")
