"""Claiming: one mail per commit, each by one sender only, within the limit per minute."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection

from promo_portal.mailing.models import PRIORITY, MailClass, OutgoingMail
from promo_portal.mailing.policy import SHARES

# Without this clause two senders take the same mail; the suite proves it by leaving it out.
LOCK = "FOR UPDATE OF m SKIP LOCKED"
LIMIT_LOCK = 0x4D4C << 48

# A hold on everything does not stop codes that somebody asked for after it began.
HELD = """EXISTS (
  SELECT 1 FROM mailing_mailhold h
  WHERE (h.until IS NULL OR h.until > %(now)s)
    AND (h.kind = m.kind OR (h.kind = '' AND (m.mail_class <> 'secret' OR m.created_at < h.since))))"""

# Who goes next: due by the portal's clock, its pause over by the real one, not held.
CLAIM = """
UPDATE mailing_outgoingmail SET state = 'sending', attempts = attempts + 1, next_try_at = NULL, lease_token = %(token)s,
  lease_until = clock_timestamp() + %(lease)s * interval '1 second', attempted_at = clock_timestamp()
WHERE id = (
  SELECT m.id FROM mailing_outgoingmail m
  WHERE m.state IN ('queued', 'retry') AND m.priority <= %(lowest)s AND m.send_after <= %(now)s
    AND (m.expires_at IS NULL OR m.expires_at > %(now)s)
    AND (m.next_try_at IS NULL OR m.next_try_at <= clock_timestamp())
    AND NOT {held}
  ORDER BY m.priority, m.send_after
  LIMIT 1 {lock})
RETURNING *
"""
USED = """
SELECT count(*) FROM mailing_outgoingmail
WHERE attempted_at > clock_timestamp() - interval '60 seconds' OR state = 'sending'
"""
LOOK = f"""
SELECT {HELD}, u.is_active, EXISTS (
  SELECT 1 FROM mailing_addresssuppression s
  WHERE lower(s.email) = lower(m.to_address) AND (m.mail_class <> 'secret' OR s.reason = 'bounced'))
FROM mailing_outgoingmail m LEFT JOIN accounts_user u ON u.id = m.to_user_id
WHERE m.id = %(mail)s
"""  # noqa: S608 - our own words only


@dataclass(frozen=True)
class Facts:
    """What may have changed since a mail was queued, whatever its kind."""

    is_held: bool
    is_active: bool | None  # the recipient's account, where they have one
    is_suppressed: bool


def claim(*, now: datetime) -> OutgoingMail | None:
    """Take the next mail that may leave at the portal's ``now``, or ``None``.

    The caller commits before it sends anything. The lease runs by the real clock: a sender that dies leaves a row that
    says so.
    """
    limit = settings.MAIL_MAX_PER_MINUTE
    values = {"token": uuid.uuid4(), "lease": settings.MAIL_LEASE_SECONDS, "now": now, "lowest": max(PRIORITY.values())}
    if limit:
        lowest = _lowest_priority_within(limit)
        if lowest is None:
            return None
        values["lowest"] = lowest
    return next(iter(OutgoingMail.objects.raw(CLAIM.format(held=HELD, lock=LOCK), values)), None)


def _lowest_priority_within(limit: int) -> int | None:
    """The last class in line that this minute still has room for; claims are counted one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LIMIT_LOCK])
        cursor.execute(USED)
        used = cursor.fetchone()[0]
    open_classes = [PRIORITY[MailClass(name)] for name, share in SHARES.items() if used < max(1, int(limit * share))]
    return max(open_classes, default=None)


def look(mail: OutgoingMail, *, now: datetime) -> Facts:
    """Read afresh what may stop a mail."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {"mail": mail.pk, "now": now})
        return Facts(*cursor.fetchone())
