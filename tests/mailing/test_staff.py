"""What people do with mails: hold, release, cancel, try again, close; and every pair of state and action."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from promo_portal.accounts.models import User
from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.mailing import policy
from promo_portal.mailing.emails import queue_digest
from promo_portal.mailing.models import MailHold, MailState, OutgoingMail
from promo_portal.mailing.workflow import (
    MoveRefused,
    cancel_mail,
    dismiss_mail,
    hold_all,
    hold_kind,
    hold_mail,
    release_hold,
    release_mail,
    retry_mail,
    send_waiting,
    sweep,
)
from tests.engine.fixtures import Postbox, at

Queue = Callable[..., OutgoingMail]

ACTIONS: dict[str, Callable[..., OutgoingMail]] = {
    "hold": lambda mail, by: hold_mail(mail=mail, by=by, reason="À vérifier"),
    "release": lambda mail, by: release_mail(mail=mail, by=by),
    "cancel": lambda mail, by: cancel_mail(mail=mail, by=by, reason="Dit au téléphone"),
    "retry": lambda mail, by: retry_mail(mail=mail, by=by),
    "dismiss": lambda mail, by: dismiss_mail(mail=mail, by=by),
}
NEXT = {"hold": "held", "release": "queued", "cancel": "cancelled", "retry": "queued", "dismiss": "cancelled"}
TIMES: dict[str, dict[str, Any]] = {
    "sending": {"lease_until": at("2026-11-22T10:05"), "lease_token": "6f1f3e9e-7f0e-4f0c-9b59-9f9f9f9f9f9f"},
    "sent": {"sent_at": at("2026-11-22T10:00")},
    "retry": {"next_try_at": at("2026-11-22T10:01")},
}


@pytest.mark.parametrize("state", list(MailState))
@pytest.mark.parametrize("action", list(ACTIONS))
def test_every_pair_of_state_and_action_is_allowed_or_refused_by_the_table(
    queue: Queue, manager: User, state: MailState, action: str
) -> None:
    mail = queue()
    OutgoingMail.objects.update(state=state, **TIMES.get(state, {}))

    if state in policy.MOVES[action]:
        assert ACTIONS[action](mail, manager).state == NEXT[action]
    else:
        with pytest.raises(MoveRefused):
            ACTIONS[action](mail, manager)
        assert OutgoingMail.objects.get().state == state


def test_an_act_on_a_mail_stands_in_the_history_of_its_record(
    queue: Queue, manager: User, cep: Any, in_cep: None
) -> None:
    mail = queue(subject=manager, association_id=cep.pk)

    hold_mail(mail=mail, by=manager, reason="Montant à vérifier")

    line = Transition.objects.get(subject_kind="accounts.user", subject_id=manager.pk)
    assert (line.action, line.actor_name, line.reason) == ("mail_hold", "Claire Moser", "Montant à vérifier")


def test_a_held_mail_waits_until_somebody_releases_it(queue: Queue, postbox: Postbox, manager: User) -> None:
    mail = queue()
    hold_mail(mail=mail, by=manager, reason="À vérifier")
    send_waiting(seconds=5)
    assert postbox.mails == []

    release_mail(mail=mail, by=manager)
    send_waiting(seconds=5)

    assert len(postbox.mails) == 1


def test_a_retried_mail_keeps_its_name(queue: Queue, postbox: Postbox, manager: User) -> None:
    postbox.behave("drop", times=1)
    mail = queue("engine.bulletin")
    send_waiting(seconds=5)

    retry_mail(mail=mail, by=manager)
    send_waiting(seconds=5)

    assert postbox.message_ids == [f"<{mail.pk}@portail.example>"] * 2


def test_a_code_or_a_late_mail_is_not_sent_again(queue: Queue, manager: User) -> None:
    code = queue("engine.code", params={"code": "482913"})
    late = queue(expires_at=clock.now() - timedelta(minutes=1))
    OutgoingMail.objects.update(state=MailState.FAILED)

    for mail in (code, late):
        with pytest.raises(MoveRefused):
            retry_mail(mail=mail, by=manager)


def test_after_a_restore_nothing_leaves_until_a_person_says_so(queue: Queue, postbox: Postbox, manager: User) -> None:
    queue()
    hold = hold_all(reason="Restauré depuis la sauvegarde du 21.11.2026")

    swept = sweep()
    send_waiting(seconds=5)
    assert swept.waiting == 0
    assert postbox.mails == []

    release_hold(hold=hold, by=manager)
    assert sweep().waiting == 1
    send_waiting(seconds=5)

    assert len(postbox.mails) == 1


def test_a_hold_on_everything_still_lets_people_sign_in(queue: Queue, postbox: Postbox) -> None:
    queue("engine.code", to="avant@exemple.example", params={"code": "111111"})
    hold_all(reason="Restauré")
    queue("engine.code", to="apres@exemple.example", params={"code": "222222"})

    send_waiting(seconds=5)

    assert [mail["To"] for mail in postbox.mails] == ["apres@exemple.example"]


def test_a_hold_on_one_kind_stops_that_kind_until_its_day(queue: Queue, postbox: Postbox, manager: User) -> None:
    queue("engine.letter")
    queue("engine.bulletin")
    hold_kind(kind="engine.bulletin", reason="Texte à relire", by=manager, until=clock.now() + timedelta(days=2))

    send_waiting(seconds=5)
    assert len(postbox.mails) == 1

    with clock.standing_still(clock.now() + timedelta(days=3)):
        send_waiting(seconds=5)

    assert len(postbox.mails) == 2


def test_a_hold_set_between_claim_and_sending_counts(queue: Queue, postbox: Postbox, monkeypatch: Any) -> None:
    from promo_portal.mailing.workflow import sending

    mail = queue()
    real_claim = sending.claim

    def claim_then_hold(**options: Any) -> OutgoingMail | None:
        claimed = real_claim(**options)
        if claimed:
            MailHold.objects.create(kind="", reason="Arrêt", since=clock.now())
        return claimed

    monkeypatch.setattr(sending, "claim", claim_then_hold)

    send_waiting(seconds=5)

    assert postbox.mails == []
    assert (OutgoingMail.objects.get().state, OutgoingMail.objects.get().attempts) == (MailState.QUEUED, 0)
    assert mail.pk == OutgoingMail.objects.get().pk


def test_failures_are_told_by_a_way_that_does_not_fail(queue: Queue, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("mail_failures")
    assert capsys.readouterr().out == ""
    queue()
    OutgoingMail.objects.update(state=MailState.FAILED, state_reason=policy.REASON_REFUSED)

    with pytest.raises(SystemExit):
        call_command("mail_failures")

    assert "1  letter: Le serveur de messagerie l’a refusé." in capsys.readouterr().out


def test_the_mornings_digest_reaches_those_who_can_act(
    queue: Queue, postbox: Postbox, manager: User, administrator: User, foreign_manager: User, cep: Any
) -> None:
    queue(association_id=cep.pk)
    OutgoingMail.objects.update(state=MailState.FAILED, state_reason=policy.REASON_REFUSED)

    counts = [queue_digest(), queue_digest()]
    send_waiting(seconds=5)

    assert counts == [2, 2]
    assert {mail["To"] for mail in postbox.mails} == {manager.email, administrator.email}
    assert len(postbox.mails) == 2
    text = postbox.mails[0].get_body(("plain",)).get_content()
    assert "1 × letter (Le serveur de messagerie l’a refusé.)" in text
