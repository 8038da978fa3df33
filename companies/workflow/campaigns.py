"""A campaign's life: prepared, sent, followed by phone, closed with its figures."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from companies.enums import CallResult, CampaignState, ConfirmationWay, Exclusion, RecipientState
from companies.models import Campaign, CampaignRecipient, MailRefusal
from companies.segments import REACHED_BY_PHONE, Segment, mail_language, with_exclusions
from companies.workflow import tables
from companies.workflow.entries import confirm_organisation
from companies.workflow.returns import move
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.core.transitions import next_state
from promo_portal.regions.models import Association

BATCH = 1_000


class NothingToSend(Exception):
    """The segment holds nobody who could be asked; nothing was changed."""

    @property
    def message(self) -> str:
        """What a person reads."""
        return _("There is nobody to ask in this choice: widen it first. Nothing was sent.")


class CampaignChanged(Exception):
    """Somebody saved the campaign after the person had opened it. Nothing was changed."""

    @property
    def message(self) -> str:
        """What the second of two people reads."""
        return _(
            "A colleague has saved this campaign since you opened it. Your text is kept below: compare and save again."
        )


def _locked(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).select_related("association").get(pk=campaign.pk)


def _move(campaign: Campaign, action: str, *, by: Any, now: datetime, reason: str = "", **values: Any) -> Campaign:
    before, campaign.state = campaign.state, next_state(tables.CAMPAIGN, campaign.state, action)
    campaign.version += 1
    for name, value in values.items():
        setattr(campaign, name, value)
    campaign.save(update_fields=["state", "version", *values])
    record_transition(
        subject=campaign, action=action, from_state=before, to_state=campaign.state, by=by, reason=reason, at=now
    )
    return campaign


@transaction.atomic
def create_campaign(
    *, association: Association | int, values: Mapping[str, Any], segment: Segment, by: Any, now: datetime
) -> Campaign:
    """Prepare a campaign; nobody is asked before it is sent."""
    campaign = Campaign.objects.create(
        association_id=getattr(association, "pk", association),
        segment=segment.stored(),
        author_id=getattr(by, "pk", None),
        author_name=str(by or ""),
        created_at=now,
        **values,
    )
    record_transition(subject=campaign, action="create", from_state="", to_state=campaign.state, by=by, at=now)
    return campaign


@transaction.atomic
def edit_campaign(
    *,
    campaign: Campaign,
    values: Mapping[str, Any],
    segment: Segment,
    by: Any,
    now: datetime,
    version: int | None = None,
) -> Campaign:
    """Change texts and segment while nobody has been asked."""
    campaign = _locked(campaign)
    next_state(tables.CAMPAIGN, campaign.state, "edit")
    if version is not None and campaign.version != version:
        raise CampaignChanged
    return _move(campaign, "edit", by=by, now=now, segment=segment.stored(), **values)


def candidates(campaign: Campaign, today: date) -> Any:
    """The entries of the segment, each with its address and the reason why it is not asked by mail, if any."""
    rows = Segment.of(campaign.segment).rows(campaign.association_id, today)
    return with_exclusions(rows, today, campaign_id=campaign.pk)


def _lines(campaign: Campaign, today: date) -> Iterator[CampaignRecipient]:
    """One line per entry that is asked: by mail, or by somebody who calls where mail does not reach."""
    asked = candidates(campaign, today).filter(exclusion__in=["", *REACHED_BY_PHONE]).order_by("name_key", "pk")
    for entry in asked.iterator(chunk_size=BATCH):
        by_mail = not entry.exclusion
        yield CampaignRecipient(
            campaign=campaign,
            organisation_id=entry.pk,
            contact_id=entry.reader,
            address=entry.address if by_mail else "",
            language=mail_language(entry),
            state=RecipientState.PLANNED if by_mail else RecipientState.UNREACHABLE,
            why=entry.exclusion,
        )


@transaction.atomic
def start_sending(*, campaign: Campaign, by: Any, now: datetime) -> Campaign:
    """Settle who is asked. The mails follow in blocks from the clockwork; a second press is refused by the state."""
    campaign = _locked(campaign)
    next_state(tables.CAMPAIGN, campaign.state, "send")
    lines = list(_lines(campaign, now.astimezone(clock.ZURICH).date()))
    if not lines:
        raise NothingToSend
    CampaignRecipient.objects.bulk_create(lines, batch_size=BATCH)
    return _move(campaign, "send", by=by, now=now, sent_at=now)


@transaction.atomic
def finish_sending(*, campaign: Campaign, now: datetime) -> Campaign:
    """All blocks are in the outbox: from now on answers are awaited."""
    campaign = _locked(campaign)
    if (
        campaign.state == CampaignState.SENDING
        and not campaign.recipients.filter(state=RecipientState.PLANNED).exists()
    ):
        _move(campaign, "sent", by="campaign", now=now)
    return campaign


def figures(campaign: Campaign) -> dict[str, int]:
    """How many lines stand in each state; states without any are left out."""
    rows = campaign.recipients.order_by().values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in rows}


@transaction.atomic
def close_campaign(*, campaign: Campaign, by: Any, now: datetime, reason: str = "") -> Campaign:
    """End it: no reminder leaves any more, later answers still count for the entry, and the figures are kept."""
    campaign = _locked(campaign)
    next_state(tables.CAMPAIGN, campaign.state, "close")
    # Thousands of lines move by the campaign's own step; the history by triggers has each. The clockwork ends their dates.
    planned = campaign.recipients.filter(state=RecipientState.PLANNED)
    planned.update(state=next_state(tables.RECIPIENT, RecipientState.PLANNED, "drop"))
    return _move(campaign, "close", by=by, now=now, reason=reason, closed_at=now, summary=figures(campaign))


@transaction.atomic
def note_call(*, recipient: CampaignRecipient, result: str, note: str, by: Any, now: datetime) -> CampaignRecipient:
    """Somebody called. What was said decides whether the entry is confirmed, left in peace, or called again."""
    recipient = (
        CampaignRecipient.objects.select_for_update(of=("self",))
        .select_related("campaign", "organisation")
        .get(pk=recipient.pk)
    )
    next_state(tables.RECIPIENT, recipient.state, "phone")
    recipient.calls, recipient.called_at, recipient.call_note = recipient.calls + 1, now, note[:300]
    recipient.save(update_fields=["calls", "called_at", "call_note"])
    if result == CallResult.CONFIRMED:
        confirm_organisation(
            organisation=recipient.organisation, by=by, now=now, way=ConfirmationWay.PHONE, note=note[:300]
        )
        recipient.refresh_from_db()
        return recipient
    if result == CallResult.NO_MAIL:
        if recipient.address:
            MailRefusal.objects.get_or_create(organisation=recipient.organisation, email=recipient.address.lower())
        return move(recipient, "unsubscribe", by=by, now=now, reason=note)
    if result == CallResult.REACHED:
        return move(recipient, "phone", by=by, now=now, reason=note)
    record_transition(
        subject=recipient,
        action="call",
        from_state=recipient.state,
        to_state=recipient.state,
        by=by,
        reason=note or str(CallResult.NOT_REACHED.label),
        at=now,
    )
    return recipient


def why_words(recipient: CampaignRecipient) -> str:
    """Why an organisation is asked by phone from the beginning."""
    return str(Exclusion(recipient.why).label) if recipient.why in Exclusion.values else ""
