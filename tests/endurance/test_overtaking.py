"""Dates are moved while their reminders leave: by the clock of the machine, no old step arrives after its change (R9)."""

import random
import time

import pytest
from django.db import transaction

from promo_portal.mail_sink import stored_messages
from promo_portal.mailing.models import OutgoingMail
from promo_portal.reminders.models import Deadline
from promo_portal.reminders.workflow import move_deadline
from tests.engine.rig import Rig

pytestmark = pytest.mark.endurance
DATES = 300


def move_all_while_sending(rig: Rig, **sabotage: str) -> tuple[int, int]:
    """Move every date while two senders work; how many old steps arrived, and how many of them after their change."""
    from datetime import timedelta

    rig.due_reminders(DATES)
    rig.postbox.behave("ok", delay=0.1)
    rig.beat()
    rig.worker(children=6, MAIL_SENDERS="6", **sabotage)
    rig.wait(rig.sent, seconds=30, what="the first mail")
    committed: dict[int, int] = {}
    dates = list(Deadline.objects.all())
    random.shuffle(dates)
    for deadline in dates:
        with transaction.atomic():
            move_deadline(deadline=deadline, on=deadline.local_date + timedelta(days=60), by="test")
            committed[deadline.pk] = time.time_ns()  # the commit follows
    rig.wait(lambda: set(rig.states()) <= {"sent", "cancelled"}, seconds=60, what="an end")
    deadline_of = {f"<{mail.pk}@": mail.params["deadline"] for mail in OutgoingMail.objects.all()}
    arrivals = [(path, path.read_bytes()) for path in stored_messages(rig.postbox.sink.folder)]
    late = 0
    for path, raw in arrivals:
        number = next(number for mark, number in deadline_of.items() if mark.encode() in raw)
        late += int(path.name.split("-")[0]) > committed[number]
    return len(arrivals), late


def test_no_old_step_arrives_after_its_date_was_moved(rig: Rig) -> None:
    arrived, late = move_all_while_sending(rig)

    print(f"\nR9: {DATES} dates moved while sending, {arrived} old steps had left before, {late} after")
    assert 0 < arrived < DATES
    assert late == 0


def test_without_lock_and_second_look_old_steps_arrive_late(rig: Rig) -> None:
    """R9's control."""
    arrived, late = move_all_while_sending(rig, SABOTAGE="sending-lock recheck")

    print(f"\nR9 without its guards: {late} of {arrived} after the change")
    assert late > 0
