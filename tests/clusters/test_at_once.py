"""Many people in the same second: never more than places, numbers without gaps; and the proof that a test would see it."""

import threading
from typing import Any

import pytest
from django.db import transaction

from clusters.models import Event, Registration
from clusters.workflow import registrations
from clusters.workflow.registrations import cancel_registration
from promo_portal.core import clock
from promo_portal.core.scope import association_scope
from promo_portal.mailing.models import OutgoingMail
from promo_portal.regions.models import Association, Municipality
from tests.clusters import factories
from tests.clusters.conftest import sent
from tests.coaching.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
SEATS, PEOPLE = 3, 9


@pytest.fixture
def rush(cep: Association, tavannes: Municipality) -> Event:
    return factories.event(cep, tavannes, capacity=SEATS, starts_at=clock.now().replace(year=2030))


def rows(event: Event) -> list[tuple[str, int | None]]:
    with transaction.atomic(), association_scope(event.association_id):
        found = Registration.objects.filter(event=event).order_by("waiting_number", "pk")
        return list(found.values_list("state", "waiting_number"))


def come(event: Event, number: int, **values: Any) -> Any:
    return sent(event, f"hote{number}", now=clock.now(), **values)


def test_nobody_too_many_gets_a_place_and_the_others_have_numbers_without_a_gap(rush: Event) -> None:
    came = at_once(lambda number: come(rush, number), PEOPLE)

    found = rows(rush)
    assert not [error for error in came if isinstance(error, Exception)]
    assert sum(state == "confirmed" for state, _number in found) == SEATS
    assert sorted(number for _state, number in found if number) == list(range(1, PEOPLE - SEATS + 1))


def test_control_without_the_lock_too_many_come(rush: Event, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EVENTS_LOCK_PLACES = False
    everybody_has_counted = threading.Barrier(SEATS * 2)
    begin = registrations._begun

    def when_all_have_counted(*args: Any) -> Registration:
        everybody_has_counted.wait(timeout=60)
        return begin(*args)

    monkeypatch.setattr(registrations, "_begun", when_all_have_counted)
    at_once(lambda number: come(rush, number), SEATS * 2)

    assert sum(state == "confirmed" for state, _number in rows(rush)) > SEATS


def test_a_form_sent_ten_times_at_once_is_one_row_and_one_mail(rush: Event) -> None:
    came = at_once(lambda number: sent(rush, form_key="x", email="Ines@valtour.example", now=clock.now()), 10)

    assert not [error for error in came if isinstance(error, Exception)]
    assert len(rows(rush)) == 1
    assert OutgoingMail.objects.count() == 1


def test_places_given_back_at_once_are_offered_once_each_to_the_first_in_the_queue(rush: Event) -> None:
    made = [come(rush, number)[0] for number in range(PEOPLE)]

    def work(number: int) -> None:
        if number < SEATS:
            cancel_registration(registration=made[number], now=clock.now())
        else:
            registrations.end_lapsed_offers(now=clock.now())

    came = at_once(work, SEATS + 2)

    assert not [error for error in came if isinstance(error, Exception)]
    numbered = [(state, number) for state, number in rows(rush) if number]
    assert [state for state, _number in numbered] == ["offered"] * SEATS + ["waiting"] * (PEOPLE - 2 * SEATS)
    assert OutgoingMail.objects.filter(kind="clusters.offer").count() == SEATS
