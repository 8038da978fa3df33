"""An entry has been answered for, in whatever way: campaigns that ask learn of it, and no reminder leaves any more."""

from datetime import datetime
from typing import Any

from companies.deadlines import CAMPAIGN_ANSWER, ENTRY_DUE
from companies.enums import CampaignState
from companies.models import CampaignRecipient, Organisation
from companies.workflow import tables
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import next_state
from promo_portal.mailing.models import OutgoingMail
from promo_portal.mailing.workflow import cancel_waiting
from promo_portal.reminders.workflow import close_deadlines

OPEN = (CampaignState.SENDING, CampaignState.RUNNING)
VOID = "The entry has been answered for meanwhile."


def move(
    recipient: CampaignRecipient, action: str, *, by: Any, now: datetime, reason: str = "", **values: Any
) -> CampaignRecipient:
    """Take a step with a locked line of a campaign; what it had still to receive never leaves."""
    before, recipient.state = recipient.state, next_state(tables.RECIPIENT, recipient.state, action)
    if action in {"confirm", "propose", "unsubscribe"} and recipient.answered_at is None:
        values["answered_at"] = now
    for name, value in values.items():
        setattr(recipient, name, value)
    recipient.save(update_fields=["state", *values])
    record_transition(
        subject=recipient,
        action=action,
        from_state=before,
        to_state=recipient.state,
        by=by,
        reason=reason,
        at=now,
    )
    if action != "send":
        close_deadlines(subject=recipient, by=by, reason=reason, now=now, kinds=(CAMPAIGN_ANSWER,))
        if recipient.mail_id:
            cancel_waiting(OutgoingMail.objects.filter(pk=recipient.mail_id), reason=VOID)
    return recipient


def note_return(*, organisation: Organisation, action: str, by: Any, now: datetime, reason: str = "") -> int:
    """Tell the campaigns that ask about an entry what came of it; returns how many lines moved.

    Called within the transaction that confirms, proposes, unsubscribes. A line that has no such step stays as it is.
    """
    moved = 0
    rows = CampaignRecipient.objects.select_for_update(of=("self",)).select_related("campaign")
    for recipient in rows.filter(organisation=organisation, campaign__state__in=OPEN).order_by("pk"):
        if (recipient.state, action) in tables.RECIPIENT:
            move(recipient, action, by=by, now=now, reason=reason)
            moved += 1
    close_deadlines(subject=organisation, by=by, reason=reason, now=now, kinds=(ENTRY_DUE,))
    return moved
