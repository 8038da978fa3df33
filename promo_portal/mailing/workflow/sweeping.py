"""Sweeping: what nobody finished, what came too late, and how much waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from promo_portal.core import clock
from promo_portal.mailing import policy
from promo_portal.mailing.models import WAITING, MailClass, MailHold, MailState, OutgoingMail
from promo_portal.mailing.workflow.finishing import without_secrets

log = structlog.get_logger(__name__)
BATCH = 500
MOVED = ["state", "state_reason", "params", "next_try_at", "lease_until", "lease_token"]


@dataclass(frozen=True)
class Swept:
    """What a sweep found."""

    waiting: int
    lost: int
    expired: int


def sweep() -> Swept:
    """Bring back mails whose sender died, end those that are too late, count those that may leave now."""
    now = clock.now()
    expired, lost = expire_overdue(now=now), recover_lost()
    return Swept(waiting=due(now).count(), lost=lost, expired=expired)


def due(now: datetime) -> QuerySet[OutgoingMail]:
    """Mails that may leave at the portal's ``now`` as far as their times and holds say."""
    waiting = OutgoingMail.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        Q(next_try_at=None) | Q(next_try_at__lte=Now()),
        state__in=WAITING,
        send_after__lte=now,
    )
    for hold in MailHold.objects.in_force(now):
        waiting = (
            waiting.exclude(kind=hold.kind)
            if hold.kind
            else waiting.filter(mail_class=MailClass.SECRET, created_at__gte=hold.since)
        )
    return waiting


def expire_overdue(*, now: datetime) -> int:
    """End what is too late to be useful; its secrets go with it."""
    late = OutgoingMail.objects.filter(state__in=policy.MOVES["expire"], expires_at__lte=now)
    return _each(late, lambda mail: _end(mail, MailState.EXPIRED, policy.REASON_TOO_LATE))


def recover_lost() -> int:
    """Apply the policy for uncertain mails to those whose lease ran out: their sender died or hangs."""
    count = _each(OutgoingMail.objects.filter(state=MailState.SENDING, lease_until__lt=Now()), _recover)
    if count:
        log.warning("mail_leases_recovered", count=count)
    return count


def _each(rows: QuerySet[OutgoingMail], move: Callable[[OutgoingMail], None]) -> int:
    """Move all rows, in batches that are committed one by one; rows somebody else is moving are theirs."""
    count = 0
    while True:
        with transaction.atomic():
            batch = list(rows.order_by("pk").select_for_update(skip_locked=True)[:BATCH])
            for mail in batch:
                move(mail)
            OutgoingMail.objects.bulk_update(batch, MOVED)
        count += len(batch)
        if len(batch) < BATCH:
            return count


def _recover(mail: OutgoingMail) -> None:
    wanted = policy.WHEN_UNCERTAIN[mail.mail_class]
    if wanted == MailState.RETRY and mail.attempts < policy.COPIES_RISKED:
        mail.state, mail.state_reason = wanted, policy.REASON_LOST
        mail.next_try_at, mail.lease_until, mail.lease_token = clock.real_now(), None, None
    else:
        _end(mail, MailState.UNKNOWN if wanted == MailState.RETRY else wanted, policy.REASON_UNCERTAIN)


def _end(mail: OutgoingMail, state: MailState, reason: str) -> None:
    mail.state, mail.state_reason, mail.params = state, reason, without_secrets(mail)
    mail.next_try_at = mail.lease_until = mail.lease_token = None
