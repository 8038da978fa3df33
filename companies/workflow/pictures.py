"""The logo and the photo of an entry: brought by staff, checked, drawn anew, shown, replaced or taken off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from companies import pictures
from companies.enums import PictureKind, PictureState
from companies.models import Organisation, OrganisationPicture, ProposedPicture
from companies.workflow import tables
from companies.workflow.entries import touch_organisation
from companies.workflow.locking import locked
from promo_portal.audit.record import record_transition
from promo_portal.core.scope import association_scope
from promo_portal.core.transitions import next_state
from promo_portal.files.models import FileState, StoredFile
from promo_portal.files.workflow import bytes_of, erase, store

OUTSIDE = 0  # the scope of files of entries that no association keeps


class PictureRefused(Exception):
    """The picture cannot be taken."""

    def __init__(self, kind: str = "") -> None:
        super().__init__(f"{kind} cannot be drawn")
        self.kind = kind

    @property
    def message(self) -> str:
        """What a person reads."""
        return _("This file cannot be read as a picture. Save it anew as PNG or JPG.")


@transaction.atomic
def put_picture(
    *,
    organisation: Organisation,
    kind: str,
    upload: UploadedFile | None,
    words: Mapping[str, str],
    version: int | None,
    by: Any,
    now: datetime,
) -> OrganisationPicture:
    """Give an entry its logo or its photo, or only other words to the one it has (``upload`` is ``None`` then).

    The one before is no longer shown from now on; the new one is as soon as the scanner has passed it, at once where there
    is none. ``PictureRefused`` for what cannot be drawn, ``ChangedMeanwhile`` where somebody saved the entry in between.
    """
    organisation = locked(organisation, version=version)
    state = next_state(tables.ORGANISATION, organisation.state, "edit")
    found = OrganisationPicture.objects.select_for_update(of=("self",)).filter(organisation=organisation, kind=kind)
    picture = found.first() or OrganisationPicture(organisation=organisation, kind=kind)
    for name, text in words.items():
        setattr(picture, name, text)
    if upload is not None:
        _replace(picture, upload, by, now)
    picture.save()
    touch_organisation(organisation=organisation)
    record_transition(subject=organisation, action=f"keep_{kind}", from_state=state, to_state=state, by=by, at=now)
    return picture


def _replace(picture: OrganisationPicture, upload: UploadedFile, by: Any, now: datetime) -> None:
    keeper = picture.organisation.association_id or OUTSIDE
    with association_scope(keeper):
        stored = store(upload=upload, association_id=keeper, by=by, now=now)
        before, scope_before = picture.file_id, scope_of(picture)
        let_go(picture)
        picture.state = next_state(tables.PICTURE, picture.state, "replace")
        picture.file, picture.added_at, picture.added_by_name = stored, now, str(by or "")
        picture.keeper_id, picture.digest = keeper, stored.sha256
        draw_or_refuse(picture, stored)
        picture.save()
    if before is not None:
        erase_file(before, scope_before)


def scope_of(picture: OrganisationPicture) -> int:
    """The scope in which the file of a picture lies."""
    return picture.organisation.association_id or OUTSIDE if picture.keeper_id is None else picture.keeper_id


def erase_file(number: int, keeper_id: int) -> None:
    """Delete what was uploaded, once no picture names it any more."""
    with association_scope(keeper_id):
        erase(StoredFile.objects.filter(pk=number))


def let_go(picture: OrganisationPicture | ProposedPicture) -> None:
    """The drawing before: nobody names it any more once this is done."""
    key = picture.key
    if key is not None:
        picture.key, picture.width, picture.height = None, 0, 0
        transaction.on_commit(lambda: pictures.forget(key))


def draw_or_refuse(picture: OrganisationPicture | ProposedPicture, stored: StoredFile) -> None:
    """Draw what may be drawn already; ``PictureRefused``, and no byte left, where that cannot be done."""
    if stored.may_leave and not draw(picture, stored):
        default_storage.delete(stored.path)
        raise PictureRefused(picture.kind)


def draw(picture: OrganisationPicture | ProposedPicture, stored: StoredFile) -> bool:
    """Draw a picture that the scanner has passed; ``False`` where its bytes are broken."""
    try:
        drawing = pictures.draw(b"".join(bytes_of(stored)), picture.kind)
    except pictures.Unreadable:
        picture.state = next_state(tables.PICTURE, picture.state, "refuse")
        return False
    picture.state = next_state(tables.PICTURE, picture.state, "draw")
    picture.key, picture.width, picture.height = pictures.keep(drawing), drawing.width, drawing.height
    return True


def on_verdict(row: StoredFile) -> None:
    """The scanner has spoken: what is clean is drawn and shown, the rest is not. Runs in the scope of the file."""
    waiting = OrganisationPicture.objects.select_for_update(of=("self",)).filter(
        file_id=row.pk, state=PictureState.CHECKING
    )
    for picture in waiting:
        if row.state == FileState.CLEAN:
            draw(picture, row)
        else:
            picture.state = next_state(tables.PICTURE, picture.state, "refuse")
        picture.save(update_fields=["state", "key", "width", "height"])


@transaction.atomic
def take_off_picture(
    *, organisation: Organisation, kind: str, version: int | None, by: Any, now: datetime
) -> Organisation:
    """The entry has no such picture any more; nothing happens where it had none."""
    organisation = locked(organisation, version=version)
    state = next_state(tables.ORGANISATION, organisation.state, "edit")
    picture = OrganisationPicture.objects.select_for_update(of=("self",)).filter(organisation=organisation, kind=kind)
    found = picture.first()
    if found is not None:
        remove(found)
        touch_organisation(organisation=organisation)
        record_transition(
            subject=organisation, action=f"take_off_{kind}", from_state=state, to_state=state, by=by, at=now
        )
    return organisation


def remove(picture: OrganisationPicture) -> None:
    """The picture, its drawing and what was uploaded go."""
    let_go(picture)
    brought, keeper_id = picture.file_id, scope_of(picture)
    picture.delete()
    erase_file(brought, keeper_id)


def shown_pictures(organisation: Organisation) -> dict[str, OrganisationPicture]:
    """What the public sees, by kind."""
    rows = organisation.pictures.filter(state=PictureState.SHOWN)
    return {PictureKind(picture.kind).value: picture for picture in rows}
