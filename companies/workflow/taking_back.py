"""Half an hour in which a company takes back what it has just confirmed or sent by its link.

Afterwards, and once staff have decided, only staff put it right: the public and colleagues have read it by then.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import models, transaction

from companies import entry
from companies.changed import organisations_changed
from companies.deadlines import CAMPAIGN_ANSWER, ENTRY_DUE
from companies.enums import ConfirmationWay, RecipientState
from companies.links import Opened
from companies.models import CampaignRecipient, ChangeProposal, Confirmation, Organisation
from companies.workflow import tables
from companies.workflow.answers import own_open, replan_reminders
from companies.workflow.locking import locked, save
from companies.workflow.proposals import withdraw_proposal
from companies.workflow.returns import OPEN
from promo_portal.audit.models import Transition
from promo_portal.audit.record import record_transition
from promo_portal.core.transitions import next_state
from promo_portal.mailing.models import OutgoingMail
from promo_portal.mailing.workflow import cancel_waiting
from promo_portal.reminders.models import Deadline
from promo_portal.reminders.workflow import DeadlineExists, set_deadline

MINUTES = 30
TAKEN_BACK = "Taken back by the company."
CONFIRMED, CHANGES, CLOSED, NOT_OURS = "confirmed", "changes", "closed", "not_ours"


@dataclass(frozen=True)
class Answer:
    """The last thing said by a link."""

    what: str
    at: datetime
    confirmation: Confirmation | None = None
    proposals: list[ChangeProposal] = field(default_factory=list)

    @property
    def until(self) -> datetime:
        """The moment from which it stays."""
        return self.at + timedelta(minutes=MINUTES)


def last_answer(link: Opened, now: datetime) -> Answer | None:
    """What the holder of a link may still take back: their newest answer, while nobody has decided on it."""
    since = now - timedelta(minutes=MINUTES)
    organisation, who = link.organisation, link.who
    pressed = Confirmation.objects.filter(
        organisation=organisation, way=ConfirmationWay.LINK, actor_name=who, at__gt=since
    )
    made = pressed.order_by("-at", "-pk").first()
    if made and ChangeProposal.objects.filter(organisation=organisation, told_at=made.at).exists():
        made = None  # nobody pressed: it followed from a decision of staff
    sent = [row for row in own_open(organisation).values() if row.author_name == who and row.created_at > since]
    newest = max((row.created_at for row in sent), default=None)
    if newest and (made is None or newest > made.at):
        rows = [row for row in sent if row.created_at == newest]
        names = {row.field for row in rows}
        what = CLOSED if entry.CEASED in names else NOT_OURS if entry.WRONG_ADDRESS in names else CHANGES
        return Answer(what, newest, proposals=rows)
    return Answer(CONFIRMED, made.at, confirmation=made) if made else None


@transaction.atomic
def take_back(*, link: Opened, now: datetime) -> Answer | None:
    """Make the last answer undone: entry, lines of campaigns and reminders as before. ``None`` where it is too late."""
    organisation = locked(link.organisation)
    answer = last_answer(link, now)
    if answer is None:
        return None
    if answer.confirmation is not None:
        thanks = OutgoingMail.objects.filter(idempotency_key=f"entry-confirmed:{answer.confirmation.pk}")
        _unconfirm(organisation, answer.confirmation, link.who, now)
    else:
        for row in answer.proposals:
            withdraw_proposal(proposal=row, by=link.who, now=now, reason=TAKEN_BACK)
        thanks = OutgoingMail.objects.filter(
            kind="companies.entry_answered",
            to_address__iexact=link.address,
            subject_id=organisation.pk,
            params__proposals__contains=[row.pk for row in answer.proposals],
        )
    cancel_waiting(thanks, reason=TAKEN_BACK)
    _reopen(organisation, answer.at, link.who, now)
    replan_reminders(organisation)
    return answer


def _unconfirm(organisation: Organisation, made: Confirmation, who: str, now: datetime) -> None:
    others = Confirmation.objects.filter(organisation=organisation, confirmed_on=made.confirmed_on).exclude(pk=made.pk)
    if organisation.confirmed_on == made.confirmed_on and not others.exists():
        organisation.confirmed_on = made.replaced_on
        save(organisation, "confirmed_on")
        organisations_changed([organisation.pk])
    made.delete()
    state = organisation.state
    record_transition(
        subject=organisation, action="take_back", from_state=state, to_state=state, by=who, reason=TAKEN_BACK, at=now
    )


def _reopen(organisation: Organisation, moment: datetime, who: str, now: datetime) -> None:
    """Lines and dates that the answer had moved at its moment stand again where they stood."""
    rows = CampaignRecipient.objects.select_for_update(of=("self",)).select_related("campaign")
    for recipient in rows.filter(organisation=organisation, campaign__state__in=OPEN).order_by("pk"):
        steps = Transition.unscoped.filter(subject_kind="companies.campaignrecipient", subject_id=recipient.pk)
        last = steps.order_by("-at", "-pk").first()
        if last is None or last.at != moment or (recipient.state, f"back_to_{last.from_state}") not in tables.RECIPIENT:
            continue
        before, action = recipient.state, f"back_to_{last.from_state}"
        recipient.state = next_state(tables.RECIPIENT, before, action)
        if recipient.answered_at == moment:
            recipient.answered_at = None
        recipient.save(update_fields=["state", "answered_at"])
        record_transition(subject=recipient, action=action, from_state=before, to_state=recipient.state, by=who, at=now)
        if recipient.state == RecipientState.SENT:
            _set_again(recipient, CAMPAIGN_ANSWER, moment, who, now)
    _set_again(organisation, ENTRY_DUE, moment, who, now)


def _set_again(subject: models.Model, kind: str, moment: datetime, who: str, now: datetime) -> None:
    closed = Deadline.objects.filter(
        subject_kind=subject._meta.label_lower, subject_id=subject.pk, kind=kind, ended_at=moment
    )
    for deadline in closed.order_by("pk"):
        try:
            set_deadline(subject=subject, kind=kind, on=deadline.local_date, by=who, now=now)
        except DeadlineExists:
            continue
