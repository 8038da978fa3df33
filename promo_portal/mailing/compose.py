"""The only door to the outbox: a mail is a row in the transaction that causes it."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, models

from promo_portal.accounts.models import User
from promo_portal.core import clock
from promo_portal.mailing.kinds import mail_kind
from promo_portal.mailing.models import PRIORITY, MailClass, MailState, OutgoingMail
from promo_portal.mailing.suppression import REASON_SUPPRESSED, is_suppressed

SECRET_LIFETIME = timedelta(minutes=15)


class OutsideTransaction(RuntimeError):
    """A mail was queued where nothing could take it back together with what it reports."""


class BadAddress(ValueError):
    """Not an address a mail server would take; forms check addresses before this."""


def queue_mail(
    *,
    kind: str,
    to_user: User | None = None,
    to_address: str = "",
    language: str = "",
    params: Mapping[str, Any] | None = None,
    association_id: int | None = None,
    subject: models.Model | None = None,
    subject_kind: str = "",
    subject_id: int | None = None,
    idempotency_key: str | None = None,
    mail_class: MailClass | None = None,
    send_after: datetime | None = None,
    expires_at: datetime | None = None,
) -> OutgoingMail:
    """Put a mail into the outbox; it leaves after the transaction commits, and never if that rolls back.

    ``params`` holds numbers, not texts: what the mail says is read when it leaves. The same ``idempotency_key`` twice
    gives the same row. Raises ``OutsideTransaction``, ``BadAddress``, ``UnknownKind``.
    """
    if not connection.in_atomic_block:
        msg = f"queue_mail({kind!r}) needs an open transaction"
        raise OutsideTransaction(msg)
    described = mail_kind(kind)
    chosen = mail_class or described.mail_class
    address = _address(to_address or (to_user.email if to_user else ""))
    now = clock.now()
    if expires_at is None and chosen == MailClass.SECRET:
        expires_at = now + SECRET_LIFETIME
    suppressed = is_suppressed(address, chosen)
    mail = OutgoingMail(
        idempotency_key=idempotency_key or str(uuid.uuid4()),
        kind=kind,
        mail_class=chosen,
        priority=PRIORITY[MailClass(chosen)],
        association_id=association_id,
        subject_kind=subject._meta.label_lower if subject is not None else subject_kind,
        subject_id=subject.pk if subject is not None else subject_id,
        to_user=to_user,
        to_address=address,
        language=language or (to_user.language if to_user else "fr"),
        params=dict(params or {}),
        state=MailState.CANCELLED if suppressed else MailState.QUEUED,
        state_reason=REASON_SUPPRESSED if suppressed else "",
        send_after=send_after or now,
        expires_at=expires_at,
        created_at=now,
    )
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
    return OutgoingMail.objects.get(idempotency_key=mail.idempotency_key)


def _address(raw: str) -> str:
    address = raw.strip()
    try:
        validate_email(address)
    except ValidationError:
        msg = "not a mail address"
        raise BadAddress(msg) from None
    return address
