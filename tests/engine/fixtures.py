"""A mail server of the test's own, and short words for common givens."""

import email
import email.policy
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from promo_portal.core import clock
from promo_portal.embedded import MailSink, State
from promo_portal.mail_sink import Behaviour, stored_messages
from promo_portal.mailing.compose import queue_mail
from promo_portal.mailing.models import OutgoingMail
from promo_portal.mailing.transport import courier
from tests.engine import kinds


class Postbox:
    """A running sink and what arrived in it."""

    def __init__(self, sink: MailSink) -> None:
        self.sink = sink

    def behave(self, mode: str, **options: Any) -> None:
        self.sink.behave(Behaviour(mode, **options))

    @property
    def mails(self) -> list[EmailMessage]:
        parse = email.message_from_bytes
        return [parse(raw, policy=email.policy.default) for raw in self.sink.messages]  # type: ignore[arg-type]

    @property
    def message_ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]

    def empty(self) -> None:
        self.behave("ok")
        for file in stored_messages(self.sink.folder):
            file.unlink()


@pytest.fixture(scope="session")
def postbox_of_session() -> Iterator[Postbox]:
    folder = Path(tempfile.mkdtemp(prefix="portal-sink-"))
    folder.chmod(0o755)
    state = State.at(folder)
    state.prepare()
    sink = MailSink(state)
    sink.start()
    yield Postbox(sink)
    sink.stop()
    state.delete()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postbox(postbox_of_session: Postbox, settings: Any) -> Iterator[Postbox]:
    """A mail server that keeps what it gets."""
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", postbox_of_session.sink.port
    settings.MAIL_RETRY_SECONDS = [0, 0, 0, 0]
    postbox_of_session.empty()
    yield postbox_of_session
    courier.close()


@pytest.fixture(autouse=True, scope="session")
def engine_kinds() -> None:
    kinds.register()


@pytest.fixture
def queue(db: None) -> Callable[..., OutgoingMail]:
    """Queue a mail of the suite's own kinds."""

    def queued(kind: str = "engine.letter", to: str = "lea@exemple.example", **options: Any) -> OutgoingMail:
        with transaction.atomic():
            if "to_user" not in options:
                options["to_address"] = to
            return queue_mail(kind=kind, **options)

    return queued


def at(text: str) -> datetime:
    """An instant written in Zurich time."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.ZURICH)
