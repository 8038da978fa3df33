"""What makes an import quick changes nothing of what it does: the same entries, words, history, verdicts; few statements."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from psycopg2.extensions import cursor as plain_cursor

from companies import changed
from companies.imports import source
from companies.imports.beside import Beside, ahead
from companies.imports.likeness import ALIKE_FROM, alike, groups_of
from companies.models import Contact, ImportRow, Organisation, OrganisationCapability
from companies.search import rebuild
from companies.search.text import plain_words, words_of, written_words
from companies.workflow.importing import import_file
from promo_portal.jobs.progress import Progress
from promo_portal.regions.models import Municipality
from tests.companies import factories

HEAD = "name;uid;street;zip;town;purpose;noga\n"


def row(number: int, name: str = "", street: str = "Rue 1") -> str:
    name = name or f"Atelier {number} SA"
    return f"{name};CHE{factories.uid_number(number)};{street};2710;Tavannes;Décolletage n° {number} et fraisage;2652\n"


@pytest.fixture
def write(tmp_path, tavannes: Municipality):
    factories.activity("2652")

    def written(*rows: str, head: str = HEAD):
        path = tmp_path / "liste.csv"
        path.write_text(head + "".join(rows))
        return path

    return written


class Counted(plain_cursor):
    """A cursor of the driver that counts, whoever uses it."""

    statements = 0

    def execute(self, *args: Any) -> None:
        Counted.statements += 1
        super().execute(*args)

    def copy_expert(self, *args: Any, **options: Any) -> None:
        Counted.statements += 1
        super().copy_expert(*args, **options)


@pytest.fixture
def counted(db: None) -> Iterator[type[Counted]]:
    connection.ensure_connection()
    before = connection.connection.cursor_factory
    connection.connection.cursor_factory = Counted
    yield Counted
    connection.connection.cursor_factory = before


def statements_of(path: Any, counter: type[Counted]) -> int:
    before = counter.statements
    import_file(path)
    return counter.statements - before


def test_a_batch_takes_the_same_statements_whatever_it_holds(
    write, counted: type[Counted], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "BATCH", 20)
    statements_of(write(row(1)), counted)

    one_small = statements_of(write(*map(row, range(10, 15))), counted)
    one_full = statements_of(write(*map(row, range(20, 40))), counted)
    two, three = (statements_of(write(*map(row, numbers)), counted) for numbers in (range(40, 80), range(80, 140)))

    assert one_small == one_full > 10
    assert three - two == two - one_full
    assert 0 < three - two <= 10


FURTHER = "name;uid;zip;town;noga;noga 2;employees;contact;skills;lon;lat\n"


def further_row(number: int) -> str:
    beside = f"2652;2562;{number};Anna Frei {number};décolletage;7.2;47.2"
    return f"Atelier {number} SA;CHE{factories.uid_number(number)};2710;Tavannes;{beside}\n"


def test_further_columns_cost_statements_by_batch_and_nothing_where_a_file_has_none(
    write, counted: type[Counted], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "BATCH", 20)
    factories.activity("2562")
    factories.capability()
    statements_of(write(further_row(1), head=FURTHER), counted)

    def cost(make: Callable[[int], str], head: str, *limits: int) -> int:
        return statements_of(write(*map(make, range(*limits)), head=head), counted)

    small, full = (cost(further_row, FURTHER, *limits) for limits in ((10, 15), (20, 40)))
    two, three = (cost(further_row, FURTHER, *limits) for limits in ((40, 80), (80, 140)))
    plain_one, plain_two = (cost(row, HEAD, *limits) for limits in ((200, 220), (220, 260)))

    assert small == full
    assert three - two == two - full == plain_two - plain_one + 3  # further activities, capabilities, contacts
    assert Contact.objects.count() == OrganisationCapability.objects.count() == 1 + 5 + 20 + 40 + 60


def test_each_further_link_leaves_one_line_of_history(write) -> None:
    factories.activity("2562")
    factories.capability()

    import_file(write(further_row(1), further_row(2), head=FURTHER))

    for name, lines in (
        ("ContactHistory", 2), ("OrganisationCapabilityHistory", 2), ("OrganisationActivityHistory", 4),
    ):  # fmt: skip
        assert list(apps.get_model("companies", name).objects.values_list("pgh_label", flat=True)) == ["insert"] * lines


def test_documents_made_beside_the_entries_are_those_that_a_rebuild_makes(write) -> None:
    import_file(write(row(1), row(2, "Œuvre & Fils Sàrl ②"), row(3, 'C:\\new "Frêne"'), row(4, "Ψ σ")))
    read = "SELECT organisation_id, name_key, uid, municipality, division, map_x, ages_on, tokens::text FROM companies_search_document ORDER BY 1"  # noqa: E501
    words = "SELECT lex, written, frequency, stems::text FROM companies_search_term ORDER BY 1"
    made = {query: rows_of(query) for query in (read, words)}

    rebuild()

    assert len(made[read]) == 4
    assert rows_of(read) == made[read]
    assert set(made[words]) <= set(rows_of(words))


def rows_of(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_whoever_follows_the_entries_hears_of_new_ones_too(write, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[int] = []
    monkeypatch.setattr(changed, "_followers", [*changed._followers, heard.extend])

    import_file(write(row(1), row(2)))

    assert heard == list(Organisation.objects.order_by("pk").values_list("pk", flat=True))


def test_each_entry_and_activity_leaves_one_line_of_history(write) -> None:
    import_file(write(row(1), row(2), row(3)))

    for name in ("OrganisationHistory", "OrganisationActivityHistory"):
        lines = apps.get_model("companies", name).objects.order_by("pgh_id")
        assert [line.pgh_label for line in lines] == ["insert"] * 3
    line = apps.get_model("companies", "OrganisationHistory").objects.order_by("pgh_id").first()
    one = Organisation.objects.get(pk=line.pgh_obj_id)
    assert (line.name, line.uid, line.street, line.version) == (one.name, one.uid, one.street, 1)


def test_signs_that_mean_something_to_the_database_arrive_as_they_are(write) -> None:
    street = '"Rue ""A""\\B\tC\nD"'

    import_file(write(row(1, "A\\N SA", street=street)))

    one = Organisation.objects.get()
    assert (one.name, one.street) == ("A\\N SA", 'Rue "A"\\B\tC\nD')
    assert ImportRow.objects.get().name == "A\\N SA"


def test_plain_words_found_in_one_pass_are_those_found_before() -> None:
    text = "L'Œuvre d’été: Décolletage; ÉTUDES, Straße 3½ m² ① İzmir ℡ e\u0301tampage a_b Ψ"

    assert plain_words(written_words("L'Œuvre d’été: Décolletage; ÉTUDES, Straße a_b Ψ")) == words_of(
        "L'Œuvre d’été: Décolletage; ÉTUDES, Straße a_b Ψ"
    )
    assert {"etampage", "m2", "strasse", "oeuvre"} <= set(plain_words(written_words(text)))


# -- names that resemble -----------------------------------------------------------------------------------------------

PAIRS = [
    ("decolletage frene", "decolettage frene"), ("mecatis", "mecatis technologies"), ("hofer", "hoffer"),
    ("a", "a"), ("garage du pont", "pont garage du"), ("atelier 12", "atelier 13"), ("muller holzbau", "mueller holzbau"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_likeness_is_that_of_the_database(db: None, one: str, other: str) -> None:
    mine = len(groups_of(one) & groups_of(other)) / len(groups_of(one) | groups_of(other))

    with connection.cursor() as cursor:
        cursor.execute("SELECT similarity(%s, %s)", [one, other])
        assert mine == pytest.approx(cursor.fetchone()[0], abs=1e-6)


def test_of_a_municipality_whoever_is_alike_enough_is_found_and_nobody_else(
    tavannes: Municipality, nidau: Municipality
) -> None:
    names = [f"{first} {last}" for first in ("frene", "frenes", "fresne", "sapin", "hofer") for last in
             ("decolletage", "decoletage", "mecanique", "mecaniques")]  # fmt: skip
    for name in names:
        factories.organisation(tavannes, name=name)
        factories.organisation(nidau, name=f"{name} x")
    asked = [(tavannes.pk, "frene decolletages"), (tavannes.pk, "sapin"), (nidau.pk, "hofer mecanique y")]

    found = alike(asked, Progress())

    for place, core in asked:
        known = Organisation.objects.filter(municipality=place).values_list("name_core", flat=True)
        shares = {
            name: len(groups_of(core) & groups_of(name)) / len(groups_of(core) | groups_of(name)) for name in known
        }
        best = max(shares.values())
        assert ((place, core) in found) == (best >= ALIKE_FROM)
        assert best < ALIKE_FROM or shares[found[place, core]] == best


def test_a_preview_and_the_import_after_it_say_the_same_of_names_that_resemble(write, tavannes: Municipality) -> None:
    factories.organisation(tavannes, name="Décolletage Frêne SA")
    names = ["Décolettage Frêne", "Décolletage Sapin", "Décolletage Sappin", "Décolletage Frêne"]
    path = write(*(f"{name};2710;Tavannes\n" for name in names), head="name;zip;town\n")

    preview, run = import_file(path, dry_run=True), import_file(path)
    again = import_file(path)

    assert preview.counts == run.counts == {"duplicate": 1, "create": 2, "propose": 1}
    assert again.counts == {"duplicate": 1, "unchanged": 3}


# -- two things at once ------------------------------------------------------------------------------------------------


def test_an_error_while_reading_ahead_is_raised_where_the_rows_are_used() -> None:
    def items() -> Iterator[int]:
        yield 1
        msg = "the table breaks off"
        raise ValueError(msg)

    used = ahead(items())

    assert next(used) == 1
    with pytest.raises(ValueError, match="breaks off"):
        next(used)


def test_whoever_stops_reading_leaves_no_thread_behind() -> None:
    used = ahead(iter(range(1000)))
    assert next(used) == 0

    used.close()  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_an_error_while_writing_leaves_nothing(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "BATCH", 2)
    start = Beside.start
    begun: list[int] = []

    def start_and_break(self: Beside, writing: Any) -> None:
        begun.append(1)
        start(self, writing if len(begun) < 3 else lambda cursor: cursor.execute("SELECT 1/0"))

    monkeypatch.setattr(Beside, "start", start_and_break)

    with pytest.raises(Exception, match="division by zero"):
        import_file(write(*map(row, range(1, 9))))

    assert len(begun) >= 3
    assert not Organisation.objects.exists()
    assert not ImportRow.objects.exists()
