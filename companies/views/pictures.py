"""The logo and the photo of an entry, for everybody who may see the entry."""

from uuid import UUID

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from companies.enums import PictureState
from companies.models import OrganisationPicture
from companies.permissions import may_keep, organisations_for_staff
from companies.pictures import CONTENT_TYPE, path_of
from promo_portal.core import clock
from promo_portal.core.access import public
from promo_portal.core.files import hand_bytes

KEPT = 24 * 60 * 60  # seconds: so long may a picture still be seen elsewhere that was taken off here


@public
@require_safe
def picture(request: HttpRequest, key: UUID, size: str) -> HttpResponseBase:
    """One drawing; those of an entry that the public does not see are for staff who keep it."""
    found = OrganisationPicture.objects.filter(key=key, state=PictureState.SHOWN).select_related("organisation").first()
    if found is None:
        raise Http404
    is_public = found.organisation.is_public(clock.today())
    rights = request.rights  # type: ignore[attr-defined]
    if not is_public and not (
        may_keep(rights) and organisations_for_staff(rights).filter(pk=found.organisation_id).exists()
    ):
        raise Http404
    path = path_of(key, size)
    if not default_storage.exists(path):
        raise Http404
    response = hand_bytes(path, name=f"{found.kind}.webp", content_type=CONTENT_TYPE, size=default_storage.size(path))
    response["Content-Disposition"] = "inline"
    if is_public:
        response["Cache-Control"] = f"public, max-age={KEPT}"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"  # open data carries its address
    return response
