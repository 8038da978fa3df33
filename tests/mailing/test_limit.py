"""The limit per minute holds across senders, and leaves room for those who wait for an answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import F

from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.mailing.workflow import send_waiting
from tests.engine.fixtures import Postbox

Queue = Callable[..., OutgoingMail]


def test_no_minute_sees_more_than_the_limit(queue: Queue, postbox: Postbox, settings: Any) -> None:
    settings.MAIL_MAX_PER_MINUTE = 10
    for number in range(15):
        queue("engine.letter", params={"number": number})

    send_waiting(seconds=10)
    assert len(postbox.mails) == 9

    OutgoingMail.objects.update(attempted_at=F("attempted_at") - timedelta(seconds=61))
    send_waiting(seconds=10)

    assert len(postbox.mails) == 15


def test_a_bulletin_leaves_room_for_a_code(queue: Queue, postbox: Postbox, settings: Any) -> None:
    settings.MAIL_MAX_PER_MINUTE = 8
    for number in range(20):
        queue("engine.bulletin", params={"number": number})
    send_waiting(seconds=10)
    assert len(postbox.mails) == 6

    queue("engine.code", params={"code": "482913"})
    send_waiting(seconds=10)

    assert len(postbox.mails) == 7
    assert OutgoingMail.objects.get(kind="engine.code").state == MailState.SENT


def test_nought_means_no_limit(queue: Queue, postbox: Postbox, settings: Any) -> None:
    settings.MAIL_MAX_PER_MINUTE = 0
    for number in range(15):
        queue(params={"number": number})

    send_waiting(seconds=10)

    assert len(postbox.mails) == 15
