"""Dates: set, moved and ended, each with its reminders in the same transaction (R9: what moved or ended sends nothing)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from promo_portal.accounts.models import Membership, User
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.mailing.workflow import send_waiting
from promo_portal.regions.models import Association
from promo_portal.reminders.history import reminders_of
from promo_portal.reminders.leaving import REASON_DONE, REASON_MOVED, REASON_NO_PART
from promo_portal.reminders.models import Deadline, DeadlineState, Holiday, Reminder, ReminderState
from promo_portal.reminders.reconciliation import reconcile
from promo_portal.reminders.tick import tick
from promo_portal.reminders.workflow import (
    DeadlineEnded,
    DeadlineExists,
    cancel_deadline,
    close_deadline,
    close_deadlines,
    move_deadline,
    open_deadline,
    replan,
    set_deadline,
)
from tests.engine.fixtures import Postbox, at

SetDate = Callable[..., Deadline]


@pytest.fixture
def set_date(founder: User, cep: Association) -> SetDate:
    """Agree with the founder on a date, on Monday 23 November 2026 at ten."""

    def agreed(on: date = date(2026, 12, 10), kind: str = "engine.date", **options: Any) -> Deadline:
        return set_deadline(
            subject=founder, kind=kind, on=on, by=founder, association_id=cep.pk, now=at("2026-11-23T10:00"), **options
        )

    return agreed


def planned(deadline: Deadline, **filters: Any) -> list[tuple[str, str]]:
    rows = Reminder.objects.filter(deadline=deadline, **filters).order_by("due_at")
    return [(row.step, f"{row.due_at.astimezone(clock.ZURICH):%d.%m. %H:%M}") for row in rows]


def test_a_date_plans_its_reminders_at_once(set_date: SetDate) -> None:
    deadline = set_date(on=date(2026, 12, 10))

    assert planned(deadline) == [
        ("-7d", "03.12. 08:00"),
        ("-1d", "09.12. 08:00"),
        ("0d", "10.12. 08:00"),
        ("+3d", "11.12. 08:00"),
    ]


def test_steps_that_lie_behind_are_not_planned(set_date: SetDate) -> None:
    deadline = set_date(on=date(2026, 11, 26))

    assert [step for step, _ in planned(deadline)] == ["-1d", "0d", "+3d"]


def test_two_steps_on_the_same_morning_are_one(set_date: SetDate) -> None:
    """Sunday 13 December and the day before both move to Friday; three days later is a Wednesday."""
    deadline = set_date(on=date(2026, 12, 13))

    assert planned(deadline) == [("-7d", "04.12. 08:00"), ("0d", "11.12. 08:00"), ("+3d", "16.12. 08:00")]


def test_each_step_lasts_until_the_next_and_the_last_for_three_days(set_date: SetDate) -> None:
    deadline = set_date(on=date(2026, 12, 10))

    rows = list(Reminder.objects.filter(deadline=deadline).order_by("due_at"))
    assert [row.expires_at for row in rows[:-1]] == [row.due_at for row in rows[1:]]
    assert rows[-1].expires_at == at("2026-12-14T08:00")


def test_a_rolled_back_date_leaves_nothing(set_date: SetDate) -> None:
    @transaction.atomic
    def view() -> None:
        set_date()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        view()

    assert (Deadline.objects.count(), Reminder.objects.count()) == (0, 0)


def test_a_record_has_one_open_date_of_a_kind(set_date: SetDate) -> None:
    deadline = set_date()
    with pytest.raises(DeadlineExists):
        set_date(on=date(2027, 1, 5))

    close_deadline(deadline=deadline, by="test")

    assert set_date(on=date(2027, 1, 5)).local_date == date(2027, 1, 5)


def test_a_moved_date_withdraws_the_old_reminders_and_plans_new_ones(set_date: SetDate, founder: User) -> None:
    deadline = set_date(on=date(2026, 12, 10))

    moved = move_deadline(
        deadline=deadline, on=date(2026, 12, 17), by=founder, reason="Vacances", now=at("2026-11-24T10:00")
    )

    assert moved.version == 2
    assert {row.state for row in Reminder.objects.filter(deadline_version=1)} == {ReminderState.CANCELLED}
    assert planned(deadline, deadline_version=2) == [
        ("-7d", "10.12. 08:00"),
        ("-1d", "16.12. 08:00"),
        ("0d", "17.12. 08:00"),
        ("+3d", "18.12. 08:00"),
    ]


def test_moving_to_the_same_day_changes_nothing(set_date: SetDate, founder: User) -> None:
    deadline = set_date(on=date(2026, 12, 10))

    assert move_deadline(deadline=deadline, on=date(2026, 12, 10), by=founder).version == 1


def test_a_settled_date_cannot_be_moved(set_date: SetDate, founder: User) -> None:
    deadline = close_deadline(deadline=set_date(), by=founder)

    with pytest.raises(DeadlineEnded):
        move_deadline(deadline=deadline, on=date(2027, 1, 5), by=founder)


def test_setting_moving_and_closing_stand_in_the_history(set_date: SetDate, founder: User, in_cep: None) -> None:
    deadline = set_date(on=date(2026, 12, 10))
    move_deadline(deadline=deadline, on=date(2026, 12, 17), by=founder, reason="Vacances")
    close_deadline(deadline=deadline, by=founder)

    lines = Transition.objects.filter(subject_kind="reminders.deadline", subject_id=deadline.pk).order_by("pk")
    assert [line.action for line in lines] == ["set", "move", "close"]
    assert lines[1].reason == "2026-12-10 → 2026-12-17 Vacances"


def test_ending_twice_changes_nothing(set_date: SetDate, founder: User, in_cep: None) -> None:
    deadline = set_date()
    close_deadline(deadline=deadline, by=founder)
    cancel_deadline(deadline=deadline, by=founder)

    assert Deadline.objects.get().state == DeadlineState.DONE
    assert Transition.objects.filter(action="cancel").count() == 0


def test_the_reminder_arrives_at_its_hour_and_once(set_date: SetDate, postbox: Postbox) -> None:
    set_date(on=date(2026, 12, 10))

    for hour in ("2026-12-03T07:59", "2026-12-03T08:00", "2026-12-03T08:01", "2026-12-03T20:00"):
        with clock.standing_still(at(hour)):
            tick()
            send_waiting(seconds=5)

    assert postbox.subjects == ["Échéance -7d"]


def test_a_date_moved_after_queueing_sends_only_the_new_step(
    set_date: SetDate, postbox: Postbox, founder: User
) -> None:
    deadline = set_date(on=date(2026, 12, 10))
    with clock.standing_still(at("2026-12-03T08:00")):
        tick()
        move_deadline(deadline=deadline, on=date(2026, 12, 11), by=founder)
        send_waiting(seconds=5)
        assert postbox.mails == []
        assert OutgoingMail.objects.get().state_reason == REASON_MOVED
    with clock.standing_still(at("2026-12-10T08:00")):
        tick()
        send_waiting(seconds=5)

    assert [mail.get_body(("plain",)).get_content().strip() for mail in postbox.mails] == ["-1d du 11.12.2026"]


def test_a_closed_matter_sends_nothing(set_date: SetDate, postbox: Postbox, founder: User) -> None:
    deadline = set_date(on=date(2026, 12, 10))
    with clock.standing_still(at("2026-12-03T08:00")):
        tick()
        close_deadline(deadline=deadline, by=founder)
        tick()
        send_waiting(seconds=5)

    assert postbox.mails == []
    assert OutgoingMail.objects.get().state == MailState.CANCELLED


def test_a_record_that_is_no_longer_waiting_sends_nothing(set_date: SetDate, postbox: Postbox, founder: User) -> None:
    set_date(on=date(2026, 12, 31), kind="engine.monthly")
    with clock.standing_still(at("2026-11-30T08:00")):
        tick()
        User.objects.filter(pk=founder.pk).update(phone="réglé")
        send_waiting(seconds=5)

    assert postbox.mails == []
    assert OutgoingMail.objects.get().state_reason == REASON_DONE


def test_somebody_who_went_to_another_association_gets_nothing(
    set_date: SetDate, postbox: Postbox, founder: User, seeland: Association
) -> None:
    set_date(on=date(2026, 12, 10))
    with clock.standing_still(at("2026-12-03T08:00")):
        tick()
        Membership.objects.filter(user=founder).update(association=seeland)
        send_waiting(seconds=5)

    assert postbox.mails == []
    assert OutgoingMail.objects.get().state_reason == REASON_NO_PART


def test_new_people_get_the_reminders_and_old_ones_lose_them(set_date: SetDate, coach: User, monkeypatch: Any) -> None:
    from promo_portal.reminders.kinds import deadline_kind

    deadline = set_date(on=date(2026, 12, 10))
    object.__setattr__(kind := deadline_kind("engine.date"), "recipients", lambda _deadline, _step: [coach])
    try:
        replan(deadline=deadline)
    finally:
        from tests.engine.kinds import the_person

        object.__setattr__(kind, "recipients", the_person)

    assert {row.user_id for row in Reminder.objects.filter(state=ReminderState.PLANNED)} == {coach.pk}
    assert Reminder.objects.filter(state=ReminderState.CANCELLED).count() == 4
    replan(deadline=deadline)
    assert {row.user_id for row in Reminder.objects.filter(state=ReminderState.PLANNED)} == {deadline.subject_id}


def test_all_dates_of_a_record_end_with_it(set_date: SetDate, founder: User) -> None:
    set_date()
    set_date(kind="engine.monthly")

    assert close_deadlines(subject=founder, by=founder) == 2
    assert open_deadline(founder, "engine.date") is None


def test_a_record_tells_what_became_of_its_reminders(set_date: SetDate, founder: User, postbox: Postbox) -> None:
    set_date(on=date(2026, 12, 10))
    with clock.standing_still(at("2026-12-03T08:00")):
        tick()
        send_waiting(seconds=5)

    rows = reminders_of(founder)
    assert [(row.step, row.state, row.mail and row.mail.state) for row in rows][-1] == ("-7d", "queued", "sent")


def test_the_night_finds_everything_in_order(set_date: SetDate) -> None:
    set_date()
    set_date(kind="engine.monthly", on=date(2026, 12, 31))

    found = reconcile(now=at("2026-11-24T03:00"))

    assert (found.deadlines, found.inserted, found.moved) == (2, 0, 0)


def test_the_night_inserts_and_reports_what_lacks(set_date: SetDate) -> None:
    deadline = set_date(on=date(2026, 12, 10))
    Reminder.objects.filter(step="-1d").delete()

    found = reconcile(now=at("2026-11-24T03:00"))

    assert found.inserted == 1
    assert len(planned(deadline)) == 4
    assert reconcile(now=at("2026-11-24T03:00")).inserted == 0


def test_the_night_follows_a_new_closing_day(set_date: SetDate, cep: Association) -> None:
    deadline = set_date(on=date(2026, 12, 10))
    Holiday.objects.create(day=date(2026, 12, 9), name="Fermeture", association=cep)

    found = reconcile(now=at("2026-11-24T03:00"))

    assert found.moved > 0
    assert ("-1d", "08.12. 08:00") in planned(deadline)
