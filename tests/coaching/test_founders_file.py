"""The founder's side of the file: seen by them alone, ticked by them, told in their words."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.enums import TaskState
from coaching.models import CaseFile, Task
from coaching.workflow.files import add_note, close_case, move_next_date, pause_case
from promo_portal.accounts.models import Membership, User
from promo_portal.audit.models import AccessLog
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests import factories as people
from tests.coaching import factories
from tests.coaching.factories import MONDAY
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(case: CaseFile, sign_in: SignIn) -> Client:
    """The browser of the file's founder."""
    return sign_in(case.founder)


def page_of(case: CaseFile) -> str:
    return reverse("coaching:case", args=[case.pk])


@pytest.fixture
def task(case: CaseFile, cep: Association) -> Task:
    with association_scope(cep.pk):
        return Task.objects.get(case_file=case)


def test_a_founder_sees_state_date_and_tasks(own: Client, case: CaseFile) -> None:
    page = own.get(page_of(case)).content.decode()

    for words in (
        "Nadine Rais vous accompagne.",
        "lundi 7\u00a0décembre",
        "Premier entretien",
        "Esquisser le plan financier",
    ):
        assert words in page
    assert "02.12.2026" in page


def test_a_shared_note_shows_and_an_internal_one_does_not(
    own: Client, case: CaseFile, cep: Association, coach: User
) -> None:
    with association_scope(cep.pk):
        add_note(case=case, text="Bravo pour le plan.", is_shared=True, by=coach, now=MONDAY)
        add_note(case=case, text="Attention aux dettes.", is_shared=False, by=coach, now=MONDAY)
        move_next_date(case=case, on=date(2026, 12, 14), what="Banque", reason="coach malade", by=coach, now=MONDAY)

    page = own.get(page_of(case)).content.decode()

    assert "Bravo pour le plan." in page
    assert "Attention aux dettes." not in page
    assert "07.12.2026 → 14.12.2026" in page
    assert "coach malade" not in page


def test_ticked_by_a_press_and_taken_back(own: Client, task: Task) -> None:
    address = reverse("coaching:task", args=[task.case_file_id, task.pk])

    own.get(address)
    with association_scope(task.association_id):
        task.refresh_from_db()
        state_after_opening = task.state
    done = own.post(address, follow=True)
    with association_scope(task.association_id):
        task.refresh_from_db()
        state_after_tick = task.state
    undone = own.post(f"{address}?action=reopen", follow=True)
    with association_scope(task.association_id):
        task.refresh_from_db()

    assert state_after_opening == TaskState.OPEN
    assert state_after_tick == TaskState.DONE
    assert "Tâche faite" in done.content.decode()
    assert "?action=reopen" in done.content.decode()
    assert "Tâche reprise" in undone.content.decode()
    assert task.state == TaskState.OPEN


def test_ticked_twice_changes_nothing(own: Client, task: Task) -> None:
    address = reverse("coaching:task", args=[task.case_file_id, task.pk])

    own.post(address)
    again = own.post(address, follow=True)

    assert again.status_code == 200
    assert "Rien n’a changé" in again.content.decode()


def test_a_coachs_task_is_seen_and_not_ticked(own: Client, case: CaseFile, coach: User) -> None:
    theirs = factories.another_task(case, by=coach, assignee=coach, title="Appeler la banque")
    address = reverse("coaching:task", args=[case.pk, theirs.pk])

    page = own.get(address).content.decode()
    own.post(address)

    assert "s’en charge pour vous" in page
    with association_scope(case.association_id):
        theirs.refresh_from_db()
    assert theirs.state == TaskState.OPEN


@pytest.mark.parametrize(
    "who", ["coach", "manager", "officer", "founder", "stranger", "foreign_coach", "canton_officer", "administrator"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_to_others_the_file_does_not_exist(
    request: pytest.FixtureRequest, sign_in: SignIn, task: Task, who: str, method: str
) -> None:
    somebody = sign_in(request.getfixturevalue(who))
    file, its_task = (
        reverse("coaching:case", args=[task.case_file_id]),
        reverse("coaching:task", args=[task.case_file_id, task.pk]),
    )
    missing = reverse("coaching:task", args=[999_999, task.pk])

    answers = {getattr(somebody, method)(address).status_code for address in (its_task, missing)}

    assert somebody.get(file).status_code == 404
    assert answers == {404}


def test_a_visitor_is_asked_to_sign_in(client: Client, case: CaseFile) -> None:
    existing, missing = client.get(page_of(case)), client.get(reverse("coaching:case", args=[999_999]))

    assert existing.status_code == missing.status_code == 302


@pytest.mark.parametrize("number", ["0", "99999999999999999999"])
def test_a_bad_number_is_a_missing_file(own: Client, number: str) -> None:
    assert own.get(f"/fr/coaching/dossier/{number}/").status_code == 404


def test_another_founders_task_cannot_be_reached_through_ones_own_file(
    own: Client, case: CaseFile, tavannes: Municipality, manager: User, coach: User
) -> None:
    other = factories.open_case(tavannes, manager=manager, lead=coach)
    with association_scope(case.association_id):
        foreign_task = Task.objects.get(case_file=other)

    response = own.post(reverse("coaching:task", args=[case.pk, foreign_task.pk]))

    assert response.status_code == 404
    with association_scope(case.association_id):
        foreign_task.refresh_from_db()
    assert foreign_task.state == TaskState.OPEN


def test_access_ends_with_the_membership_at_once(own: Client, case: CaseFile) -> None:
    before = own.get(page_of(case)).status_code
    Membership.objects.filter(user=case.founder).update(valid_to=date(2024, 12, 31), valid_from=date(2024, 1, 1))

    assert before == 200
    assert own.get(page_of(case)).status_code == 404


@pytest.mark.parametrize(
    ("step", "words"), [(pause_case, "Votre coaching est suspendu"), (close_case, "Votre coaching est clos")]
)
def test_a_resting_file_says_why_and_how_to_come_back(
    own: Client, case: CaseFile, cep: Association, coach: User, step: Any, words: str
) -> None:
    with association_scope(cep.pk):
        step(case=case, reason="Voyage de six mois", by=coach, now=MONDAY)

    page = own.get(page_of(case)).content.decode()

    assert words in page
    assert "Voyage de six mois" in page
    assert "appelez votre coach" in page


def test_the_space_shows_the_same_first_things(own: Client, case: CaseFile) -> None:
    page = own.get(reverse("portal:space")).content.decode()

    assert "Atelier Chappuis, taillage" in page
    assert "Esquisser le plan financier" in page


def test_before_acceptance_the_space_shows_the_request(sign_in: SignIn, founder: User, tavannes: Municipality) -> None:
    request = factories.submitted(tavannes, email=founder.email)

    page = sign_in(founder).get(reverse("portal:space")).content.decode()

    assert str(request.reference) in page
    assert "07.12.2026" in page


def test_ones_own_file_leaves_no_line_in_the_access_log(own: Client, case: CaseFile) -> None:
    own.get(page_of(case))

    assert not AccessLog.objects.exists()


def test_the_file_takes_the_same_queries_with_many_tasks_and_notes(own: Client, case: CaseFile, coach: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            own.get(page_of(case))
        return len(captured)

    queries()
    with_one = queries()
    with association_scope(case.association_id):
        for number in range(20):
            add_note(case=case, text=f"Note {number}", is_shared=True, by=coach, now=MONDAY)
    for number in range(20):
        factories.another_task(case, by=coach, title=f"Tâche {number}")

    assert queries() == with_one


def test_a_founder_of_two_projects_sees_both(
    own: Client, case: CaseFile, tavannes: Municipality, manager: User, coach: User
) -> None:
    factories.open_case(tavannes, manager=manager, lead=coach, email=case.founder.email)

    page = own.get(reverse("portal:space")).content.decode()

    assert page.count("Nadine Rais vous accompagne.") == 2


def test_an_unknown_person_has_an_empty_space(sign_in: SignIn) -> None:
    nobody = people.UserFactory()

    assert sign_in(nobody).get(reverse("portal:space")).status_code in {200, 404}
