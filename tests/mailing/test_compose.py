"""Queueing: a row in the transaction that causes it, or nothing (R13)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.mail import get_connection, send_mail
from django.db import connection, transaction

from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.mailing.backends import DirectMailRefused
from promo_portal.mailing.compose import BadAddress, OutsideTransaction, queue_mail
from promo_portal.mailing.kinds import UnknownKind
from promo_portal.mailing.models import AddressSuppression, MailState, OutgoingMail
from promo_portal.mailing.suppression import suppress
from promo_portal.mailing.workflow import send_waiting
from promo_portal.settings import base
from tests.engine.fixtures import Postbox, at

Queue = Callable[..., OutgoingMail]


def test_a_mail_waits_in_the_outbox_with_numbers_only(queue: Queue, founder: User) -> None:
    with clock.standing_still(at("2026-11-22T10:00")):
        mail = queue(to_user=founder, params={"number": 7})

    assert (mail.state, mail.to_address, mail.language) == (MailState.QUEUED, founder.email, "fr")
    assert mail.params == {"number": 7}
    assert mail.subject == ""


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_can_be_queued() -> None:
    with pytest.raises(OutsideTransaction):
        queue_mail(kind="engine.letter", to_address="lea@exemple.example")

    assert OutgoingMail.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_leaves_no_row_and_no_mail(postbox: Postbox) -> None:
    """R13."""

    def view() -> None:
        with transaction.atomic():
            queue_mail(kind="engine.letter", to_address="lea@exemple.example")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        view()
    send_waiting(seconds=5)

    assert OutgoingMail.objects.count() == 0
    assert postbox.mails == []


@pytest.mark.django_db(transaction=True)
def test_the_same_mail_does_arrive_when_the_transaction_commits(postbox: Postbox) -> None:
    """R13's control: the test above would pass with an engine that never sends."""
    with transaction.atomic():
        queue_mail(kind="engine.letter", to_address="lea@exemple.example")

    send_waiting(seconds=5)

    assert len(postbox.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_control_mail_handed_over_at_once_leaves_though_nothing_happened(postbox: Postbox) -> None:
    """R13's control: the same view without the outbox, and past the backend that refuses."""
    at_once = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=postbox.sink.port, timeout=5
    )

    def view() -> None:
        with transaction.atomic():
            send_mail("Bonjour", "texte", None, ["lea@exemple.example"], connection=at_once)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        view()

    assert len(postbox.mails) == 1


def test_the_same_key_twice_is_one_mail(queue: Queue) -> None:
    first = queue(idempotency_key="receipt:1", params={"number": 1})

    second = queue(idempotency_key="receipt:1", params={"number": 2})

    assert second.pk == first.pk
    assert OutgoingMail.objects.get().params == {"number": 1}


def test_mail_past_the_outbox_is_refused() -> None:
    """R13. Under test Django puts a backend of its own in place, so this one is named by the settings' own words."""
    refusing = get_connection(base.EMAIL_BACKEND)

    with pytest.raises(DirectMailRefused):
        send_mail("Bonjour", "texte", None, ["lea@exemple.example"], connection=refusing)


@pytest.mark.django_db
def test_an_unknown_kind_and_a_bad_address_are_refused() -> None:
    with pytest.raises(UnknownKind):
        queue_mail(kind="engine.nothing", to_address="lea@exemple.example")
    for address in ("", "lea", "lea@exemple.example\r\nBcc: all@exemple.example", "a@b.example,c@d.example"):
        with pytest.raises(BadAddress):
            queue_mail(kind="engine.letter", to_address=address)


def test_a_suppressed_address_gets_nothing_in_whatever_case_it_is_written(queue: Queue, postbox: Postbox) -> None:
    suppress(address="Lea@Exemple.example", reason=AddressSuppression.Reason.COMPLAINED)

    mail = queue(to="lea@exemple.EXAMPLE")
    send_waiting(seconds=5)

    assert mail.state == MailState.CANCELLED
    assert postbox.mails == []


def test_who_asked_for_no_mail_still_gets_the_code_they_ask_for(queue: Queue, postbox: Postbox) -> None:
    suppress(address="lea@exemple.example", reason=AddressSuppression.Reason.ASKED)

    queue("engine.code", params={"code": "482913"})
    send_waiting(seconds=5)

    assert "482913" in postbox.mails[0].get_content()


def test_suppressing_twice_is_one_row(db: None) -> None:
    news = [suppress(address="lea@exemple.example", reason=AddressSuppression.Reason.BOUNCED) for _ in range(2)]

    assert news == [True, False]
    assert AddressSuppression.objects.count() == 1


def test_a_code_expires_after_a_quarter_of_an_hour(queue: Queue) -> None:
    with clock.standing_still(at("2026-11-22T10:00")) as now:
        mail = queue("engine.code", params={"code": "482913"})

    assert mail.expires_at == now + timedelta(minutes=15)


@pytest.mark.django_db
def test_the_database_refuses_states_that_make_no_sense() -> None:
    constraints = connection.introspection
    with connection.cursor() as cursor:
        names = set(constraints.get_constraints(cursor, OutgoingMail._meta.db_table))
    assert {"mail_sending_has_lease", "mail_sent_has_time", "mail_retry_has_time"} <= names
