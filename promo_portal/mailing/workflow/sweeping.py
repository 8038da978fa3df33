"""Sweeping: what nobody finished, what came too late, and how much waits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
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
    return OutgoingMail.objects.filter(_due(now, MailHold.objects.in_force(now)))


@dataclass(frozen=True)
class Unsent:
    """What stands in the outbox at one moment, for those who watch it.

    ``overdue_since`` is the moment when the oldest mail should have left that no mail server has answered yet. Bulletins
    count there only where the mail server could not be reached: they may take long for their number alone.
    """

    due: int
    overdue_since: datetime | None
    failed: int
    failed_technically: int
    unknown: int
    on_hold: bool


def unsent(now: datetime) -> Unsent:
    """Count what waits and what failed, in two queries."""
    holds = list(MailHold.objects.in_force(now))
    nobody_there = Q(next_try_at__isnull=False, attempts=0)
    bulletin = Q(mail_class=MailClass.BROADCAST)
    late = _not_held(now, holds) & (nobody_there | (Q(next_try_at=None) & ~bulletin))
    failed = Q(state=MailState.FAILED)
    counted = OutgoingMail.objects.filter(state__in=[*WAITING, MailState.FAILED, MailState.UNKNOWN]).aggregate(
        due=Count("pk", filter=_due(now, holds)),
        overdue_since=Min("send_after", filter=late),
        failed=Count("pk", filter=failed),
        failed_technically=Count("pk", filter=failed & Q(state_reason__in=policy.TECHNICAL_REASONS)),
        unknown=Count("pk", filter=Q(state=MailState.UNKNOWN)),
    )
    return Unsent(**counted, on_hold=any(not hold.kind for hold in holds))


def _due(now: datetime, holds: Iterable[MailHold]) -> Q:
    return _not_held(now, holds) & (Q(next_try_at=None) | Q(next_try_at__lte=Now()))


def _not_held(now: datetime, holds: Iterable[MailHold]) -> Q:
    waiting = (Q(expires_at=None) | Q(expires_at__gt=now)) & Q(state__in=WAITING, send_after__lte=now)
    for hold in holds:
        waiting &= ~Q(kind=hold.kind) if hold.kind else Q(mail_class=MailClass.SECRET, created_at__gte=hold.since)
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
