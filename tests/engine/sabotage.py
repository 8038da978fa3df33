"""Ways to break the engine: a test that still passes with its guard removed proves nothing."""

from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any


def apply(parts: Iterable[str]) -> None:
    """Remove the named guards from this process."""
    from promo_portal.mailing import locks
    from promo_portal.mailing.workflow import claiming, finishing, sending, sweeping
    from promo_portal.reminders import tick

    for part in parts:
        if part == "claim-lock":
            claiming.LOCK = ""
        elif part == "recheck":
            sending._stopped = lambda _mail, _kind: None
        elif part == "sending-lock":
            locks.sending = lambda _name: nullcontext()
        elif part == "lease-sweep":
            sweeping.recover_lost = lambda: 0
        elif part == "reconnect":
            finishing.RECONNECT_PAUSES = ()
        elif part == "doorbell":
            _ring_in_the_request()
        elif part == "courtesy":
            tick._batch = lambda now, done: _uncourteous(tick, now, done)


def _ring_in_the_request() -> None:
    """Whoever queues a mail calls the broker, as one would without a sweep."""
    from promo_portal.mailing.models import OutgoingMail
    from promo_portal.mailing.tasks import send_batch

    real = OutgoingMail.objects.bulk_create

    def queue_and_ring(*arguments: Any, **options: Any) -> Any:
        made = real(*arguments, **options)
        send_batch.apply_async()
        return made

    OutgoingMail.objects.bulk_create = queue_and_ring  # type: ignore[method-assign]


def _uncourteous(tick: object, now: object, done: object) -> int:
    from django.db import transaction

    with transaction.atomic():
        return tick.hand_over(now, done)  # type: ignore[attr-defined]
