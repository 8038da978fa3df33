"""The tick: every due reminder once, whoever asks and however often; after an outage one mail and no stale one.

Summer time (R11), two ticks at once (R5), and a database that comes from a backup (R12).
"""

from collections.abc import Callable
from datetime import UTC, date, timedelta, timezone
from typing import Any

import pytest
from django.core.management import call_command

from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.mailing.models import MailHold, OutgoingMail
from promo_portal.mailing.workflow import release_hold, send_waiting
from promo_portal.regions.models import Association
from promo_portal.reminders import calendar, clockwork, restoration
from promo_portal.reminders.models import Absence, Deadline, Heartbeat, Reminder, ReminderState
from promo_portal.reminders.tick import tick
from promo_portal.reminders.workflow import set_deadline
from tests import factories
from tests.engine.fixtures import Postbox, at

SetDate = Callable[..., Deadline]


@pytest.fixture
def set_date(founder: User, cep: Association) -> SetDate:
    def agreed(on: date = date(2026, 12, 10), who: User = founder, kind: str = "engine.date") -> Deadline:
        return set_deadline(subject=who, kind=kind, on=on, by=who, association_id=cep.pk, now=at("2026-10-01T10:00"))

    return agreed


def test_a_second_tick_finds_nothing(set_date: SetDate) -> None:
    """R5 in short."""
    set_date()

    assert tick(now=at("2026-12-03T08:00")).queued == 1
    assert tick(now=at("2026-12-03T08:00")).queued == 0
    assert OutgoingMail.objects.count() == 1


def test_a_reminder_already_in_the_outbox_is_not_queued_twice(set_date: SetDate) -> None:
    """As after a crash between two systems, or a row set back by hand."""
    set_date()
    tick(now=at("2026-12-03T08:00"))
    Reminder.objects.update(state=ReminderState.PLANNED)

    tick(now=at("2026-12-03T08:00"))

    assert OutgoingMail.objects.count() == 1


def test_after_five_days_without_power_each_date_sends_one_mail_and_no_stale_one(
    cep: Association, set_date: SetDate, postbox: Postbox, settings: Any
) -> None:
    settings.MAIL_MAX_PER_MINUTE = 0
    people = [factories.member("founder", cep) for _ in range(20)]
    for number, person in enumerate(people):
        set_date(on=date(2026, 12, 10 + number % 3), who=person)
    # The power fails on 7 December and comes back on the 12th; the week before is past already.
    tick(now=at("2026-12-04T08:00"))
    send_waiting(seconds=10)
    sent_before = len(postbox.mails)

    done = tick(now=at("2026-12-12T09:00"))
    with clock.standing_still(at("2026-12-12T09:00")):
        send_waiting(seconds=10)

    late = [mail.get_body(("plain",)).get_content().strip() for mail in postbox.mails[sent_before:]]
    assert len(late) == 20 == done.queued
    assert done.superseded > 0
    assert not [line for line in late if line.startswith("-7d")]
    latest = {"10": "+3d", "11": "0d", "12": "0d"}
    assert all(line.startswith(latest[line.split(" du ")[1][:2]]) for line in late)
    assert Reminder.objects.filter(state=ReminderState.PLANNED, due_at__lte=at("2026-12-12T09:00")).count() == 0


def test_a_step_whose_time_has_passed_is_not_sent(set_date: SetDate) -> None:
    set_date(on=date(2026, 12, 10))

    done = tick(now=at("2026-12-20T08:00"))

    assert done.queued == 0
    assert set(Reminder.objects.values_list("state", flat=True)) == {ReminderState.EXPIRED}


@pytest.mark.parametrize(
    ("sunday", "kind", "expected"),
    [
        (date(2026, 10, 25), "engine.everyday", ["0d 25.10. 08:00"]),
        (date(2027, 3, 28), "engine.everyday", ["0d 28.03. 08:00"]),
        (date(2027, 10, 31), "engine.everyday", ["0d 31.10. 08:00"]),
        (date(2026, 10, 25), "engine.date", ["0d 23.10. 08:00", "+3d 28.10. 08:00"]),
        (date(2027, 3, 28), "engine.date", ["0d 25.03. 08:00", "+3d 31.03. 08:00"]),
    ],
)
def test_a_change_of_summer_time_sends_each_step_once_at_eight(
    founder: User, cep: Association, sunday: date, kind: str, expected: list[str]
) -> None:
    """R11."""
    assert sent_around(sunday, kind, founder, cep) == expected


def sent_around(sunday: date, kind: str, founder: User, cep: Association) -> list[str]:
    """The tick walks through nine days around the change, hour by hour; what left when."""
    start = at(f"{sunday:%Y-%m-%d}T00:00").astimezone(UTC)
    set_deadline(
        subject=founder, kind=kind, on=sunday, by=founder, association_id=cep.pk, now=start - timedelta(days=5)
    )

    for hours in range(-4 * 24, 5 * 24):
        tick(now=start + timedelta(hours=hours))

    left = OutgoingMail.objects.order_by("created_at")
    return [f"{mail.params['step']} {mail.created_at.astimezone(clock.ZURICH):%d.%m. %H:%M}" for mail in left]


def test_control_reckoned_in_one_offset_the_hour_changes_with_summer_time(
    founder: User, cep: Association, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R11's control."""
    monkeypatch.setattr(calendar, "ZoneInfo", lambda name: timezone(timedelta(hours=1)))

    assert sent_around(date(2027, 3, 28), "engine.everyday", founder, cep) == ["0d 28.03. 09:00"]


def test_who_is_away_is_reminded_together_with_the_deputy(
    set_date: SetDate, founder: User, coach: User, postbox: Postbox
) -> None:
    set_date(on=date(2026, 12, 10))
    Absence.objects.create(user=founder, first_day=date(2026, 12, 1), last_day=date(2026, 12, 4), deputy=coach)

    for day in ("2026-12-03T08:00", "2026-12-03T08:05", "2026-12-09T08:00"):
        with clock.standing_still(at(day)):
            tick()
            send_waiting(seconds=5)

    assert sorted((mail["To"], mail["Subject"]) for mail in postbox.mails) == sorted(
        [(founder.email, "Échéance -7d"), (coach.email, "Échéance -7d"), (founder.email, "Échéance -1d")]
    )


def test_held_reminders_wait_for_a_person_or_for_their_day(set_date: SetDate) -> None:
    set_date(on=date(2026, 12, 10))
    Reminder.objects.filter(step="-7d").update(
        state=ReminderState.HELD, held_reason="Texte à relire", held_until=at("2026-12-04T12:00")
    )

    assert tick(now=at("2026-12-03T08:00")).queued == 0
    assert tick(now=at("2026-12-04T12:00")).queued == 1


@pytest.fixture
def from_a_backup(set_date: SetDate) -> None:
    """Yesterday's backup: a pass was made on the database that it is of, and this morning's reminder stands as planned."""
    set_date(on=date(2026, 12, 10))
    clockwork.outbox_pass()
    Heartbeat.objects.filter(name=restoration.NAME).update(detail={"is": "the database that was lost"})


def pass_at_three() -> None:
    with clock.standing_still(at("2026-12-03T15:00")):
        tick()
        clockwork.outbox_pass()
        send_waiting(seconds=5)


def test_after_a_restore_mail_waits_until_a_person_lets_it_go(
    from_a_backup: None, postbox: Postbox, manager: User
) -> None:
    """R12. The long form restores a real dump."""
    pass_at_three()
    pass_at_three()
    assert postbox.mails == []

    release_hold(hold=MailHold.objects.get(), by=manager)
    pass_at_three()

    assert len(postbox.mails) == 1


def test_control_the_same_restore_without_the_hold_sends_again(
    from_a_backup: None, postbox: Postbox, settings: Any
) -> None:
    """R12's control: the test above would pass with an engine that had nothing to send."""
    settings.MAIL_ON_HOLD_AFTER_RESTORE = False

    pass_at_three()

    assert len(postbox.mails) == 1


def test_the_same_database_holds_nothing_back(set_date: SetDate, postbox: Postbox) -> None:
    set_date(on=date(2026, 12, 10))

    pass_at_three()
    pass_at_three()

    assert len(postbox.mails) == 1
    assert not MailHold.objects.exists()


def test_one_command_does_everything_without_a_worker(
    set_date: SetDate, postbox: Postbox, capsys: pytest.CaptureFixture[str]
) -> None:
    set_date(on=date(2026, 12, 10))

    call_command("tick", "--now", "2026-12-03T08:00")
    call_command("tick", "--now", "2026-12-03")

    assert postbox.subjects == ["Échéance -7d"]
    assert '"queued": 1' in capsys.readouterr().out
    assert set(Heartbeat.objects.values_list("name", flat=True)) >= {"tick", "sweep"}


def test_no_minute_of_a_flood_sees_more_than_the_limit(
    cep: Association, set_date: SetDate, postbox: Postbox, settings: Any
) -> None:
    settings.MAIL_MAX_PER_MINUTE = 10
    for _ in range(15):
        set_date(who=factories.member("founder", cep))

    with clock.standing_still(at("2026-12-10T09:00")):
        tick()
        send_waiting(seconds=10)

    assert len(postbox.mails) == 9


def test_the_workers_know_every_task_that_the_beat_orders() -> None:
    from promo_portal.celery import app

    app.loader.import_default_modules()

    assert {order["task"] for order in app.conf.beat_schedule.values()} - set(app.tasks) == set()
