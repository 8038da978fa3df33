"""Ways to break the engine: a test that still passes with its guard removed proves nothing."""

from collections.abc import Iterable
from contextlib import nullcontext


def apply(parts: Iterable[str]) -> None:
    """Remove the named guards from this process."""
    from promo_portal.mailing import locks
    from promo_portal.mailing.workflow import claiming, sending
    from promo_portal.reminders import tick

    for part in parts:
        if part == "claim-lock":
            claiming.LOCK = ""
        elif part == "recheck":
            sending._stopped = lambda _mail, _kind: None
        elif part == "sending-lock":
            locks.sending = lambda _name: nullcontext()
        elif part == "courtesy":
            tick._batch = lambda now, done: _uncourteous(tick, now, done)


def _uncourteous(tick: object, now: object, done: object) -> int:
    from django.db import transaction

    with transaction.atomic():
        return tick.hand_over(now, done)  # type: ignore[attr-defined]
