"""Several people, or one finger twice, at the same moment: real transactions on real connections."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from coaching.enums import RequestState
from coaching.links import CONFIRM, RESUME, path_to
from coaching.models import CaseFile, CoachingRequest, CommissionSession
from coaching.views.check import SendForm
from coaching.workflow import sessions
from coaching.workflow.agenda import list_request
from coaching.workflow.references import next_number
from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from tests.coaching import factories
from tests.coaching.conftest import some_address
from tests.coaching.factories import MONDAY
from tests.coaching.journey import opened
from tests.conftest import SignIn
from tests.factories import member

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 6


def at_once(work: Callable[[int], Any], times: int = WORKERS) -> list[Any]:
    """Run ``work`` in so many threads that start together; each has its own connection."""
    start, results = threading.Barrier(times), [None] * times

    def run(number: int) -> None:
        try:
            start.wait(timeout=30)
            results[number] = work(number)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def numbers_given(give: Callable[[], int]) -> list[int]:
    def work(number: int) -> int:
        with transaction.atomic():
            return give()

    return at_once(work)


def test_no_two_requests_share_a_number() -> None:
    given = numbers_given(lambda: next_number("request", 2026))

    assert sorted(given) == list(range(1, WORKERS + 1))


def test_without_the_counters_lock_they_would() -> None:
    """The control: reading the last number and adding one gives the same number twice."""
    everybody_has_read = threading.Barrier(WORKERS)

    def naive() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(last), 0) FROM coaching_referencecounter WHERE kind = 'request'")
            last = int(cursor.fetchone()[0])
        everybody_has_read.wait(timeout=30)
        return last + 1

    given = numbers_given(naive)

    assert len(set(given)) < WORKERS


@pytest.mark.parametrize("road", ["check", "confirm"])
def test_a_double_click_sends_one_request(tavannes: Municipality, road: str) -> None:
    with transaction.atomic():
        draft = factories.complete_draft(tavannes)
    address, link = some_address(), path_to(CONFIRM, draft)

    def press(number: int) -> int:
        browser = Client(REMOTE_ADDR=address)
        if road == "confirm":
            return browser.post(link).status_code
        browser.get(path_to(RESUME, draft))
        return browser.post(reverse("coaching:check"), {**opened(SendForm), "proof": ""}).status_code

    codes = at_once(press, times=4)

    assert codes == [302] * 4
    sent = CoachingRequest.unscoped.get()
    assert sent.state == RequestState.SUBMITTED
    assert OutgoingMail.objects.filter(kind="coaching.received").count() == 1


def test_two_managers_open_one_file(
    tavannes: Municipality, cep: Association, manager: User, coach: User, sign_in: SignIn
) -> None:
    second = member("manager", cep, first_name="Aline", last_name="Bassin")
    with transaction.atomic():
        request = factories.submitted(tavannes, now=MONDAY)
    browsers = [sign_in(manager), sign_in(second)]
    data = {
        "title": "Atelier", "lead": coach.pk, "deputy": "", "first_date": "07.12.2026", "first_time": "",
        "first_what": "Premier entretien", "task": "", "task_due_on": "", "reasons": "Oui.", "version": request.version,
    }  # fmt: skip

    def decide(number: int) -> int:
        url = reverse("admin:coaching_coachingrequest_accept", args=[request.pk])
        with clock.standing_still(MONDAY):
            return browsers[number].post(url, data).status_code

    codes = at_once(decide, times=2)

    assert sorted(codes) == [302, 422]
    with transaction.atomic(), association_scope(cep.pk):
        assert CaseFile.objects.count() == 1


def ready_to_close(place: Municipality, manager: User) -> CommissionSession:
    """A sitting session whose only item is refused on paper."""
    association = place.association()
    assert association is not None
    with transaction.atomic(), association_scope(association.pk):
        session = sessions.plan_session(
            association=association, held_on=MONDAY.date(), held_at=None, place="Court", quorum=1,
            members=[member("commission_member", association)], by=manager, now=MONDAY,
        )  # fmt: skip
        item = list_request(
            session=session, request=factories.in_review(place, manager), title="Taillage", by=manager, now=MONDAY
        )
        sessions.convene_session(session=session, by=manager, now=MONDAY)
        seats = [seat.member for seat in session.seats.all()]
        session = sessions.open_session(session=session, present=seats, by=manager, now=MONDAY)
        sessions.enter_decision(item=item, outcome="refuse", reasons="Hors région.", by=manager, now=MONDAY)
    return session


def closes(session: CommissionSession, manager: User) -> int:
    """Let several windows close the session at once; returns how many found nothing wrong."""

    def press(number: int) -> bool:
        with transaction.atomic(), association_scope(session.association_id):
            sessions.close_session(session=session, minutes="", by=manager, now=MONDAY)
        return True

    return sum(answer is True for answer in at_once(press))


def test_a_session_closed_in_several_windows_sends_every_letter_once(tavannes: Municipality, manager: User) -> None:
    session = ready_to_close(tavannes, manager)

    done = closes(session, manager)

    assert done == 1
    assert OutgoingMail.objects.filter(kind="coaching.refused").count() == 1


def test_without_the_sessions_lock_several_windows_would_go_on(tavannes: Municipality, manager: User) -> None:
    """The control: read without a lock, and all of them find the session open."""
    session = ready_to_close(tavannes, manager)
    all_have_read = threading.Barrier(WORKERS)
    open_for: list[str] = []

    def press(number: int) -> None:
        with transaction.atomic(), association_scope(session.association_id):
            state = CommissionSession.objects.get(pk=session.pk).state
            all_have_read.wait(timeout=30)
            open_for.append(state)

    at_once(press)

    assert open_for == ["open"] * WORKERS
