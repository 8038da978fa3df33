"""What a company does with its signed link: confirm, propose, say that somebody has left, ask for silence.

Nothing that the public reads changes here but the date of confirmation; every other change is a proposal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from companies import entry
from companies.emails import queue_thanks
from companies.enums import ConfirmationWay, ProposalSource, ProposalState, RecipientState
from companies.links import Opened, masked
from companies.models import (
    CampaignRecipient,
    ChangeProposal,
    Confirmation,
    Contact,
    MailRefusal,
    Organisation,
    ProposedPicture,
)
from companies.segments import with_exclusions
from companies.workflow.entries import confirm_organisation, touch_organisation
from companies.workflow.locking import locked
from companies.workflow.proposals import propose_changes, withdraw_proposal
from companies.workflow.proposed_pictures import hand_on, hold_picture
from companies.workflow.returns import OPEN, move, note_return
from promo_portal.audit.record import record_transition
from promo_portal.core import clock
from promo_portal.reminders.models import Deadline, DeadlineState
from promo_portal.reminders.workflow import replan

REPLACED = "Replaced by a newer answer of the company."


@dataclass
class Answered:
    """What an answer led to."""

    proposed: list[ChangeProposal] = field(default_factory=list)
    withdrawn: int = 0
    refused_before: list[ChangeProposal] = field(default_factory=list)


@transaction.atomic
def confirm_by_link(*, link: Opened, now: datetime) -> bool:
    """Everything is right. A second press on the same day, from whatever window, is the same answer."""
    organisation = locked(link.organisation)
    today = now.astimezone(clock.ZURICH).date()
    if Confirmation.objects.filter(organisation=organisation, confirmed_on=today, way=ConfirmationWay.LINK).exists():
        return False
    made = confirm_organisation(organisation=organisation, by=link.who, now=now, way=ConfirmationWay.LINK)
    queue_thanks(organisation, link.address, language=link.language, proposals=(), key=f"entry-confirmed:{made.pk}")
    return True


def own_open(organisation: Organisation) -> dict[str, ChangeProposal]:
    """The company's own changes that wait for a decision, the newest of each field."""
    rows = ChangeProposal.objects.filter(
        organisation=organisation, state=ProposalState.OPEN, source=ProposalSource.COMPANY
    )
    return {row.field: row for row in rows.order_by("created_at", "pk")}


def own_pictures(organisation: Organisation) -> dict[str, ProposedPicture]:
    """The pictures among them."""
    rows = ProposedPicture.objects.filter(
        proposal__organisation=organisation,
        proposal__state=ProposalState.OPEN,
        proposal__source=ProposalSource.COMPANY,
    )
    return {row.kind: row for row in rows.select_related("proposal").order_by("pk")}


@transaction.atomic
def propose_by_link(
    *,
    link: Opened,
    values: Mapping[str, str],
    uploads: Mapping[str, UploadedFile] | None = None,
    seen_version: int | None,
    now: datetime,
) -> Answered:
    """Take the company's corrections as proposals, field by field. Its newer answer replaces its older one.

    ``uploads`` are the files of the fields that are pictures. ``ChangedMeanwhile`` where the entry is not the one the
    person had before them: they compare and send again; ``PictureRefused`` for a file that cannot be drawn.
    """
    organisation = locked(link.organisation, version=seen_version)
    answer, waiting = Answered(), own_open(organisation)
    changed = {name: text for name, text in values.items() if text != entry.text_of(organisation, name)}
    refused = ChangeProposal.objects.filter(organisation=organisation, state=ProposalState.REFUSED)
    said_no = {(row.field, row.proposed): row for row in refused.order_by("pk")}
    answer.refused_before = [said_no[pair] for pair in changed.items() if pair in said_no]
    answer.proposed = propose_changes(
        organisation=organisation,
        values=changed,
        source=ProposalSource.COMPANY,
        source_detail="" if link.contact is None else str(link.contact),
        by=link.who,
        now=now,
        answer_to=link.address,
    )
    for row in answer.proposed:
        if upload := (uploads or {}).get(row.field):
            hold_picture(proposal=row, upload=upload, by=link.who, now=now)
        elif row.field in entry.PICTURES and row.field in waiting and _same_picture(row, waiting[row.field]):
            hand_on(before=waiting[row.field], to=row)
    for row in waiting.values():
        if row.field in values and values[row.field] != row.proposed:
            withdraw_proposal(proposal=row, by=link.who, now=now, reason=REPLACED)
            answer.withdrawn += 1
    if answer.proposed:
        numbers = [row.pk for row in answer.proposed]
        note_return(organisation=organisation, action="propose", by=link.who, now=now)
        queue_thanks(
            organisation, link.address, language=link.language, proposals=numbers, key=f"entry-answered:{uuid4()}"
        )
    return answer


def _same_picture(one: ChangeProposal, other: ChangeProposal) -> bool:
    mark = entry.picture_values(one.proposed)["picture"]
    return bool(mark) and mark == entry.picture_values(other.proposed)["picture"]


@transaction.atomic
def contact_left(
    *, organisation: Organisation, contact: Contact, successor: str, link: Opened, now: datetime
) -> list[ChangeProposal]:
    """Somebody does not work there any more: their links end, and their mails. A successor is a proposal."""
    organisation = locked(organisation)
    today = now.astimezone(clock.ZURICH).date()
    person = Contact.objects.select_for_update().filter(pk=contact.pk, organisation=organisation, left_on=None).first()
    made: list[ChangeProposal] = []
    if person is None:  # said already in another window
        return made
    person.left_on = today
    person.save(update_fields=["left_on"])
    record_transition(
        subject=organisation, action="contact_left", from_state=organisation.state, to_state=organisation.state,
        by=link.who, reason=str(person), at=now,
    )  # fmt: skip
    if person.email and organisation.internal_email.lower() == person.email.lower():
        organisation.internal_email = ""
        organisation.save(update_fields=["internal_email"])
    touch_organisation(organisation=organisation)
    if successor:
        made = propose_changes(
            organisation=organisation,
            values={entry.CONTACT: successor},
            source=ProposalSource.COMPANY,
            source_detail=str(link.contact or ""),
            by=link.who,
            now=now,
            answer_to=link.address if link.address.lower() != person.email.lower() else "",
        )
    _ask_elsewhere(organisation, person.email, now)
    return made


def _ask_elsewhere(organisation: Organisation, address: str, now: datetime) -> None:
    """Campaigns that asked at the address of somebody who left: their line is for the phone; reminders follow."""
    if not address:
        return
    rows = CampaignRecipient.objects.select_for_update(of=("self",)).select_related("campaign")
    asked = (RecipientState.PLANNED, RecipientState.SENT)
    for recipient in rows.filter(
        organisation=organisation, address__iexact=address, state__in=asked, campaign__state__in=OPEN
    ).order_by("pk"):
        move(recipient, "lose", by="link", now=now)
    replan_reminders(organisation)


def replan_reminders(organisation: Organisation) -> None:
    """After its addresses have changed: reminders go to whoever answers now."""
    dates = Deadline.objects.filter(
        subject_kind="companies.organisation", subject_id=organisation.pk, state=DeadlineState.OPEN
    )
    for deadline in dates.order_by("pk"):
        replan(deadline=deadline)


@transaction.atomic
def stop_messages(*, link: Opened, now: datetime) -> bool:
    """No more messages about this entry to this address; the entry itself stays. Twice is the same as once."""
    if link.is_revoked:
        return False
    organisation = locked(link.organisation)
    _row, is_new = MailRefusal.objects.get_or_create(
        organisation=organisation, email=link.address.lower(), defaults={"since": now}
    )
    if is_new:
        record_transition(
            subject=organisation, action="stop_messages", from_state=organisation.state,
            to_state=organisation.state, by=link.who, at=now,
        )  # fmt: skip
        rows = CampaignRecipient.objects.select_for_update(of=("self",)).select_related("campaign")
        asked = (RecipientState.PLANNED, RecipientState.SENT)
        for recipient in rows.filter(
            organisation=organisation, address__iexact=link.address, state__in=asked, campaign__state__in=OPEN
        ).order_by("pk"):
            move(recipient, "unsubscribe", by=link.who, now=now)
        replan_reminders(organisation)
    return is_new


@transaction.atomic
def resume_messages(*, link: Opened, now: datetime) -> bool:
    """They want the messages again after all."""
    organisation = locked(link.organisation)
    gone, _rows = MailRefusal.objects.filter(organisation=organisation, email=link.address.lower()).delete()
    if gone:
        record_transition(
            subject=organisation, action="resume_messages", from_state=organisation.state,
            to_state=organisation.state, by=link.who, at=now,
        )  # fmt: skip
        replan_reminders(organisation)
    return bool(gone)


@transaction.atomic
def say_closed(*, link: Opened, now: datetime) -> list[ChangeProposal]:
    """The company exists no longer, they say. Staff look into it before the public reads anything else."""
    organisation = locked(link.organisation)
    if entry.CEASED in own_open(organisation):  # said already, perhaps on another day
        return []
    made = propose_changes(
        organisation=organisation,
        values={entry.CEASED: now.astimezone(clock.ZURICH).date().isoformat()},
        source=ProposalSource.COMPANY,
        source_detail=str(link.contact or masked(link.address)),
        by=link.who,
        now=now,
        answer_to=link.address,
    )
    if made:
        note_return(organisation=organisation, action="propose", by=link.who, now=now)
        numbers = [row.pk for row in made]
        queue_thanks(
            organisation, link.address, language=link.language, proposals=numbers, key=f"entry-answered:{uuid4()}"
        )
    return made


@transaction.atomic
def say_not_ours(*, link: Opened, now: datetime) -> list[ChangeProposal]:
    """We write to the wrong people: their address is asked no more from now on, and staff find the right one.

    No mail thanks them. Their line of a campaign goes to whoever telephones, and the entry itself stays as it is.
    """
    organisation = locked(link.organisation)
    made = propose_changes(
        organisation=organisation,
        values={entry.WRONG_ADDRESS: link.address},
        source=ProposalSource.COMPANY,
        source_detail=str(link.contact or ""),
        by=link.who,
        now=now,
    )
    MailRefusal.objects.get_or_create(organisation=organisation, email=link.address.lower(), defaults={"since": now})
    _ask_elsewhere(organisation, link.address, now)
    return made


def is_disowned(organisation: Organisation, address: str) -> bool:
    """Whether somebody at the address has said that it is not the company's, and nobody has decided yet."""
    rows = ChangeProposal.objects.filter(
        organisation=organisation, field=entry.WRONG_ADDRESS, state=ProposalState.OPEN, proposed__iexact=address
    )
    return rows.exists()


def known_address(organisation: Organisation) -> tuple[str, str]:
    """Address and language at which an entry's people are reached; empty where none is known or it takes no mail."""
    row = with_exclusions(Organisation.objects.filter(pk=organisation.pk), clock.today()).first()
    if row is None or not row.address or row.exclusion == "suppressed" or is_disowned(organisation, row.address):
        return "", "fr"
    language = row.reader_language or row.language
    return row.address, language if language in {"fr", "de", "en"} else "fr"
