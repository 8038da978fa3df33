"""A date moved or closed while its reminder is on the way: the old step never leaves after the change (R9)."""

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from promo_portal.accounts.models import Membership, User
from promo_portal.core import clock
from promo_portal.mailing import locks
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.mailing.workflow import send_waiting, sending
from promo_portal.regions.models import Association
from promo_portal.reminders.models import Deadline
from promo_portal.reminders.tick import tick
from promo_portal.reminders.workflow import close_deadline, move_deadline, set_deadline
from tests.engine.fixtures import Postbox, at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def due(founder: User, cep: Association) -> Deadline:
    """A date whose reminder of a week before is in the outbox."""
    with clock.standing_still(at("2026-11-23T10:00")):
        deadline = set_deadline(
            subject=founder, kind="engine.date", on=date(2026, 12, 10), by=founder, association_id=cep.pk
        )
    tick(now=at("2026-12-03T08:00"))
    OutgoingMail.objects.update(send_after=clock.now(), expires_at=None)
    return deadline


def change_after_claim(monkeypatch: pytest.MonkeyPatch, change: Callable[[], Any]) -> None:
    """Let something be committed between the claim of a mail and its sending."""
    real = sending.claim

    def claim_then_change(**options: Any) -> OutgoingMail | None:
        claimed = real(**options)
        if claimed:
            change()
        return claimed

    monkeypatch.setattr(sending, "claim", claim_then_change)


def test_a_date_moved_between_claim_and_sending_sends_nothing_old(
    due: Deadline, founder: User, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_after_claim(monkeypatch, lambda: move_deadline(deadline=due, on=date(2026, 12, 17), by=founder))

    send_waiting(seconds=5)

    assert postbox.mails == []
    assert OutgoingMail.objects.get().state == MailState.CANCELLED


def test_a_matter_closed_between_claim_and_sending_sends_nothing(
    due: Deadline, founder: User, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_after_claim(monkeypatch, lambda: close_deadline(deadline=due, by=founder))

    send_waiting(seconds=5)

    assert postbox.mails == []


def test_somebody_who_goes_to_another_association_between_claim_and_sending_gets_nothing(
    due: Deadline, founder: User, seeland: Association, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R9 and A5."""
    change_after_claim(monkeypatch, lambda: Membership.objects.filter(user=founder).update(association=seeland))

    send_waiting(seconds=5)

    assert postbox.mails == []
    assert OutgoingMail.objects.get().state == MailState.CANCELLED


CHANGES: dict[str, Callable[[Deadline, User, Association], Any]] = {
    "moved": lambda due, founder, there: move_deadline(deadline=due, on=date(2026, 12, 17), by=founder),
    "closed": lambda due, founder, there: close_deadline(deadline=due, by=founder),
    "left": lambda due, founder, there: Membership.objects.filter(user=founder).update(association=there),
}


@pytest.mark.parametrize("change", CHANGES)
def test_without_looking_again_the_old_step_is_sent(
    change: str,
    due: Deadline,
    founder: User,
    seeland: Association,
    postbox: Postbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R9's control, and A5's for queued mail: the three tests above with the second look switched off."""
    change_after_claim(monkeypatch, lambda: CHANGES[change](due, founder, seeland))
    monkeypatch.setattr(sending, "_stopped", lambda _mail, _kind: None)

    send_waiting(seconds=5)

    assert len(postbox.mails) == 1


def test_a_change_waits_for_the_mail_that_is_already_at_the_mail_server(
    due: Deadline, founder: User, postbox: Postbox
) -> None:
    postbox.behave("ok", delay=1.0)
    sender = threading.Thread(target=_send_in_a_session_of_its_own)
    sender.start()
    _wait_until_sending()

    began = time.monotonic()
    move_deadline(deadline=due, on=date(2026, 12, 17), by=founder)
    waited = time.monotonic() - began
    arrived = len(postbox.mails)
    sender.join()

    assert arrived == 1
    assert 0.2 < waited < locks.PATIENCE_MILLISECONDS / 1000
    assert OutgoingMail.objects.get().state == MailState.SENT


def test_a_mail_server_that_hangs_does_not_stop_people_from_working(
    due: Deadline, founder: User, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "PATIENCE_MILLISECONDS", 500)
    postbox.behave("hang", times=1, keep=False)
    sender = threading.Thread(target=_send_in_a_session_of_its_own)
    sender.start()
    _wait_until_sending()

    began = time.monotonic()
    moved = move_deadline(deadline=due, on=date(2026, 12, 17), by=founder)
    waited = time.monotonic() - began
    postbox.sink.stop()
    postbox.sink.start()
    sender.join()

    assert moved.version == 2
    assert waited < 2


def _send_in_a_session_of_its_own() -> None:
    try:
        send_waiting(seconds=5, most=1)
    finally:
        connection.close()


def _wait_until_sending() -> None:
    """Until the mail is claimed and its sender holds the lock."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted"
            )
            if cursor.fetchone()[0]:
                time.sleep(0.2)
                return
        time.sleep(0.02)
    msg = "no mail was claimed"
    raise AssertionError(msg)
