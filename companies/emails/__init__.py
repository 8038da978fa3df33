"""The directory's mails: to companies about their entry, and to readers about searches they follow."""

from companies.emails import alerts, entries
from companies.emails.entries import (
    ask,
    has_refused,
    is_theirs,
    queue_link,
    queue_outcome,
    queue_thanks,
    reader_at,
    reason_not_to_ask,
)
from promo_portal.mailing.kinds import register_mail_kind


def register() -> None:
    """Make these mails known to the outbox."""
    for kind in (*entries.KINDS, *alerts.KINDS):
        register_mail_kind(kind)


__all__ = [
    "ask",
    "has_refused",
    "is_theirs",
    "queue_link",
    "queue_outcome",
    "queue_thanks",
    "reader_at",
    "reason_not_to_ask",
    "register",
]
