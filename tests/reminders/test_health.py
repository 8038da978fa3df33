"""Health: alive without a database, ready with one, and a clockwork whose silence is noticed (O4, short form of R6)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.mailing.policy import REASON_UNRENDERABLE
from promo_portal.mailing.workflow import hold_all
from promo_portal.reminders import clockwork, heartbeat
from promo_portal.reminders.health import health, health_summary
from promo_portal.reminders.models import Heartbeat

Queue = Callable[..., OutgoingMail]
OUTSIDE = "203.0.113.7"


@pytest.fixture
def running(db: None) -> None:
    """A clockwork in which every part has just given a sign of life."""
    clockwork.deadlines_pass(worker="celery@one")
    clockwork.outbox_pass(worker="celery@one")
    heartbeat.sign_of_life(heartbeat.BEAT)


def age(name: str, seconds: int) -> None:
    Heartbeat.objects.filter(name=name).update(at=F("at") - timedelta(seconds=seconds))


def test_alive_needs_no_database(client: Client, django_assert_num_queries: DjangoAssertNumQueries, db: None) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/health/live")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_alive_while_the_database_is_away(client: Client) -> None:
    """Without the database fixture any query raises."""
    assert client.get("/health/live").status_code == 200


@pytest.mark.django_db
def test_ready_with_all_migrations(client: Client) -> None:
    assert client.get("/health/ready").status_code == 200


@pytest.mark.django_db
def test_not_ready_while_a_migration_lacks(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.loader import MigrationLoader

    real = MigrationLoader.build_graph

    def without_one(self: MigrationLoader) -> None:
        real(self)
        self.applied_migrations.pop(("reminders", "0001_initial"))

    monkeypatch.setattr(MigrationLoader, "build_graph", without_one)

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()["lacking"]) == (503, ["migrations"])


def test_a_clockwork_that_runs_is_well(client: Client, running: None) -> None:
    answer = client.get("/health/jobs")

    assert answer.status_code == 200, answer.json()
    assert answer.json()["problems"] == []
    assert set(answer.json()["heartbeats"]) == {"beat", "tick", "sweep", "worker:celery@one"}


@pytest.mark.parametrize(
    ("silent", "problems"),
    [
        (["beat", "tick", "sweep", "worker:celery@one"], ["beat", "tick", "sweep"]),  # beat dead: nobody gives orders
        (["tick", "sweep", "worker:celery@one"], ["tick", "sweep", "worker"]),  # the worker dead or stopped
        (["beat"], ["beat"]),
        (["tick"], ["tick"]),
        (["worker:celery@one"], ["worker"]),
    ],
)
def test_three_minutes_of_silence_are_noticed(
    client: Client, running: None, silent: list[str], problems: list[str]
) -> None:
    for name in silent:
        age(name, 180)

    answer = client.get("/health/jobs")

    assert (answer.status_code, answer.json()["problems"]) == (503, problems)


def test_one_silent_worker_of_two_is_noticed_until_it_says_farewell(client: Client, running: None) -> None:
    heartbeat.worker_is_alive("celery@two")
    age("worker:celery@two", 180)
    assert client.get("/health/jobs").json()["problems"] == ["worker"]

    heartbeat.farewell("worker:celery@two")

    assert client.get("/health/jobs").status_code == 200


def test_a_clockwork_that_never_ran_is_not_well(client: Client, db: None) -> None:
    answer = client.get("/health/jobs")

    assert answer.status_code == 503
    assert answer.json()["problems"] == ["beat", "tick", "sweep"]


def test_mail_that_should_have_left_is_noticed_and_held_mail_is_not(
    client: Client, running: None, queue: Queue
) -> None:
    queue(send_after=clock.now() - timedelta(minutes=6))
    answer = client.get("/health/jobs")
    assert (answer.status_code, answer.json()["problems"]) == (503, ["unsent"])
    assert answer.json()["oldest_unsent_seconds"] > 300

    hold_all(reason="Restauré")

    answer = client.get("/health/jobs")
    assert (answer.status_code, answer.json()["on_hold"]) == (200, True)


def test_a_poisoned_mail_raises_the_alarm_until_somebody_closes_it(client: Client, running: None, queue: Queue) -> None:
    queue()
    OutgoingMail.objects.update(state=MailState.FAILED, state_reason=REASON_UNRENDERABLE)
    assert client.get("/health/jobs").json()["problems"] == ["failed"]

    OutgoingMail.objects.update(state=MailState.CANCELLED)

    assert client.get("/health/jobs").status_code == 200


def test_a_refused_address_is_counted_and_no_alarm(client: Client, running: None, queue: Queue) -> None:
    queue()
    OutgoingMail.objects.update(state=MailState.FAILED, state_reason="The address does not exist.")

    answer = client.get("/health/jobs")

    assert (answer.status_code, answer.json()["failed"]) == (200, 1)


def test_the_state_of_the_clockwork_exists_for_watchers_and_staff_only(
    client: Client, running: None, settings: Any, manager: User, founder: User, sign_in: Any
) -> None:
    assert client.get("/health/jobs", REMOTE_ADDR=OUTSIDE).status_code == 404
    assert sign_in(founder).get("/health/jobs", REMOTE_ADDR=OUTSIDE).status_code == 404
    assert sign_in(manager).get("/health/jobs", REMOTE_ADDR=OUTSIDE).status_code == 200

    settings.HEALTH_NETWORKS = ["203.0.113.0/24"]

    assert client.get("/health/jobs", REMOTE_ADDR=OUTSIDE).status_code == 200


def test_no_forwarding_header_makes_a_watcher(client: Client, running: None) -> None:
    answer = client.get("/health/jobs", REMOTE_ADDR=OUTSIDE, HTTP_X_FORWARDED_FOR="127.0.0.1")

    assert answer.status_code == 404


def test_staff_read_in_a_sentence_what_stands_still(db: None, running: None) -> None:
    from django.core.cache import cache

    cache.delete("reminders.health_summary")
    assert health_summary() == []

    age("tick", 300)
    cache.delete("reminders.health_summary")

    assert len(health_summary()) == 1


def test_a_sign_of_life_is_written_every_few_seconds_only(db: None) -> None:
    heartbeat.sign_of_life("tick")
    first = Heartbeat.objects.get(name="tick").at

    heartbeat.sign_of_life("tick")
    assert Heartbeat.objects.get(name="tick").at == first

    age("tick", 6)
    heartbeat.sign_of_life("tick")
    assert Heartbeat.objects.get(name="tick").at > first


def test_the_nights_work_is_done_once_a_day(db: None) -> None:
    from tests.engine.fixtures import at

    with clock.standing_still(at("2026-11-23T02:59")):
        assert clockwork.nightly_pass() is not None  # of the day before, which nobody has done yet
        assert clockwork.nightly_pass() is None
    with clock.standing_still(at("2026-11-23T03:00")):
        assert clockwork.nightly_pass() is not None
        assert clockwork.nightly_pass() is None


def test_health_asks_the_database_no_more_often_with_twenty_mails(
    running: None, queue: Queue, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        queue()

    with django_assert_max_num_queries(16):
        health()
