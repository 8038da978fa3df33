"""Files that are no table, too large or made to do harm: a sentence for a clerk, and nothing is kept."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from companies.imports import reading
from companies.imports.words import UnreadableFile
from companies.models import ImportRun, Organisation
from companies.workflow.importing import import_file
from promo_portal.accounts.models import User
from promo_portal.regions.models import Municipality
from tests.companies import factories
from tests.companies.tables import HEAD, LIST, excel, upload
from tests.conftest import SignIn


@pytest.fixture
def desk(officer: User, sign_in: SignIn) -> Client:
    return sign_in(officer)


BIG_LINE = b"name,uid\n" + b"x" * 1_000_001


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.csv", "empty"),
        (HEAD.encode(), "header.csv", "no row"),
        (b"name,uid\nA\0B,\n", "nul.csv", "NUL"),
        (BIG_LINE, "line.csv", "line"),
        (b"\xff\xfe" + "name,uid\nA,".encode("utf-16-le") + "x".encode("utf-16-le") * 1_000_001, "line16.csv", "line"),
        (b",".join([b"name"] * 101) + b"\n" + b",".join([b"x"] * 101), "wide.csv", "100 columns"),
        (b"PK\x03\x04rubbish", "table.csv", "name says"),
        (b"name,uid\nA,\n", "table.xlsx", "name says"),
        (b"PK\x03\x04rubbish", "broken.xlsx", "damaged"),
        (b"\xd0\xcf\x11\xe0old", "old.xls", "old format"),
        (b"\xd0\xcf\x11\xe0old", "old.xlsx", "old format"),
        (b"one\ntwo\n", "one.csv", "one column"),
        (b"%PDF-1.7 name", "book.csv", "PDF"),
        (b"name;uid\nA;\n", "list.docx", "XLSX, CSV, TSV"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_leaves_nothing(
    desk: Client, tavannes: Municipality, content: bytes, name: str, said: str
) -> None:
    desk.cookies["language"] = "en"

    answer = upload(desk, content, name)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_file_above_the_limit_is_refused_before_it_is_read(desk: Client, settings) -> None:
    settings.FILES_MAX_BYTES = 1000
    desk.cookies["language"] = "en"

    answer = upload(desk, b"name;uid\n" + b"A;\n" * 1000)
    announced = desk.post(
        f"{LIST}add/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="1000000000"
    )

    assert answer.status_code == 422
    assert "limit" in answer.content.decode()
    assert announced.status_code == 413


def bomb(part: str, content: bytes, megabytes: int) -> bytes:
    """A workbook one of whose parts was exchanged, or blown up with blanks."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(excel(lambda sheet: sheet.append(["name", "uid"])))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            if entry != part:
                new.writestr(entry, old.read(entry))
        with new.open(part, "w") as member:
            member.write(content)
            for _ in range(megabytes):
                member.write(b" " * (1 << 20))
    return out.getvalue()


def test_a_gigabyte_of_one_line_is_refused_at_its_beginning(
    tmp_path: Path, tavannes: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(b"name;uid\n" + b"x" * 1_100_000)
        file.truncate(1 << 30)  # the rest takes no room on disk
    read: list[int] = []
    longest = reading._longest
    monkeypatch.setattr(reading, "_longest", lambda chunk, before: read.append(len(chunk)) or longest(chunk, before))

    with pytest.raises(UnreadableFile, match="1’000’000 characters"), translation.override("en"):
        import_file(path)

    assert sum(read) <= 2 << 20
    assert not ImportRun.objects.exists()


def test_cells_that_are_formulas_are_refused_by_row_in_a_sentence(tavannes: Municipality, tmp_path: Path) -> None:
    uids = [factories.uid_number(number) for number in range(1, 6)]
    path = tmp_path / "liste.csv"
    path.write_text(
        HEAD
        + f"=cmd()|A1;CHE{uids[0]};Rue 1;2710;Tavannes\n"
        + f'Frêne SA;CHE{uids[1]};"=HYPERLINK(""http://x"")";2710;Tavannes\n'
        + f"+Plus SA;CHE{uids[2]};Rue 3;2710;Tavannes\n"
        + f"@Work Sàrl;CHE{uids[3]};-;2710;Tavannes\n"
    )

    with translation.override("en"):
        summary = import_file(path)

    assert (summary.counts["create"], summary.counts["reject"]) == (2, 2)
    assert summary.reasons[0]["reason"] == "Name: “=cmd()|A1” is a formula, not a text. Write the value itself."
    assert summary.reasons[1]["reason"].startswith("Street and number: “=HYPERLINK")


def test_dates_and_numbers_of_a_workbook_are_read_as_written(tavannes: Municipality, tmp_path: Path) -> None:
    path = tmp_path / "liste.xlsx"
    uid = factories.uid_number(1)
    path.write_bytes(
        excel(
            lambda sheet: [
                sheet.append(["Raison sociale", "IDE", "NPA", "Localité", "Rue", "Téléphone"]),
                sheet.append(["Frêne SA", int(uid), 2710.0, "Tavannes", 46143, 41320000000]),
                sheet.append([date(2026, 5, 1), "", "2710", "Tavannes", True, "x"]),
            ]
        )
    )

    import_file(path)

    one, other = Organisation.objects.order_by("pk")
    assert (one.name, one.uid, one.postcode, one.street) == ("Frêne SA", uid, "2710", "46143")
    assert other.name == "2026-05-01"


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(12))
    + b"]><worksheet><sheetData><row><c><v>&m;</v></c></row></sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("part", "content", "megabytes", "said"),
    [
        ("xl/worksheets/sheet1.xml", LAUGHS, 0, "damaged"),
        ("xl/media/big.bin", b"", 301, "larger than 300"),
        ("xl/sharedStrings.xml", b"", 61, "larger than 60"),
    ],
)
def test_bombs_in_a_workbook_are_refused(
    desk: Client, tavannes: Municipality, part: str, content: bytes, megabytes: int, said: str
) -> None:
    desk.cookies["language"] = "en"

    answer = upload(desk, bomb(part, content, megabytes), "liste.xlsx")

    assert answer.status_code == 422
    assert said in answer.content.decode()
