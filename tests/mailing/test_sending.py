"""Sending: once, with the same name for every copy, and an honest state whatever the mail server does (R7, R8)."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from django.test import Client
from django.utils.translation import gettext, override

from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.mailing import policy, transport
from promo_portal.mailing.models import AddressSuppression, MailState, OutgoingMail
from promo_portal.mailing.suppression import REASON_SUPPRESSED, suppress
from promo_portal.mailing.transport import time_limit
from promo_portal.mailing.workflow import finishing, send_waiting, sending, sweep
from promo_portal.mailing.workflow.claiming import claim
from promo_portal.mailing.workflow.finishing import finish
from tests.engine.fixtures import Postbox, at

Queue = Callable[..., OutgoingMail]


def fresh(mail: OutgoingMail) -> OutgoingMail:
    return OutgoingMail.objects.get(pk=mail.pk)


def test_a_mail_arrives_with_both_parts_and_a_name_of_its_own(queue: Queue, postbox: Postbox, founder: User) -> None:
    mail = queue(to_user=founder, params={"number": 7, "sender": "Nadine Rais, CEP", "reply_to": "rais@cep.example"})

    send_waiting(seconds=5)

    arrived = postbox.mails[0]
    assert arrived["Message-ID"] == f"<{mail.pk}@portail.example>"
    assert arrived["To"] == founder.email
    assert arrived["From"] == '"Nadine Rais, CEP" <portail@portail.example>'
    assert arrived["Reply-To"] == "rais@cep.example"
    assert arrived.get_body(("plain",)).get_content().strip() == f"Lettre 7 à {founder}"
    assert arrived.get_body(("html",)).get_content().strip() == "<p>Lettre 7</p>"
    assert (fresh(mail).state, fresh(mail).subject, fresh(mail).attempts) == (
        MailState.SENT,
        "Votre demande est arrivée",
        1,
    )


def test_a_kind_with_a_way_out_says_so_in_its_head(queue: Queue, postbox: Postbox) -> None:
    queue("engine.bulletin", params={"unsubscribe": "https://portail.example/fr/bulletin/x/"})

    send_waiting(seconds=5)

    arrived = postbox.mails[0]
    assert arrived["List-Unsubscribe"] == "<https://portail.example/fr/bulletin/x/>"
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "bad", ["\r\nBcc: all@exemple.example", "\nBcc: all@exemple.example", "\r\n\r\nHello", "\u2028X: y", "\x0b\x7f"]
)
def test_no_text_can_write_a_header(queue: Queue, postbox: Postbox, bad: str) -> None:
    queue(params={"subject": f"Atelier{bad}", "sender": f"Léa{bad}", "reply_to": f"lea@exemple.example{bad}",
                  "unsubscribe": f"https://x.example/{bad}"})  # fmt: skip

    send_waiting(seconds=5)

    [arrived] = postbox.mails
    assert arrived["X-Envelope-To"] == "lea@exemple.example"
    assert arrived["Bcc"] is None
    assert str(arrived["Subject"]).startswith("Atelier")
    assert "Hello" not in arrived.get_body(("plain",)).get_content()


def test_a_line_that_begins_with_a_dot_survives(queue: Queue, postbox: Postbox, monkeypatch: Any) -> None:
    queue("engine.code", params={"code": ".\n..\nfin"})

    send_waiting(seconds=5)

    assert postbox.mails[0].get_content().splitlines() == [".", "..", "fin"]


def test_a_sent_code_is_forgotten(queue: Queue, postbox: Postbox) -> None:
    mail = queue("engine.code", params={"code": "482913", "purpose": 1})

    send_waiting(seconds=5)

    assert fresh(mail).params == {"purpose": 1}
    assert fresh(mail).subject == ""


def test_a_code_goes_before_everything_that_waits(queue: Queue, postbox: Postbox) -> None:
    for number in range(3):
        queue("engine.bulletin", params={"number": number})
    queue("engine.code", params={"code": "482913"})

    send_waiting(seconds=5, most=1)

    assert postbox.subjects == ["Votre code"]


def test_a_refused_mailbox_is_not_tried_again_and_its_owner_hears(
    queue: Queue, postbox: Postbox, manager: User, cep: Any, founder: User
) -> None:
    """R8: after 550 no second try, the address is suppressed, and whoever works for its owner is told."""
    postbox.behave("5xx", to=founder.email)
    mail = queue(to_user=founder, association_id=cep.pk)

    send_waiting(seconds=5)

    assert (fresh(mail).state, fresh(mail).attempts) == (MailState.FAILED, 1)
    assert fresh(mail).state_reason == policy.REASON_NO_ADDRESS
    assert AddressSuppression.objects.get().email == founder.email
    assert [notice["To"] for notice in postbox.mails] == [manager.email]
    assert founder.email in postbox.mails[0].get_body(("plain",)).get_content()


def test_control_a_refusal_taken_for_a_delay_is_tried_again_and_again(
    queue: Queue, postbox: Postbox, manager: User, cep: Any, founder: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R8's control for 550."""
    monkeypatch.setattr(finishing, "_refused", lambda mail, answer: finishing._again(mail, answer.said))
    postbox.behave("5xx", to=founder.email)
    mail = queue(to_user=founder, association_id=cep.pk)

    send_waiting(seconds=5)

    assert fresh(mail).attempts == 5
    assert not AddressSuppression.objects.exists()
    assert postbox.mails == []


def test_a_refusal_that_is_not_about_the_mailbox_suppresses_nobody() -> None:
    from promo_portal.mailing.transport import _concerns_address

    assert _concerns_address(550, "550 5.1.1 no such user")
    assert _concerns_address(550, "550 no such user")
    assert not _concerns_address(550, "550 5.7.1 rejected by policy")
    assert not _concerns_address(554, "554 transaction failed")


def test_a_postponed_mail_goes_at_the_third_attempt(queue: Queue, postbox: Postbox) -> None:
    """R8: 451 twice, then 250."""
    postbox.behave("4xx", times=2)
    mail = queue()

    send_waiting(seconds=5)

    assert (fresh(mail).state, fresh(mail).attempts) == (MailState.SENT, 3)
    assert len(postbox.mails) == 1


def test_control_without_second_tries_the_postponed_mail_is_lost(queue: Queue, postbox: Postbox, settings: Any) -> None:
    """R8's control for 451."""
    settings.MAIL_RETRY_SECONDS = []
    postbox.behave("4xx", times=2)
    mail = queue()

    send_waiting(seconds=5)

    assert (fresh(mail).state, fresh(mail).attempts) == (MailState.FAILED, 1)
    assert postbox.mails == []


def test_a_mail_postponed_for_ever_fails_and_is_shown(queue: Queue, postbox: Postbox) -> None:
    postbox.behave("4xx")
    mail = queue()

    send_waiting(seconds=5)

    assert (fresh(mail).state, fresh(mail).attempts) == (MailState.FAILED, 5)
    assert fresh(mail).state_reason == policy.REASON_GAVE_UP


def test_an_unreachable_server_costs_no_attempt_and_ends_the_pass(queue: Queue, settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    first, second = queue(), queue()

    tally = send_waiting(seconds=5)

    assert tally.unreachable
    assert {fresh(first).state, fresh(second).state} == {MailState.RETRY, MailState.QUEUED}
    assert fresh(first).attempts + fresh(second).attempts == 0


@pytest.mark.parametrize(
    ("kind", "state", "copies"),
    [
        ("engine.letter", MailState.SENT, 2),
        ("engine.bulletin", MailState.UNKNOWN, 1),
        ("engine.code", MailState.EXPIRED, 1),
    ],
)
def test_a_line_cut_after_the_text_is_treated_by_class(
    queue: Queue, postbox: Postbox, kind: str, state: MailState, copies: int
) -> None:
    postbox.behave("drop", times=1)
    mail = queue(kind, params={"code": "482913"})

    send_waiting(seconds=5)

    assert fresh(mail).state == state
    assert len(postbox.mails) == copies
    assert len(set(postbox.message_ids)) == 1


def test_a_server_that_hangs_after_the_text_is_left_long_before_the_lease_ends(
    queue: Queue, postbox: Postbox, settings: Any
) -> None:
    """R8: after the text the mail server says nothing more."""
    settings.MAIL_LEASE_SECONDS = 3
    postbox.behave("hang", times=1)
    mail = queue("engine.bulletin")

    before = clock.real_now()
    send_waiting(seconds=5)

    assert time_limit() < 3 / 3
    assert (clock.real_now() - before).total_seconds() < 2
    assert fresh(mail).state == MailState.UNKNOWN


def test_control_without_its_limit_of_time_a_sender_outlives_its_lease(
    queue: Queue, postbox: Postbox, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R8's control for the server that hangs: the mail is swept up while its sender still waits."""
    settings.MAIL_LEASE_SECONDS = 1
    monkeypatch.setattr(transport, "time_limit", lambda: 2.5)
    postbox.behave("hang", times=1)
    mail = queue("engine.bulletin")

    before = clock.real_now()
    send_waiting(seconds=5)

    assert (clock.real_now() - before).total_seconds() > settings.MAIL_LEASE_SECONDS
    assert fresh(mail).attempted_at is not None


def test_time_for_one_mail_stays_under_a_minute_and_a_third_of_the_lease(settings: Any) -> None:
    settings.MAIL_LEASE_SECONDS = 300
    assert time_limit() < 60
    settings.MAIL_LEASE_SECONDS = 15
    assert time_limit() < 5


@pytest.fixture
def one_of_a_hundred(queue: Queue) -> None:
    """A hundred mails, the first of which cannot be made."""
    queue("engine.broken", params={"number": 0})
    for number in range(99):
        queue(params={"number": number})


def test_one_poisoned_mail_does_not_stop_the_ninety_nine_others(one_of_a_hundred: None, postbox: Postbox) -> None:
    """R7."""
    send_waiting(seconds=30)

    assert len(postbox.mails) == 99
    poisoned = OutgoingMail.objects.get(kind="engine.broken")
    assert (poisoned.state, poisoned.attempts) == (MailState.FAILED, policy.RENDER_ATTEMPTS)
    assert poisoned.state_reason == policy.REASON_UNRENDERABLE
    assert "KeyError" in poisoned.last_error


def test_the_poisoned_mail_stands_before_staff_and_raises_the_alarm(
    one_of_a_hundred: None, postbox: Postbox, administrator: User, sign_in: Callable[[User], Client]
) -> None:
    """R7: not only in the log."""
    client = sign_in(administrator)
    assert "failed" not in client.get("/health/jobs").json()["problems"]

    send_waiting(seconds=30)

    page = client.get("/admin/mailing/outgoingmail/failed/").content.decode()
    with override("fr"):
        assert gettext(policy.REASON_UNRENDERABLE).replace("'", "&#x27;") in page
    assert "failed" in client.get("/health/jobs").json()["problems"]
    assert send_waiting(seconds=5).total == 0


def test_control_an_error_that_nobody_catches_stops_all_the_others(
    one_of_a_hundred: None, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R7's control: without the catch around an app's code the hundred stand still."""

    def pass_on(mail: OutgoingMail, error: Exception) -> None:
        raise error

    monkeypatch.setattr(sending, "_poisoned", pass_on)

    with pytest.raises(KeyError):
        send_waiting(seconds=30)

    assert postbox.mails == []


def test_control_without_a_last_try_the_poisoned_mail_comes_back_for_ever(
    queue: Queue, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R7's control for the endless loop."""
    monkeypatch.setattr(policy, "RENDER_ATTEMPTS", 1_000_000)
    mail = queue("engine.broken", params={"number": 0})

    send_waiting(seconds=30, most=50)

    assert (fresh(mail).state, fresh(mail).attempts) == (MailState.RETRY, 50)


def test_a_mail_of_a_kind_nobody_knows_any_more_fails_visibly(queue: Queue, postbox: Postbox) -> None:
    mail = queue()
    OutgoingMail.objects.update(kind="gone.kind")

    send_waiting(seconds=5)

    assert fresh(mail).state == MailState.FAILED


def test_a_closed_account_gets_nothing(queue: Queue, postbox: Postbox, founder: User) -> None:
    mail = queue(to_user=founder)
    User.objects.filter(pk=founder.pk).update(is_active=False)

    send_waiting(seconds=5)

    assert (fresh(mail).state, fresh(mail).state_reason) == (MailState.CANCELLED, policy.REASON_INACTIVE)
    assert postbox.mails == []


def test_an_address_suppressed_after_queueing_gets_nothing(queue: Queue, postbox: Postbox) -> None:
    mail = queue()
    suppress(address="lea@exemple.example", reason=AddressSuppression.Reason.BOUNCED)

    send_waiting(seconds=5)

    assert (fresh(mail).state, fresh(mail).state_reason) == (MailState.CANCELLED, REASON_SUPPRESSED)


def test_a_mail_leaves_at_its_time_and_not_after_its_end(queue: Queue, postbox: Postbox) -> None:
    mail = queue(send_after=at("2026-11-23T08:00"), expires_at=at("2026-11-24T08:00"))

    with clock.standing_still(at("2026-11-23T07:59")):
        send_waiting(seconds=5)
        assert postbox.mails == []
    with clock.standing_still(at("2026-11-24T08:01")):
        sweep()
        send_waiting(seconds=5)

    assert (fresh(mail).state, fresh(mail).state_reason) == (MailState.EXPIRED, policy.REASON_TOO_LATE)
    assert postbox.mails == []


@pytest.mark.parametrize(
    ("kind", "state"),
    [("engine.letter", MailState.RETRY), ("engine.bulletin", MailState.UNKNOWN), ("engine.code", MailState.EXPIRED)],
)
def test_a_lost_lease_is_swept_up_by_class(queue: Queue, kind: str, state: MailState) -> None:
    mail = queue(kind, params={"code": "482913"})
    claimed = claim(now=clock.now())
    OutgoingMail.objects.update(lease_until=F("lease_until") - timedelta(hours=1))

    swept = sweep()

    assert claimed is not None
    assert swept.lost == 1
    assert fresh(mail).state == state
    assert (fresh(mail).params == {}) is (kind == "engine.code")


def test_a_sender_whose_lease_was_lost_changes_nothing(queue: Queue) -> None:
    mail = queue()
    first = claim(now=clock.now())
    OutgoingMail.objects.update(lease_token=uuid.uuid4())

    assert first is not None
    assert not finish(first, MailState.FAILED)
    assert fresh(mail).state == MailState.SENDING


def test_a_mail_that_kills_its_sender_every_time_is_given_up(queue: Queue) -> None:
    mail = queue()
    for _ in range(policy.COPIES_RISKED):
        assert claim(now=clock.now()) is not None
        OutgoingMail.objects.update(lease_until=F("lease_until") - timedelta(hours=1))
        sweep()

    assert fresh(mail).state == MailState.UNKNOWN
    assert claim(now=clock.now()) is None


@pytest.mark.django_db(transaction=True)
def test_the_claim_is_committed_before_anything_is_sent(postbox: Postbox) -> None:
    from promo_portal.mailing.compose import queue_mail

    with transaction.atomic():
        queue_mail(kind="engine.letter", to_address="lea@exemple.example")

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        send_waiting(seconds=5)

    assert postbox.mails == []
