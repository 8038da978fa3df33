"""The logo or photo that a company proposes: held until it is decided, then the entry's own, or deleted with its file."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from companies import entry
from companies.enums import PictureState
from companies.models import ChangeProposal, Organisation, OrganisationPicture, ProposedPicture
from companies.models.picture import ALTERNATIVES
from companies.workflow.pictures import OUTSIDE, draw_or_refuse, erase_file, let_go, remove, scope_of
from promo_portal.audit.record import record_transition
from promo_portal.core.scope import association_scope
from promo_portal.files.workflow import store


class PictureNotReady(Exception):
    """The proposed picture cannot become the entry's; the sentence says why."""

    @property
    def message(self) -> str:
        """What a person reads."""
        return str(self)


@transaction.atomic
def hold_picture(*, proposal: ChangeProposal, upload: UploadedFile, by: Any, now: datetime) -> ProposedPicture:
    """Take in the file of a proposal; the public never sees it before it is accepted. ``PictureRefused`` for what cannot
    be drawn.
    """
    keeper = proposal.organisation.association_id or OUTSIDE
    with association_scope(keeper):
        stored = store(upload=upload, association_id=keeper, by=by, now=now)
        held = ProposedPicture(proposal=proposal, file=stored, keeper_id=keeper)
        draw_or_refuse(held, stored)
        held.save()
    return held


def hand_on(*, before: ChangeProposal, to: ChangeProposal) -> None:
    """A newer answer says something else of the same picture: it hangs on that one from now on."""
    ProposedPicture.objects.filter(proposal=before).update(proposal=to)


def take_over(organisation: Organisation, proposal: ChangeProposal, *, by: Any, now: datetime) -> None:
    """Make the proposed picture, or the words proposed for the present one, the entry's; what was there before goes."""
    values = entry.picture_values(proposal.proposed)
    rows = OrganisationPicture.objects.select_for_update(of=("self",)).select_related("organisation")
    present = rows.filter(organisation=organisation, kind=proposal.field).first()
    held = ProposedPicture.objects.select_for_update(of=("self",)).filter(proposal=proposal).first()
    if not proposal.proposed:
        action = "take_off"
        if present is not None:
            remove(present)
    else:
        action = "keep"
        if held is not None:
            present = _replace(present, organisation, proposal, held, now)
        elif entry.picture_values(entry.text_of_picture(present))["picture"] != values["picture"] or present is None:
            raise PictureNotReady(_("The picture that these words tell of is no longer there."))
        for name in (*ALTERNATIVES, "credit"):
            setattr(present, name, values[name])
        present.save()
    record_transition(
        subject=organisation, action=f"{action}_{proposal.field}", from_state=organisation.state,
        to_state=organisation.state, by=by, at=now,
        reason=f"{proposal.get_source_display()}, {proposal.source_detail or proposal.author_name}",
    )  # fmt: skip


def _replace(
    present: OrganisationPicture | None,
    organisation: Organisation,
    proposal: ChangeProposal,
    held: ProposedPicture,
    now: datetime,
) -> OrganisationPicture:
    if held.state != PictureState.SHOWN:
        raise PictureNotReady(_("The scanner has not looked at this picture yet."))
    picture = present or OrganisationPicture(organisation=organisation, kind=proposal.field)
    before, scope_before = picture.file_id, scope_of(picture)
    let_go(picture)
    picture.state, picture.file_id, picture.keeper_id = held.state, held.file_id, held.keeper_id
    picture.key, picture.width, picture.height = held.key, held.width, held.height
    picture.added_at, picture.added_by_name = now, proposal.author_name
    with association_scope(held.keeper_id):
        picture.digest = held.file.sha256
    for name, text in entry.picture_values(proposal.proposed).items():
        if name != "picture":
            setattr(picture, name, text)
    held.delete()
    picture.save()
    if before is not None:
        erase_file(before, scope_before)
    return picture


def let_go_of_picture(proposal: ChangeProposal) -> None:
    """The question is closed: what was held for it and has not become the entry's own is deleted."""
    if proposal.field not in entry.PICTURES:
        return
    for held in ProposedPicture.objects.filter(proposal=proposal):
        brought, keeper_id = held.file_id, held.keeper_id
        let_go(held)
        held.delete()
        erase_file(brought, keeper_id)
