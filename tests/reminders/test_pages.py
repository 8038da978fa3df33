"""Outgoing mail of the next days: read, held, released, tried on oneself; dates, absences and closing days."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from promo_portal.accounts.models import User
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.mailing.models import MailHold, OutgoingMail
from promo_portal.mailing.workflow import hold_all, send_waiting
from promo_portal.regions.models import Association
from promo_portal.reminders.models import Absence, Deadline, Holiday, Reminder, ReminderState
from promo_portal.reminders.tick import tick
from promo_portal.reminders.workflow import set_deadline
from tests import factories
from tests.engine.fixtures import Postbox, at

SignIn = Callable[[User], Client]
PLANNED = "/admin/reminders/reminder/planned/"
KEY = "2026-12-03|engine.date|-7d"


@pytest.fixture(autouse=True)
def monday() -> Any:
    """It is Monday 23 November 2026, ten o'clock."""
    with clock.standing_still(at("2026-11-23T10:00")):
        yield


@pytest.fixture
def dates(cep: Association, seeland: Association) -> list[Deadline]:
    """Two founders of ours and one of theirs have a date on 10 December."""
    people = [factories.member("founder", association) for association in (cep, cep, seeland)]
    return [
        set_deadline(
            subject=person, kind="engine.date", on=date(2026, 12, 10), by=person,
            association_id=person.memberships.get().association_id,
        )
        for person in people
    ]  # fmt: skip


def test_the_next_fortnight_by_day_with_the_number_of_recipients(
    dates: list[Deadline], manager: User, sign_in: SignIn
) -> None:
    text = sign_in(manager).get(PLANNED).content.decode()

    assert "Jeudi 3\u00a0décembre" in text
    assert "2 destinataires" in text
    assert "7 jours avant" in text
    assert "3 destinataires" not in text
    assert "Jeudi 10\u00a0décembre" not in text


def test_a_sending_is_held_with_a_reason_and_released(
    dates: list[Deadline], manager: User, sign_in: SignIn, in_cep: None
) -> None:
    client = sign_in(manager)

    answer = client.post(
        PLANNED, {"action": "hold", "key": KEY, "reason": "Texte à relire", "until": "04.12.2026"}, follow=True
    )

    assert "2 e-mails sont retenus." in answer.content.decode()
    assert "Texte à relire" in answer.content.decode()
    held = Reminder.objects.filter(state=ReminderState.HELD)
    assert [row.deadline.association_id for row in held] == [dates[0].association_id] * 2
    assert held[0].held_until == at("2026-12-04T00:00")
    assert Transition.objects.filter(action="reminder_hold", reason="Texte à relire").count() == 2
    assert tick(now=at("2026-12-03T08:00")).queued == 1  # the other association's leaves

    client.post(PLANNED, {"action": "release", "key": KEY})
    assert tick(now=at("2026-12-03T08:00")).queued == 2


def test_holding_asks_for_a_reason(dates: list[Deadline], manager: User, sign_in: SignIn) -> None:
    answer = sign_in(manager).post(PLANNED, {"action": "hold", "key": KEY, "reason": " "})

    assert answer.status_code == 422
    assert not Reminder.objects.filter(state=ReminderState.HELD).exists()


@pytest.mark.parametrize(
    "key", ["", "x|y|z", "2026-12-03|engine.date", "2026-99-99|engine.date|-7d", "2026-12-03|engine.date|-7d' --"]
)
def test_a_key_that_means_nothing_holds_nothing(
    dates: list[Deadline], manager: User, sign_in: SignIn, key: str
) -> None:
    answer = sign_in(manager).post(PLANNED, {"action": "hold", "key": key, "reason": "x"}, follow=True)

    assert answer.status_code == 200
    assert not Reminder.objects.filter(state=ReminderState.HELD).exists()


def test_a_coach_may_look_and_not_hold(dates: list[Deadline], coach: User, sign_in: SignIn) -> None:
    client = sign_in(coach)

    assert client.get(PLANNED).status_code == 200
    assert client.post(PLANNED, {"action": "hold", "key": KEY, "reason": "x"}).status_code == 404


def test_the_manager_reads_a_sample_and_gets_it_by_mail(
    dates: list[Deadline], manager: User, sign_in: SignIn, postbox: Postbox
) -> None:
    client = sign_in(manager)
    sample = Reminder.objects.get(deadline=dates[0], step="-7d")

    page = client.get(f"{PLANNED}{sample.pk}/")
    assert "Échéance -7d" in page.content.decode()
    client.post(f"{PLANNED}{sample.pk}/")
    send_waiting(seconds=5)

    assert [(mail["To"], mail["Subject"]) for mail in postbox.mails] == [(manager.email, "[Exemple] Échéance -7d")]
    assert Reminder.objects.get(pk=sample.pk).state == ReminderState.PLANNED


def test_no_sample_of_what_one_may_not_open(
    dates: list[Deadline], manager: User, officer: User, foreign_manager: User, sign_in: SignIn
) -> None:
    ours = Reminder.objects.get(deadline=dates[0], step="-7d")
    theirs = Reminder.objects.get(deadline=dates[2], step="-7d")

    assert sign_in(manager).get(f"{PLANNED}{theirs.pk}/").status_code == 404
    assert sign_in(officer).get(f"{PLANNED}{ours.pk}/").status_code == 404
    assert sign_in(foreign_manager).get(f"{PLANNED}{ours.pk}/").status_code == 404
    assert sign_in(manager).get(f"{PLANNED}999999/").status_code == 404


def test_a_hold_on_everything_is_shown_and_ended_by_the_administrator(
    dates: list[Deadline], manager: User, administrator: User, sign_in: SignIn
) -> None:
    hold = hold_all(reason="Restauré depuis la sauvegarde du 22.11.2026")
    assert "Restauré depuis la sauvegarde" in sign_in(manager).get(PLANNED).content.decode()
    assert sign_in(manager).post(PLANNED, {"action": "release-all", "hold": hold.pk}).status_code == 404

    sign_in(administrator).post(PLANNED, {"action": "release-all", "hold": hold.pk})

    assert not MailHold.objects.in_force(clock.now()).exists()


def test_an_empty_fortnight_says_so(manager: User, sign_in: SignIn) -> None:
    assert "Rien n’est prévu" in sign_in(manager).get(PLANNED).content.decode()


def test_the_page_asks_no_more_often_with_twenty_dates(manager: User, cep: Association, sign_in: SignIn) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = sign_in(manager), []
    for rows in (1, 19):
        for _ in range(rows):
            person = factories.member("founder", cep)
            set_deadline(subject=person, kind="engine.date", on=date(2026, 12, 10), by=person, association_id=cep.pk)
        client.get(PLANNED)
        with CaptureQueriesContext(connection) as asked:
            client.get(PLANNED)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_dates_and_reminders_are_there_to_look_at(dates: list[Deadline], manager: User, sign_in: SignIn) -> None:
    client = sign_in(manager)
    reminder = Reminder.objects.filter(deadline=dates[0]).order_by("pk")[0]

    for url in (
        "/admin/reminders/deadline/",
        f"/admin/reminders/deadline/{dates[0].pk}/change/",
        "/admin/reminders/reminder/",
        f"/admin/reminders/reminder/{reminder.pk}/change/",
    ):
        assert client.get(url).status_code == 200, url
    assert client.get(f"/admin/reminders/deadline/{dates[2].pk}/change/").status_code == 404
    assert client.get("/admin/reminders/deadline/add/").status_code == 404


def test_a_manager_notes_an_absence_and_a_closing_day(
    manager: User, coach: User, cep: Association, sign_in: SignIn
) -> None:
    client = sign_in(manager)

    client.post(
        "/admin/reminders/absence/add/",
        {"user": coach.pk, "first_day": "01.12.2026", "last_day": "04.12.2026", "deputy": manager.pk, "note": ""},
    )
    client.post("/admin/reminders/holiday/add/", {"day": "24.12.2026", "name": "Pont de Noël"})

    assert Absence.objects.get().deputy == manager
    assert (Holiday.objects.get().day, Holiday.objects.get().association) == (date(2026, 12, 24), cep)


def test_health_of_the_clockwork_is_for_managers_and_administrators(
    manager: User, administrator: User, coach: User, sign_in: SignIn
) -> None:
    assert sign_in(manager).get("/admin/reminders/heartbeat/").status_code == 200
    assert sign_in(administrator).get("/admin/reminders/heartbeat/").status_code == 200
    assert sign_in(coach).get("/admin/reminders/heartbeat/").status_code == 404


def test_nothing_of_this_puts_a_row_into_the_outbox(dates: list[Deadline], manager: User, sign_in: SignIn) -> None:
    client = sign_in(manager)
    client.get(PLANNED)
    client.get(f"{PLANNED}{Reminder.objects.filter(deadline=dates[0]).order_by('pk')[0].pk}/")

    assert OutgoingMail.objects.count() == 0
