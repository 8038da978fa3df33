"""Imports by page: a file chosen, its columns named, looked at row by row, imported by a job, undone while untouched."""

import io
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client

from companies import entry, permissions
from companies.models import ChangeProposal, ColumnMemory, Contact, ImportRow, ImportRun, Organisation, SearchDocument
from companies.search.finding import Criteria, find
from companies.workflow import entries, importing, proposals
from companies.workflow.forgetting import forget_files
from promo_portal.accounts.models import Membership, User
from promo_portal.accounts.rights import rights_of_person
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.jobs.models import Job
from promo_portal.jobs.workflow import NOT_ALLOWED, cancel_job, run_waiting
from promo_portal.regions.models import Association, Municipality
from tests.companies import factories
from tests.companies.tables import HEAD, LIST, excel, upload
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)  # progress is written by a connection of its own
UID, OTHER = factories.uid_number(1), factories.uid_number(2)
WRONG = f"{UID[:8]}{(int(UID[8]) + 1) % 10}"
FIRST = f"Frêne SA;CHE-{UID};Rue du Pont 4;2710;Tavannes\n"
SECOND = f"Pivot Sàrl;CHE-{OTHER};Grand-Rue 9;2710;Tavannes\n"
BAD = f"=cmd()|A1;CHE-{WRONG};Rue;2710;Tavannes\n"


@pytest.fixture
def desk(officer: User, sign_in: SignIn) -> Client:
    return sign_in(officer)


def chosen(desk: Client, text: str | bytes, name: str = "liste.csv") -> ImportRun:
    answer = upload(desk, text, name)
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.latest("pk")


def named(run: ImportRun, **changes: str) -> dict[str, str]:
    values = {f"column_{position}": field for field, position in run.columns}
    return {"has_header": "on", **values, **changes}


def judged(desk: Client, text: str | bytes, name: str = "liste.csv") -> ImportRun:
    run = chosen(desk, text, name)
    assert desk.post(f"{LIST}{run.pk}/columns/", named(run)).status_code == 302
    assert run_waiting() == 1
    run.refresh_from_db()
    assert run.state == "judged", run.message
    return run


def imported(desk: Client, text: str | bytes, name: str = "liste.csv") -> ImportRun:
    run = judged(desk, text, name)
    desk.post(f"{LIST}{run.pk}/run/")
    run_waiting()
    run.refresh_from_db()
    assert run.state == "done", run.message
    return run


def undone(desk: Client, run: ImportRun) -> ImportRun:
    desk.post(f"{LIST}{run.pk}/undo/")
    run_waiting()
    run.refresh_from_db()
    assert run.state == "undone"
    return run


def page_of(desk: Client, run: ImportRun, query: str = "") -> str:
    return desk.get(f"{LIST}{run.pk}/change/{query}", headers={"accept-language": "en"}).content.decode()


def test_a_file_is_looked_at_first_and_imported_on_request(
    desk: Client, officer: User, cep: Association, tavannes: Municipality
) -> None:
    factories.organisation(
        tavannes, name="Pivot Sàrl", uid=OTHER, street="Rue Neuve 1", postcode="2710", locality="Tavannes"
    )

    run = judged(desk, HEAD + FIRST + SECOND + BAD)
    before = (Organisation.objects.count(), ChangeProposal.objects.count())
    preview = page_of(desk, run)
    desk.post(f"{LIST}{run.pk}/run/")
    run_waiting()
    run.refresh_from_db()
    after = page_of(desk, run)

    assert before == (1, 0)
    assert "“Rue Neuve 1” → “Grand-Rue 9”" in preview
    assert "check digit" in preview
    assert run.counts == {"create": 1, "propose": 1, "unchanged": 0, "duplicate": 0, "reject": 1}
    new = Organisation.objects.get(uid=UID)
    assert (new.name, new.street, new.state, new.source) == ("Frêne SA", "Rue du Pont 4", "published", "liste.csv")
    assert f"/admin/companies/organisation/{new.pk}/change/" in after
    assert ChangeProposal.objects.get().author_name == "Olivier Racine"
    first = apps.get_model("companies", "OrganisationHistory").objects.get(id=new.pk)
    assert (first.pgh_context["user"], first.pgh_context["association"]) == (officer.pk, cep.pk)


def test_the_same_file_again_changes_nothing(desk: Client, tavannes: Municipality) -> None:
    imported(desk, HEAD + FIRST + SECOND)

    again = judged(desk, HEAD + FIRST + SECOND)

    assert again.counts["unchanged"] == 2
    assert 'value="run"' not in page_of(desk, again)
    assert f"{LIST}{again.pk}/run/" not in page_of(desk, again)
    assert Organisation.objects.count() == 2


def test_rows_are_shown_by_verdict_and_in_pages(desk: Client, tavannes: Municipality) -> None:
    rows = "".join(f"Atelier {n} SA;CHE-{factories.uid_number(n)};Rue {n};2710;Tavannes\n" for n in range(10, 70))
    run = judged(desk, HEAD + rows + BAD)

    refused, second = page_of(desk, run, "?verdict=reject"), page_of(desk, run, "?page=2")

    assert refused.count("data-row") == 1
    assert second.count("data-row") == 11
    assert "Atelier 69 SA" in second


def test_columns_are_corrected_and_remembered_for_the_next_file_of_this_form(
    desk: Client, tavannes: Municipality, cep: Association
) -> None:
    strange = HEAD.replace("Raison sociale", "Client").replace("IDE", "Code")
    run = chosen(desk, strange + FIRST)
    refused = desk.post(f"{LIST}{run.pk}/columns/", {"has_header": "on", "column_2": "street"})
    twice = desk.post(f"{LIST}{run.pk}/columns/", {"has_header": "on", "column_0": "name", "column_1": "name"})
    wanted = {"column_0": "name", "column_1": "uid", "column_2": "street", "column_3": "postcode", "column_4": "seat"}

    desk.post(f"{LIST}{run.pk}/columns/", {"has_header": "on", **wanted})
    run_waiting()
    following = chosen(desk, strange + SECOND, "autre.csv")

    run.refresh_from_db()
    assert (refused.status_code, twice.status_code) == (422, 422)
    assert (run.state, run.counts["create"]) == ("judged", 1)
    assert ["uid", 1] in following.columns
    assert ["seat", 4] in following.columns
    assert ColumnMemory.objects.get().association == cep


def test_refused_rows_come_back_as_a_file_with_reasons_and_harmless_cells(desk: Client, tavannes: Municipality) -> None:
    from openpyxl import load_workbook

    run = imported(desk, HEAD + FIRST + BAD)

    as_csv = desk.get(f"{LIST}{run.pk}/rejected/?format=csv")
    as_excel = desk.get(f"{LIST}{run.pk}/rejected/")

    text = b"".join(as_csv.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    sheet = load_workbook(io.BytesIO(b"".join(as_excel.streaming_content))).active  # type: ignore[attr-defined]
    lines = text.splitlines()
    assert lines[0].endswith("Raison sociale;IDE;Rue;NPA;Localité")
    assert ";3;'=cmd()|A1;" in lines[1]
    assert WRONG in lines[1]
    assert len(lines) == 2
    cell = sheet.cell(2, 3)
    assert (cell.value, cell.data_type) == ("=cmd()|A1", "s")
    assert "attachment" in as_csv["Content-Disposition"]


def test_an_untouched_import_is_undone_whole_and_can_be_made_again(desk: Client, tavannes: Municipality) -> None:
    known = factories.organisation(tavannes, name="Pivot Sàrl", uid=OTHER, street="Rue Neuve 1")
    run = imported(desk, HEAD + FIRST + SECOND)

    undone(desk, run)
    new = Organisation.objects.get(uid=UID)
    hidden = new.state
    again = imported(desk, HEAD + FIRST.replace("Pont 4", "Pont 5") + SECOND)

    new.refresh_from_db()
    assert hidden == "hidden"
    assert set(ChangeProposal.objects.filter(import_run=run).values_list("state", flat=True)) == {"withdrawn"}
    assert ChangeProposal.objects.filter(import_run=again, organisation=known, state="open").exists()
    assert (new.state, new.street, again.counts["create"]) == ("published", "Rue du Pont 5", 1)
    assert Organisation.objects.count() == 2
    with transaction.atomic(), association_scope(new.association_id):
        steps = Transition.objects.filter(subject_kind="companies.organisation", subject_id=new.pk).order_by("pk")
        assert list(steps.values_list("action", flat=True)) == ["create", "hide", "publish"]

    undone(desk, again)
    new.refresh_from_db()
    assert new.state == "hidden"


def test_people_and_capabilities_of_an_undone_import_are_out_of_sight_and_come_back_once(
    desk: Client, tavannes: Municipality
) -> None:
    factories.capability("turning", "tournage")
    factories.capability("grinding", "meulage")
    for code in ("2652", "2562"):
        factories.activity(code)
    known = factories.organisation(tavannes, name="Pivot Sàrl", uid=OTHER)
    head = "Raison sociale;IDE;NPA;Localité;NOGA;Contact;Savoir-faire;Effectif;Langues\n"
    rows = "Frêne SA;CHE-{uid};2710;Tavannes;{codes};{person};{can};{size};fr\nPivot Sàrl;CHE-{other};2710;Tavannes;;Luc Roy;;20;\n"
    run = imported(
        desk, head + rows.format(uid=UID, other=OTHER, codes="2652", person="Anna Frei", can="tournage", size="5")
    )

    undone(desk, run)
    new = Organisation.objects.get(uid=UID)
    hidden, found = new.state, find(Criteria(text="tournage")).ids
    values = {"codes": "2652/2562", "person": "Luc Roy", "can": "tournage, meulage", "size": "30"}
    again = imported(desk, head + rows.format(uid=UID, other=OTHER, **values))

    new.refresh_from_db()
    asked = ChangeProposal.objects.filter(organisation=new)
    assert (hidden, found) == ("hidden", [])
    assert set(ChangeProposal.objects.filter(import_run=run).values_list("state", flat=True)) == {"withdrawn"}
    assert (new.state, new.size_class, new.languages, new.kind) == ("published", "10-49", "fr", "company")
    assert entry.text_of(new, "activities") == "2652 2562"
    assert entry.text_of(new, "capabilities") == "grinding; turning"
    assert [person.last_name for person in Contact.objects.filter(organisation=new)] == ["Frei"]
    assert list(asked.values_list("field", "proposed")) == [("contact", "first_name=Luc; last_name=Roy")]
    assert find(Criteria(text="meulage")).ids == [new.pk]
    assert ChangeProposal.objects.filter(organisation=known, import_run=again, field="contact", state="open").exists()

    undone(desk, again)
    new.refresh_from_db()
    assert (new.state, asked.get().state) == ("hidden", "withdrawn")


def test_a_column_nobody_recognised_is_said_to_hold_the_contact(desk: Client, tavannes: Municipality) -> None:
    run = chosen(desk, f"Raison sociale;IDE;NPA;Localité;Chez eux\nFrêne SA;CHE-{UID};2710;Tavannes;Anna Frei\n")
    guessed = dict(run.columns)

    page = desk.get(f"{LIST}{run.pk}/columns/", headers={"accept-language": "en"}).content.decode()
    desk.post(f"{LIST}{run.pk}/columns/", named(run, column_4="contact"))
    run_waiting()
    shown = page_of(desk, run)
    desk.post(f"{LIST}{run.pk}/run/")
    run_waiting()

    assert 4 not in guessed.values()
    assert "Main contact, function" in page
    assert "It would get: Main contact: Anna Frei." in shown
    assert Contact.objects.get().last_name == "Frei"


def test_what_somebody_has_touched_is_kept_and_explained(desk: Client, officer: User, tavannes: Municipality) -> None:
    known = factories.organisation(tavannes, name="Pivot Sàrl", uid=OTHER, street="Rue Neuve 1")
    third, fourth = factories.uid_number(3), factories.uid_number(4)
    rows = f"Tour SA;CHE-{third};Rue 3;2710;Tavannes\nMeule SA;CHE-{fourth};Rue 4;2710;Tavannes\n"
    run = imported(desk, HEAD + FIRST + SECOND + rows)
    changed, used = Organisation.objects.get(uid=UID), Organisation.objects.get(uid=third)
    entries.edit_organisation(organisation=changed, values={"phone": "+41320000000"}, by=officer, now=clock.now())
    factories.organisation(tavannes, name="Tour SA, succursale", parent=used, parent_link="branch")
    street = ChangeProposal.objects.get(organisation=known, field="street")
    proposals.accept_proposal(proposal=street, by=officer, now=clock.now())

    undone(desk, run)

    kept = page_of(desk, run, "?verdict=kept")
    states = dict(Organisation.objects.values_list("uid", "state"))
    assert (states[UID], states[third], states[fourth]) == ("published", "published", "hidden")
    assert kept.count("data-row") == 3
    assert "somebody has changed the entry since" in kept
    assert "other records name the entry" in kept
    assert "has been accepted" in kept
    assert dict(ImportRow.objects.filter(run=run).values_list("name", "outcome")) == {
        "Frêne SA": "kept", "Pivot Sàrl": "kept", "Tour SA": "kept", "Meule SA": "undone",
    }  # fmt: skip


def test_a_cancelled_import_changes_nothing_and_may_be_begun_again(desk: Client, tavannes: Municipality) -> None:
    run = judged(desk, HEAD + FIRST)
    desk.post(f"{LIST}{run.pk}/run/")
    open_page = page_of(desk, run)
    run.refresh_from_db()
    job = Job.objects.get(pk=run.job_id)

    desk.post(f"/admin/jobs/job/{job.pk}/cancel/")
    done = run_waiting()

    run.refresh_from_db()
    assert "hx-get" in open_page
    assert (done, run.state, Organisation.objects.count()) == (0, "cancelled", 0)
    assert desk.post(f"{LIST}{run.pk}/columns/", named(run)).status_code == 302


def test_a_worker_asked_to_stop_in_the_middle_undoes_all(
    desk: Client, tavannes: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = judged(desk, HEAD + FIRST + SECOND)
    desk.post(f"{LIST}{run.pk}/run/")
    run.refresh_from_db()
    tell = importing.Pass.write

    def write_and_be_stopped(self, of_run, by, search):
        summary = tell(self, of_run, by, search)
        assert Organisation.objects.count() == 2
        stop_from_elsewhere(of_run.job_id)
        self.progress.at(99, 100)
        return summary

    def stop_from_elsewhere(job_id: int) -> None:
        from threading import Thread

        from django.db import connection

        def stop() -> None:
            cancel_job(job=Job.objects.get(pk=job_id), now=clock.now())
            connection.close()

        other = Thread(target=stop)
        other.start()
        other.join()

    monkeypatch.setattr(importing.Pass, "write", write_and_be_stopped)
    run_waiting()

    run.refresh_from_db()
    assert (run.state, Organisation.objects.count(), Job.objects.get(pk=run.job_id).state) == (
        "cancelled",
        0,
        "cancelled",
    )
    assert not SearchDocument.objects.exists()


@pytest.fixture
def asked_and_withdrawn(desk: Client, officer: User, tavannes: Municipality) -> ImportRun:
    """An import that was asked for, by somebody who no longer works here when its turn comes."""
    run = judged(desk, HEAD + FIRST)
    assert desk.post(f"{LIST}{run.pk}/run/").status_code == 302
    Membership.objects.filter(user=officer).update(valid_to=clock.today() - timedelta(days=1))
    return run


def test_an_import_whose_asker_has_left_meanwhile_is_not_done(asked_and_withdrawn: ImportRun) -> None:
    """A5: rights are those of the moment at which the work is done."""
    run_waiting()

    asked_and_withdrawn.refresh_from_db()
    job = Job.objects.get(pk=asked_and_withdrawn.job_id)
    assert (job.state, job.message) == ("failed", NOT_ALLOWED)
    assert asked_and_withdrawn.state == "failed"
    assert not Organisation.objects.exists()


def test_an_import_of_a_closed_account_is_not_done(desk: Client, officer: User, tavannes: Municipality) -> None:
    run = judged(desk, HEAD + FIRST)
    desk.post(f"{LIST}{run.pk}/run/")
    User.objects.filter(pk=officer.pk).update(is_active=False)

    run_waiting()

    assert not Organisation.objects.exists()


def test_control_with_the_rights_of_the_wish_the_import_would_be_done(
    asked_and_withdrawn: ImportRun, manager: User, cep: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A5's control for queued work."""
    then = rights_of_person(manager.pk, association_id=cep.pk)
    monkeypatch.setattr(permissions, "rights_of_person", lambda *asked, **options: then)

    run_waiting()

    assert Organisation.objects.count() == 1


def test_two_presses_start_one_import(desk: Client, tavannes: Municipality) -> None:
    run = judged(desk, HEAD + FIRST)

    for _ in range(2):
        desk.post(f"{LIST}{run.pk}/run/")

    assert Job.objects.filter(kind=importing.CARRY_OUT).count() == 1


def test_imports_of_another_association_are_not_there(
    desk: Client, foreign_manager: User, sign_in: SignIn, tavannes: Municipality, nidau: Municipality
) -> None:
    run = imported(desk, HEAD + FIRST + BAD)
    other = sign_in(foreign_manager)

    for address in ("change/", "columns/", "undo/", "rejected/", "history/"):
        assert other.get(f"{LIST}{run.pk}/{address}").status_code == 404
    for address in ("run/", "judge/", "undo/", "put-aside/"):
        assert other.post(f"{LIST}{run.pk}/{address}").status_code == 404
    assert "liste.csv" not in other.get(LIST).content.decode()


def test_coaches_look_and_change_nothing(coach: User, desk: Client, sign_in: SignIn, tavannes: Municipality) -> None:
    run = imported(desk, HEAD + FIRST)
    reader = sign_in(coach)

    assert reader.get(f"{LIST}{run.pk}/change/").status_code == 200
    assert reader.get(f"{LIST}add/").status_code == 404
    assert reader.post(f"{LIST}{run.pk}/undo/").status_code == 404


def test_rows_of_other_regions_are_refused_on_the_page_too(
    desk: Client, tavannes: Municipality, nidau: Municipality
) -> None:
    run = judged(desk, HEAD + FIRST + SECOND.replace("2710;Tavannes", "2560;Nidau"))

    assert (run.counts["create"], run.counts["reject"]) == (1, 1)
    assert "region of another association" in page_of(desk, run, "?verdict=reject")


def test_files_are_private_and_forgotten_in_time(desk: Client, tavannes: Municipality) -> None:
    run = imported(desk, HEAD + FIRST + BAD)
    kept = run.stored_as

    early = forget_files(now=clock.now() + timedelta(days=80))
    late = forget_files(now=clock.now() + timedelta(days=100))

    run.refresh_from_db()
    assert "liste" not in kept
    assert (early, late, run.stored_as) == (0, 1, "")
    assert not default_storage.exists(kept)
    assert not run.rows.exclude(cells=[]).exists()


def test_what_notes_say_of_people_is_forgotten_with_the_file(desk: Client, tavannes: Municipality) -> None:
    head = "Raison sociale;IDE;NPA;Localité;E-mail contact;Contact;Effectif\n"
    rows = (
        f"Frêne SA;CHE-{UID};2710;Tavannes;anna@;;beaucoup\nPivot SA;CHE-{OTHER};2710;Tavannes;;Luc Roy / Eva Boss;\n"
    )
    looked_at, made = judged(desk, head + rows), imported(desk, head + rows)

    forget_files(now=clock.now() + timedelta(days=80))
    before = str(list(made.rows.values_list("notes", flat=True)))
    forget_files(now=clock.now() + timedelta(days=100))
    again = forget_files(now=clock.now() + timedelta(days=100))

    assert "anna@" in before
    assert "Eva Boss" in before
    assert [row.notes for row in made.rows.order_by("number")] == [
        [["left_out", {"field": "size_class", "value": "beaucoup"}]], []
    ]  # fmt: skip
    assert "Roy" not in str(list(looked_at.rows.values_list("notes", flat=True)))
    assert again == 0


def test_a_file_that_is_gone_is_said_so(desk: Client, tavannes: Municipality) -> None:
    run = chosen(desk, HEAD + FIRST)
    default_storage.delete(run.stored_as)
    desk.post(f"{LIST}{run.pk}/columns/", named(run))
    run_waiting()

    run.refresh_from_db()
    assert run.state == "failed"
    assert run.message


def test_formulas_merged_cells_and_dates_are_read_as_they_are_shown_or_refused_by_row(
    desk: Client, tavannes: Municipality
) -> None:
    def fill(sheet) -> None:
        sheet.append(["Raison sociale", "IDE", "NPA", "Localité", "Rue"])
        sheet.append(["Frêne SA", f"CHE{UID}", 2710.0, "Tavannes", date(2026, 5, 1)])
        sheet.append(["=1+1", "", 2710, "Tavannes", ""])
        sheet.append(["Pivot Sàrl", f"CHE{OTHER}", 2710, "Tavannes", ""])
        sheet.append(["", "", 2710, "Tavannes", ""])
        sheet.merge_cells("A4:A5")

    run = imported(desk, excel(fill), "liste.xlsx")

    assert {one.name for one in Organisation.objects.all()} == {"Frêne SA", "Pivot Sàrl"}
    assert Organisation.objects.get(uid=UID).street == "2026-05-01"
    assert run.counts["reject"] == 2


def test_two_encodings_in_one_file_are_each_read_by_their_own(desk: Client, tavannes: Municipality) -> None:
    mixed = HEAD.encode() + FIRST.encode("cp1252") + SECOND.encode("utf-8")

    imported(desk, mixed)

    assert set(Organisation.objects.values_list("name", flat=True)) == {"Frêne SA", "Pivot Sàrl"}


def test_ragged_rows_are_refused_one_by_one(desk: Client, tavannes: Municipality) -> None:
    run = judged(desk, HEAD + FIRST + SECOND.strip() + ";zu;viel\n")

    assert (run.counts["create"], run.counts["reject"]) == (1, 1)


def test_a_table_that_breaks_off_in_the_middle_imports_nothing(desk: Client, tavannes: Municipality) -> None:
    rows = "".join(f"Atelier {n} SA;CHE-{factories.uid_number(n)};Rue;2710;Tavannes\n" for n in range(10, 150))
    broken = HEAD + rows + '"' + "x" * 200_000 + "\n"
    run = chosen(desk, broken)
    desk.post(f"{LIST}{run.pk}/columns/", named(run))
    run_waiting()

    run.refresh_from_db()
    assert (run.state, run.rows.count(), Organisation.objects.count()) == ("failed", 0, 0)
    assert "140" in run.message or "142" in run.message


def test_rows_on_further_sheets_are_not_passed_over_in_silence(desk: Client, tavannes: Municipality) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for name, rows in (("Membres", 2), ("Anciens", 1), ("Vide", 0)):
        sheet = book.active if name == "Membres" else book.create_sheet(name)
        sheet.title = name
        for number in range(rows):
            sheet.append(["Nom", "Commune"] if number == 0 else ["Pivot Sàrl", "Tavannes"])
    file = io.BytesIO()
    book.save(file)

    run = chosen(desk, file.getvalue(), "liste.xlsx")
    page = desk.get(f"{LIST}{run.pk}/columns/").content.decode()

    assert run.reading["other_sheets"] == ["Anciens"]
    assert "Seule la première feuille du fichier est lue" in page
    assert "Anciens" in page
