"""Holding mail back until a person decides: all of it after a restore, one kind before a doubtful mailing, one mail."""

from datetime import datetime
from typing import Any

from django.db import transaction

from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.mailing.models import MailHold, MailState, OutgoingMail
from promo_portal.mailing.workflow.staff import move


def hold_all(*, reason: str, by: Any = None) -> MailHold:
    """Stop all mail: a restored database does not know what has been sent since its backup was taken."""
    return hold_kind(kind="", reason=reason, by=by)


@transaction.atomic
def hold_kind(*, kind: str, reason: str, by: Any = None, until: datetime | None = None) -> MailHold:
    """Stop one kind of mail (empty: all), until an instant or until somebody releases it."""
    hold = MailHold.objects.create(
        kind=kind, reason=reason, by_id=getattr(by, "pk", None), since=clock.now(), until=until
    )
    record_transition(subject=hold, action="hold", from_state="", to_state="held", by=by or "operations", reason=reason)
    return hold


@transaction.atomic
def release_hold(*, hold: MailHold, by: Any, reason: str = "") -> MailHold:
    """Let mail go again. What waits leaves at once: look through it first."""
    now = clock.now()
    locked = MailHold.objects.select_for_update().get(pk=hold.pk)
    if locked.until is None or locked.until > now:
        locked.until = now
        locked.save(update_fields=["until"])
        record_transition(
            subject=locked, action="release", from_state="held", to_state="released", by=by, reason=reason
        )
    return locked


def hold_mail(*, mail: OutgoingMail, by: Any, reason: str) -> OutgoingMail:
    """Keep one waiting mail back."""
    return move(mail=mail, action="hold", to=MailState.HELD, by=by, reason=reason, next_try_at=None)


def release_mail(*, mail: OutgoingMail, by: Any) -> OutgoingMail:
    """Let a held mail go."""
    return move(mail=mail, action="release", to=MailState.QUEUED, by=by)
