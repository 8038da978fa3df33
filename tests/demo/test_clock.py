"""The demo's date moves by a press, only by a press, and comes back."""

from datetime import timedelta

import pytest
from django.test import Client

from promo_portal.core import clock
from promo_portal.demo import travel

pytestmark = pytest.mark.django_db(transaction=True)


def test_looking_changes_nothing(client: Client) -> None:
    client.get("/demo/clock/?move=week")

    assert client.get("/demo/clock/move/?move=week").status_code == 405
    assert travel.shift() == timedelta(0)


def test_a_day_on_and_back(client: Client) -> None:
    before = clock.now()

    moved = client.post("/demo/clock/move/", {"move": "day"}, follow=True)
    there = clock.now()
    client.post("/demo/clock/move/", {"move": "today"})

    assert timedelta(days=1) <= there - before < timedelta(days=1, minutes=1)
    assert "Démonstration, jouée au" in moved.content.decode()
    assert clock.now() - before < timedelta(minutes=1)


def test_without_reminders_there_is_no_next_one(client: Client) -> None:
    answer = client.post("/demo/clock/move/", {"move": "next"}, follow=True)

    assert "Aucun rappel n’est prévu." in answer.content.decode()
    assert travel.shift() == timedelta(0)


@pytest.mark.parametrize("move", ["", "year", "week\x00", "__class__"])
def test_unknown_moves_are_told_and_do_nothing(client: Client, move: str) -> None:
    answer = client.post("/demo/clock/move/", {"move": move}, follow=True)

    assert answer.status_code == 200
    assert travel.shift() == timedelta(0)


@pytest.mark.parametrize(
    "since", ["", "yesterday", "2026-13-45T99:00", "2026-11-22T08:00:00", "0001-01-01T00:00:00+00:00"]
)
def test_any_since_is_answered(client: Client, since: str) -> None:
    assert client.get("/demo/clock/", {"since": since}).status_code == 200


def test_the_demo_ends_five_years_ahead(client: Client) -> None:
    clock.move(timedelta(days=5 * 366 - 1))

    answer = client.post("/demo/clock/move/", {"move": "week"}, follow=True)

    assert "cinq ans" in answer.content.decode()
    assert travel.shift() == timedelta(days=5 * 366 - 1)
