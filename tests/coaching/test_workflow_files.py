"""A file's and a task's life: every state, every action."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from coaching.enums import CaseState, TaskState
from coaching.models import CaseFile, CaseNote, Task
from coaching.models.progress import AREAS
from coaching.workflow.documents import add_document
from coaching.workflow.files import add_note, close_case, edit_case, move_next_date, pause_case, reopen_case
from coaching.workflow.ledger import book_time
from coaching.workflow.locking import ChangedMeanwhile
from coaching.workflow.meetings import record_meeting, score_readiness
from coaching.workflow.milestones import plan_milestone
from coaching.workflow.plans import begin_plan
from coaching.workflow.tables import CASE, CASE_ACTIONS, TASK, TASK_ACTIONS
from coaching.workflow.talk import write_message
from coaching.workflow.tasks import NotTheirTask, add_task, complete_task, drop_task, edit_task, reopen_task
from promo_portal.accounts.models import User
from promo_portal.core.transitions import TransitionRefused
from promo_portal.mailing.models import OutgoingMail
from promo_portal.reminders.models import Deadline, DeadlineState
from tests.coaching import factories
from tests.coaching.factories import MONDAY
from tests.files.corpus import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_cep")]


def do(action: str, case: CaseFile, by: User) -> Any:
    """Try one action with sensible values."""
    common: dict[str, Any] = {"case": case, "by": by, "now": MONDAY}
    return {
        "edit": lambda: edit_case(values={"title": "Atelier renommé"}, version=case.version, **common),
        "move_next_date": lambda: move_next_date(on=date(2026, 12, 14), what="Deuxième entretien", reason="", **common),
        "add_note": lambda: add_note(text="Prix revus.", is_shared=False, **common),
        "add_task": lambda: add_task(title="Appeler", assignee=by, due_on=date(2026, 12, 14), **common),
        "book_time": lambda: book_time(kind="follow_up", worked_on=date(2026, 11, 23), minutes=30, **common),
        "add_document": lambda: add_document(
            title="Plan", kind="other", is_shared=False, upload=SimpleUploadedFile("plan.pdf", PDF), **common
        ),
        "score": lambda: score_readiness(
            month=0, values=dict.fromkeys(AREAS, 2), comment="", is_shared=False, **common
        ),
        "add_meeting": lambda: record_meeting(
            held_on=date(2026, 11, 23),
            kind="office",
            topics=["plan"],
            text="",
            is_shared=False,
            contact_minutes=60,
            preparation_minutes=0,
            funder=None,
            **common,
        ),
        "edit_plan": lambda: begin_plan(first_month=date(2027, 1, 1), **common),
        "write_message": lambda: write_message(text="Bonjour", **common),
        "plan_milestone": lambda: plan_milestone(kind="launch", due_on=date(2027, 3, 1), **common),
        "pause": lambda: pause_case(reason="Voyage", **common),
        "close": lambda: close_case(reason="Lancement réussi", **common),
        "reopen": lambda: reopen_case(on=date(2026, 12, 14), what="Reprise", reason="De retour", **common),
    }[action]()


@pytest.mark.parametrize("action", CASE_ACTIONS)
@pytest.mark.parametrize("state", CaseState.values)
def test_each_action_on_a_file_leads_where_the_table_says_or_is_refused(
    state: str, action: str, case: CaseFile, coach: User
) -> None:
    if state == CaseState.PAUSED:
        case = pause_case(case=case, reason="Voyage", by=coach, now=MONDAY)
    elif state == CaseState.CLOSED:
        case = close_case(case=case, reason="Fini", by=coach, now=MONDAY)

    if (state, action) in CASE:
        do(action, case, coach)
        expected = CASE[state, action]
    else:
        with pytest.raises(TransitionRefused):
            do(action, case, coach)
        expected = state

    case.refresh_from_db()
    assert case.state == expected


@pytest.mark.parametrize("action", TASK_ACTIONS)
@pytest.mark.parametrize("state", TaskState.values)
def test_each_action_on_a_task_leads_where_the_table_says_or_is_refused(
    state: str, action: str, case: CaseFile, coach: User
) -> None:
    task = Task.objects.get(case_file=case)
    if state == TaskState.DONE:
        task = complete_task(task=task, by=coach, now=MONDAY)
    elif state == TaskState.CANCELLED:
        task = drop_task(task=task, by=coach, now=MONDAY)
    steps: dict[str, Any] = {
        "edit": lambda: edit_task(task=task, values={"title": "Autre"}, by=coach, now=MONDAY, version=task.version),
        "complete": lambda: complete_task(task=task, by=coach, now=MONDAY),
        "drop": lambda: drop_task(task=task, by=coach, now=MONDAY),
        "reopen": lambda: reopen_task(task=task, by=coach, now=MONDAY),
    }

    if (state, action) in TASK:
        steps[action]()
        expected = TASK[state, action]
    else:
        with pytest.raises(TransitionRefused):
            steps[action]()
        expected = state

    task.refresh_from_db()
    assert task.state == expected


def test_a_moved_date_moves_its_reminders(case: CaseFile, coach: User) -> None:
    move_next_date(case=case, on=date(2026, 12, 21), what="Banque", reason="grippe", by=coach, now=MONDAY)

    deadline = Deadline.objects.get(kind="coaching.next_date", subject_id=case.pk)
    assert (deadline.local_date, deadline.version) == (date(2026, 12, 21), 2)
    assert OutgoingMail.objects.filter(kind="coaching.next_date_moved", to_user=case.founder).count() == 1


def test_a_paused_file_reminds_nobody_until_it_is_taken_up_again(case: CaseFile, coach: User) -> None:
    pause_case(case=case, reason="Voyage", by=coach, now=MONDAY)
    at_rest = Deadline.objects.filter(state=DeadlineState.OPEN).count()

    reopen_case(case=case, on=date(2027, 1, 11), what="Reprise", reason="De retour", by=coach, now=MONDAY)

    assert at_rest == 0
    open_dates = Deadline.objects.filter(state=DeadlineState.OPEN).values_list("kind", flat=True)
    assert set(open_dates) == {"coaching.next_date", "coaching.task"}


def test_a_task_that_is_done_reminds_nobody(case: CaseFile, founder: User) -> None:
    task = Task.objects.get(case_file=case)

    complete_task(task=task, by=case.founder, now=MONDAY)

    assert Deadline.objects.get(kind="coaching.task").state == DeadlineState.DONE
    task.refresh_from_db()
    assert task.done_at == MONDAY


def test_a_founder_ticks_their_own_tasks_only(case: CaseFile, coach: User) -> None:
    task = factories.another_task(case, by=coach, assignee=coach)

    with pytest.raises(NotTheirTask):
        complete_task(task=task, by=case.founder, now=MONDAY)

    task.refresh_from_db()
    assert task.state == TaskState.OPEN


def test_a_new_coach_gets_the_reminders_of_the_old_one(case: CaseFile, coach: User, manager: User) -> None:
    edit_case(case=case, values={"lead": manager}, by=manager, now=MONDAY, version=case.version)

    reminders = Deadline.objects.get(kind="coaching.next_date").reminders.filter(state="planned")
    assert {row.user for row in reminders} == {manager, case.founder}


def test_a_note_is_internal_unless_shared(case: CaseFile, coach: User) -> None:
    add_note(case=case, text="Interne.", is_shared=False, by=coach, now=MONDAY)
    add_note(case=case, text="Pour vous.", is_shared=True, by=coach, now=MONDAY)

    assert list(CaseNote.objects.order_by("pk").values_list("is_shared", flat=True)) == [False, True]


def test_an_outdated_edit_changes_nothing(case: CaseFile, coach: User) -> None:
    seen = case.version
    edit_case(case=case, values={"title": "Première"}, by=coach, now=MONDAY, version=seen)

    with pytest.raises(ChangedMeanwhile):
        edit_case(case=case, values={"title": "Seconde"}, by=coach, now=MONDAY, version=seen)

    case.refresh_from_db()
    assert case.title == "Première"


def test_an_edit_that_changes_nothing_leaves_no_trace(case: CaseFile, coach: User) -> None:
    edit_case(case=case, values={"title": case.title}, by=coach, now=MONDAY, version=case.version)

    before = case.version
    case.refresh_from_db()
    assert case.version == before
