"""Templates for Word and Excel: in three languages, with formulas that point at their own cells, fit to be brought back."""

import io
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from docx import Document

from coaching.papers import FORMS, PAPERS
from promo_portal.files.content import judge

LANGUAGES = ("fr", "de", "en")


def made(name: str, form: str, language: str) -> bytes:
    with translation.override(language):
        return FORMS[form][0](PAPERS[name])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", PAPERS)
def test_every_template_is_a_file_that_the_portal_would_take_back(name: str, form: str) -> None:
    content = made(name, form, "fr")

    assert judge(f"modele.{FORMS[form][1]}", io.BytesIO(content), len(content)).size == len(content)


def _words(name: str, form: str, language: str) -> set[str]:
    content = io.BytesIO(made(name, form, language))
    if form == "word":
        paper: Any = Document(content)
        cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
        return {text for text in (*(line.text for line in paper.paragraphs), *cells) if text}
    book = openpyxl.load_workbook(content)
    found = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value}
    return {text for text in found if not text.startswith("=")}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", PAPERS)
def test_no_sentence_is_left_in_another_language(name: str, form: str) -> None:
    french, german, english = (_words(name, form, language) for language in LANGUAGES)
    alike = {"6. Organisation"}

    assert len(french) >= 15
    assert not {text for text in french & english if len(text) > 12} - alike
    assert not {text for text in german & english if len(text) > 12} - alike


@pytest.mark.parametrize("name", PAPERS)
def test_word_has_numbered_headings_and_a_language(name: str) -> None:
    paper: Any = Document(io.BytesIO(made(name, "word", "de")))

    headings = [line.text for line in paper.paragraphs if line.style.name == "Heading 1"]
    assert [heading.partition(".")[0] for heading in headings] == [str(n) for n in range(1, len(headings) + 1)]
    assert len(headings) == len(PAPERS[name].chapters)
    assert paper.core_properties.language == "de-CH"


@pytest.mark.parametrize("name", PAPERS)
def test_excel_has_formulas_within_its_sheets_and_prints_on_a4(name: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(name, "excel", "fr")))

    formulas = 0
    for sheet in book:
        assert sheet.print_area
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (9, 1)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    formulas += 1
                    for number in re.findall(r"[A-Z]{1,2}(\d+)", cell.value.partition("!")[0]):
                        assert int(number) <= sheet.max_row
    assert formulas >= 15


def test_the_liquidity_book_carries_each_balance_into_the_next_month_and_year() -> None:
    first, second, _third = openpyxl.load_workbook(io.BytesIO(made("liquidity-plan", "excel", "fr"))).worksheets
    rows = {row[0].value: row for row in first.iter_rows() if row[0].value}
    opening, receipts, end = rows["Solde au début"], rows["Total des encaissements"], rows["Solde à la fin"]

    assert receipts[1].value == f"=SUM(B{opening[0].row + 1}:B{receipts[0].row - 1})"
    assert opening[2].value == f"=B{end[0].row}"
    assert second.cell(opening[0].row, 2).value == f"='{first.title}'!M{end[0].row}"
    assert rows["Solde le plus bas de l’année"][1].value == f"=MIN(B{end[0].row}:M{end[0].row})"


@pytest.mark.django_db
def test_everybody_gets_them_from_the_start_page_and_odd_names_are_missing(client: Client) -> None:
    page = client.get("/fr/coaching/").content.decode()
    for name in PAPERS:
        with translation.override("fr"):
            address = reverse("coaching:template", args=[name, "excel"])
        assert address in page
    answer = client.get(address)

    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert client.get("/fr/coaching/modeles/rien/word/").status_code == 404
    assert client.get("/fr/coaching/modeles/liquidity-plan/pdf/").status_code == 404
