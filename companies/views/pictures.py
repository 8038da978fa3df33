"""The logo and the photo of an entry, for everybody who may see the entry."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from companies.enums import PictureState
from companies.models import OrganisationPicture, ProposedPicture
from companies.permissions import INTERNALS, may_keep, organisations_for_staff
from companies.pictures import CONTENT_TYPE, path_of
from promo_portal.accounts.permissions import may_open
from promo_portal.accounts.rights import Rights
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.files import hand_bytes

KEPT = 24 * 60 * 60  # seconds: so long may a picture still be seen elsewhere that was taken off here


def hand_drawing(key: UUID, size: str) -> HttpResponseBase:
    """The bytes of a drawing, kept by nobody on the way; whoever calls has checked the right to it."""
    path = path_of(key, size)
    if not default_storage.exists(path):
        raise Http404
    response = hand_bytes(path, name="picture.webp", content_type=CONTENT_TYPE, size=default_storage.size(path))
    response["Content-Disposition"] = "inline"
    return response


def _proposed(rights: Rights, key: UUID, size: str) -> HttpResponseBase:
    """A picture that a company proposes: for those who read the proposals of its entry, until they are decided."""
    held = ProposedPicture.objects.filter(key=key).values_list("proposal__organisation", flat=True).first()
    if held is None or not (rights.may_enter_admin and may_open(rights, INTERNALS)):
        raise Http404
    if not organisations_for_staff(rights).filter(pk=held).exists():
        raise Http404
    return hand_drawing(key, size)


@public
@require_safe
def picture(request: HttpRequest, key: UUID, size: str) -> HttpResponseBase:
    """One drawing; those of an entry that the public does not see are for staff who keep it."""
    rights = request.rights  # type: ignore[attr-defined]
    rows = OrganisationPicture.objects.filter(key=key, state=PictureState.SHOWN).select_related("organisation")
    found = rows.first()
    if found is None:
        return _proposed(rights, key, size)
    is_public = found.organisation.is_public(clock.today())
    if not is_public and not (
        may_keep(rights) and organisations_for_staff(rights).filter(pk=found.organisation_id).exists()
    ):
        raise Http404
    response = hand_drawing(key, size)
    if is_public:
        response["Cache-Control"] = f"public, max-age={KEPT}"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"  # open data carries its address
    return response
