"""Files of the register: read as they are, entered once, proposed where known, refused with a reason."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from companies.models import ChangeProposal, ImportRow, ImportRun, Organisation
from companies.search.finding import Criteria, find
from promo_portal.regions.models import LegalForm, Municipality
from promo_portal.regions.names import search_name
from tests.companies import factories
from tests.factories import MunicipalityFactory

HEADER = "chid,uid,name,legal_form_code,care_of,street,house_no,zip,town,seat,purpose\n"
UID = factories.uid_number(1)
OTHER = factories.uid_number(2)
WRONG = f"{UID[:8]}{(int(UID[8]) + 1) % 10}"
PURPOSE = "Fabrication de pièces décolletées pour l'horlogerie et la microtechnique, ainsi que le commerce de montres"


def csv_row(
    uid: str = UID, name: str = "Décolletage Frêne SA", chid: str = "CH07330000001", street: str = "Rue du Pont"
):
    return f'{chid},CHE{uid},{name},3,,{street},4,2710,Tavannes,Tavannes,"{PURPOSE}"\n'


def raw_row(chid: str, uid: str, purpose: str = PURPOSE, bfs: str = "713") -> str:
    before = ["60442", chid, "3", "", bfs, "Tavannes", "73", "100000", "CHF", "2", "", "2016-04-20 00:00:00", "76", "0"]
    middle = ["MU", "2016-04-19 00:00:00", "2789387", "", "", "Rue du Pont", "4", "", "", "2710", "Tavannes"]
    return "\t".join([*before, *middle, purpose, f"CHE{uid}"]) + "\r\n"


@pytest.fixture
def write(tmp_path: Path):
    def written(content: str | bytes, name: str = "register.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


def run(path: Path, *options: str) -> dict:
    out = StringIO()
    with translation.override("en"):
        call_command("import_companies", str(path), "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def counts(answer: dict) -> tuple[int, int, int, int]:
    return answer["created"], answer["proposed"], answer["unchanged"], answer["rejected"]


def test_a_register_file_is_entered_once_and_found(tavannes: Municipality, write) -> None:
    form = LegalForm.objects.update_or_create(code="0106", defaults={"register_code": "3", "label_fr": "SA"})[0]
    path = write(HEADER + csv_row())

    first, second = run(path), run(path)

    one = Organisation.objects.get()
    assert (counts(first), counts(second)) == ((1, 0, 0, 0), (0, 0, 1, 0))
    assert (one.uid, one.street, one.legal_form, one.association) == (
        UID,
        "Rue du Pont 4",
        form,
        tavannes.association(),
    )
    assert one.purpose_fr == PURPOSE
    assert find(Criteria(text="frene")).ids == find(Criteria(text=f"CHE{UID}")).ids == [one.pk]
    assert not ChangeProposal.objects.exists()


def test_the_raw_form_without_names_completes_what_the_named_file_entered(tavannes: Municipality, write) -> None:
    run(write(HEADER + csv_row()))
    raw = write(raw_row("CH07330000001", UID).encode("cp1252"), "raw.tsv")

    assert counts(run(raw)) == (0, 0, 1, 0)


def test_unknown_rows_without_a_name_are_called_by_their_purpose_or_wait_hidden(tavannes: Municipality, write) -> None:
    rows = raw_row("CH07330000001", UID) + raw_row("CH07330000002", OTHER, purpose="")
    raw = write(rows.encode("cp1252"), "raw.tsv")

    first, second = run(raw), run(raw)

    public, hidden = Organisation.objects.get(uid=UID), Organisation.objects.get(uid=OTHER)
    assert (counts(first), counts(second)) == ((2, 0, 0, 0), (0, 0, 2, 0))
    assert public.name == "Fabrication de pièces décolletées pour l'horlogerie et la…"
    assert (hidden.name, hidden.state) == ("CH07330000002", "hidden")
    assert find(Criteria(text="microtechnique")).ids == [public.pk]


def test_what_a_file_says_otherwise_is_proposed_once_and_never_written(tavannes: Municipality, write) -> None:
    factories.organisation(tavannes, name="Décolletage Frêne SA", uid=UID, street="Grand-Rue 1")
    path = write(HEADER + csv_row())

    first, second = run(path), run(path)

    street = ChangeProposal.objects.get(field="street")
    assert (counts(first), counts(second)) == ((0, 1, 0, 0), (0, 0, 1, 0))
    assert (street.current, street.proposed) == ("Grand-Rue 1", "Rue du Pont 4")
    assert Organisation.objects.get().street == "Grand-Rue 1"


def test_a_wrong_check_digit_is_refused_with_a_sentence_and_the_rest_applied(tavannes: Municipality, write) -> None:
    answer = run(write(HEADER + csv_row() + csv_row(uid=WRONG, chid="CH07330000002", name="Autre SA")))

    refused = ImportRow.objects.get(verdict="reject")
    assert counts(answer) == (1, 0, 0, 1)
    assert answer["reasons"][0]["line"] == refused.number == 3
    assert "check digit" in answer["reasons"][0]["reason"]
    assert refused.cells[2] == "Autre SA"


def test_a_known_name_with_another_uid_is_for_people(tavannes: Municipality, write) -> None:
    factories.organisation(tavannes, name="Décolletage Frêne SA", uid=OTHER)

    with pytest.raises(SystemExit, match="1"):
        run(write(HEADER + csv_row()))

    assert ImportRow.objects.get().verdict == "duplicate"
    assert Organisation.objects.count() == 1


def test_a_former_municipality_leads_to_its_successor(tavannes: Municipality, nidau: Municipality, write) -> None:
    Municipality.objects.filter(pk=nidau.pk).update(valid_to=date(2020, 12, 31), successor=tavannes)

    run(write(HEADER + csv_row().replace("2710,Tavannes,Tavannes", "2560,Nidau,Nidau")))

    assert Organisation.objects.get().municipality == tavannes


def test_rows_of_other_regions_are_refused_for_an_association(
    tavannes: Municipality, nidau: Municipality, write
) -> None:
    other = csv_row(uid=OTHER, chid="CH07330000002", name="Autre SA").replace("Tavannes", "Nidau")

    answer = run(write(HEADER + csv_row() + other), "--association", "cep")

    assert counts(answer) == (1, 0, 0, 1)
    assert Organisation.objects.get().municipality == tavannes


def test_a_dry_run_writes_nothing(tavannes: Municipality, write) -> None:
    assert counts(run(write(HEADER + csv_row()), "--dry-run")) == (1, 0, 0, 0)
    assert not Organisation.objects.exists()
    assert not ImportRun.objects.exists()


def test_the_same_row_twice_in_a_file_is_one_entry(tavannes: Municipality, write) -> None:
    answer = run(write(HEADER + csv_row() + csv_row() + csv_row(street="Rue Neuve")))

    assert counts(answer) == (1, 0, 1, 1)


def test_an_unnamed_row_twice_in_a_file_is_one_entry(tavannes: Municipality, write) -> None:
    raw = write((raw_row("CH07330000001", UID) * 2).encode("cp1252"), "raw.tsv")

    assert counts(run(raw)) == (1, 0, 1, 0)


def test_one_name_with_two_uids_in_a_file_is_for_people(tavannes: Municipality, write) -> None:
    path = write(HEADER + csv_row() + csv_row(uid=OTHER, chid="CH07330000002"))

    first, second = run(path), run(path)

    assert (counts(first), counts(second)) == ((1, 0, 0, 1), (0, 0, 1, 1))


def test_two_legal_forms_of_one_name_are_two_companies(tavannes: Municipality, write) -> None:
    sister = csv_row(uid=OTHER, chid="CH07330000002", name="Décolletage Frêne Sàrl")
    path = write(HEADER + csv_row() + sister)

    assert (counts(run(path)), counts(run(path))) == ((2, 0, 0, 0), (0, 0, 2, 0))


def test_a_row_without_number_that_nearly_is_a_known_entry_is_for_people(tavannes: Municipality, write) -> None:
    factories.organisation(tavannes, name="Décolletage Frêne SA")
    head = "Raison sociale;NPA;Localité\n"
    rows = "Décolettage Frêne;2710;Tavannes\nDécolletage Sapin SA;2710;Tavannes\n"
    path = write(head + rows)

    first, second = run(path), run(path)

    assert (counts(first), counts(second)) == ((1, 0, 0, 1), (0, 0, 1, 1))
    assert first["reasons"][0]["reason"].startswith("Resembles “Décolletage Frêne SA”")


def test_a_canton_behind_the_seat_tells_two_places_apart(db: None, write) -> None:
    for bfs, name, canton in ((2305, "Schmitten (FR)", "FR"), (3514, "Schmitten (GR)", "GR")):
        MunicipalityFactory(
            bfs=bfs, official_name=name, canton__code=canton, search_name=search_name([name, "Schmitten"])
        )

    run(write(HEADER + csv_row().replace("2710,Tavannes,Tavannes", "3185,Schmitten,Schmitten (FR)")))

    assert Organisation.objects.get().municipality.bfs == 2305


def test_excel_and_semicolons_in_windows_letters_are_read(tavannes: Municipality, write, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Raison sociale", "IDE", "NPA", "Localité"])
    book.active.append(["Frêne SA", f"CHE{UID}", 2710, "Tavannes"])
    book.save(tmp_path / "liste.xlsx")
    text = f"Firma;UID;PLZ;Ort\r\nMüller AG;CHE{OTHER};2710;Tavannes\r\n"

    assert counts(run(tmp_path / "liste.xlsx")) == (1, 0, 0, 0)
    assert counts(run(write(text.encode("cp1252"), "liste.csv"))) == (1, 0, 0, 0)
    assert {one.name for one in Organisation.objects.all()} == {"Frêne SA", "Müller AG"}


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "empty"),
        (HEADER.encode(), "header.csv", "no row"),
        (b"name,uid\nA\0B,\n", "nul.csv", "NUL"),
        (b"name,uid\n" + b"x" * 1_000_001, "line.csv", "line"),
        (b",".join([b"name"] * 101) + b"\n" + b",".join([b"x"] * 101), "wide.csv", "100 columns"),
        (b"PK\x03\x04rubbish", "table.csv", "name says"),
        (b"name,uid\nA,\n", "table.xlsx", "name says"),
        (b"PK\x03\x04rubbish", "broken.xlsx", "damaged"),
        (b"one\ntwo\n", "one.csv", "one column"),
        (b"a,b\nc,d\n", "strange.csv", "recognised"),
        (b"%PDF-1.7", "book.csv", "PDF"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    tavannes: Municipality, write, content: bytes, name: str, said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        run(write(content, name))

    assert not ImportRun.objects.exists()


def test_more_rows_take_no_more_queries(tavannes: Municipality, write) -> None:
    rows = [csv_row(factories.uid_number(n), f"Atelier {n} SA", f"CH0733000{n:04d}") for n in range(10, 50)]
    few, many = write(HEADER + "".join(rows[:2]), "few.csv"), write(HEADER + "".join(rows[2:]), "many.csv")

    with CaptureQueriesContext(connection) as first:
        run(few)
    with CaptureQueriesContext(connection) as second:
        run(many)

    assert len(second) <= len(first)
