"""What people do with single mails: cancel, try again, close. Every act needs a name and is kept with the record."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from promo_portal.audit.models import Transition
from promo_portal.core import clock
from promo_portal.mailing import policy
from promo_portal.mailing.kinds import UnknownKind, mail_kind
from promo_portal.mailing.models import MailState, OutgoingMail
from promo_portal.mailing.workflow.finishing import without_secrets


class MoveRefused(ValidationError):
    """The mail is in a state where this cannot be done (any more)."""


@transaction.atomic
def move(*, mail: OutgoingMail, action: str, to: MailState, by: Any, reason: str = "", **fields: Any) -> OutgoingMail:
    """Move a mail that nobody is sending just now; raises ``MoveRefused`` from any state the table does not name."""
    locked = OutgoingMail.objects.select_for_update().get(pk=mail.pk)
    if locked.state not in policy.MOVES[action]:
        raise MoveRefused(_("This mail is %(state)s now.") % {"state": locked.get_state_display()})
    before, locked.state, locked.state_reason = locked.state, to, reason[:300]
    for name, value in fields.items():
        setattr(locked, name, value)
    locked.save(update_fields=["state", "state_reason", *fields])
    if locked.subject_id is not None:
        Transition.unscoped.create(
            subject_kind=locked.subject_kind,
            subject_id=locked.subject_id,
            association_id=locked.association_id,
            action=f"mail_{action}",
            from_state=before,
            to_state=to,
            reason=reason,
            actor_id=getattr(by, "pk", None),
            actor_name=str(by or ""),
            at=clock.now(),
        )
    return locked


def cancel_mail(*, mail: OutgoingMail, by: Any, reason: str) -> OutgoingMail:
    """Keep a waiting mail from leaving, for good."""
    return move(
        mail=mail, action="cancel", to=MailState.CANCELLED, by=by, reason=reason, next_try_at=None,
        params=without_secrets(mail),
    )  # fmt: skip


def retry_mail(*, mail: OutgoingMail, by: Any, reason: str = "") -> OutgoingMail:
    """Send a failed or uncertain mail again, once its cause is gone; an uncertain one may arrive a second time."""
    try:
        has_secrets = bool(mail_kind(mail.kind).redact)
    except UnknownKind as error:
        raise MoveRefused(_("No part of the portal knows this kind of mail any more.")) from error
    if has_secrets:
        raise MoveRefused(_("Its code is deleted. The person asks for a new one."))
    if mail.expires_at is not None and mail.expires_at <= clock.now():
        raise MoveRefused(_("It is too late for this mail to be useful."))
    return move(
        mail=mail, action="retry", to=MailState.QUEUED, by=by, reason=reason, attempts=0, next_try_at=None,
        send_after=clock.now(),
    )  # fmt: skip


def dismiss_mail(*, mail: OutgoingMail, by: Any, reason: str = "") -> OutgoingMail:
    """Take a failed mail off the list: somebody has dealt with it another way."""
    return move(mail=mail, action="dismiss", to=MailState.CANCELLED, by=by, reason=reason or policy.REASON_DISMISSED)


def cancel_waiting(mails: QuerySet[OutgoingMail], *, reason: str) -> int:
    """Cancel those of a set that have not left yet, as part of the change that makes them wrong."""
    # By number: a condition inside a subquery is not looked at again when a sender claims the row meanwhile.
    chosen = OutgoingMail.objects.filter(pk__in=list(mails.values_list("pk", flat=True)))
    return chosen.filter(state__in=policy.MOVES["cancel"]).update(
        state=MailState.CANCELLED, state_reason=reason[:300], next_try_at=None
    )
