"""Proposed pictures that nobody has to look at: refused by the scanner, or left undecided for too long."""

from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from companies.enums import PictureState, ProposalState
from companies.models import ChangeProposal, Organisation, ProposedPicture
from companies.workflow.locking import locked
from companies.workflow.outcomes import tell_outcomes
from companies.workflow.pictures import PictureRefused, draw
from companies.workflow.proposals import overtake_proposal, refuse_proposal
from promo_portal.core import clock
from promo_portal.files.models import FileState, StoredFile

AT_ONCE = 200


def on_verdict(row: StoredFile) -> None:
    """The scanner has spoken: staff see what is clean; the rest is refused, and the company reads why."""
    for waiting in ProposedPicture.objects.filter(file_id=row.pk).select_related("proposal__organisation"):
        organisation = locked(waiting.proposal.organisation)  # in the same order as every decision
        held = ProposedPicture.objects.select_for_update(of=("self",)).filter(pk=waiting.pk).first()
        if held is None:
            continue
        fits = row.state == FileState.CLEAN and (held.state == PictureState.SHOWN or draw(held, row))
        if fits:
            held.save(update_fields=["state", "key", "width", "height"])
            continue
        with translation.override(_language(organisation)):
            reason = (
                PictureRefused().message
                if row.state == FileState.CLEAN
                else _("Our virus scanner found something in this file. We have deleted it.")
            )
            by = _("virus scanner")
        refuse_proposal(proposal=waiting.proposal, reason=reason, by=by, now=clock.now())


def lapse_pictures(*, now: datetime) -> int:
    """Pictures that nobody has decided on for long are not kept; whoever sent them learns that they may send them again."""
    longest_ago = now - relativedelta(months=settings.DIRECTORY_PICTURES_WAIT_MONTHS)
    old = ChangeProposal.objects.filter(
        state=ProposalState.OPEN, picture__isnull=False, created_at__lt=longest_ago
    ).order_by("created_at", "pk")
    count = 0
    for proposal in old.select_related("organisation")[:AT_ONCE]:
        count += _lapse(proposal, now)
    return count


@transaction.atomic
def _lapse(proposal: ChangeProposal, now: datetime) -> int:
    organisation = locked(proposal.organisation)
    if not ChangeProposal.objects.filter(pk=proposal.pk, state=ProposalState.OPEN).exists():
        return 0
    with translation.override(_language(organisation)):
        reason = _("Nobody has decided on this picture for long, and we have deleted it. Send it again.")
    overtake_proposal(proposal=proposal, reason=reason, by="", now=now)
    tell_outcomes(organisation_ids=[organisation.pk], now=now)
    return 1


def _language(organisation: Organisation) -> str:
    return organisation.language if organisation.language in {"fr", "de", "en"} else "fr"
