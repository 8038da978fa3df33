"""What the list shows, as a file: the same entries in the same order, the open data's fields, nothing cut unsaid."""

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from companies.exports.bulk import COLUMNS
from companies.models import Contact, Organisation
from companies.views import list_file, listing
from tests.companies.corpus import Corpus
from tests.companies.test_pages import LIST, pages, titles

__all__ = ["pages"]
FILE = "/fr/entreprises/liste."


@pytest.fixture(autouse=True)
def _fresh(fresh_cache: object) -> None:
    """Nobody has fetched a file yet."""


def rows_of(page: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page.content.decode("utf-8-sig")), delimiter=";"))


def test_the_file_holds_the_list_in_its_order_with_the_fields_of_the_open_data(pages: Client, corpus: Corpus) -> None:
    asked = {"q": "décolletage", "kind": "company"}
    Contact.objects.create(
        organisation=Organisation.objects.get(name=min(corpus.of_trade("decolletage"))),
        last_name="Frei",
        is_public=True,
    )

    page = pages.get(f"{FILE}csv", asked)
    shown = titles(pages.get(LIST, asked))

    rows = rows_of(page)
    assert [row["name"] for row in rows][: len(shown)] == [one.replace("&amp;", "&") for one in shown]
    assert tuple(rows[0]) == COLUMNS
    assert "Frei" not in page.content.decode()
    assert page["Content-Disposition"].startswith('attachment; filename="entreprises-')


def test_every_format_holds_the_same_entries(pages: Client, corpus: Corpus) -> None:
    asked = {"q": "décolletage", "bbox": "7.15,47.19,7.25,47.25"}
    numbers = [int(row["id"]) for row in rows_of(pages.get(f"{FILE}csv", asked))]

    sheet = load_workbook(io.BytesIO(pages.get(f"{FILE}xlsx", asked).content), read_only=True).worksheets[0]
    items = json.loads(pages.get(f"{FILE}json", asked).content)["items"]
    features = json.loads(pages.get(f"{FILE}geojson", asked).content)["features"]

    assert numbers
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == numbers
    assert [item["id"] for item in items] == numbers
    assert [one["id"] for one in features] == numbers
    assert set(items[0]) == set(COLUMNS)


def test_a_cell_is_never_a_formula(pages: Client, corpus: Corpus) -> None:
    first = int(rows_of(pages.get(f"{FILE}csv", {"q": "décolletage"}))[0]["id"])
    Organisation.objects.filter(pk=first).update(street="=1+1")

    (row,) = [row for row in rows_of(pages.get(f"{FILE}csv", {"q": "décolletage"})) if int(row["id"]) == first]

    assert row["street"].startswith("'=")


def test_the_page_offers_the_files_at_its_own_parameters(pages: Client) -> None:
    body = pages.get(LIST, {"q": "décolletage", "size": "10-49"}).content.decode()

    for kind in ("csv", "xlsx", "json", "geojson"):
        assert f"{FILE}{kind}?q=d%C3%A9colletage&amp;size=10-49" in body


def test_a_longer_list_is_refused_in_words_and_not_offered(pages: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_file, "MOST", 10)
    monkeypatch.setattr(listing, "MOST", 10)

    page = pages.get(f"{FILE}csv")
    body = pages.get(LIST).content.decode()

    assert page.status_code == 422
    assert "au plus 10 fiches" in page.content.decode()
    assert FILE not in body
    assert "Tout le répertoire en fichier" in body


def test_a_network_takes_so_many_files_an_hour_and_unknown_kinds_are_nowhere(
    pages: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_file, "FILES_AN_HOUR", 2)

    answers = [pages.get(f"{FILE}json", {"q": "décolletage"}).status_code for _time in range(3)]

    assert answers == [200, 200, 429]
    assert pages.get(f"{FILE}exe").status_code == 404
