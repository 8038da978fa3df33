"""What coaching brings to the staff's day, navigation and search."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.enums import CheckState
from coaching.models import CaseFile, CoachingRequest, OutcomeCheck, Task
from coaching.slots import doors, finding, staff_day
from coaching.workflow.checks import ask_due_checks
from coaching.workflow.files import close_case, move_next_date
from coaching.workflow.requests import take_into_review
from promo_portal.accounts.models import Membership, User
from promo_portal.accounts.rights import rights_of_person
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.regions.models import Association, Municipality
from tests import factories as people
from tests.coaching import factories
from tests.coaching.factories import MONDAY
from tests.conftest import SignIn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def asked_by(user: User) -> HttpRequest:
    """A request of that person, with their rights as the middleware reads them."""
    request = RequestFactory().get("/admin/")
    request.user, request.rights = user, rights_of_person(user.pk)  # type: ignore[attr-defined]
    return request


def day_of(user: User) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for item in staff_day.my_day(asked_by(user)):
        rows.setdefault(item.group, []).append(f"{item.kind} · {item.whom}")
    return rows


def test_a_new_request_is_received_work_until_somebody_takes_it(
    in_cep: None, manager: User, coach: User, tavannes: Municipality
) -> None:
    request = factories.submitted(tavannes)
    free = (day_of(manager), day_of(coach))

    take_into_review(request=request, by=coach, now=MONDAY)

    assert free[0] == free[1] == {"received": ["Demande · Léa Chappuis · Tavannes"]}
    assert day_of(manager) == {}
    with clock.standing_still(MONDAY + timedelta(days=11)):
        assert day_of(coach) == {"next": ["Demande · Léa Chappuis · Tavannes"]}
    with clock.standing_still(MONDAY + timedelta(days=14)):
        assert day_of(coach) == {"today": ["Demande · Léa Chappuis · Tavannes"]}


def test_dates_and_tasks_come_and_go_by(in_cep: None, case: CaseFile, coach: User) -> None:
    with clock.standing_still(MONDAY + timedelta(days=9)):  # 2 December
        before = day_of(coach)
    with clock.standing_still(MONDAY + timedelta(days=15)):  # 8 December
        after = day_of(coach)

    assert before == {"next": ["Coaching · Léa Chappuis · Atelier Chappuis, taillage"]}
    assert after == {
        "late": [
            "Coaching · Léa Chappuis · Atelier Chappuis, taillage",
            "Tâche · Léa Chappuis · Atelier Chappuis, taillage",
        ]
    }


def test_the_day_of_a_date_with_an_hour_begins_with_it(
    in_cep: None, case: CaseFile, coach: User, sign_in: SignIn
) -> None:
    move_next_date(
        case=case, on=date(2026, 12, 7), at=time(9, 30), what="Premier entretien", reason="", by=coach, now=MONDAY
    )
    with clock.standing_still(MONDAY + timedelta(days=14)):
        page = sign_in(coach).get(reverse("admin:index")).content.decode()

    assert "09:30" in page


@pytest.fixture
def unanswered(in_cep: None, case: CaseFile, coach: User) -> OutcomeCheck:
    """Closed on 23 November 2026; what was asked on 23 May 2027 stays without a word."""
    close_case(case=case, reason="Lancée", outcome="launched", checks=(6, 12), by=coach, now=MONDAY)
    ask_due_checks(now=datetime(2027, 5, 24, 6, tzinfo=UTC))
    return OutcomeCheck.objects.get(state=CheckState.ASKED)


def test_a_founder_who_does_not_answer_is_phoned_by_whoever_leads_the_file(
    unanswered: OutcomeCheck, coach: User, manager: User, cep: Association, sign_in: SignIn
) -> None:
    call = "Suivi ultérieur · Léa Chappuis · Atelier Chappuis, taillage"
    deputy = people.member("coach", cep, first_name="Julien", last_name="Gigon")
    CaseFile.objects.update(deputy=deputy)

    days = {}
    for day in (date(2027, 7, 3), date(2027, 7, 4), date(2027, 7, 5)):
        with clock.standing_still(datetime.combine(day, time(9), UTC)):
            days[day.day] = day_of(coach), day_of(deputy), day_of(manager)
    with clock.standing_still(datetime(2027, 7, 5, 9, tzinfo=UTC)):
        item = staff_day.my_day(asked_by(coach))[0]
        Membership.objects.filter(user=coach).update(valid_to=date(2027, 6, 30))
        without_lead = day_of(deputy), day_of(manager)
        Membership.objects.filter(user=deputy).update(valid_to=date(2027, 6, 30))
        without_coaches = day_of(manager)
        form = sign_in(manager).get(item.url).content.decode()

    assert days == {3: ({}, {}, {}), 4: ({"today": [call]}, {}, {}), 5: ({"late": [call]}, {}, {})}
    assert item.url == item.actions[0][1] == reverse("admin:coaching_outcomecheck_phone", args=[unanswered.pk])
    assert without_lead == ({"late": [call]}, {})
    assert without_coaches == {"late": [call]}
    assert 'href="tel:+41320000000"' in form


def test_every_row_leads_somewhere_and_finishes_in_place(
    in_cep: None, case: CaseFile, coach: User, tavannes: Municipality, sign_in: SignIn
) -> None:
    move_next_date(case=case, on=date(2026, 11, 23), what="Séance", reason="", by=coach, now=MONDAY)
    factories.another_task(case, by=coach, assignee=coach)
    Task.objects.update(due_on=date(2026, 11, 23))
    factories.submitted(tavannes)
    browser = sign_in(coach)

    for item in staff_day.my_day(asked_by(coach)):
        assert browser.get(item.url).status_code == 200
        assert 1 <= len(item.actions) <= 2
        for _label, url, method in item.actions:
            assert (browser.post(url) if method == "post" else browser.get(url)).status_code in {200, 302}


def test_the_officers_day_holds_no_coaching(
    in_cep: None, officer: User, case: CaseFile, tavannes: Municipality
) -> None:
    factories.submitted(tavannes)

    assert day_of(officer) == {}
    assert staff_day.open_files_figure(asked_by(officer)) is None
    assert list(finding.staff_search(asked_by(officer), "Chappuis")) == []


def test_my_day_takes_the_same_queries_with_ten_times_the_rows(
    in_cep: None, manager: User, coach: User, tavannes: Municipality
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(staff_day.my_day(request))
        return len(captured)

    def grow() -> None:
        factories.open_case(tavannes, manager=manager, lead=coach)
        factories.submitted(tavannes)
        closed = factories.open_case(tavannes, manager=manager, lead=coach)
        close_case(case=closed, reason="Lancée", checks=(6,), by=coach, now=MONDAY)
        OutcomeCheck.objects.update(state=CheckState.ASKED, due_on=date(2026, 5, 25), asked_at=MONDAY)

    request = asked_by(coach)
    grow()
    with_one = queries()
    for _ in range(9):
        grow()

    assert queries() == with_one <= 3


def test_figures_count_what_they_link_to(in_cep: None, case: CaseFile, manager: User, sign_in: SignIn) -> None:
    opened, waited = staff_day.open_files_figure(asked_by(manager)), staff_day.answer_time_figure(asked_by(manager))

    assert opened
    assert waited
    assert (opened["value"].count(), waited["value"]) == (1, "0 j")
    browser = sign_in(manager)
    assert browser.get(opened["url"]).status_code == browser.get(waited["url"]).status_code == 200


@pytest.mark.parametrize("text", ["chappuis", "COA-2026-0001", "2026-001", "atelier taillage", "léa"])
def test_search_finds_request_and_file(in_cep: None, case: CaseFile, manager: User, text: str) -> None:
    assert len(finding.staff_search(asked_by(manager), text)) >= 1


@pytest.mark.parametrize("text", ["", "a", "\x00", "%", "x" * 5000, "' OR 1=1 --"])
def test_search_bears_anything(in_cep: None, case: CaseFile, manager: User, text: str) -> None:
    assert isinstance(finding.staff_search(asked_by(manager), text), list | tuple)


def test_titles_and_addresses_of_records(in_cep: None, case: CaseFile) -> None:
    request, task = CoachingRequest.unscoped.get(), Task.objects.get()

    assert finding.request_title(request.pk) == f"{request.reference} Léa Chappuis"
    assert finding.case_title(case.pk) == "2026-001 Atelier Chappuis, taillage"
    assert finding.task_title(task.pk) == "Esquisser le plan financier"
    assert finding.task_url(task.pk) == reverse("admin:coaching_casefile_tasks", args=[case.pk])
    assert [finding.request_title(0), finding.case_title(0), finding.task_title(0), finding.task_url(0)] == [None] * 4


def test_the_navigation_counts_the_queue(in_cep: None, manager: User, tavannes: Municipality, sign_in: SignIn) -> None:
    factories.submitted(tavannes)

    page = sign_in(manager).get(reverse("admin:index")).content.decode()

    assert "Demandes de coaching" in page
    assert "Dossiers de coaching" in page
    assert doors.waiting_requests(asked_by(manager)).count() == 1


def test_the_visitor_has_no_such_things(client: Client, case: CaseFile) -> None:
    with association_scope(case.association_id):
        assert CaseFile.objects.exists()
    assert client.get(reverse("admin:coaching_casefile_changelist")).status_code == 302
