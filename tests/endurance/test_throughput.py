"""How fast reminders are handed over and mails sent, against a bare loop in the same run; prints figures and load."""

import os
import smtplib
import statistics
import time
import uuid

import pytest
from django.db import connection, transaction

from promo_portal.celery import look_past_what_stays
from promo_portal.core import clock
from promo_portal.mailing.kinds import mail_kind
from promo_portal.mailing.models import MailClass, MailState, OutgoingMail
from promo_portal.mailing.rendering import build
from promo_portal.mailing.workflow import send_waiting
from promo_portal.mailing.workflow.sending import render_sample
from promo_portal.reminders.tick import tick
from tests.engine.rig import Rig

pytestmark = pytest.mark.endurance
MAILS = 120
ROUNDS = 9  # short and alternating, so that other work on the machine meets both alike


def bare_loop(rig: Rig, count: int) -> float:
    """Two commits and one SMTP delivery per mail, and nothing else; mails per second."""
    rows = [OutgoingMail(idempotency_key=str(uuid.uuid4()), kind="x", mail_class=MailClass.REMINDER, to_address="a@b.example",
                         state=MailState.CANCELLED) for _ in range(count)]  # fmt: skip
    OutgoingMail.objects.bulk_create(rows)
    sample = OutgoingMail(
        kind="engine.templated", mail_class=MailClass.REMINDER, to_address="a@b.example", language="fr"
    )
    content = build(sample, render_sample(sample))
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", rig.postbox.sink.port, "localhost") as smtp, connection.cursor() as cursor:
        for row in rows:
            with transaction.atomic():
                cursor.execute("UPDATE mailing_outgoingmail SET attempts = 1 WHERE id = %s", [row.pk])
            smtp.sendmail("portail@portail.example", ["a@b.example"], content)
            with transaction.atomic():
                cursor.execute("UPDATE mailing_outgoingmail SET attempts = 2 WHERE id = %s", [row.pk])
    return count / (time.perf_counter() - began)


def engine(rig: Rig, count: int) -> float:
    """The same mails through the engine; mails per second."""
    rig.queue(count, kind="engine.templated", mail_class=MailClass.REMINDER)
    began = time.perf_counter()
    tally = send_waiting(seconds=120)
    took = time.perf_counter() - began
    assert tally[MailState.SENT] == count
    return count / took


def test_mails_leave_nearly_as_fast_as_a_bare_loop_could_send_them(rig: Rig) -> None:
    assert mail_kind("engine.templated")
    look_past_what_stays()  # as every worker does when it begins
    bare_loop(rig, 20)
    engine(rig, 20)
    bare, ours = [], []
    for _ in range(ROUNDS):
        bare.append(bare_loop(rig, MAILS))
        ours.append(engine(rig, MAILS))

    ratio = statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    print(
        f"\nsending: bare loop {statistics.median(bare):.0f}/s, engine {statistics.median(ours):.0f}/s,"
        f" ratio {ratio:.2f} (floor 0.6, aim 0.9), load {os.getloadavg()[0]:.1f}"
    )
    assert ratio >= 0.6


def test_a_thousand_due_reminders_are_handed_over_within_five_seconds(rig: Rig) -> None:
    rig.due_reminders(1000)

    began = time.perf_counter()
    done = tick(now=clock.now())
    took = time.perf_counter() - began

    print(f"\nhanding over: 1,000 reminders in {took:.2f} s (limit 5 s), load {os.getloadavg()[0]:.1f}")
    assert done.queued == 1000
    assert took < 5


def test_a_sign_in_code_is_at_the_mail_server_within_five_seconds_behind_a_thousand_bulletins(rig: Rig) -> None:
    from promo_portal.mailing.compose import queue_mail

    rig.queue(1000, kind="engine.bulletin", mail_class=MailClass.BROADCAST)
    rig.beat()
    rig.worker()
    rig.wait(lambda: rig.sent() > 20, seconds=60, what="the first bulletins")

    with transaction.atomic():
        mail = queue_mail(kind="engine.code", to_address="lea@exemple.example", params={"code": "482913"})
    took = rig.wait(lambda: f"<{mail.pk}@portail.example>" in rig.copies(), seconds=30, what="the code")

    print(f"\nsign-in code behind a thousand bulletins: {took:.1f} s (limit 5 s), load {os.getloadavg()[0]:.1f}")
    assert took < 5
