"""Health: alive without a database, ready with one, and a clockwork whose silence is noticed (O4, short form of R6)."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.mailing.policy import REASON_UNRENDERABLE
from promo_portal.mailing.workflow import hold_all, send_waiting
from promo_portal.reminders import clockwork, heartbeat
from promo_portal.reminders import health as health_module
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


@pytest.mark.django_db(transaction=True)
def test_without_the_database_the_process_lives_and_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O4: each page is false at once when its part is broken, and true again with it."""
    pages = ("/health/live", "/health/ready")
    assert [client.get(page).status_code for page in pages] == [200, 200]

    connection.close()
    with monkeypatch.context() as broken:
        broken.setitem(connection.settings_dict, "HOST", "/nonexistent")
        answers = [client.get(page) for page in (*pages, "/health/jobs")]
        connection.close()

    assert [answer.status_code for answer in answers] == [200, 503, 503]
    assert (answers[1].json()["lacking"], answers[2].json()["problems"]) == (["database"], ["database"])
    assert client.get("/health/ready").status_code == 200


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


def test_control_without_looking_at_the_age_of_signs_a_dead_clockwork_passes_for_well(
    client: Client, running: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R6's and O4's control: that there once was a sign says nothing."""
    for name in ("beat", "tick", "sweep", "worker:celery@one"):
        age(name, 180)
    monkeypatch.setattr(health_module, "PATIENCE", dict.fromkeys(health_module.PATIENCE, float("inf")))
    monkeypatch.setattr(health_module, "WORKER_PATIENCE", float("inf"))

    assert client.get("/health/jobs").status_code == 200


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
    queue(send_after=clock.now() - timedelta(minutes=3))
    answer = client.get("/health/jobs")
    assert (answer.status_code, answer.json()["problems"]) == (503, ["unsent"])
    assert answer.json()["oldest_unsent_seconds"] >= 180

    hold_all(reason="Restauré")

    answer = client.get("/health/jobs")
    assert (answer.status_code, answer.json()["on_hold"]) == (200, True)


@pytest.mark.parametrize("kind", ["engine.letter", "engine.bulletin"])
def test_a_mail_server_that_nobody_reaches_is_noticed_also_while_the_next_try_waits(
    client: Client, running: None, queue: Queue, settings: Any, kind: str
) -> None:
    """O4: such a mail costs no attempt and is never given up, so nothing else would tell."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    queue(kind, send_after=clock.now() - timedelta(minutes=3))

    send_waiting(seconds=5)

    assert OutgoingMail.objects.get().state == MailState.RETRY
    assert client.get("/health/jobs").json()["problems"] == ["unsent"]


def test_a_mail_server_that_says_later_and_a_long_row_of_bulletins_are_no_alarm(
    client: Client, running: None, queue: Queue
) -> None:
    long_ago = clock.now() - timedelta(minutes=20)
    queue("engine.bulletin", send_after=long_ago)
    queue(send_after=long_ago)
    OutgoingMail.objects.filter(kind="engine.letter").update(
        state=MailState.RETRY, attempts=1, next_try_at=clock.now() + timedelta(minutes=5)
    )

    assert client.get("/health/jobs").status_code == 200


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
    assert health_summary() == []

    age("tick", 300)

    assert len(health_summary()) == 1


def test_the_summary_is_looked_up_once_for_many_pages(
    db: None,
    running: None,
    settings: Any,
    fresh_cache: Callable[[], None],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.HEALTH_SUMMARY_SECONDS = 15
    with django_assert_num_queries(5):  # the clock, the signs of life, the holds, the mails, the reminders
        assert health_summary() == []
    with django_assert_num_queries(0):
        assert health_summary() == []


def test_while_the_clockwork_runs_no_page_looks_itself(
    db: None,
    running: None,
    settings: Any,
    fresh_cache: Callable[[], None],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.HEALTH_SUMMARY_SECONDS = 15
    clockwork.outbox_pass(worker="celery@one")
    with django_assert_num_queries(0):
        assert health_summary() == []

    age("tick", 300)
    fresh_cache()
    clockwork.outbox_pass(worker="celery@one")
    with django_assert_num_queries(0):
        assert len(health_summary()) == 1


def test_just_after_the_start_nothing_stands_still_yet(db: None, settings: Any) -> None:
    settings.STARTED_AT = time.time() - 60
    assert health_summary() == []

    settings.STARTED_AT = time.time() - 200
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
