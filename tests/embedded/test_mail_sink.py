"""The mail sink: what it was told is on disk before it answers, and it fails in every way a mail server can."""

import smtplib
from collections.abc import Iterator

import pytest

from promo_portal.embedded.mail import MailSink
from promo_portal.embedded.places import State
from promo_portal.mail_sink import Behaviour, set_behaviour
from tests.embedded.conftest import until


@pytest.fixture
def sink(state: State) -> Iterator[MailSink]:
    state.prepare()
    sink = MailSink(state)
    sink.start()
    yield sink
    sink.stop()


def send(sink: MailSink, *, to: str = "lea@example.ch", subject: str = "Bonjour", timeout: float = 10) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=timeout) as client:
        client.sendmail("portail@example.ch", [to], f"Subject: {subject}\r\n\r\nText".encode())


def test_a_mail_is_on_disk_when_the_sender_is_told_so(sink: MailSink) -> None:
    send(sink)

    assert len(sink.messages) == 1
    assert b"X-Envelope-To: lea@example.ch" in sink.messages[0]
    assert b"Subject: Bonjour" in sink.messages[0]


def test_mails_are_listed_in_the_order_of_their_arrival(sink: MailSink) -> None:
    for number in range(12):
        send(sink, subject=f"number {number}")

    subjects = [line for mail in sink.messages for line in mail.split(b"\r\n") if line.startswith(b"Subject")]
    assert subjects == [f"Subject: number {number}".encode() for number in range(12)]


def test_a_temporary_refusal_ends_after_so_many_times(sink: MailSink) -> None:
    sink.behave(Behaviour(mode="4xx", times=2))

    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError) as refused:
            send(sink)
        assert refused.value.smtp_code == 451
    send(sink)

    assert len(sink.messages) == 1


def test_a_permanent_refusal_meets_only_the_addresses_it_is_for(sink: MailSink) -> None:
    sink.behave(Behaviour(mode="5xx", stage="rcpt", to="gone@*"))

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(sink, to="gone@example.ch")
    send(sink, to="here@example.ch")

    assert refused.value.recipients["gone@example.ch"][0] == 550
    assert len(sink.messages) == 1


def test_a_hanging_server_keeps_the_mail_and_says_nothing(sink: MailSink) -> None:
    sink.behave(Behaviour(mode="hang", times=1))

    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(sink, timeout=1)
    send(sink)

    assert len(sink.messages) == 2


def test_a_dropped_line_leaves_the_mail_kept_and_the_sender_in_doubt(sink: MailSink) -> None:
    sink.behave(Behaviour(mode="drop"))

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)) as cut:
        send(sink)

    assert "timed out" not in str(cut.value)
    assert len(sink.messages) == 1


def test_a_dropped_line_can_also_lose_the_mail(sink: MailSink) -> None:
    sink.behave(Behaviour(mode="drop", keep=False))

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        send(sink)

    assert sink.messages == []


def test_a_killed_sink_refuses_and_comes_back_on_the_same_port_with_its_mail(sink: MailSink) -> None:
    send(sink)
    port = sink.port

    sink.kill()
    with pytest.raises(ConnectionRefusedError):
        send(sink)
    sink.start()
    send(sink)

    assert sink.port == port
    assert len(sink.messages) == 2


def test_a_sink_under_a_slow_answer_still_stores_everything(sink: MailSink) -> None:
    sink.behave(Behaviour(delay=0.2))

    send(sink)

    assert until(lambda: len(sink.messages) == 1)


def test_an_unknown_mode_is_refused_before_it_surprises(sink: MailSink) -> None:
    with pytest.raises(ValueError, match="unknown mode"):
        set_behaviour(sink.folder, Behaviour(mode="explode"))
