"""What the clockwork does for the directory's freshness. Every pass may run twice, at once, or a week late."""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.db.models import DateField, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Lower

from companies.deadlines import CAMPAIGN_ANSWER, ENTRY_DUE
from companies.enums import CampaignState, OrganisationState, RecipientState
from companies.models import Campaign, CampaignRecipient, Organisation
from companies.search.storing import drop_aged
from companies.segments import with_exclusions
from companies.workflow.campaigns import finish_sending
from companies.workflow.returns import OPEN, move
from promo_portal.core import clock
from promo_portal.mailing.compose import BadAddress, queue_mail
from promo_portal.mailing.models import AddressSuppression, MailState
from promo_portal.reminders.models import Deadline, DeadlineState
from promo_portal.reminders.workflow import DeadlineExists, close_deadline, set_deadline

log = structlog.get_logger(__name__)
BLOCK = 100
SECONDS = 20
# What lets each mail leave once: a lock on its line, and a key of the outbox. Tests alone take both away, to prove that
# they would see a mail that leaves twice.
SKIP_LOCKED = True
KEYED = True


@dataclass
class Passed:
    """What a pass did."""

    asked: int = 0
    lost: int = 0
    due: int = 0
    ended: int = 0
    hidden: int = 0


def freshness_pass(*, now: datetime | None = None, seconds: float = SECONDS) -> Passed:
    """Send campaigns, learn what came back, remind of old confirmations, take out of the search what is too old."""
    done, until = Passed(), time.monotonic() + seconds
    with clock.standing_still(now or clock.now()) as moment:
        for campaign in Campaign.objects.filter(state=CampaignState.SENDING).order_by("pk"):
            while time.monotonic() < until and (count := send_block(campaign, moment)):
                done.asked += count
            finish_sending(campaign=campaign, now=moment)
        done.lost = settle_returns(moment)
        done.due = plan_due(moment, until=until)
        done.ended = end_dates_of_closed(moment, until=until)
        done.hidden = drop_aged(_day(moment))
    return done


def _day(now: datetime) -> date:
    return now.astimezone(clock.ZURICH).date()


# -- campaigns -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def send_block(campaign: Campaign, now: datetime) -> int:
    """Put one block of questions into the outbox, with the reminders that follow; returns how many lines it took."""
    planned = campaign.recipients.filter(state=RecipientState.PLANNED, campaign__state__in=OPEN)
    planned = planned.select_related("campaign").order_by("pk")
    if SKIP_LOCKED:
        planned = planned.select_for_update(skip_locked=True, of=("self",))
    rows = list(planned[:BLOCK])
    for recipient in rows:
        _ask(recipient, now)
    return len(rows)


def _ask(recipient: CampaignRecipient, now: datetime) -> None:
    try:
        mail = queue_mail(
            kind="companies.campaign",
            to_address=recipient.address,
            language=recipient.language,
            association_id=recipient.association_id,
            subject=recipient,
            idempotency_key=f"campaign:{recipient.pk}" if KEYED else str(uuid.uuid4()),
        )
    except BadAddress:
        move(recipient, "bounce", by="campaign", now=now)
        return
    move(recipient, "send", by="campaign", now=now, sent_at=now, mail=mail)
    try:
        set_deadline(
            subject=recipient,
            kind=CAMPAIGN_ANSWER,
            on=_day(now),
            by="campaign",
            association_id=recipient.association_id,
            now=now,
        )
    except DeadlineExists:
        log.info("campaign_answer_awaited_already", recipient=recipient.pk)


def settle_returns(now: datetime) -> int:
    """Lines whose mail came back, or whose address gets no mail any more: they are asked by phone."""
    bounced = AddressSuppression.objects.annotate(small=Lower("email")).filter(small=Lower(OuterRef("address")))
    lost = CampaignRecipient.objects.filter(
        Q(mail__state=MailState.FAILED) | Exists(bounced), state=RecipientState.SENT, campaign__state__in=OPEN
    )
    count = 0
    while True:
        with transaction.atomic():
            rows = list(
                lost.select_for_update(skip_locked=True, of=("self",)).select_related("campaign").order_by("pk")[:BLOCK]
            )
            for recipient in rows:
                move(recipient, "bounce", by="campaign", now=now)
        count += len(rows)
        if len(rows) < BLOCK:
            return count


def end_dates_of_closed(now: datetime, *, until: float) -> int:
    """Dates that still wait for an answer to a campaign that has been closed."""
    closed = CampaignRecipient.objects.filter(pk=OuterRef("subject_id"), campaign__state=CampaignState.CLOSED)
    waiting = Deadline.objects.filter(kind=CAMPAIGN_ANSWER, state=DeadlineState.OPEN).filter(Exists(closed))
    count = 0
    while time.monotonic() < until and (rows := list(waiting.order_by("pk")[:BLOCK])):
        for deadline in rows:
            close_deadline(deadline=deadline, by="campaign", now=now)
        count += len(rows)
    return count


# -- entries that grow old -------------------------------------------------------------------------------------------------


def growing_old(today: date) -> Iterable[Organisation]:
    """Published entries whose confirmation turned a year old so lately that a reminder still lies ahead.

    Who can be reached by mail, is asked by no campaign, and has no such date yet; the date comes back with each.
    """
    reach = max(settings.DIRECTORY_REMIND_AFTER_DAYS)
    year = relativedelta(months=settings.DIRECTORY_TO_CONFIRM_AFTER_MONTHS)
    planned = Deadline.objects.filter(
        kind=ENTRY_DUE,
        subject_kind="companies.organisation",
        subject_id=OuterRef("pk"),
    ).filter(Q(local_date__gte=today - timedelta(days=reach + 7)) | Q(state=DeadlineState.OPEN))
    rows = Organisation.objects.filter(state=OrganisationState.PUBLISHED, association__isnull=False)
    rows = rows.annotate(fresh_day=Coalesce(F("confirmed_on"), F("listed_on"), output_field=DateField()))
    rows = rows.filter(fresh_day__lte=today - year, fresh_day__gt=today - timedelta(days=reach) - year)
    found = with_exclusions(rows.exclude(Exists(planned)), today).filter(exclusion="")
    return found.order_by("pk")[:BLOCK]


def plan_due(now: datetime, *, until: float) -> int:
    """Set the date on which each confirmation turned a year old; its reminders follow from it."""
    today, count = _day(now), 0
    year = relativedelta(months=settings.DIRECTORY_TO_CONFIRM_AFTER_MONTHS)
    while time.monotonic() < until:
        rows = list(growing_old(today))
        for organisation in rows:
            try:
                set_deadline(
                    subject=organisation, kind=ENTRY_DUE, on=organisation.fresh_on + year, by="freshness", now=now
                )
                count += 1
            except DeadlineExists:  # another pass was quicker
                continue
        if len(rows) < BLOCK:
            break
    return count
