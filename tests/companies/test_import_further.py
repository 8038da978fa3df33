"""What few files hold beside name and address: whoever throws the file away afterwards has lost nothing of it."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import translation

from companies import entry
from companies.exports.rows import published_entries
from companies.exports.tables import write_table
from companies.imports.coordinates import place_of
from companies.imports.further import size_of
from companies.imports.people import read_person
from companies.imports.places import Places
from companies.imports.run import Pass
from companies.imports.source import Source, look_at
from companies.imports.values import Vocabulary
from companies.imports.words import told
from companies.models import (
    CapabilitySynonym,
    ChangeProposal,
    Contact,
    ImportRow,
    ImportRun,
    Organisation,
    OrganisationActivity,
    OrganisationCapability,
)
from companies.search import rebuild
from companies.workflow.importing import import_file
from companies.workflow.proposals import accept_proposal
from promo_portal.core import clock
from promo_portal.jobs.progress import Progress
from promo_portal.regions.models import Municipality
from tests.companies import factories
from tests.companies.tables import excel

UID = factories.uid_number(1)
HEAD = (
    "Raison sociale;IDE;NPA;Lieu;Code NOGA;NOGA 2;Type d’organisation;Nombre d’employés;Année de fondation;"
    "Langue de correspondance;Langues;But (français);But (allemand);Personne de contact;Fonction;E-mail du contact;"
    "Natel;Savoir-faire;Certifications;Coordonnée E;Coordonnée N\n"
)
ROW = (
    f"Frêne SA;CHE{UID};2710;Tavannes;26.52;25.62;école;37;1985;allemand;français / allemand;Pièces tournées;Drehteile;"
    "Mme Anna Frei;directrice;anna@frene.example;079 493 12 34;CNC-Drehen (Ø 32 mm), polissage;ISO 9001:2015;"
    "2'584'000;1'230'000\n"
)


@pytest.fixture
def write(tmp_path: Path, tavannes: Municipality):
    for code in ("2652", "2562", "2611"):
        factories.activity(code)
    turning = factories.capability("turning", "tournage")
    CapabilitySynonym.objects.create(capability=turning, language="de", text="CNC-Drehen")
    factories.capability("polishing", "polissage")
    factories.capability("iso-9001", "ISO 9001")

    def written(text: str | bytes, name: str = "liste.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def notes_of(row: ImportRow) -> list[str]:
    with translation.override("en"):
        return [told(note) for note in row.notes]


def codes_of(one: Organisation) -> list[tuple[str, bool]]:
    links = OrganisationActivity.objects.filter(organisation=one).order_by("-is_main", "id")
    return list(links.values_list("activity__code", "is_main"))


# -- new entries -------------------------------------------------------------------------------------------------------


def test_a_new_entry_gets_all_that_its_row_says(write) -> None:
    summary = import_file(write(HEAD + ROW))

    one = Organisation.objects.get()
    person = Contact.objects.get()
    assert summary.counts == {"create": 1}
    assert (one.kind, one.size_class, one.founded_year, one.language, one.languages) == (
        "school", "10-49", 1985, "de", "fr de",
    )  # fmt: skip
    assert (one.purpose_fr, one.purpose_de) == ("Pièces tournées", "Drehteile")
    assert (one.lon, one.lat) == (Decimal("7.22740"), Decimal("47.22074"))
    assert codes_of(one) == [("2652", True), ("2562", False)]
    assert entry.text_of(one, "capabilities") == "iso-9001=2015; polishing; turning=Ø 32 mm"
    assert (person.first_name, person.last_name, person.function) == ("Anna", "Frei", "directrice")
    assert (person.email, person.phone, person.language) == ("anna@frene.example", "+41794931234", "de")
    assert (person.is_main, person.is_public) == (True, False)
    assert notes_of(ImportRow.objects.get()) == []


def test_the_same_file_again_changes_nothing(write) -> None:
    path = write(HEAD + ROW)
    import_file(path)

    again = import_file(path)

    assert again.counts == {"unchanged": 1}
    assert not ChangeProposal.objects.exists()
    assert Contact.objects.count() == 1


def test_what_cannot_be_used_is_left_out_and_said_in_words(write) -> None:
    head = "Nom;NPA;Lieu;NOGA;Effectif;Fondation;Kind;Langues;Sprache;Contact;Contact e-mail;Direktwahl;Savoir-faire;lon;lat\n"
    row = "X SA;2710;Tavannes;2652, abc;10-60;autrefois;secte;klingon et fr;xx;"
    row += 'Anna Frei / Luc Roy;anna@;voir le site;"polissage, magie";7.2;\n'

    import_file(write(head + row))

    one, notes = Organisation.objects.get(), notes_of(ImportRow.objects.get())
    assert (one.size_class, one.founded_year, one.kind, one.languages, one.lon) == ("", None, "company", "fr", None)
    assert entry.text_of(one, "capabilities") == "polishing"
    assert notes == [
        "NOGA code left out: “abc” is not valid.",
        "Kind left out: “secte” is not valid.",
        "People employed left out: “10-60” is not valid.",
        "Founded in left out: “autrefois” is not valid.",
        "Language of correspondence left out: “xx” is not valid.",
        "Languages spoken left out: “klingon” is not valid.",
        "Longitude left out: “7.2” is not valid.",
        "Capabilities: “magie” is not in the vocabulary and was left out.",
        "Main contact: only the first person is taken over, not “Luc Roy”.",
        "Main contact, e-mail left out: “anna@” is not valid.",
        "Main contact, phone left out: “voir le site” is not valid.",
    ]


def test_a_word_of_two_capabilities_is_for_people(write) -> None:
    CapabilitySynonym.objects.create(
        capability=factories.capability("grinding", "meulage"), language="fr", text="usinage"
    )
    CapabilitySynonym.objects.create(capability=factories.capability("polishing"), language="fr", text="usinage")

    import_file(write("Nom;NPA;Lieu;Compétences\nX SA;2710;Tavannes;Usinage\n"))

    assert notes_of(ImportRow.objects.get()) == [
        "Capabilities: “Usinage” left out, since it may mean several things: meulage, polissage."
    ]
    assert not OrganisationCapability.objects.exists()


def test_a_capability_out_of_use_is_not_taken_up(write) -> None:
    off = factories.capability("polishing")
    off.is_active = False
    off.save()

    import_file(write("Nom;NPA;Lieu;Compétences\nX SA;2710;Tavannes;polissage\n"))

    assert not OrganisationCapability.objects.exists()
    assert "not in the vocabulary" in notes_of(ImportRow.objects.get())[0]


def test_somebody_without_a_last_name_is_said(write) -> None:
    import_file(write("Nom;NPA;Lieu;E-mail contact;Kontakt\nX SA;2710;Tavannes;anna@x.example;\n"))

    assert not Contact.objects.exists()
    assert notes_of(ImportRow.objects.get()) == [
        "Main contact: “anna@x.example” left out, since the last name is missing."
    ]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (f"{'x' * 121};Frei", "Main contact, function: at most 120 characters."),
        ("=cmd();Frei", "Main contact, function: “=cmd()” is a formula, not a text. Write the value itself."),
    ],
)
def test_a_person_that_does_not_fit_refuses_the_row_as_a_name_does(write, cells: str, reason: str) -> None:
    import_file(write(f"Nom;NPA;Lieu;Fonction;Contact\nX SA;2710;Tavannes;{cells}\n"))

    assert ImportRow.objects.get().verdict == "reject"
    assert notes_of(ImportRow.objects.get()) == [reason]


def test_two_rows_of_one_company_with_two_people_are_for_people(write) -> None:
    rows = f"X SA;CHE{UID};2710;Tavannes;Anna Frei\nX SA;CHE{UID};2710;Tavannes;Luc Roy\n"

    summary = import_file(write(f"Nom;IDE;NPA;Lieu;Contact\n{rows}"))

    assert summary.counts == {"create": 1, "duplicate": 1}


def test_a_preview_shows_what_an_entry_would_get_and_a_dry_run_says_the_same(write, tavannes: Municipality) -> None:
    path, now = write(HEAD + ROW), clock.now()
    run = ImportRun.objects.create(file_name="liste.csv")

    with translation.override("en"):
        source = Source.guessed(path, Places(clock.today()))
        Pass(source, None, now=now, progress=Progress()).judge_only(run)
        dry = import_file(path, dry_run=True)

    assert dry.counts == {"create": 1}
    assert notes_of(ImportRow.objects.get()) == [
        (
            "It would get: Kind: school; People employed: 10 to 49 people; Founded in: 1985; Language of correspondence: German;"
            " Languages spoken: fr de; Longitude: 7.22740; Latitude: 47.22074; Activities: 2652 2562; Capabilities: tournage"
            " (Ø 32 mm); polissage; ISO 9001 (2015); Main contact: Anna Frei, directrice, anna@frene.example, 079 493 12 34."
        )
    ]
    assert not Organisation.objects.exists()


def test_documents_of_entries_with_more_are_those_that_a_rebuild_makes(write) -> None:
    read = """SELECT organisation_id, division, kind, size_class, map_x, map_y, marks, tokens::text
                FROM companies_search_document ORDER BY 1"""
    import_file(write(HEAD + ROW + f"Orme SA;CHE{factories.uid_number(2)};2710;Tavannes;2611\n"))
    made = rows_of(read)

    rebuild()

    assert [row[2:4] for row in made] == [("school", "10-49"), ("company", "")]
    assert len(made[0][6]) == 3
    assert "'s:10-49'" in made[0][7]
    assert rows_of(read) == made


def rows_of(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_the_command_line_takes_the_same(write, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_companies", str(write(HEAD + ROW)))

    assert "1 created" in capsys.readouterr().out
    assert Contact.objects.get().function == "directrice"


# -- known entries -----------------------------------------------------------------------------------------------------


@pytest.fixture
def known(write, tavannes: Municipality) -> Organisation:
    return factories.organisation(
        tavannes, name="Frêne SA", uid=UID, size_class="1-9", languages="de fr", founded_year=1985
    )


def test_what_a_file_says_otherwise_of_a_known_entry_is_proposed(known: Organisation, write) -> None:
    entry.set_activities(known, ["2652"])
    entry.set_capabilities(known, "polishing=miroir")
    Contact.objects.create(
        organisation=known, first_name="Anna", last_name="Frei", email="a@frene.example", is_main=True
    )
    path = write(HEAD + ROW)

    first, second = import_file(path), import_file(path)

    asked = {row.field: (row.current, row.proposed) for row in ChangeProposal.objects.all()}
    known.refresh_from_db()
    assert (first.counts, second.counts) == ({"propose": 1}, {"unchanged": 1})
    assert asked.keys() == {
        "kind", "size_class", "language", "lon", "lat", "purpose_fr", "purpose_de", "activities", "capabilities", "contact",
        "postcode", "locality",
    }  # fmt: skip
    assert asked["size_class"] == ("1-9", "10-49")
    assert asked["activities"] == ("2652", "2652 2562")
    assert asked["capabilities"] == ("polishing=miroir", "polishing=miroir; turning=Ø 32 mm; iso-9001=2015")
    assert asked["contact"] == (
        "first_name=Anna; last_name=Frei; email=a@frene.example; language=fr",
        "first_name=Anna; last_name=Frei; function=directrice; email=anna@frene.example; phone=+41794931234; language=fr",
    )
    assert (known.size_class, Contact.objects.get().function) == ("1-9", "")


def test_once_accepted_the_same_file_has_nothing_more_to_say(known: Organisation, write) -> None:
    path = write(HEAD.replace("Coordonnée", "Autre") + ROW)
    import_file(path)

    for proposal in ChangeProposal.objects.order_by("pk"):
        accept_proposal(proposal=proposal, by=factories.Bringer(), now=clock.now())
    again = import_file(path)

    assert again.counts == {"unchanged": 1}
    assert Contact.objects.get().last_name == "Frei"
    assert OrganisationCapability.objects.count() == 3


@pytest.mark.parametrize(
    "cells",
    [
        "Frei Anna;",
        "Frau Anna FREI;032 493 12 34",
        "Anna Frei;+41 32 493 12 34",
        "Luc Roy;",
        "anna@frene.example;",
        ";0324931234",
    ],
)
def test_people_whom_the_entry_knows_are_not_proposed(known: Organisation, write, cells: str) -> None:
    values = {"email": "Anna@frene.example", "phone": "+41324931234", "is_main": True}
    Contact.objects.create(organisation=known, first_name="Anna", last_name="Frei", **values)
    Contact.objects.create(organisation=known, first_name="Luc", last_name="Roy")

    summary = import_file(write(f"Firma;UID;Kontaktperson;Direktwahl\nFrêne SA;CHE{UID};{cells}\n"))

    assert summary.counts == {"unchanged": 1}
    assert notes_of(ImportRow.objects.get()) == []


def test_somebody_new_at_a_known_entry_is_proposed_and_somebody_who_has_left_is_not(known: Organisation, write) -> None:
    Contact.objects.create(organisation=known, first_name="Anna", last_name="Frei", left_on=clock.today())
    head = "Firma;UID;Vorname;Nachname\n"

    left = import_file(write(f"{head}Frêne SA;CHE{UID};Anna;Frei\n"))
    new = import_file(write(f"{head}Frêne SA;CHE{UID};Luc;Roy\n"))

    assert (left.counts, new.counts) == ({"unchanged": 1}, {"propose": 1})
    assert notes_of(ImportRow.objects.order_by("pk")[0]) == [
        "Anna Frei is not proposed as a contact: the entry says that this person has left."
    ]
    assert ChangeProposal.objects.get().proposed == "first_name=Luc; last_name=Roy"


# -- the export, read again --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_an_exported_file_says_nothing_new(
    known: Organisation, write, tmp_path: Path, kind: str, language: str
) -> None:
    import_file(write(HEAD + ROW.replace(UID, factories.uid_number(2)).replace("Frêne", "Orme")))
    Contact.objects.update(is_public=True)
    entry.set_activities(known, ["2652", "2562", "2611"])
    entry.set_capabilities(known, "polishing=miroir (mat), satiné et fin; turning")
    known.purpose_fr, known.website = "- Tournage\r\n- Polissage", "https://frene.example"
    known.save()
    path = tmp_path / f"directory.{kind}"
    write_table(kind, published_entries(on=clock.today()), path, language=language)

    look, summary = look_at(path, Places(clock.today())), import_file(path)

    assert summary.counts == {"unchanged": 2}, list(ChangeProposal.objects.values_list("field", "current", "proposed"))
    assert not any(ImportRow.objects.exclude(notes=[]).values_list("notes", flat=True).filter(run=summary.run))
    assert {"activities", "capabilities", "contact", "founded_year", "kind", "language", "languages", "lat", "lon", "size_class",
            "purpose_fr", "purpose_de", "purpose_en", "bfs", "address_extra"} <= look.columns.keys()  # fmt: skip


def test_a_branch_with_the_number_of_its_head_is_not_taken_for_it(known: Organisation, write) -> None:
    factories.organisation(
        known.municipality, name="Frêne SA, succursale", uid=UID, parent=known, parent_link="branch", size_class="10-49"
    )

    summary = import_file(write(f"Nom;IDE;NPA;Lieu;Effectif\nFrêne SA, succursale;CHE{UID};;Tavannes;20\n"))

    assert not ChangeProposal.objects.filter(field__in=["name", "size_class"]).exists()
    assert summary.counts["propose"] == 1  # its locality


# -- cells as people write them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("37", "10-49"), ("env. 37", "10-49"), ("12,5 EPT", "10-49"), ("0.8", "1-9"), ("1-9", "1-9"), ("10 à 49", "10-49"),
        ("50 bis 249", "50-249"), ("250+", "250+"), ("250 et plus", "250+"), ("< 10", "1-9"), ("moins de 10", "1-9"),
        ("plus de 250", "250+"), ("1'200", "250+"), ("1949-10-01", "10-49"), ("2026-09-01", "1-9"), ("oct.49", "10-49"),
        ("Okt 49", "10-49"), ("01. Sep", "1-9"), ("petite entreprise", "10-49"), ("20-60", ""), ("10+", ""), ("0", ""),
        ("beaucoup", ""), ("12 (2019)", ""), ("bis 9", "1-9"), ("> 20", ""),
    ],
)  # fmt: skip
def test_a_number_of_people_becomes_a_class_or_nothing(written: str, size: str) -> None:
    assert size_of(written) == size


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ({"contact": "Anna Maria Frei"}, ("Anna Maria", "Frei")), ({"contact": "Frei, Anna"}, ("Anna", "Frei")),
        ({"contact": "M. Luc de Montmollin"}, ("Luc", "de Montmollin")), ({"contact": "Dr. Frei"}, ("", "Frei")),
        ({"contact": "Anna Frei, Luc Roy"}, ("Anna", "Frei")), ({"contact": "Anna Frei und Luc Roy"}, ("Anna", "Frei")),
        ({"contact_first_name": "Anna", "contact_last_name": "Frei-Roy"}, ("Anna", "Frei-Roy")),
        ({"contact": "Anna Frei", "contact_first_name": "Anna"}, ("Anna", "Frei")),
        ({"contact_last_name": "Anna Frei"}, ("Anna", "Frei")),
    ],
)  # fmt: skip
def test_names_are_divided_as_people_write_them(cell: dict[str, str], names: tuple[str, str]) -> None:
    person, _notes = read_person(cell)

    assert (person.get("first_name", ""), person.get("last_name", "")) == names


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        ("7.20100", "47.2214", ("7.20100", "47.22140")), ("47,2214", "7,201", ("7.20100", "47.22140")),
        ("2'600'000", "1'200'000", ("7.43864", "46.95108")), ("2700000", "1100000", ("8.73050", "46.04413")),
        ("200000", "600000", ("7.43864", "46.95108")),
        ("7.2", "", None), ("0", "0", None), ("2.35", "48.85", None), ("abc", "47.2", None),
    ],
)  # fmt: skip
def test_degrees_and_the_swiss_grid_are_read_in_either_order(first: str, second: str, place) -> None:
    assert place_of(first, second) == (place and tuple(map(Decimal, place)))


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("26 52", ["2652"]), ("26,52", ["2652"]), ("26.52.00", ["2652"]), ("265200", ["2652"]), ("2652; 25.62", ["2652", "2562"]),
        ("2652 2562", ["2652", "2562"]), ("26.52 Fabrication de montres", ["2652"]), ("26.52 / 2562", ["2652", "2562"]),
    ],
)  # fmt: skip
def test_several_activity_codes_in_a_cell_are_told_apart(write, written: str, codes: list[str]) -> None:
    assert Vocabulary().codes(written) == (codes, [])


def test_days_that_a_workbook_made_of_sizes_and_years_are_read(write) -> None:
    sheet = excel(
        lambda sheet: [
            sheet.append(["Raison sociale", "NPA", "Lieu", "Effectif", "Date de fondation"]),
            sheet.append(["Frêne SA", 2710, "Tavannes", datetime(1949, 10, 1), datetime(1985, 3, 1)]),  # noqa: DTZ001
        ]
    )

    import_file(write(sheet, "liste.xlsx"))

    one = Organisation.objects.get()
    assert (one.size_class, one.founded_year) == ("10-49", 1985)


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        ("Entreprise;Nom;Prénom", ["name", "contact_last_name", "contact_first_name"]),
        ("Nom;Prénom;Raison sociale", ["contact_last_name", "contact_first_name", "name"]),
        ("Firma;Kontaktperson;Telefon;Telefon", ["name", "contact", "phone", "contact_phone"]),
        ("Firma;E-Mail;Ansprechpartner;E-Mail", ["name", "email", "contact", "contact_email"]),
        ("Firma;UID;Handy", ["name", "uid", "phone"]),
        (
            "Company;Employees;Founded;Languages;Skills;Job title",
            ["name", "size_class", "founded_year", "languages", "capabilities", "contact_function"],
        ),
        (
            "Firma;Anzahl Mitarbeitende;Gründungsjahr;Sprachen;Fähigkeiten;Funktion",
            ["name", "size_class", "founded_year", "languages", "capabilities", "contact_function"],
        ),
        (
            "Société;Effectif;Année de création;Langues parlées;Matériaux;Parc de machines",
            ["name", "size_class", "founded_year", "languages", "materials", "machines"],
        ),
        ("Firma;Zweck (deutsch);Zweck (französisch);Zweck (englisch)", ["name", "purpose_de", "purpose_fr", "purpose_en"]),
        ("Firma;Längengrad;Breitengrad;Organisationstyp;Korrespondenzsprache", ["name", "lon", "lat", "kind", "language"]),
    ],
)  # fmt: skip
def test_headers_of_three_languages_are_recognised(write, head: str, columns: list[str]) -> None:
    look = look_at(write(f"{head}\n{';'.join('x' * len(columns))}\n"), Places(clock.today()))

    assert sorted(look.columns, key=lambda name: look.columns[name]) == columns
