"""What follows from a decision of the commission when its session closes: letter, file, coach and dates, for one item."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from coaching import emails
from coaching.enums import ItemOutcome
from coaching.models import AgendaItem, CommissionSession
from coaching.workflow.acceptance import FirstSteps, accept_in_session
from coaching.workflow.agenda import back_to_review, settle_item
from coaching.workflow.requests import refuse_request
from promo_portal.accounts.models import User


def is_complete(item: AgendaItem) -> bool:
    """Whether nothing lacks for the decision to take effect."""
    if item.outcome == ItemOutcome.ACCEPT:
        return bool(item.reasons and item.title and item.lead and item.first_date and item.first_what)
    return bool(item.reasons and item.outcome)


def reasons_for_founder(item: AgendaItem) -> str:
    """What the founder will read, in their language: the reasons, with conditions or with better addresses."""
    with override(item.request.language):
        parts = [item.reasons]
        if conditions := _conditions(item):
            parts.append(_("Accepted on these conditions:") + "\n" + conditions)
        if addresses := _addresses(item):
            parts.append(_("These addresses may help you further:") + "\n" + addresses)
        return "\n\n".join(parts)


def _conditions(item: AgendaItem) -> str:
    """What was typed below another outcome does not count."""
    return item.conditions if item.outcome == ItemOutcome.ACCEPT else ""


def _addresses(item: AgendaItem) -> str:
    return item.addresses if item.outcome == ItemOutcome.REFUSE else ""


def take_effect(session: CommissionSession, item: AgendaItem, *, by: User, now: datetime) -> None:
    """Make what was entered true. Part of closing the session."""
    if item.outcome == ItemOutcome.POSTPONE:
        settle_item(item, "postpone", by=by, now=now, reason=item.reasons)
        back_to_review(item.request, reason=item.reasons, by=by, now=now)
        emails.queue_postponed(item)
        return
    settle_item(item, "decide", by=by, now=now, reason=item.reasons)
    if item.outcome == ItemOutcome.REFUSE:
        refuse_request(
            request=item.request, reasons=item.reasons, addresses=_addresses(item), session=session, by=by, now=now
        )
        return
    assert item.lead is not None
    assert item.first_date is not None
    accept_in_session(
        request=item.request,
        session=session,
        title=item.title,
        lead=item.lead,
        deputy=item.deputy,
        steps=FirstSteps(on=item.first_date, what=item.first_what),
        reasons=item.reasons,
        conditions=_conditions(item),
        by=by,
        now=now,
    )
