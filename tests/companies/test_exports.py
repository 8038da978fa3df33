"""The directory as files: tables, GeoJSON and the printed book."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override
from openpyxl import load_workbook
from pypdf import PdfReader

from companies.exports.book import EmptyBook, contents, make_book, printable
from companies.exports.rows import COLUMNS, exported, published_entries
from companies.exports.tables import write_table
from companies.models import Capability, Contact, Organisation, OrganisationActivity, OrganisationCapability
from promo_portal.regions.models import ActivityCode, Municipality
from tests.companies.factories import activity, capability, organisation
from tests.factories import MunicipalityFactory

TODAY = date(2026, 11, 26)
HOSTILE = '=HYPERLINK("https://evil.example") #set page(fill: red) $x^2$ @o1 <o1> \\ *bold* _em_ [x] \u202e'


@pytest.fixture
def entries(tavannes: Municipality, nidau: Municipality) -> list[Organisation]:
    """Three published entries, one hostile, and three that nobody may see."""
    watch, turning = activity(), capability()
    first = organisation(
        tavannes,
        name="Écrin Horloger Sàrl",
        uid="103537955",
        street="Grand-Rue 3",
        address_extra="Bâtiment B",
        languages="fr de",
        postcode="2710",
        locality="Tavannes",
        phone="+41320000012",
        email="info@ecrin.example",
        website="https://www.ecrin.example/",
        purpose_fr="Montres mécaniques.",
        purpose_de="Mechanische Uhren.",
        size_class="10-49",
        founded_year=1952,
        listed_on=date(2026, 1, 5),
        confirmed_on=date(2026, 10, 3),
        lon="7.19800",
        lat="47.21700",
        internal_note="Ne pas appeler avant dix heures",
        internal_email="patronne@ecrin.example",
    )
    OrganisationActivity.objects.create(organisation=first, activity=watch, is_main=True)
    OrganisationCapability.objects.create(organisation=first, capability=turning, detail="jusqu’à 16 mm")
    Contact.objects.create(organisation=first, first_name="Rose", last_name="Visible", is_public=True)
    Contact.objects.create(organisation=first, first_name="Jean", last_name="Caché")
    second = organisation(tavannes, name="Zingg AG", listed_on=date(2026, 2, 1))
    third = organisation(nidau, name=HOSTILE, purpose_fr=HOSTILE * 20, listed_on=date(2026, 2, 1))
    organisation(tavannes, name="Masquée SA", state="hidden", listed_on=date(2026, 2, 1))
    organisation(tavannes, name="Cessée SA", state="ceased", listed_on=date(2026, 2, 1))
    organisation(tavannes, name="Oubliée SA", listed_on=date(2024, 1, 1))
    return [first, second, third]


def written(kind: str, folder: Path) -> Path:
    path = folder / f"directory.{kind}"
    assert write_table(kind, published_entries(on=TODAY), path, language="fr") == 3
    return path


def test_a_table_holds_the_public_fields_of_published_entries_and_no_formula(entries, tmp_path):
    rows = list(csv.DictReader(io.StringIO(written("csv", tmp_path).read_text("utf-8-sig")), delimiter=";"))

    assert [row["name"][:5] for row in rows] == ["Écrin", "'=HYP", "Zingg"]
    assert tuple(rows[0]) == COLUMNS
    assert rows[0] | {"url": ""} == rows[0] | {
        "url": "",
        "uid": "CHE-103.537.955",
        "municipality_bfs": "713",
        "activities": "2652",
        "capabilities": "décolletage (jusqu’à 16 mm)",
        "contact": "Rose Visible",
        "confirmed_on": "2026-10-03",
        "phone": "+41320000012",
        "address_extra": "Bâtiment B",
        "languages": "fr de",
    }
    text = written("json", tmp_path).read_text("utf-8")
    assert "Ne pas appeler" not in text
    assert "patronne@" not in text
    assert "Caché" not in text
    assert "Masquée" not in text


def test_a_capability_out_of_use_stands_in_no_file(entries, tmp_path):
    Capability.objects.update(is_active=False)

    assert "décolletage" not in written("csv", tmp_path).read_text("utf-8-sig")


def test_a_phone_number_is_not_parted_between_two_lines_of_the_book():
    assert (
        printable(" 032\u00a0000\u00a000\u00a012 \n Tours\u202f: \x07") == "032\u00a0000\u00a000\u00a012 Tours\u202f:"
    )


def test_excel_holds_text_as_text(entries, tmp_path):
    sheet = load_workbook(written("xlsx", tmp_path)).active

    head = [cell.value for cell in sheet[1]]
    names = [row[head.index("name")] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in names} == {"s"}
    assert names[1].value.startswith("=HYPERLINK")


def test_geojson_places_what_has_a_place(entries, tmp_path):
    found = json.loads(written("geojson", tmp_path).read_text("utf-8"))

    assert found["type"] == "FeatureCollection"
    assert [feature["geometry"] for feature in found["features"]] == [
        {"type": "Point", "coordinates": [7.198, 47.217]},
        None,
        None,
    ]


def test_an_export_asks_as_many_questions_for_three_entries_as_for_one(entries, django_assert_num_queries):
    one = published_entries(on=TODAY).filter(pk=entries[0].pk)
    with django_assert_num_queries(4):
        list(exported(one, language="fr"))

    with django_assert_num_queries(4):
        list(exported(published_entries(on=TODAY), language="fr"))


@pytest.mark.parametrize(("language", "title"), [("fr", "Par commune"), ("de", "Nach Gemeinde")])
def test_the_book_is_a_tagged_pdf_that_reads_hostile_names_as_names(entries, tmp_path, language, title):
    path = tmp_path / "book.pdf"

    assert make_book(published_entries(on=TODAY), path, language=language, on=TODAY) == 3

    book = PdfReader(path)
    text = "\n".join(page.extract_text() for page in book.pages)
    assert book.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert book.trailer["/Root"]["/Lang"].startswith(language)
    assert [entry for entry in book.outline if not isinstance(entry, list)]
    assert title in text
    assert "=HYPERLINK" in text
    assert "#set page" in text
    assert text.count("Zingg AG") >= 2  # its entry and the index
    assert "Masquée" not in text


def test_every_page_of_the_book_names_the_municipalities_it_holds_and_each_line_its_page(tavannes, nidau, tmp_path):
    for number in range(60):
        organisation(tavannes, name=f"Atelier {number:02d} SA", purpose_fr="Pièces tournées. " * 12, confirmed_on=TODAY)
    organisation(nidau, name="Zingg AG", confirmed_on=TODAY)
    organisation(MunicipalityFactory(official_name="Valbirse"), name="Vis SA", confirmed_on=TODAY)
    path = tmp_path / "book.pdf"
    make_book(published_entries(on=TODAY), path, language="fr", on=TODAY)

    pages = [page.extract_text().split() for page in PdfReader(path).pages]
    heads = [" ".join(words[:6]) for words in pages if words[:2] == ["Par", "commune"]]
    last = next(number for number, words in enumerate(pages, start=1) if "59" in words and "commune" in words[:2])
    line = " ".join(pages[-1])
    assert heads[0].startswith("Par commune Nidau – Tavannes")
    assert heads[1].startswith("Par commune Tavannes")
    assert "–" not in heads[1]
    assert heads[-1].startswith("Par commune Valbirse")
    assert f"Atelier 59 SA {last}" in line


def test_the_book_says_where_each_name_stands(entries):
    with override("fr"):
        found = contents(list(exported(published_entries(on=TODAY), language="fr")), language="fr", on=TODAY)

    assert [(place["name"], len(place["entries"])) for place in found["municipalities"]] == [
        ("Nidau", 1),
        ("Tavannes", 2),
    ]
    assert found["activities"][0]["classes"][0]["entries"][0]["name"] == "Écrin Horloger Sàrl"
    assert [letter["letter"] for letter in found["index"]] == ["E", "H", "Z"]
    assert len(found["municipalities"][0]["entries"][0]["purpose"]) <= 261


def test_without_entries_there_is_no_book(db, tmp_path):
    with pytest.raises(EmptyBook):
        make_book(published_entries(on=TODAY), tmp_path / "book.pdf", language="fr", on=TODAY)


def test_the_command_writes_every_format_and_names_what_is_wrong(entries, tmp_path, capsys):
    for kind in ("csv", "xlsx", "json", "geojson", "pdf"):
        out = tmp_path / f"out.{kind}"
        call_command("export_directory", "--format", kind, "--association", "cep", "--json", str(out))
        assert json.loads(capsys.readouterr().out) == {"entries": 2, "file": str(out)}
        assert out.stat().st_size > 100

    with pytest.raises(CommandError, match="no association"):
        call_command("export_directory", "--format", "csv", "--association", "nowhere", str(tmp_path / "x"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_directory", "--format", "csv", str(tmp_path / "missing" / "x"))
    assert ActivityCode.objects.exists()
