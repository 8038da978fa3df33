"""Tables as offices really keep them: titles above the header, three generations of encodings, cells that say two things."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from companies.imports.reading import read_rows
from companies.imports.source import Source, look_at
from companies.imports.words import UnreadableFile
from companies.models import Organisation
from companies.workflow.importing import import_file
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.regions.loading import load_regions
from promo_portal.regions.models import Municipality
from tests.companies import factories
from tests.companies.tables import HEAD, LIST, excel, upload
from tests.conftest import SignIn


@pytest.fixture
def desk(officer: User, sign_in: SignIn) -> Client:
    return sign_in(officer)


@pytest.fixture
def write(tmp_path: Path):
    def written(content: str | bytes, name: str = "liste.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850", "utf-16", "utf-16-le", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_letters_arrive_whatever_the_encoding_and_the_ends_of_lines(
    tavannes: Municipality, write, encoding: str, end: str
) -> None:
    rows = [f"Frêne Décolletage {n} SA;;Rue de l’Église;2710;Tavannes" for n in range(3)]
    if encoding == "cp850":
        rows = [row.replace("’", "'") for row in rows]
    path = write(end.join([HEAD.strip(), *rows, ""]).encode(encoding))

    summary = import_file(path)

    assert summary.counts["create"] == 3
    assert "Frêne Décolletage 0 SA" in set(Organisation.objects.values_list("name", flat=True))
    assert Organisation.objects.first().street.endswith("glise")


def test_words_in_capitals_do_not_make_another_encoding(write) -> None:
    path = write("Raison sociale;Localité\nGENÈVE SA;BÂLE\nÉPICERIE DE LA GARE;MÔTIERS\n".encode("cp1252"))

    assert [cells[0] for _number, cells in read_rows(path)][1:] == ["GENÈVE SA", "ÉPICERIE DE LA GARE"]


def test_two_encodings_with_quotation_marks_of_a_word_processor(write) -> None:
    path = write(b"Nom;Lieu\n" + "Atelier “Frêne”;Court\n".encode() + "Forêt Sàrl;Péry\n".encode("cp1252"))

    assert [cells[0] for _number, cells in read_rows(path)][1:] == ["Atelier “Frêne”", "Forêt Sàrl"]


@pytest.mark.parametrize(
    "above", ["Répertoire 2026;;;;\n;;;;\n", "Entreprises de la région\nétat au 1.5.2026\n", "sep=;\n"]
)
def test_what_stands_above_the_header_is_passed_over(tavannes: Municipality, write, above: str) -> None:
    path = write(above + HEAD + "Frêne SA;;Rue 1;2710;Tavannes\n" + "Pivot SA;;Rue 2;2710;Tavannes\n")

    summary = import_file(path)

    assert summary.counts == {"create": 2}
    assert set(Organisation.objects.values_list("name", flat=True)) == {"Frêne SA", "Pivot SA"}


def test_rows_of_data_that_happen_to_hold_names_of_columns_are_not_passed_over(tavannes: Municipality, write) -> None:
    rows = "".join(f"Atelier {n} SA;CHE-{factories.uid_number(n)};Rue;2710;Tavannes\n" for n in range(1, 5))
    path = write(rows + "Firma;Web;Ort;2710;Tavannes\n")

    assert len(next(Source.guessed(path, places()).batches())[0]) == 5


def places():
    from companies.imports.places import Places

    return Places(clock.today())


def test_a_quote_that_is_never_closed_swallows_no_row_unseen(desk: Client, tavannes: Municipality) -> None:
    rows = "".join(f"Atelier {n} SA;;Rue;2710;Tavannes\n" for n in range(10))
    desk.cookies["language"] = "en"

    answer = upload(desk, HEAD + rows + '"Pivot SA;;Rue;2710;Tavannes\n' + rows)

    assert answer.status_code == 422
    assert "From line 12 on" in answer.text


def test_a_cell_of_several_lines_and_a_last_line_without_end_are_read(write) -> None:
    path = write('Nom;Lieu\n"Frêne\nSA";Court\n"Pivot ""P"" SA";"Péry"')

    assert [cells for _number, cells in read_rows(path)][1:] == [["Frêne\nSA", "Court"], ['Pivot "P" SA', "Péry"]]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Nom de l’entreprise", "name"), ("Société", "name"), ("Name der Firma", "name"), ("N° IDE", "uid"),
        ("Site web", "website"), ("Homepage", "website"), ("Adresse e-mail", "email"), ("E-Mail-Adresse", "email"),
        ("Telefonnummer", "phone"), ("NPA / Localité", "locality"), ("PLZ/Ort", "locality"), ("Rue, n°", "street"),
        ("Strasse / Nr.", "street"), ("Postal code", "postcode"), ("Organisation", "name"),
    ],
)  # fmt: skip
def test_headers_that_offices_write_are_recognised(tavannes: Municipality, write, header: str, field: str) -> None:
    other = "UID" if field == "name" else "Raison sociale"

    look = look_at(write(f"{other};{header}\nx;y\n"), places())

    assert look.columns.get(field) == 1


def test_a_running_number_is_no_house_number(tavannes: Municipality, write) -> None:
    first = look_at(write("No;Raison sociale;Rue;NPA;Lieu\n1;Frêne SA;Rue 1;2710;Tavannes\n"), places())
    behind = look_at(write("Raison sociale;Rue;No;NPA;Lieu\nFrêne SA;Rue;1;2710;Tavannes\n"), places())

    assert "house_no" not in first.columns
    assert behind.columns["house_no"] == 2


def test_postcode_and_locality_in_one_cell_are_told_apart(tavannes: Municipality, write) -> None:
    path = write("Raison sociale;NPA / Localité\nFrêne SA;2710 Tavannes\nPivot SA;CH-2710 Tavannes\n")

    summary = import_file(path)

    assert summary.counts["create"] == 2
    assert set(Organisation.objects.values_list("postcode", "locality")) == {("2710", "Tavannes")}


def test_a_country_before_the_postcode_says_nothing(tavannes: Municipality, write) -> None:
    import_file(write(HEAD + "Frêne SA;;Rue 1;CH-2710;Tavannes\n"))

    assert Organisation.objects.get().postcode == "2710"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("032 493 12 34", "+41324931234"), ("324931234", "+41324931234"), ("41324931234", "+41324931234"),
        ("+41 (0)32 493 12 34", "+41324931234"), ("032 493 12 34 / 079 493 12 34", ""), ("+49 761 123456", "+49761123456"),
    ],
)  # fmt: skip
def test_a_phone_is_one_number_or_left_out_and_said(tavannes: Municipality, write, written: str, kept: str) -> None:
    path = write(f"Raison sociale;Téléphone;NPA;Lieu\nFrêne SA;{written};2710;Tavannes\n")

    import_file(path)

    assert Organisation.objects.get().phone == kept


def test_a_column_without_a_name_does_not_make_rows_too_long(tavannes: Municipality, write) -> None:
    text = write("Raison sociale;NPA;Localité;\nFrêne SA;2710;Tavannes;\nPivot SA;2710;Tavannes;à rappeler\n")
    sheet = write(
        excel(
            lambda sheet: [
                sheet.append(["Raison sociale", "NPA", "Localité"]),
                sheet.append(["Forêt SA", 2710, "Tavannes", "à rappeler"]),
            ]
        ),
        "liste.xlsx",
    )

    assert import_file(text).counts == {"create": 2}
    assert import_file(sheet).counts == {"create": 1}


def workbook_with(part: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(excel(lambda sheet: sheet.append(["name", "uid"])))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            new.writestr(entry, content if entry == part else old.read(entry))
    return out.getvalue()


SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("xl/worksheets/sheet1.xml", b"<worksheet %s><sheetData><row r='1'>%s</row></sheetData></worksheet>"
         % (SPACE, b"<c/>" * 2_000_000), "formatting"),
        ("xl/styles.xml", b"<styleSheet %s><cellXfs>%s</cellXfs></styleSheet>" % (SPACE, b"<xf/>" * 2_000_000), "formatting"),
        ("xl/worksheets/sheet1.xml", b"<worksheet %s><sheetData><row r='1'><c r='A1'><v>1</v></c></row><row r='2000000000'>"
         b"<c r='A2'><v>1</v></c></row></sheetData></worksheet>" % SPACE, "rows"),
    ],
    ids=["one endless row", "styles", "a far row"],
)  # fmt: skip
def test_workbooks_that_would_fill_memory_or_never_end_are_refused(
    db: None, write, part: str, content: bytes, said: str
) -> None:
    path = write(workbook_with(part, content), "liste.xlsx")
    tracemalloc.start()

    with pytest.raises(UnreadableFile, match=said), translation.override("en"):
        list(read_rows(path))

    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 80 << 20


def test_text_called_a_workbook_is_told_in_the_readers_language(desk: Client) -> None:
    answer = upload(desk, HEAD + "Frêne SA;;Rue 1;2710;Tavannes\n", "liste.xlsx")

    assert answer.status_code == 422
    assert "simple texte" in answer.text
    assert desk.get(LIST).status_code == 200


def test_a_village_is_not_refused_since_a_farm_of_its_postcode_lies_next_door(db: None) -> None:
    load_regions()
    known = places()
    asked = {
        ("Malleray", "2735"): 717, ("Péry", "2603"): 450, ("Renan", "2616"): 441, ("Lamboing", "2516"): 726,
        ("Le Fuet", "2712"): 706, ("Pontenet", "2733"): 717, ("Plagne", "2536"): 449, ("Romont", "2538"): 442,
    }  # fmt: skip

    found = {pair: [place.bfs for place in known.find("", [pair[0]], pair[1])] for pair in asked}

    assert found == {pair: [bfs] for pair, bfs in asked.items()}


def test_the_title_of_a_refused_page_says_error_once(desk: Client, db: None) -> None:
    refused = upload(desk, b"", "vide.csv").text
    entry = desk.post("/admin/companies/organisation/add/", {}).text

    for page in (refused, entry):
        assert page.split("<title>")[1].split("</title>")[0].count("Erreur") == 1
