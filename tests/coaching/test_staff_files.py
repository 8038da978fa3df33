"""A coaching file on the staff's side, and what happens when two people work on it at once."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.enums import CasePhase, CaseState, TaskState
from coaching.models import CaseFile, CaseNote, Task
from coaching.workflow import files as workflow
from coaching.workflow.files import add_note
from promo_portal.accounts.models import User
from promo_portal.audit.models import AccessLog
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests.coaching import factories
from tests.coaching.factories import MONDAY
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db
TABS = ("change", "tasks", "reminders", "history")
FORMS = ("edit", "move", "pause", "close")


def at(name: str, *args: Any) -> str:
    return reverse(f"admin:coaching_casefile_{name}", args=args)


@pytest.fixture
def desk(coach: User, sign_in: SignIn, monday: Any) -> Client:
    """The leading coach's browser, on Monday 23 November 2026."""
    return sign_in(coach)


def reload(case: CaseFile) -> CaseFile:
    with association_scope(case.association_id):
        return CaseFile.objects.get(pk=case.pk)


def the_task(case: CaseFile) -> Task:
    with association_scope(case.association_id):
        return Task.objects.filter(case_file=case).earliest("pk")


@pytest.mark.parametrize("name", [*TABS, *FORMS])
def test_every_page_of_a_file_opens(desk: Client, case: CaseFile, name: str) -> None:
    page = desk.get(at(name, case.pk)).content.decode()

    assert "Atelier Chappuis, taillage" in page


def test_opening_a_file_is_noted_and_the_history_tells_all(
    desk: Client, coach: User, case: CaseFile, cep: Association
) -> None:
    with association_scope(cep.pk):
        add_note(case=case, text="Prix revus avec le client.", is_shared=False, by=coach, now=MONDAY)

    page = desk.get(at("history", case.pk)).content.decode()

    for words in (
        "Demande envoyée",
        "Demande acceptée",
        "Dossier ouvert",
        "Nouvelle tâche",
        "Prix revus avec le client.",
    ):
        assert words in page
    line = AccessLog.objects.get()
    assert (line.actor_id, line.subject_kind, line.subject_id) == (coach.pk, "coaching.casefile", case.pk)


@pytest.mark.parametrize(("shared", "words"), [("0", "interne"), ("1", "partagée avec la personne")])
def test_a_note_in_one_field_and_one_press(desk: Client, case: CaseFile, shared: str, words: str) -> None:
    response = desk.post(at("note", case.pk), {"text": "Prix revus.", "is_shared": shared}, follow=True)

    with association_scope(case.association_id):
        note = CaseNote.objects.get()
    assert note.is_shared is (shared == "1")
    assert words in response.content.decode()


def test_an_empty_note_is_asked_for_again(desk: Client, case: CaseFile) -> None:
    response = desk.post(at("note", case.pk), {"text": "  "})

    assert response.status_code == 422
    assert "Écrivez une ligne ou deux" in response.content.decode()


def test_a_note_on_the_day_itself_asks_for_the_next_date(
    desk: Client, case: CaseFile, cep: Association, coach: User
) -> None:
    with association_scope(cep.pk):
        workflow.move_next_date(case=case, on=date(2026, 11, 23), what="Séance", reason="", by=coach, now=MONDAY)

    response = desk.post(at("note", case.pk), {"text": "Séance tenue."})

    assert response["Location"] == at("move", case.pk)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"preset": "1w"}, date(2026, 11, 30)),
        ({"preset": "2w"}, date(2026, 12, 7)),
        ({"preset": "1m"}, date(2026, 12, 23)),
        ({"preset": "other", "on": "18.12.26"}, date(2026, 12, 18)),
        ({"preset": "other", "on": "2026-12-18"}, date(2026, 12, 18)),
    ],
)
def test_moving_the_next_date(desk: Client, case: CaseFile, data: dict[str, str], expected: date) -> None:
    desk.post(at("move", case.pk), {"version": case.version, "what": "Banque", "reason": "grippe", **data})

    assert (reload(case).next_date, reload(case).next_what) == (expected, "Banque")


@pytest.mark.parametrize(
    "data",
    [
        {"preset": "other"},
        {"preset": "other", "on": "22.11.2026"},
        {"preset": "nonsense"},
        {"preset": "1w", "what": ""},
    ],
)
def test_a_file_never_loses_its_next_date(desk: Client, case: CaseFile, data: dict[str, str]) -> None:
    response = desk.post(at("move", case.pk), {"version": case.version, "what": "Banque", **data})

    assert response.status_code == 422
    assert reload(case).next_date == date(2026, 12, 7)


def test_tasks_are_added_ticked_dropped_and_taken_up_again(desk: Client, case: CaseFile) -> None:
    desk.post(at("tasks", case.pk), {"title": "Appeler la banque", "assignee": case.lead_id, "due_on": "01.12.2026"})
    with association_scope(case.association_id):
        added = Task.objects.get(title="Appeler la banque")

    states = []
    for action in ("complete", "reopen", "drop", "reopen"):
        desk.post(at("task", case.pk, added.pk), {"action": action})
        with association_scope(case.association_id):
            states.append(Task.objects.get(pk=added.pk).state)

    assert states == [TaskState.DONE, TaskState.OPEN, TaskState.CANCELLED, TaskState.OPEN]


def test_a_task_of_another_file_cannot_be_reached(
    desk: Client, case: CaseFile, tavannes: Municipality, manager: User, coach: User
) -> None:
    other = factories.open_case(tavannes, manager=manager, lead=coach)

    response = desk.post(at("task", case.pk, the_task(other).pk))

    assert response.status_code == 404
    assert the_task(other).state == TaskState.OPEN


def test_an_overdue_task_can_be_changed_without_changing_its_date(desk: Client, case: CaseFile, manager: User) -> None:
    task = the_task(case)
    with association_scope(case.association_id):
        Task.objects.filter(pk=task.pk).update(due_on=date(2026, 11, 2))

    response = desk.post(
        at("task_edit", case.pk, task.pk),
        {
            "title": "Autre titre",
            "assignee": case.founder_id,
            "due_on": "02.11.2026",
            "version": task.version,
            "detail": "",
        },
    )

    assert response.status_code == 302
    assert the_task(case).title == "Autre titre"


@pytest.mark.parametrize(("name", "state"), [("pause", CaseState.PAUSED), ("close", CaseState.CLOSED)])
def test_resting_and_taking_up_again(desk: Client, case: CaseFile, name: str, state: str) -> None:
    closing = {"outcome": "given_up", "version": case.version}
    without = desk.post(at(name, case.pk), {"reason": "", **closing})
    desk.post(at(name, case.pk), {"reason": "Voyage", **closing})
    resting = reload(case).state
    desk.post(at("reopen", case.pk), {"on": "11.01.2027", "what": "Reprise", "reason": "De retour"})

    assert without.status_code == 422
    assert resting == state
    assert (reload(case).state, reload(case).next_date) == (CaseState.OPEN, date(2027, 1, 11))


# -- two people at once (C6) -------------------------------------------------------------------------------------------


@pytest.fixture
def two_desks(case: CaseFile, coach: User, manager: User, sign_in: SignIn, monday: Any) -> tuple[Client, Client]:
    """Coach and manager, each with the file open at the same version."""
    return sign_in(coach), sign_in(manager)


def edit(case: CaseFile, **changed: Any) -> dict[str, Any]:
    return {
        "title": case.title,
        "phase": case.phase,
        "lead": case.lead_id,
        "deputy": "",
        "version": case.version,
        **changed,
    }


def test_the_second_of_two_savers_is_told_and_nothing_is_lost(two_desks: tuple[Client, Client], case: CaseFile) -> None:
    """C6."""
    first, second = two_desks

    saved = first.post(at("edit", case.pk), edit(case, title="Atelier Chappuis SA"))
    refused = second.post(at("edit", case.pk), edit(case, phase=CasePhase.LAUNCH))

    page = refused.content.decode()
    assert saved.status_code == 302
    assert refused.status_code == 422
    assert "Un collègue a enregistré" in page
    assert "Atelier Chappuis SA" in page  # what the colleague saved
    assert re.search(r'value="launch"[^>]*checked', page)  # what the second had chosen
    assert (reload(case).title, reload(case).phase) == ("Atelier Chappuis SA", CasePhase.PREPARATION)


def test_after_comparing_the_second_save_goes_through(two_desks: tuple[Client, Client], case: CaseFile) -> None:
    first, second = two_desks
    first.post(at("edit", case.pk), edit(case, title="Atelier Chappuis SA"))
    refused = second.post(at("edit", case.pk), edit(case, phase=CasePhase.LAUNCH))

    version = reload(case).version
    assert f'name="version" value="{version}"' in refused.content.decode()
    second.post(at("edit", case.pk), edit(case, title="Atelier Chappuis SA", phase=CasePhase.LAUNCH, version=version))

    assert (reload(case).title, reload(case).phase) == ("Atelier Chappuis SA", CasePhase.LAUNCH)


def test_without_the_check_a_field_would_be_lost(
    two_desks: tuple[Client, Client], case: CaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C6's control: the two tests above would fail if nobody compared versions."""
    real = workflow.locked
    monkeypatch.setattr(workflow, "locked", lambda row, version=None: real(row))
    first, second = two_desks

    first.post(at("edit", case.pk), edit(case, title="Atelier Chappuis SA"))
    second.post(at("edit", case.pk), edit(case, phase=CasePhase.LAUNCH))

    assert reload(case).title == case.title  # the first coach's work is gone


def test_two_people_moving_the_date_agree_on_one(two_desks: tuple[Client, Client], case: CaseFile) -> None:
    first, second = two_desks
    data = {"version": case.version, "what": "Banque", "preset": "other"}

    first.post(at("move", case.pk), {**data, "on": "14.12.2026"})
    refused = second.post(at("move", case.pk), {**data, "on": "21.12.2026"})

    assert refused.status_code == 422
    assert "14.12.2026" in refused.content.decode()
    assert reload(case).next_date == date(2026, 12, 14)


# -- nobody else's business --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["officer", "foreign_coach", "foreign_manager", "administrator"])
@pytest.mark.parametrize("name", [*TABS, *FORMS, "note", "reopen"])
def test_to_others_the_file_does_not_exist(
    request: pytest.FixtureRequest, sign_in: SignIn, case: CaseFile, who: str, name: str
) -> None:
    somebody = sign_in(request.getfixturevalue(who))

    existing = {somebody.get(at(name, case.pk)).status_code, somebody.post(at(name, case.pk)).status_code}
    missing = {somebody.get(at(name, 999_999)).status_code, somebody.post(at(name, 999_999)).status_code}

    assert existing <= {404, 405}
    assert existing == missing


def test_a_colleague_sees_the_files_they_lead_or_all_where_the_association_says_so(
    sign_in: SignIn, case: CaseFile, cep: Association
) -> None:
    from tests.factories import member

    colleague = sign_in(member("coach", cep, first_name="Julien", last_name="Gigon"))

    closed = colleague.get(at("change", case.pk)).status_code
    listed_closed = "Atelier Chappuis" in colleague.get(at("changelist")).content.decode()
    cep.coaches_see_all_files = True
    cep.save()
    opened = colleague.get(at("change", case.pk)).status_code

    assert (closed, listed_closed, opened) == (404, False, 200)


def test_a_deputy_opens_the_file(sign_in: SignIn, tavannes: Municipality, manager: User, cep: Association) -> None:
    from tests.factories import member

    deputy = member("coach", cep, first_name="Julien", last_name="Gigon")
    case = factories.open_case(tavannes, manager=manager, lead=manager, deputy=deputy)

    assert sign_in(deputy).get(at("change", case.pk)).status_code == 200


@pytest.mark.parametrize(
    "query", [{}, {"q": "Chappuis"}, {"state__exact": "open"}, {"q": "' OR 1=1"}, {"o": "zz"}, {"p": "99"}]
)
def test_the_list_answers_and_shows_nothing_foreign(
    sign_in: SignIn, foreign_manager: User, desk: Client, case: CaseFile, query: dict[str, str]
) -> None:
    foreign = sign_in(foreign_manager)

    assert desk.get(at("changelist"), query).status_code in {200, 302}
    assert "Chappuis, taillage" not in foreign.get(at("changelist"), query, follow=True).content.decode()


def test_files_are_not_added_or_deleted_by_hand(desk: Client, case: CaseFile) -> None:
    assert desk.get(at("add")).status_code == 404
    assert desk.get(at("delete", case.pk)).status_code == 404


@pytest.mark.parametrize("name", [*TABS, "changelist"])
def test_pages_take_the_same_queries_with_twenty_rows(
    desk: Client, case: CaseFile, coach: User, manager: User, tavannes: Municipality, name: str
) -> None:
    args = [] if name == "changelist" else [case.pk]

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(at(name, *args)).status_code == 200
        return len(captured)

    with association_scope(case.association_id):
        add_note(case=case, text="Note", is_shared=True, by=coach, now=MONDAY)
    queries()
    with_one = queries()
    for number in range(20):
        factories.another_task(case, by=coach, title=f"Tâche {number}")
        factories.open_case(tavannes, manager=manager, lead=coach)
        with association_scope(case.association_id):
            add_note(case=case, text=f"Note {number}", is_shared=True, by=coach, now=MONDAY)

    queries()  # what is kept for a few seconds may have ended meanwhile
    assert queries() == with_one
    assert with_one <= 25
