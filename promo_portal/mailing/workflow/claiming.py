"""Claiming: one mail per commit, each by one sender only, within the limit per minute."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from promo_portal.accounts.models import User
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
RETURNING {columns}
"""
USED = """
SELECT count(*) FROM mailing_outgoingmail
WHERE attempted_at > clock_timestamp() - interval '60 seconds' OR state = 'sending'
"""
LOOK = """
SELECT {held}, EXISTS (
  SELECT 1 FROM mailing_addresssuppression s
  WHERE lower(s.email) = lower(m.to_address) AND (m.mail_class <> 'secret' OR s.reason = 'bounced')), {person}
FROM mailing_outgoingmail m LEFT JOIN accounts_user u ON u.id = m.to_user_id
WHERE m.id = %(mail)s
"""


@dataclass(frozen=True)
class Facts:
    """What may have changed since a mail was queued, whatever its kind."""

    is_held: bool
    is_suppressed: bool


def claim(*, now: datetime) -> OutgoingMail | None:
    """Take the next mail that may leave at the portal's ``now``, or ``None``.

    The caller commits before it sends anything. The lease runs by the real clock: a sender that dies leaves a row that
    says so.
    """
    limit = settings.MAIL_MAX_PER_MINUTE
    values: dict[str, Any] = {
        "token": uuid.uuid4(),
        "lease": settings.MAIL_LEASE_SECONDS,
        "now": now,
        "lowest": max(PRIORITY.values()),
    }
    if limit:
        lowest = _lowest_priority_within(limit)
        if lowest is None:
            return None
        values["lowest"] = lowest
    names = [field.attname for field in OutgoingMail._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(CLAIM.format(held=HELD, lock=LOCK, columns=", ".join(names)), values)
        row = cursor.fetchone()
    if row is None:
        return None
    mail = OutgoingMail.from_db(connection.alias, names, row)
    mail.params = json.loads(row[names.index("params")])  # the column comes as text
    return mail


def _lowest_priority_within(limit: int) -> int | None:
    """The last class in line that this minute still has room for; claims are counted one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LIMIT_LOCK])
        cursor.execute(USED)
        used = cursor.fetchone()[0]
    open_classes = [PRIORITY[MailClass(name)] for name, share in SHARES.items() if used < max(1, int(limit * share))]
    return max(open_classes, default=None)


def look(mail: OutgoingMail, *, now: datetime) -> Facts:
    """Read afresh what may stop a mail, and who its recipient is today."""
    names = [field.attname for field in User._meta.concrete_fields]
    query = LOOK.format(held=HELD, person=", ".join(f"u.{name}" for name in names))
    with connection.cursor() as cursor:
        cursor.execute(query, {"mail": mail.pk, "now": now})
        is_held, is_suppressed, *person = cursor.fetchone()
    if mail.to_user_id is not None:
        mail.to_user = User.from_db(connection.alias, names, person)
    return Facts(is_held, is_suppressed)
